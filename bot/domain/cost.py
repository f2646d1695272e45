"""What a promotion cost, at the list prices of us-east-1 (AWS's pricing pages)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_TRANSITION: Final = 25 / 1_000_000
_REQUEST: Final = 0.20 / 1_000_000
_GB_SECOND: Final = 0.0000133334  # arm64
# A step at 1,024 MB. bench/cost.py measures 0.1 on a whole core beside its AWS; Lambda gives 0.6 of one, the
# network takes its time, and some steps start cold.
_STEP_GB_SECONDS: Final = 0.3
HOURLY: Final[Mapping[str, float]] = MappingProxyType(
    {
        "ml.t2.medium": 0.056,
        "ml.m5.large": 0.115,
        "ml.m5.xlarge": 0.23,
        "ml.m5.2xlarge": 0.461,
        "ml.m5.4xlarge": 0.922,
        "ml.c5.large": 0.102,
        "ml.c5.xlarge": 0.204,
        "ml.c5.2xlarge": 0.408,
        "ml.g4dn.xlarge": 0.736,
    }
)
"""US dollars an hour of an instance; mlops.toml's [prices] adds to them and overrules them."""


@dataclass(frozen=True)
class Line:
    """One part of the cost; `dollars` is None where no price is known, `amount` says of how much."""

    what: str
    amount: str
    dollars: float | None


@dataclass(frozen=True)
class Cost:
    """The parts of a promotion's cost."""

    lines: tuple[Line, ...] = ()

    @property
    def dollars(self) -> float:
        """The sum of what has a price."""
        return sum(line.dollars or 0 for line in self.lines)

    @property
    def sentence(self) -> str:
        """The cost in one line; what has no known price is named."""
        parts = [f"{line.what} {money(line.dollars)}" for line in self.lines if line.dollars is not None]
        unknown = [f"{line.amount} ({line.what})" for line in self.lines if line.dollars is None]
        if unknown:
            parts.append(f"{'and ' if parts else ''}{', '.join(unknown)} of unknown price")
        return ": ".join(part for part in (money(self.dollars), ", ".join(parts)) if part)


def workflow(transitions: int, steps: int) -> Line:
    """Step Functions' state transitions and the steps that they invoked."""
    compute = steps * (_REQUEST + _STEP_GB_SECONDS * _GB_SECOND)
    return Line("workflow", f"{transitions} transitions", transitions * _TRANSITION + compute)


def instances(what: str, kind: str, count: int, seconds: float, prices: Mapping[str, float]) -> Line:
    """So many instances for so many seconds."""
    hourly = prices.get(kind, HOURLY.get(kind))
    amount = f"{count} × {kind} for {seconds / 60:.1f} min"
    return Line(what, amount, None if hourly is None else hourly * count * seconds / 3600)


def money(dollars: float | None) -> str:
    """US dollars, with as many digits as small sums need."""
    if dollars is None:
        return "?"
    if dollars and dollars < 0.00005:  # noqa: PLR2004 - what four digits would show as nothing
        return "< $0.0001"
    return f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.4f}"
