"""Amounts as people read them: counts, shares, metrics."""

import math
from typing import Final

_THOUSAND: Final = 1000
_FULL: Final = 10_000
_COUNTABLE: Final = 1e15
_TINY: Final = 0.0005


def count(value: float | None) -> str:
    """`1,180`; `12.5` of a weighted count; `–` where there is no number."""
    if value is None:
        return "–"
    if value >= _COUNTABLE:
        return f"{value:.1e}".replace("e+", "e")
    return f"{value:,.0f}" if value >= _FULL or value == round(value) else f"{value:.4g}"


def short(value: float | None, full: int = _FULL) -> str:
    """A count that takes little room: `12.3k` from `full` on."""
    if value is None or value < full or value >= _COUNTABLE:
        return count(value)
    for unit in "kMGT":
        value /= _THOUSAND
        if round(value, 1) < _THOUSAND or unit == "T":
            return f"{value:.1f}{unit}"
    raise AssertionError(value)


def share(part: float | None, digits: int = 1) -> str:
    """`69.8%`; never 0 % of something, and never all of less than all."""
    if part is None:
        return ""
    if part in {0, 1}:
        return f"{part:.0%}"
    edge = 0.5 / 10 ** (digits + 2)
    if part < edge:
        return f"<{2 * edge:.{digits}%}"
    return f">{1 - 2 * edge:.{digits}%}" if part > 1 - edge else f"{part:.{digits}%}"


def error(value: float) -> str:
    """An error between 0 and 1, to three places."""
    return f"{value:.3f}" if value >= _TINY or value == 0 else "<0.001"


def usable(value: float | None) -> float | None:
    """The number, None where there is none that can be drawn."""
    return value if value is not None and math.isfinite(value) and abs(value) < 1e300 else None  # noqa: PLR2004 - sums stay finite


def listed(clauses: list[str], most: int, more: str) -> str:
    """As many of the clauses as `most` characters hold, then how many `more` there are."""
    kept: list[str] = []
    used = 0
    for clause in clauses:
        used += len(clause) + 2
        if used > most - len(more) - 16:
            return "; ".join([*kept, f"… and {len(clauses) - len(kept)} more {more}"])
        kept.append(clause)
    return "; ".join(kept)
