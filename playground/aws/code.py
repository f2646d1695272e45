"""Where a function's code lies: a directory that runs in place, or an uploaded archive that is unpacked."""

import hashlib
import io
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Final

_IN_PLACE: Final = ".playground-code-directory"


def in_place(directory: Path) -> bytes:
    """An archive that stands for a directory, so that a stack can be deployed without zipping it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(_IN_PLACE, str(directory.resolve()))
    return archive.getvalue()


class CodeStore:
    """Turns archives into directories, each once."""

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="playground-code-"))
        self._known: dict[str, Path] = {}
        self._lock = threading.Lock()

    def directory(self, archive: bytes) -> Path:
        """The directory with this code."""
        digest = hashlib.sha256(archive).hexdigest()
        with self._lock:
            if digest not in self._known:
                self._known[digest] = self._unpack(archive, self._root / digest)
            return self._known[digest]

    def remove(self) -> None:
        """Delete what was unpacked."""
        shutil.rmtree(self._root, ignore_errors=True)

    @staticmethod
    def _unpack(archive: bytes, into: Path) -> Path:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            if packed.namelist() == [_IN_PLACE]:
                return Path(packed.read(_IN_PLACE).decode())
            packed.extractall(into)
        return into
