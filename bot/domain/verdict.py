"""The verdict: a comparison's rows in half a sentence."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.comparison_rows import Row
from bot.domain.guardrails import parse_guardrail
from bot.domain.meaning import Better, Meanings, written
from bot.domain.refusals import Unreadable
from bot.domain.spelling import is_split, split_key

_NAMED: Final = 2
_COUNTED: Final = 1000
_BIAS: Final = "bias"
_MEANT: Final = re.compile(r" \([^()]*\)(?= · |$)")  # what the letters of a bias metric stand for
_NEAREST: Final = frozenset({Better.ZERO, Better.ONE})


def beside(rows: Sequence[Row], champion: str) -> str:
    """How the candidate stands beside the champion, counted over what has a better direction; slices of a
    metric do not count beside it, and neither does what is settled. Empty where there is nothing to compare.
    """
    known = [row for row in _counted(rows) if not is_settled(row)]
    judged = [row for row in known if row.difference is not None]
    apart = [row for row in known if not row.comparable]
    if not judged:
        return f"not comparable with {champion}" if apart else ""
    better = sum(row.better is True and row.clear is not False for row in judged)
    worse = [row for row in judged if row.better is False and row.clear is not False]
    close = sum(row.clear is False for row in judged)
    said = [
        f"better than {champion} on {better} of {len(judged)} metrics",
        f"worse on {len(worse)} ({_named(worse)})" if worse else "",
        f"{close} too close to call" if close else "",
        f"not comparable on {len(apart)}" if apart else "",
    ]
    return ", ".join(part for part in said if part)


def is_settled(row: Row) -> bool:
    """Whether a metric that is best at 0 or 1, such as one of bias, keeps its guardrail in both versions:
    where both are near enough, the nearer one is no better model.
    """
    if row.difference is None or row.champion is None or not row.guardrail_met:
        return False
    if (row.direction or Meanings().of(row.metric).better) not in _NEAREST:
        return False
    try:
        return parse_guardrail(row.metric, row.guardrail).holds(row.champion, row.champion)
    except Unreadable:  # a record of a time when guardrails were written in another way
        return False


def called(row: Row) -> str:
    """What people call a metric where there is little room: `DPPL · age=below 40`."""
    title = row.title or row.metric
    return _MEANT.sub("", title, count=1) if row.metric.casefold().startswith(_BIAS) else title


def changed(row: Row) -> str:
    """The difference in three digits: it has fewer that mean something than the two numbers."""
    difference = row.difference or 0.0
    return signed(float(f"{difference:.3g}") if abs(difference) < _COUNTED else difference, row.unit)


def signed(value: float, unit: str = "") -> str:
    """A difference as people read it: `−0.012`, `+3 ms`."""
    return f"{'−' if value < 0 else '+'}{written(abs(value), unit)}"


def _counted(rows: Sequence[Row]) -> list[Row]:
    """Each metric once, where it is known which way is better; older records do not say so themselves."""
    whole = {row.metric for row in rows}
    once = {row.metric: row for row in rows if not _is_part_of(row.metric, whole)}
    return [row for row in once.values() if row.direction or Meanings().of(row.metric).better]


def _is_part_of(key: str, whole: set[str]) -> bool:
    name, part = split_key(key)
    return bool(part) and name in whole and not is_split(part)


def _named(rows: Sequence[Row]) -> str:
    texts = ", ".join(f"{called(row)} {changed(row)}" for row in rows[:_NAMED])
    return f"{texts} and {len(rows) - _NAMED} more" if len(rows) > _NAMED else texts
