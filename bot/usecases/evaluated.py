"""Evaluated: new evidence came for a version that is on a card already."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from bot.domain.model import Package
from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.draw import draw, redraw_if_stale
from bot.usecases.each import each
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.report import report
from bot.usecases.seal import same_package
from bot.usecases.sealed_evidence import evidence_facts, knows_all
from bot.usecases.void import is_void, reopened_since

_UNDECIDED: Final = frozenset({Status.OPENED, Status.SEALED, Status.TESTED, Status.WEIGHED})
_SHOWN: Final = frozenset({Status.LIVE, Status.ASKING})
_DAY: Final = timedelta(days=1)
_MOST_ANEW: Final = ((timedelta(hours=1), 3), (_DAY, 10))
"""A job may write the same report every minute; nobody answers a question that often."""
_MOST_A_DAY, _MOST_IN_ALL = 5, 20  # what is told, of one promotion
_LONGEST: Final = 1000  # characters of what is told


def evaluated(ports: Ports, outputs: Sequence[str]) -> str:
    """A job wrote below these addresses: where it changed the evidence of a version on a card, an open
    question is asked anew, and a card whose promotion is over tells of it, once, in its channel.

    Looked through are the models that mlops.toml names and those with a promotion under way. Gives the ids
    of the promotions that it concerned.
    """
    concerned = (promotion for promotion in _shown(ports) if _names(promotion, outputs))
    return each(concerned, lambda promotion: _tells(ports, promotion))


def _shown(ports: Ports) -> Iterator[Promotion]:
    """All that asks; and of each version that is live, asks or is the model's newest the promotion whose card
    people look at.
    """
    models = {one.version.model for one in ports.ledger.under_way()} | {*ports.policy.models}
    for model in sorted(models):
        known = ports.ledger.of_model(model)
        newest = max((one.version for one in known), default=None)
        versions = {newest} | {one.version for one in known if one.status in _SHOWN}
        for promotion in known:
            if promotion.rollback:  # what was good enough before is not weighed again
                continue
            if promotion.status is Status.ASKING or promotion.version in versions:
                yield promotion
            versions.discard(promotion.version)


def _names(promotion: Promotion, outputs: Sequence[str]) -> bool:
    """Whether the job wrote to one of its reports, as far as the ledger knows them."""
    folders = tuple(f"{uri.rstrip('/')}/" for uri in outputs)
    written = {uri.rstrip("/") for uri in outputs}
    known = promotion.reports or (promotion.report,)
    return any(uri.startswith(folders) or uri in written for uri in known if uri)


def _tells(ports: Ports, promotion: Promotion) -> bool:
    if promotion.envelope is None or promotion.status in _UNDECIDED:
        return False  # the workflow looks at it before anybody is asked
    if promotion.reopens:  # it is weighed anew, if only its workflow is awake
        ports.workflow.resume(promotion.id)
        return False
    news = _news(ports, promotion, same_package(ports, promotion))
    if not news:
        return False
    if promotion.status is Status.ASKING:
        return _asked_anew(ports, promotion)
    _tell(
        ports, promotion, f"evidence {hashlib.sha256(repr(sorted(news.items())).encode()).hexdigest()[:16]}"
    )
    return True


def _news(ports: Ports, promotion: Promotion, package: Package) -> Mapping[str, str]:
    """All evidence of the package, where something of it is not as it was sealed."""
    found = evidence_facts(ports, package)
    if not knows_all(promotion):
        found = {name: digest for name, digest in found.items() if name == "report"}
    sealed = promotion.envelope.facts if promotion.envelope else {}
    return {} if found.items() <= sealed.items() else found


def _asked_anew(ports: Ports, promotion: Promotion) -> bool:
    now = ports.clock.now()
    if any(reopened_since(ports, promotion, now - span) >= most for span, most in _MOST_ANEW):
        return False  # the next decision finds the change and asks anew
    if is_void(ports, promotion):
        ports.workflow.resume(promotion.id)
        with suppress(Unreachable, Conflict):  # the workflow, just woken, draws it too
            draw(ports, promotion.id)
    return True


def _tell(ports: Ports, promotion: Promotion, request: str) -> None:
    if _may_tell(ports, promotion, request):
        text = f"New evidence of {promotion.version}: {report(ports, promotion.version).comparison.verdict}"
        if len(text) > _LONGEST:
            text = f"{text[: _LONGEST - 1]}…"
        promotion = change(ports.ledger, promotion.id, lambda known: _told(ports, known, text, request))
    redraw_if_stale(ports, promotion)


def _told(ports: Ports, promotion: Promotion, text: str, request: str) -> Promotion | None:
    if not _may_tell(ports, promotion, request):
        return None
    return promotion.told(ports.clock.now(), text, request)


def _may_tell(ports: Ports, promotion: Promotion, request: str) -> bool:
    told = [entry for entry in promotion.story if entry.aloud]
    today = [entry for entry in told if entry.at > ports.clock.now() - _DAY]
    once = all(entry.request != request for entry in told)
    return once and len(today) < _MOST_A_DAY and len(told) < _MOST_IN_ALL
