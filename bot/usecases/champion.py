"""The champion: what is live in a stage, and the evidence that a candidate is held against."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.comparison_rows import Row
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion, promotion_id
from bot.domain.refusals import NotFound, Refusal
from bot.domain.report import Dataset, Metric, Report, merged
from bot.domain.scoring import MEASURED
from bot.domain.spelling import split_key
from bot.usecases.evidence import Evidence, Source
from bot.usecases.gather import TEST, beside_test, gather, test_report
from bot.usecases.hosting import Serving
from bot.usecases.ports import Ports
from bot.usecases.sealed_evidence import knows_all, unsealed

_AS_IT_WENT_LIVE: Final = "as it went live"


@dataclass(frozen=True)
class Champion:
    """What serves, None where nothing does or it is the candidate itself; its evidence; what keeps the two
    from being compared; the endpoint config that serves.
    """

    version: Version | None = None
    evidence: Evidence | None = None
    problem: str = ""
    config: str = ""


def champion_of(
    ports: Ports, package: Package, stage: Stage, tested: Callable[[Version], Trial | None]
) -> Champion:
    """What the package would replace in the stage.

    Args:
        ports: The world.
        package: The candidate.
        stage: Where it is to go.
        tested: Its test on the same data, None where there was none.
    """
    serving = ports.endpoints.serving(stage.endpoint_of(package.version.model))
    if serving is None:
        return Champion()
    if serving.arns == (package.arn,):
        return Champion(config=serving.config)
    version: Version | None = None
    try:
        version = Version.of_arn(serving.arns[0] if serving.arns else "what serves")
        trial = tested(version)
        if trial and trial.problem:
            raise NotFound(trial.problem)
        evidence = _evidence(ports, version, _put_there(ports, version, stage, serving), trial)
        return Champion(version, evidence, config=serving.config)
    except Refusal as refusal:
        # The candidate is not at fault for its predecessor's evidence; the card says what is lacking.
        problem = f"Not compared with what is live in {stage.name}: {refusal.sentence.rstrip('.')}"
        return Champion(version, problem=problem, config=serving.config)


def _evidence(ports: Ports, version: Version, lived: Promotion | None, trial: Trial | None) -> Evidence:
    """The evidence of what is live in a stage, as it went live there.

    Report files are often written again under one key; then the candidate would be held against itself. And
    whoever can make the champion's evidence weaker lets a weaker candidate pass. So what the ledger keeps
    counts, unless all evidence is still what was sealed: not a report more, and none less.

    Raises:
        NotFound: There is none, or nobody knows what it was.
        Unreadable: It cannot be understood.
    """
    found, trouble = None, None
    try:
        found = _gathered(ports, version, lived, trial)
    except Refusal as refusal:
        trouble = refusal
    if lived and found is None:
        return _as_it_went_live(ports, lived, trial)
    if found and found.report:
        return found
    with suppress(NotFound):
        return _tested(ports, trial)
    unread = found.unread if found else ()
    sentence = unread[0].problem if unread else f"{version} names no evaluation report."
    raise trouble or NotFound(sentence)


def _gathered(
    ports: Ports, version: Version, lived: Promotion | None, trial: Trial | None
) -> Evidence | None:
    """What its package names now; None where that is not what was sealed."""
    package = ports.registry.package(version)
    if lived is None:
        return gather(ports, package, trial)
    if not knows_all(lived):  # of this nobody sealed more
        package = replace(package, more=(), card="")
    found = gather(ports, package, trial)
    return None if unsealed(lived, package, found.sources) else found


def _put_there(ports: Ports, version: Version, stage: Stage, serving: Serving) -> Promotion | None:
    """The promotion that knows what the version went live with, None where none put it there: of those that
    were weighed the newest that kept its numbers.
    """
    found: list[Promotion] = []
    for one in _lives(ports, version, stage, serving):
        if one.comparison and one.comparison.rows:
            return one
        found.append(one)
    return next((one for one in found if not one.rollback), found[0] if found else None)


def _lives(ports: Ports, version: Version, stage: Stage, serving: Serving) -> Iterator[Promotion]:
    """The promotions that brought the version live in the stage, the one whose config serves first."""
    behind = ports.ledger.find(f"p_{serving.config.rpartition('-')[2]}")
    if behind is None or (behind.resource, behind.version) != (serving.config, version):
        behind = None  # the config is nobody's, or by its name alone a promotion's
    else:
        yield behind
    for one in ports.ledger.of_model(version.model):
        if (one.version, one.stage) == (version, stage.name) and one.went_live:
            yield one
    if behind and behind.rollback:  # what it brought back may be older than the newest promotions
        yield from _before(ports, behind)


def _before(ports: Ports, promotion: Promotion) -> Iterator[Promotion]:
    """The version's earlier promotions to the stage that went live, newest first, however long ago."""
    with suppress(NotFound):
        package = ports.registry.package(promotion.version)
        for attempt in range(promotion.attempt - 1, 0, -1):
            named = promotion_id(package.arn, package.registered_at, promotion.stage, attempt)
            one = ports.ledger.find(named)
            if one and one.went_live:
                yield one


def _as_it_went_live(ports: Ports, promotion: Promotion, trial: Trial | None) -> Evidence:
    rows = promotion.comparison.rows if promotion.comparison else ()
    metrics = tuple(_recorded(row, _tested_on(promotion)) for row in rows if row.candidate is not None)
    tested = _tested(ports, trial) if trial and trial.report else None
    if not metrics and tested:
        return tested
    if not metrics:
        raise NotFound(
            f"nobody knows what {promotion.version} went live with: its evidence is not what was sealed, and "
            f"the ledger has no numbers of it."
        )
    digest = promotion.envelope.report if promotion.envelope else ""
    recorded = Report(_AS_IT_WENT_LIVE, promotion.report, digest, metrics)
    kept = beside_test(tested.report, [recorded]) if tested else [recorded]
    source = Source(recorded.kind, recorded.uri, digest)
    return Evidence(merged(kept), (*(tested.sources if tested else ()), source))


def _recorded(row: Row, tested: Dataset) -> Metric:
    name, part = split_key(row.metric)
    value = math.nan if row.candidate is None else row.candidate
    data = row.candidate_data  # what was recorded before this was says nothing of it
    if data is None:
        data = tested if row.metric in MEASURED else Dataset()
    return Metric(name, value, row.candidate_deviation, part, data)


def _tested_on(promotion: Promotion) -> Dataset:
    own = promotion.trials[0] if promotion.trials and promotion.trials[0].report else None
    return Dataset((own.data.uri,), own.data.digest, own.rows) if own else Dataset()


def _tested(ports: Ports, trial: Trial | None) -> Evidence:
    """The champion's test alone. Raises NotFound where there was none, and as `test_report` does."""
    if trial is None or not trial.report:
        raise NotFound("Nothing was tested.")
    report = test_report(ports, trial)
    return Evidence(report, (Source(TEST, trial.report, report.digest),))
