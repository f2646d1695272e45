"""Naming of home-made metrics: which words of a file are part of a metric's name, and which are not."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from bot.domain.formats.reading import MOST_NAME
from bot.domain.formats.values import at

_WRAPPERS: Final = frozenset(
    [
        "metric",
        "metrics",
        "result",
        "results",
        "evaluation",
        "evaluations",
        "evaluation_result",
        "evaluation_results",
        "score",
        "scores",
        "report",
        "classification_report",
        "finalmetricdatalist",
        "finalautomljobobjectivemetric",
        "bestcandidate",
        "candidateproperties",
        "candidatemetrics",
    ]
)
_SETS: Final[Mapping[str, str]] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
    "eval": "eval",
    "holdout": "holdout",
}
_FIRST: Final = frozenset("tTvVeEhH")
_PREFIX: Final = re.compile(rf"({'|'.join(_SETS)})[:/_.\-](.+)", re.IGNORECASE | re.DOTALL)
_PASSED: Final = frozenset(
    [
        "version",
        "schemaversion",
        "modelversion",
        "evaluationtime",
        "timestamp",
        "createdat",
        "creationtime",
        "lastmodifiedtime",
        "updatedat",
        "starttime",
        "endtime",
        "date",
        "datetime",
        "id",
        "runid",
        "jobid",
    ]
)
_STANDARD: Final[Mapping[str, str]] = {
    "F1macro": "macro_f1",
    "PrecisionMacro": "macro_precision",
    "RecallMacro": "macro_recall",
    "BalancedAccuracy": "balanced_accuracy",
    "LogLoss": "log_loss",
    "InferenceLatency": "inference_latency",
    "AverageWeightedQuantileLoss": "average_weighted_quantile_loss",
    "TrainingLoss": "training_loss",
    "ValidationLoss": "validation_loss",
}
_LONGEST: Final = 8 * MOST_NAME
_SAME: Final[Mapping[str, str]] = {"f1-score": "f1"}


class Place(NamedTuple):
    """Where in a file a reader is: its JSON path, what a number there is called so far, and the part of
    the data that it was measured on.
    """

    path: str = "$"
    name: str = ""
    part: str = ""

    def at(self, key: str | int) -> "Place":
        """A member that adds nothing to names."""
        return Place(at(self.path, key), self.name, self.part)

    def inside(self, key: str) -> "Place":
        """What stands under a key: `latency` joins the name, `test` is a part, `metrics` is neither."""
        lower = key.lower()
        if lower in _SETS:
            return self.at(key).of(_SETS[lower])
        part, rest = split(key)
        name = self.name if is_wrapper(rest) else joined(self.name, rest)
        return Place(at(self.path, key), name, self.part).of(part)

    def named(self, key: str) -> "Place":
        """A number under a key: `latency` and `validation:auc`, whose part is `validation`."""
        part, rest = split(key)
        place = Place(at(self.path, key), joined(self.name, rest), self.part)
        return place.of(part) if part else place

    def called(self, name: str) -> "Place":
        """The same place, of an entry that says itself what it is called."""
        part, rest = split(name)
        return Place(self.path, joined(self.name, rest), self.part).of(part)

    def of(self, part: str) -> "Place":
        """The same place, measured on a part of the data; parts of parts stand side by side."""
        if not part or part in self.part.split(", "):
            return self
        return Place(self.path, self.name, f"{self.part}, {part}"[:_LONGEST] if self.part else part)


def is_wrapper(key: str) -> bool:
    """Whether a key only wraps metrics: it says nothing of what they are."""
    lower = key.lower()
    return lower in _WRAPPERS or lower.endswith("_metrics")


def is_passed(key: str) -> bool:
    """Whether a key says when or by what a file was written: no metric, and nothing to note."""
    return len(key) < 20 and key.lower().replace("_", "").replace("-", "") in _PASSED  # noqa: PLR2004 - longer than all


def split(key: str) -> tuple[str, str]:
    """The set that a metric was measured on and its name: `validation` and `auc` of `validation:auc`."""
    match = _PREFIX.fullmatch(key) if key[:1] in _FIRST else None
    return (_SETS[match[1].lower()], match[2]) if match else ("", key)


def set_of(word: str) -> str:
    """The set that a word names (`Validation`), empty where it names none."""
    return _SETS.get(word.lower(), "")


def standard(name: str) -> str:
    """A metric's name of Autopilot in the form of Model Monitor: `macro_f1` of `F1macro`."""
    return _STANDARD.get(name, name.lower())


def joined(name: str, key: str) -> str:
    """A nested name: `latency.p95_ms`; one that is too long to count grows no further."""
    word = _SAME.get(key, key)
    return f"{name}.{word}"[:_LONGEST] if name else word
