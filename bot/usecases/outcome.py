"""Outcome: SageMaker's own lineage graph is told who approved what, and where it went live."""

import logging
from collections.abc import Iterator
from typing import Final

from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import Refusal
from bot.domain.wording import listed
from bot.usecases.origins import Outcome
from bot.usecases.ports import Ports

log: Final = logging.getLogger(__name__)


def write_lineage(ports: Ports, promotion: Promotion) -> None:
    """Tell it of a promotion that went live; it keeps nobody waiting, and what it does not take is logged."""
    if promotion.status is not Status.LIVE or promotion.envelope is None:
        return
    try:
        ports.lineage.write(_outcome(ports, promotion))
    except Refusal as refusal:
        log.warning("the lineage of %s is not written: %s", promotion.id, refusal.sentence)
    except Exception:
        log.exception("the lineage of %s is not written", promotion.id)


def _outcome(ports: Ports, promotion: Promotion) -> Outcome:
    envelope = promotion.envelope
    said = list(_said(ports, promotion))
    facts = sorted(envelope.facts.items()) if envelope else []
    said += [(f"envelope {name}", value) for name, value in facts if value]
    return Outcome(
        promotion=promotion.id,
        version=promotion.version,
        arn=promotion.arn,
        endpoint=envelope.endpoint if envelope else "",
        stage=promotion.stage,
        at=promotion.went_live or promotion.last.at,
        properties=tuple(said),
    )


def _said(ports: Ports, promotion: Promotion) -> Iterator[tuple[str, str]]:
    """What people look for first; the envelope's facts come after as long as there is room."""
    yield "promotion", promotion.id
    yield "stage", promotion.stage
    if promotion.envelope:
        yield "envelope", promotion.envelope.digest
    people = [ports.directory.name(one.person) for one in promotion.consents]
    yield "approved by", listed(people) or "nobody: the stage asks nobody"
    for one in promotion.consents:
        if one.comment:
            yield f"comment of {ports.directory.name(one.person)}", one.comment
    if promotion.comparison and promotion.comparison.verdict:
        yield "verdict", promotion.comparison.verdict
