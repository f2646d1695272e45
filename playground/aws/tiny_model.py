"""Models that the local SageMaker can run: a model.tar.gz with a model.json (docs/local-models.md)."""

import gzip
import io
import json
import math
import tarfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from playground.aws.tiny_scoring import Scoring, UnusableModel, scoring_of

__all__ = ["BIAS", "TinyModel", "UnusableModel", "load", "model_of", "pack"]

BIAS: Final = "TINY_BIAS"  # the environment variable of a container that is added to the score
_FILE: Final = "model.json"


@dataclass(frozen=True)
class _Step:
    """One container of a pipeline."""

    scoring: Scoring
    bias: float = 0.0

    def answer(self, line: str) -> str:
        try:
            scores = self.scoring.scores(self._features(line))
        except OverflowError:
            raise ValueError(f"The line's numbers are too large: {line.strip()[:80]!r}.") from None
        scores[-1] += self.bias
        return ",".join(map(repr, self.scoring.link(scores)))

    def _features(self, line: str) -> list[float]:
        cells = line.split(",")
        if len(cells) != self.scoring.columns:
            raise ValueError(f"The model takes {self.scoring.columns} columns, the line has {len(cells)}.")
        try:
            features = [float(cell) for cell in cells]
        except ValueError:
            raise ValueError(f"The line has a cell that is no number: {line.strip()[:80]!r}.") from None
        if not all(map(math.isfinite, features)):
            raise ValueError(f"The line has a cell that is no finite number: {line.strip()[:80]!r}.")
        return features


@dataclass(frozen=True)
class TinyModel:
    """A model, or a pipeline of them; stateless and thread-safe."""

    steps: tuple[_Step, ...]

    def answer(self, line: str) -> str:
        """One CSV line of features, without label, to one CSV line: a number, a score or probabilities.

        Raises:
            ValueError: the line has another number of columns, or a cell that is no number.
        """
        for step in self.steps:
            line = step.answer(line)
        return line


def load(archive: bytes) -> TinyModel:
    """The model of a model.tar.gz.

    Raises:
        UnusableModel: it is no gzipped tar, has no model.json, or that is not of this format.
    """
    try:
        content = gzip.decompress(archive)  # all of it, so that its checksum counts
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as packed:
            document = json.loads(_model_file(packed))
    except (tarfile.TarError, OSError, EOFError, zlib.error) as problem:
        raise UnusableModel("The model data is not a gzipped tar archive.") from problem
    except ValueError as problem:
        raise (
            problem if isinstance(problem, UnusableModel) else UnusableModel("model.json is not JSON.")
        ) from problem
    if not isinstance(document, dict):
        raise UnusableModel("model.json is not a JSON object.")
    return TinyModel((_Step(scoring_of(document)),))


def pack(document: Mapping[str, Any]) -> bytes:
    """A model.tar.gz that holds this model.json; the same document gives the same bytes."""
    body = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    packed, member = io.BytesIO(), tarfile.TarInfo(_FILE)
    member.size = len(body)
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(member, io.BytesIO(body))
    return gzip.compress(packed.getvalue(), mtime=0)


def model_of(containers: Sequence[Mapping[str, Any]], read: Callable[[str], bytes]) -> TinyModel:
    """The model of a SageMaker model's containers, of which each one's answer is the next one's line.

    Args:
        containers: as DescribeModel has them, with model data (not a ModelPackageName).
        read: the bytes behind an s3:// address.

    Raises:
        UnusableModel: a container has no model data, or data or a bias that cannot be used.
    """
    if not containers:
        raise UnusableModel("The model has no containers.")
    return TinyModel(tuple(step for container in containers for step in _steps(container, read)))


def _steps(container: Mapping[str, Any], read: Callable[[str], bytes]) -> tuple[_Step, ...]:
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    address = container.get("ModelDataUrl") or source.get("S3Uri")
    if not address:
        raise UnusableModel(f"The container {container.get('Image', '')} has no model data.")
    try:
        model = load(read(address))
    except UnusableModel as problem:
        raise UnusableModel(f"{address} cannot be used: {problem}") from problem
    bias = _bias((container.get("Environment") or {}).get(BIAS) or "0")
    return tuple(replace(step, bias=bias) for step in model.steps)


def _bias(text: str) -> float:
    try:
        bias = float(text)
    except ValueError:
        bias = math.nan
    if not math.isfinite(bias):
        raise UnusableModel(f"{BIAS} is {text!r}, which is no number.")
    return bias


def _model_file(packed: tarfile.TarFile) -> bytes:
    for member in packed:
        if member.isfile() and member.name.removeprefix("./") == _FILE:
            content = packed.extractfile(member)
            return content.read() if content else b""
    raise UnusableModel("The archive has no model.json.")
