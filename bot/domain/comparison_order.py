"""Order of a comparison: what people look at first, and which slice they should look at."""

import math
from collections.abc import Iterable
from typing import Final

from bot.domain.comparison_rows import Beside, Row
from bot.domain.meaning import HEADLINES, Better, Meanings, is_baseline
from bot.domain.spelling import is_split, split_key

_KNOWN: Final = len(HEADLINES)


def ordered(both: Beside) -> list[str]:
    """The keys of the candidate's metrics, without baselines: headlines, those whose better direction is
    known, the rest; and after all of them, in the same order, those of parts.
    """
    ranks: dict[str, int] = {}

    def rank(key: str) -> tuple[bool, int]:
        name, part = split_key(key)
        if name not in ranks:
            ranks[name] = _rank(name, both.meanings)
        return bool(part), ranks[name]

    return sorted((key for key in both.ours if not is_baseline(key)), key=rank)


def is_headline(key: str) -> bool:
    """Whether people look at it first."""
    return Meanings().of(key).title in HEADLINES and not split_key(key)[1]


def worst_slice(both: Beside, keys: Iterable[str]) -> Row | None:
    """The slice to look at, of the first of the metrics that has slices and a better direction.

    The one that lost most against the champion, where one lost; else the one that is worst in itself. A
    part is a slice where its metric is measured on all of the data as well, and it is no data set.
    """
    for name in dict.fromkeys(split_key(key)[0] for key in keys):
        direction = both.meanings.of(name).better
        if direction and name in both.ours and (rows := _slices(both, name)):
            return _worst(rows, direction)
    return None


def _rank(name: str, meanings: Meanings) -> int:
    title = Meanings().of(name).title
    if title in HEADLINES:
        return HEADLINES.index(title)
    return _KNOWN if meanings.of(name).better else _KNOWN + 1


def _slices(both: Beside, name: str) -> list[Row]:
    return [
        both.row(key)
        for key, metric in both.ours.items()
        if metric.name == name and metric.part and math.isfinite(metric.value) and not is_split(metric.part)
    ]


def _worst(rows: list[Row], direction: Better) -> Row:
    lost = [row for row in rows if row.loss is not None and row.loss > 0 and row.clear is not False]
    if lost:
        return max(lost, key=lambda row: row.loss or 0.0)
    return max(rows, key=lambda row: direction.badness(row.candidate or 0.0))
