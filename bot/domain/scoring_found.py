"""What scoring found, whatever the problem: numbers with their deviations, curves and a matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.domain.bootstrap import described

_UNKNOWN: Final = "NaN"


@dataclass(frozen=True)
class Scored:
    """How many lines were scored, and numbers by metric. `deviations` holds the standard deviations that
    are known, `shapes` curves and matrices as they stand in the document.
    """

    lines: int
    metrics: Mapping[str, float]
    deviations: Mapping[str, float]
    shapes: Mapping[str, object] = field(default_factory=dict)

    def document(self, block: str) -> dict[str, object]:
        """The document in Model Monitor's form, the metrics under `block`."""
        entries = {
            metric: {"value": value, "standard_deviation": self.deviations.get(metric, _UNKNOWN)}
            for metric, value in self.metrics.items()
        }
        return {
            "dataset": {"item_count": self.lines} | described(self.lines),
            block: {**entries, **self.shapes},
        }
