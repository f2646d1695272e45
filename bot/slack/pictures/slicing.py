"""Slicing: rows of a comparison as parts of the data, the worst part first."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.comparison import Row
from bot.domain.meaning import Better
from bot.domain.spelling import split_key
from bot.slack.pictures.amounts import usable
from bot.slack.pictures.lettering import said


@dataclass(frozen=True)
class Slice:
    """One part of the data: the candidate's value and its deviation, the champion's value."""

    part: str
    candidate: float
    champion: float | None
    deviation: float
    better: bool | None


def facet(parts: Sequence[str]) -> str:
    """What all the parts are by, such as `region` of `region=EU`; empty where they differ."""
    facets = {part.partition("=")[0] for part in parts}
    return said(facets.pop(), 30) if len(facets) == 1 and all("=" in part for part in parts) else ""


def read(row: Row) -> Slice | None:
    """The slice of a row, None where the candidate has no number."""
    value = usable(row.candidate)
    if value is None:
        return None
    deviation = usable(row.candidate_deviation) or 0
    theirs = usable(row.champion) if row.comparable else None  # a line between them would say otherwise
    return Slice(split_key(row.metric)[1], value, theirs, max(0, deviation), row.better)


def worst_first(parts: Sequence[Slice], rows: Sequence[Row]) -> list[Slice]:
    """The parts in the order in which people should look at them; higher is better where nobody knows."""
    way = next((row.direction for row in rows if row.direction), Better.HIGHER)
    return sorted(parts, key=lambda one: (-way.badness(one.candidate), one.part))
