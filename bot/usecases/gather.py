"""Gather: the evidence of a version from its test, the reports that its package names, and its model card."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.measured import is_of_all, measured_as
from bot.domain.model import NamedReport, Package
from bot.domain.model_card import ModelCard, parse_card
from bot.domain.progress import Trial
from bot.domain.refusals import Refusal, Unreadable
from bot.domain.report import Dataset, Metric, Report, merged
from bot.usecases.evidence import Evidence, Source
from bot.usecases.ports import Ports

QUALITY: Final = "model quality"
TEST: Final = "test"
CHAMPIONS_TEST: Final = "champion’s test"
CARD: Final = "model card"
_RESERVED: Final = frozenset({QUALITY, TEST, CHAMPIONS_TEST, CARD})
_UNSAID: Final = "the test has no number for it, and nobody’s claim stands in for that"
_JSON: Final = "json"


@dataclass(frozen=True)
class _Read:
    source: Source
    report: Report | None = None
    refusal: Refusal | None = None


def gather(ports: Ports, package: Package, trial: Trial | None = None, *, strict: bool = False) -> Evidence:
    """All evidence of a version, the most trusted first; a report that cannot be read is a source with a
    problem, and its numbers are lacking.

    Args:
        ports: The world.
        package: The version.
        trial: Its test; where there was one, nobody's own claim stands in for what it measures.
        strict: The test and model quality must be readable.

    Raises:
        NotFound, Unreadable: They must be, and are not.
    """
    read = [*_tested(ports, trial), *_registered(ports, package)]
    for one in read:
        if strict and one.refusal and one.source.kind in {TEST, QUALITY}:
            raise one.refusal
    card = card_of(package)
    if card and card.evaluation:
        read.append(_Read(Source(CARD, "", card.evaluation.digest), card.evaluation))
    tested = next((one for one in read if one.source.kind == TEST), None)
    claims = [one.report for one in read if one.report and one is not tested]
    kept = beside_test(tested.report, claims) if tested else claims
    return Evidence(merged(kept), tuple(one.source for one in read), card)


def beside_test(tested: Report | None, claims: Sequence[Report]) -> list[Report]:
    """What counts where there was a test, None where its report cannot be read: what nobody but the test can
    say, nobody claims, under whatever name. What is claimed of slices stays; and what the test should have
    told of it and does not is no number.
    """
    given = {metric.key for metric in tested.metrics} if tested else set()
    claimed = {measured_as(metric): None for one in claims for metric in one.metrics}
    lacking = [name for name in claimed if name and name not in given]
    said = tested or Report(TEST, "", "", ())
    unsaid = (Metric(name, math.nan, lacking=_UNSAID) for name in lacking)
    said = replace(said, metrics=(*said.metrics, *unsaid))
    first = [said] if tested or lacking else []
    return [*first, *map(_unmeasured, claims)]


def named_reports(package: Package) -> Sequence[NamedReport]:
    """The reports that a package names, model quality first."""
    own = (NamedReport(QUALITY, package.report),) if package.report else ()
    more = (replace(one, kind=f"own {one.kind}") if one.kind in _RESERVED else one for one in package.more)
    return (*own, *more)


def is_json(named: NamedReport) -> bool:
    """Whether the registry's media type lets it be read; where there is none, its content says."""
    return not named.media or _JSON in named.media


def card_of(package: Package) -> ModelCard | None:
    """The package's model card; None where it has none that can be read."""
    try:
        return parse_card(package.card) if package.card else None
    except Unreadable:
        return None


def read_report(ports: Ports, uri: str) -> Report:
    """The report at this address. Raises NotFound, Unreadable."""
    return _parsed(ports.reports.read(uri), uri)


def test_report(ports: Ports, trial: Trial) -> Report:
    """What a test measured, and on what. Raises NotFound, Unreadable."""
    report = read_report(ports, trial.report)
    return replace(report, kind=TEST, data=Dataset((trial.data.uri,), trial.data.digest, trial.rows))


def _tested(ports: Ports, trial: Trial | None) -> Iterator[_Read]:
    if trial is None or not trial.report:
        return
    try:
        report = test_report(ports, trial)
        yield _Read(Source(TEST, trial.report, report.digest), report)
    except Refusal as refusal:
        yield _Read(Source(TEST, trial.report, problem=refusal.sentence), refusal=refusal)


def _registered(ports: Ports, package: Package) -> Iterator[_Read]:
    """Each report that the package names; one file may be named as several, and counts once."""
    parsed = set()
    for one in named_reports(package):
        read = _named(ports, one)
        yield replace(read, report=None) if one.uri in parsed else read
        if read.report:
            parsed.add(one.uri)


def _named(ports: Ports, named: NamedReport) -> _Read:
    if not is_json(named):
        return _Read(Source(named.kind, named.uri, problem=f"It is {named.media}, and I read JSON."))
    try:
        raw = ports.reports.read(named.uri)
        source = Source(named.kind, named.uri, hashlib.sha256(raw).hexdigest())
    except Refusal as refusal:
        return _Read(Source(named.kind, named.uri, problem=refusal.sentence), refusal=refusal)
    try:
        return _Read(source, _parsed(raw, named.uri))
    except Unreadable as refusal:
        return _Read(replace(source, problem=refusal.sentence), refusal=refusal)


def _unmeasured(report: Report) -> Report:
    """Of a claim what no test measures."""
    kept = tuple(metric for metric in report.metrics if not (is_of_all(metric) and measured_as(metric)))
    return replace(report, metrics=kept, curves=(), matrices=())


def _parsed(raw: bytes, uri: str) -> Report:
    from bot.domain.formats import parse_report  # noqa: PLC0415 - a click that reads none starts without them

    return parse_report(raw, uri)
