"""Reports: evaluation evidence of a version, parsed."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.refusals import Unreadable
from bot.domain.wording import strip

MOST_BYTES: Final = 20 * 1024 * 1024
"""A larger report is refused by its size, before it is read."""

_KINDS: Final = ("binary_classification", "multiclass_classification", "regression")


@dataclass(frozen=True)
class Metric:
    """One number; `value` is NaN where the report says so or gives none."""

    name: str
    value: float
    deviation: float | None = None


@dataclass(frozen=True)
class Report:
    """Model quality of one version. `digest` is the sha256 of the file's bytes."""

    kind: str
    uri: str
    digest: str
    metrics: tuple[Metric, ...]

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, if the report has it."""
        return next((metric for metric in self.metrics if metric.name == name), None)


def parse_report(raw: bytes, uri: str) -> Report:
    """Model quality in the shape that SageMaker Model Monitor writes.

    The top level holds `regression_metrics`, `binary_classification_metrics` or
    `multiclass_classification_metrics`: a mapping of a metric to `{value, standard_deviation}`, where
    "NaN" and "Infinity" may come as strings, beside a confusion matrix and curves, which carry no
    single number (SageMaker Developer Guide: Model Quality Metrics and Amazon CloudWatch Monitoring).

    Raises:
        Unreadable: The file is no JSON, or has no such mapping.
    """
    document = _decoded(raw, uri)
    for kind in _KINDS:
        block = document.get(f"{kind}_metrics")
        if isinstance(block, Mapping):
            metrics = tuple(m for name, entry in block.items() if (m := _metric(_named(name), entry)))
            if metrics:
                return Report(kind, uri, hashlib.sha256(raw).hexdigest(), metrics)
            raise Unreadable(f"The report {uri} has no metric with a value in {kind}_metrics. {_NEXT}")
    found = ", ".join(_named(key)[:40] for key in sorted(document)[:5]) or "nothing"
    raise Unreadable(
        f"The report {uri} has a shape I do not know: at the top I found {found}, and looked for "
        f"{', '.join(f'{kind}_metrics' for kind in _KINDS)}. {_NEXT}"
    )


_NEXT: Final = "Write it again in SageMaker's model-quality form and register a new version."


def _decoded(raw: bytes, uri: str) -> Mapping[str, object]:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The report {uri} is not JSON ({error}). {_NEXT}") from None
    if not isinstance(document, dict):
        raise Unreadable(f"The report {uri} is JSON, but not an object. {_NEXT}")
    return document


def _named(key: str) -> str:
    # JSON can write half a character ("\ud800"), which no ledger takes.
    return strip(key).encode(errors="replace").decode()


def _metric(name: str, entry: object) -> Metric | None:
    if not isinstance(entry, Mapping) or "value" not in entry:
        return None
    deviation = _number(entry.get("standard_deviation"))
    return Metric(name, _number(entry["value"]), None if math.isnan(deviation) else deviation)


def _number(value: object) -> float:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return math.nan
    return math.nan
