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
    """An archive that stands for a directory, so that a stack can be deployed without zipping it.

    It is another one when a file in the directory is.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(zipfile.ZipInfo(_IN_PLACE), str(directory.resolve()))
        packed.comment = _fingerprint(directory).encode()
    return archive.getvalue()


def _fingerprint(directory: Path) -> str:
    """Changes with any file's name, size or time, except what Python leaves there when it runs."""
    digest = hashlib.sha256()
    for place in sorted(directory.rglob("*")):
        if "__pycache__" not in place.parts and place.is_file():
            found = place.stat()
            digest.update(f"{place}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


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
