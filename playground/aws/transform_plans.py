"""What a batch transform job is asked to do, and the refusal of what is not done here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.sagemaker.exceptions import ValidationError

_FROM_COLUMN: Final = re.compile(r"\$\[(\d{1,4}):\]")
_CSV: Final = "text/csv"
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "TransformInput.DataSource.S3DataSource.S3DataType": ("S3Prefix",),
    "TransformInput.ContentType": ("", _CSV),
    "TransformInput.SplitType": ("", "None", "Line"),
    "TransformInput.CompressionType": ("", "None", "Gzip"),
    "TransformOutput.AssembleWith": ("", "None", "Line"),
    "TransformOutput.Accept": ("", _CSV),
    "DataProcessing.JoinSource": ("", "None", "Input"),
    "DataProcessing.OutputFilter": ("", "$"),
}


@dataclass(frozen=True)
class Plan:
    """One job: where from, where to, and what becomes of a line."""

    name: str
    model: str
    source: str  # s3://bucket/prefix
    target: str  # s3://bucket/prefix
    environment: Mapping[str, str]
    zipped: bool = False
    skipped: int = 0  # columns that the model does not see
    joined: bool = False  # the answer comes after its line
    last_newline: bool = True

    def seen(self, line: str) -> str:
        """What the model sees of a line."""
        parts = line.split(",", self.skipped)
        return parts[-1] if len(parts) > self.skipped else ""

    def written(self, line: str, answer: str) -> str:
        """What is written for a line."""
        return f"{line},{answer}" if self.joined else answer

    def key(self, object_key: str) -> str:
        """The key of an object's output: its place below the prefix, and `.out`."""
        prefix = split(self.source)[1]
        folder = f"{prefix}/" if object_key.startswith(f"{prefix}/") else prefix[: prefix.rfind("/") + 1]
        return f"{split(self.target)[1].rstrip('/')}/{object_key.removeprefix(folder)}.out".lstrip("/")


def plan_of(asked: Mapping[str, Any]) -> Plan:
    """Read a CreateTransformJob request; raises ValidationError for what the local AWS would not do."""
    for path, choices in _CHOICES.items():
        value = _at(asked, path)
        if value not in choices:
            raise _refused(path, value, ", ".join(choice for choice in choices if choice))
    joined = _at(asked, "DataProcessing.JoinSource") == "Input"
    lines = (_at(asked, "TransformInput.SplitType"), _at(asked, "TransformOutput.AssembleWith"))
    if joined and lines != ("Line", "Line"):
        raise ValidationError("JoinSource Input of text/csv needs SplitType Line and AssembleWith Line.")
    return Plan(
        name=asked["TransformJobName"],
        model=asked["ModelName"],
        source=_address(asked, "TransformInput.DataSource.S3DataSource.S3Uri"),
        target=_address(asked, "TransformOutput.S3OutputPath"),
        environment=dict(asked.get("Environment") or {}),
        zipped=_at(asked, "TransformInput.CompressionType") == "Gzip",
        skipped=_skipped(_at(asked, "DataProcessing.InputFilter") or "$"),
        joined=joined,
        last_newline=lines[1] == "Line",
    )


def split(address: str) -> tuple[str, str]:
    """The bucket and the key, or prefix, of an s3:// address."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key


def _skipped(input_filter: str) -> int:
    if input_filter == "$":
        return 0
    found = _FROM_COLUMN.fullmatch(input_filter)
    if found is None:
        raise _refused("DataProcessing.InputFilter", input_filter, "$, $[n:]")
    return int(found.group(1))


def _address(asked: Mapping[str, Any], path: str) -> str:
    address = _at(asked, path)
    if not address.startswith("s3://") or not split(address)[0]:
        raise _refused(path, address, "s3://bucket/prefix")
    return address


def _at(asked: Mapping[str, Any], path: str) -> str:
    found: Any = asked
    for part in path.split("."):
        found = (found or {}).get(part)
    return str(found or "")


def _refused(path: str, value: str, choices: str) -> Exception:
    error: Exception = ValidationError(f"The local AWS cannot do {path} {value!r}; it can do: {choices}.")
    return error
