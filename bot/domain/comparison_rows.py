"""Rows of a comparison: one metric of the candidate beside the champion's."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from bot.domain.comparability import unlike
from bot.domain.meaning import Better, Meanings
from bot.domain.model import Version
from bot.domain.report import Dataset, Metric, Report
from bot.domain.spelling import spelled_key, split_key

_LONGEST: Final = 300  # characters of addresses a row; a record in the ledger has its limits
_SHORT: Final = 16


@dataclass(frozen=True)
class Row:
    """One metric of both; `better` and `guardrail_met` are None where nothing can be said.

    `metric` is its key, `title` what people call it, with its part. The deviations are standard
    deviations, None where the report gives none; `paired_deviation` is that of the difference, None where
    nobody drew the same lines for both. Where the two were not measured on the same data, `comparable` is
    False, and nothing is better. `direction` is None where nobody knows which way is. `candidate_data` is
    what the candidate's number was measured on: by the time it is the champion, its report may be gone.
    """

    metric: str
    candidate: float | None
    champion: float | None
    guardrail: str = ""
    guardrail_met: bool | None = None
    better: bool | None = None
    title: str = ""
    unit: str = ""
    candidate_deviation: float | None = None
    champion_deviation: float | None = None
    comparable: bool = True
    direction: Better | None = None
    paired_deviation: float | None = None
    candidate_data: Dataset | None = None

    @property
    def difference(self) -> float | None:
        """Candidate minus champion, where both have a number and these can be compared."""
        if self.candidate is None or self.champion is None or not self.comparable:
            return None
        return self.candidate - self.champion

    @property
    def relative(self) -> float | None:
        """The difference as a share of the champion's number, None where that is 0."""
        difference = self.difference
        return difference / abs(self.champion) if difference is not None and self.champion else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of the difference, where anybody knows it.

        Unless it was measured itself, it is as if the two had been measured on different lines: on the
        same lines they vary together, and the difference less than this. So what is called clear is.
        """
        if self.paired_deviation is not None:
            return self.paired_deviation
        if self.candidate_deviation is None or self.champion_deviation is None:
            return None
        return math.hypot(self.candidate_deviation, self.champion_deviation)

    @property
    def clear(self) -> bool | None:
        """Whether the difference is more than two of its standard deviations; None where nobody can say."""
        if self.difference is None or self.spread is None:
            return None
        return abs(self.difference) > 2 * self.spread

    @property
    def loss(self) -> float | None:
        """How much worse the candidate is, in the metric's unit; None where nobody can say."""
        if self.difference is None or self.candidate is None or self.champion is None or not self.direction:
            return None
        return self.direction.loss(self.candidate, self.champion)


@dataclass(frozen=True)
class Beside:
    """The candidate's report beside that of the champion, metric by metric. `paired` are the standard
    deviations of the differences between their tests on the same data.
    """

    candidate: Report | None
    champion: Report | None
    version: Version | None
    meanings: Meanings
    paired: Mapping[str, float] = field(default_factory=dict)

    @property
    def no_champion(self) -> bool:
        """Whether nothing is there to be better than."""
        return self.champion is None and self.version is None

    @property
    def name(self) -> str:
        """What the champion is called in a sentence."""
        return str(self.version) if self.version else "the champion"

    @cached_property
    def ours(self) -> Mapping[str, Metric]:
        """The candidate's metrics by key; the first of one key counts."""
        return _by_key(self.candidate)

    def theirs(self, key: str) -> Metric | None:
        """The champion's metric of that key, or the only one of that part that differs in spelling."""
        exact = self._champions.get(key)
        if exact is not None:
            return exact
        return self._respelled.get(spelled_key(key))

    def data(self, key: str) -> tuple[Dataset | None, Dataset | None]:
        """What the candidate's and the champion's number were measured on, as far as their reports say."""
        return _data(self.ours.get(key), self.candidate), _data(self.theirs(key), self.champion)

    def unlike(self, key: str) -> str:
        """Why the two numbers cannot be compared, empty where they can."""
        return unlike(*self.data(key), self.name) if key in self.ours and self.theirs(key) else ""

    def row(self, key: str) -> Row:
        """The row of a metric."""
        ours, theirs = self.ours.get(key), self.theirs(key)
        candidate, champion = _value(ours), _value(theirs)
        meaning = self.meanings.of(key)
        comparable = not self.unlike(key)
        better = None
        if candidate is not None and champion is not None and comparable and meaning.better:
            loss = meaning.better.loss(candidate, champion)
            better = loss < 0 if loss else None
        _, part = split_key(key)
        return Row(
            key,
            candidate,
            champion,
            better=better,
            title=f"{meaning.title} · {part}" if part else meaning.title,
            unit=meaning.unit,
            candidate_deviation=ours.deviation if ours else None,
            champion_deviation=theirs.deviation if theirs else None,
            comparable=comparable,
            direction=meaning.better,
            paired_deviation=self.paired.get(key) if self._is_tested(key) else None,
            candidate_data=_brief(_data(ours, self.candidate)),
        )

    def _is_tested(self, key: str) -> bool:
        """Whether both numbers of exactly this key were tested on the same data, and are no claims."""
        ours, theirs = self.data(key)
        digests = {data.digest if data else "" for data in (ours, theirs)}
        return key in self._champions and len(digests) == 1 and "" not in digests

    @cached_property
    def _champions(self) -> Mapping[str, Metric]:
        return _by_key(self.champion)

    @cached_property
    def _respelled(self) -> Mapping[tuple[str, str], Metric | None]:
        """By spelling; None where several differ in nothing else."""
        found: dict[tuple[str, str], Metric | None] = {}
        for key, metric in self._champions.items():
            spelling = spelled_key(key)
            found[spelling] = None if spelling in found else metric
        return found


def _by_key(report: Report | None) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for metric in report.metrics if report else ():
        found.setdefault(metric.key, metric)
    return found


def _value(metric: Metric | None) -> float | None:
    return metric.value if metric and math.isfinite(metric.value) else None


def _brief(data: Dataset | None) -> Dataset | None:
    """What is recorded of a data set: of many addresses only that they were others than any other list."""
    if data is None or sum(map(len, data.uris)) <= _LONGEST:
        return data
    digest = hashlib.sha256("\n".join(data.uris).encode(errors="surrogatepass")).hexdigest()
    return replace(data, uris=(f"{len(data.uris):,} addresses with sha256 {digest[:_SHORT]}",))


def _data(metric: Metric | None, report: Report | None) -> Dataset | None:
    if metric is None or report is None:
        return None
    return metric.data or report.data
