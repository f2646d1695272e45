"""Reports: evaluation evidence of a version, parsed. What a file says, whatever its format."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Final

from bot.domain.precedence import Conflicts, Precedence

MOST_BYTES: Final = 20 * 1024 * 1024
"""A larger report is refused by its size, before it is read."""


@dataclass(frozen=True)
class Dataset:
    """What something was measured on, as far as anybody says: addresses, the digest of a manifest, the
    count of lines. Empty parts are unknown.
    """

    uris: tuple[str, ...] = ()
    digest: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class Metric:
    """One number; `value` is not finite where the report says so, and NaN where it gives none.

    `part` says of which part of the data, such as `Gender=0`, `region=EU` or a feature's name; empty for
    all of it. `deviation` is a standard deviation, None where the report gives none. `lacking` is why there
    is no value, with the place in the file, where the metric's name does not lead there.
    """

    name: str
    value: float
    deviation: float | None = None
    part: str = ""
    data: Dataset | None = None
    lacking: str = ""

    @property
    def key(self) -> str:
        """`auc`, or `auc[region=EU]` of a part."""
        return f"{self.name}[{self.part}]" if self.part else self.name


class CurveKind(StrEnum):
    """What a curve shows, x before y."""

    ROC = "roc"  # false positive rate, true positive rate
    PRECISION_RECALL = "precision_recall"  # recall, precision
    CALIBRATION = "calibration"  # mean score, share of positives


@dataclass(frozen=True)
class Curve:
    """Points from left to right; `lines` are how many lines of data stand behind each, where known."""

    kind: CurveKind
    points: tuple[tuple[float, float], ...]
    part: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: `counts[i][j]` lines of class `classes[i]` were answered with `classes[j]`."""

    classes: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]
    part: str = ""


@dataclass(frozen=True)
class Attribution:
    """How much each feature matters to the answers for a label (global SHAP values), in the file's order."""

    label: str
    features: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Violation:
    """A constraint that a monitor found violated. `check` is Model Monitor's constraint_check_type, `of`
    the feature, metric or facet; `value` and `threshold` are None where the file gives none.
    """

    check: str
    of: str
    sentence: str
    value: float | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class Constraint:
    """A bound that a baseline suggests: `metric` must be `comparator` (such as `>=`) `threshold`."""

    metric: str
    comparator: str
    threshold: float
    part: str = ""


@dataclass(frozen=True)
class Oddity:
    """What was not taken as it stands in the file: where (a JSON path) and why."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path} {self.text}"


@dataclass(frozen=True)
class Report:
    """Evidence of one version. `kind` is the format's name, `problem` what the model answers in Model
    Monitor's words (`regression`, `binary_classification`, `multiclass_classification`), empty where the
    file does not say. `digest` is the sha256 of the file's bytes.
    """

    kind: str
    uri: str
    digest: str
    metrics: tuple[Metric, ...]
    problem: str = ""
    data: Dataset = Dataset()
    curves: tuple[Curve, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    violations: tuple[Violation, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    oddities: tuple[Oddity, ...] = ()

    def metric(self, key: str) -> Metric | None:
        """The metric of exactly that key, if the report has it."""
        return next((metric for metric in self.metrics if metric.key == key), None)

    def curve(self, kind: CurveKind) -> Curve | None:
        """The curve of all the data, or the first there is."""
        found = [curve for curve in self.curves if curve.kind is kind]
        return next((curve for curve in found if not curve.part), found[0] if found else None)


def merged(reports: Iterable[Report]) -> Report | None:
    """One report of several, the most trusted first: where two say the same of a metric, the first one's
    number counts (`Precedence.rival`), and another one is noted. Each metric keeps the data set of the file
    that it comes from.
    """
    read = list(reports)
    if not read:
        return None
    kept = _Kept()
    for report in read:
        kept.take(report)
    return replace(
        read[0],
        metrics=tuple(kept.metrics.values()),
        problem=next((report.problem for report in read if report.problem), ""),
        curves=tuple(chain.from_iterable(report.curves for report in read)),
        matrices=tuple(chain.from_iterable(report.matrices for report in read)),
        attributions=tuple(chain.from_iterable(report.attributions for report in read)),
        violations=tuple(chain.from_iterable(report.violations for report in read)),
        constraints=tuple(chain.from_iterable(report.constraints for report in read)),
        oddities=(
            *(Oddity("$", text) for text in kept.conflicts.texts()),
            *chain.from_iterable(report.oddities for report in read),
        ),
    )


@dataclass
class _Kept:
    """The metrics that count, by key, and what contradicts them."""

    metrics: dict[str, Metric] = field(default_factory=dict)
    known: Precedence = field(default_factory=Precedence)
    conflicts: Conflicts = field(default_factory=Conflicts)

    def take(self, report: Report) -> None:
        """What the report says more than those before it."""
        told = []
        file = report.uri.rpartition("/")[2] or report.kind
        for metric in report.metrics:
            if rival := self.known.rival(metric.key):
                self.conflicts.note(metric.key, metric.value, file, (rival, self.metrics[rival].value))
            elif metric.key not in self.metrics:
                self.metrics[metric.key] = replace(metric, data=metric.data or report.data)
                told.append(metric.key)
        self.known.counts(told)
