"""Questions: answers that change nothing. Each imports what it needs when it is asked."""

from typing import TYPE_CHECKING, assert_never

from bot.domain.model import Version
from bot.slack.actions import HISTORY_OLDER, LINEAGE_DOWN, LINEAGE_UP
from bot.slack.commands import (
    Compare,
    History,
    Lineage,
    Models,
    Question,
    Report,
    Show,
    StatusOf,
    Target,
    Thing,
)
from bot.slack.shelf import card_of
from bot.slack.views import REPORT, Message
from bot.usecases.ports import Ports

if TYPE_CHECKING:
    from bot.usecases.traced import Asked


def answered(ports: Ports, question: Question) -> Message:
    """The answer to a question. Raises what its use case raises."""
    match question:
        case Models() | StatusOf():
            return _statuses(ports, question.model if isinstance(question, StatusOf) else "")
        case Show(target):
            return _shown(ports, target)
        case Report(target):
            return _reported(ports, target)
        case Compare(target, other):
            return _compared(ports, target, other)
        case Lineage(target, thing):
            return _lineage(ports, target, thing)
        case History(model):
            return page(ports, model, "")
        case _:
            assert_never(question)


def pressed(ports: Ports, action: str, value: str) -> Message:
    """The answer to a button that only asks."""
    if action == REPORT:
        return report_of(ports, card_of(value))
    if action == HISTORY_OLDER:
        return older(ports, value)
    return branch(ports, value, action)


def version_of(ports: Ports, target: Target) -> Version:
    """The version that is meant. Raises NotFound where the latest is meant of a model that has none."""
    if target.number is None:
        return ports.registry.latest(target.model)
    return Version(target.model, target.number)


def wanted(target: Target | None, thing: Thing | None) -> tuple[str, int | None, "Asked | None"]:
    """A model, the number of a version and a thing, as `lineage_of` takes them."""
    from bot.domain.lineage.graph import Kind  # noqa: PLC0415 - a cold start of other verbs
    from bot.usecases.traced import Asked  # noqa: PLC0415 - likewise

    model, number = (target.model, target.number) if target else ("", None)
    return model, number, Asked(thing.name, Kind(thing.kind) if thing.kind else None) if thing else None


def page(ports: Ports, model: str, cursor: str) -> Message:
    """A page of a model's history."""
    from bot.slack.history import history as told  # noqa: PLC0415 - a cold start of other verbs
    from bot.usecases.history import history  # noqa: PLC0415 - likewise

    return told(history(ports, model, cursor))


def older(ports: Ports, value: str) -> Message:
    """The page of a model's history that a button names."""
    from bot.slack.history import page_of  # noqa: PLC0415 - likewise

    return page(ports, *page_of(value))


def branch(ports: Ports, key: str, action: str) -> Message:
    """The lineage of one thing, by its key, or one direction of it. Raises NotFound."""
    from bot.domain.lineage.walks import Direction  # noqa: PLC0415 - likewise
    from bot.slack.lineage import traced  # noqa: PLC0415 - likewise
    from bot.usecases.lineage import trace_key  # noqa: PLC0415 - likewise

    only = {LINEAGE_UP: Direction.UPSTREAM, LINEAGE_DOWN: Direction.DOWNSTREAM}
    return traced(trace_key(ports, key), only.get(action))


def report_of(ports: Ports, promotion_id: str) -> Message:
    """What was weighed for a promotion."""
    from bot.slack.reports import reported  # noqa: PLC0415 - likewise
    from bot.usecases.report import reported_of  # noqa: PLC0415 - likewise

    return reported(reported_of(ports, ports.ledger.promotion(promotion_id)))


def _statuses(ports: Ports, model: str) -> Message:
    from bot.slack.answers import statuses  # noqa: PLC0415 - likewise
    from bot.usecases.look import status  # noqa: PLC0415 - likewise

    return statuses(*status(ports, model))


def _shown(ports: Ports, target: Target) -> Message:
    from bot.slack.answers import shown  # noqa: PLC0415 - likewise
    from bot.usecases.look import show  # noqa: PLC0415 - likewise

    return shown(show(ports, version_of(ports, target)))


def _reported(ports: Ports, target: Target) -> Message:
    from bot.slack.reports import reported  # noqa: PLC0415 - likewise
    from bot.usecases.report import report  # noqa: PLC0415 - likewise

    return reported(report(ports, version_of(ports, target)))


def _compared(ports: Ports, target: Target, other: Target | None) -> Message:
    from bot.slack.reports import compared  # noqa: PLC0415 - likewise
    from bot.usecases.report import compare  # noqa: PLC0415 - likewise

    second = version_of(ports, other) if other else None
    return compared(compare(ports, version_of(ports, target), second))


def _lineage(ports: Ports, target: Target | None, thing: Thing | None) -> Message:
    from bot.slack.lineage import traced  # noqa: PLC0415 - likewise
    from bot.slack.recall import recalled  # noqa: PLC0415 - likewise
    from bot.usecases.asked import lineage_of  # noqa: PLC0415 - likewise
    from bot.usecases.traced import Traced  # noqa: PLC0415 - likewise

    found = lineage_of(ports, *wanted(target, thing))
    return traced(found) if isinstance(found, Traced) else recalled(found)
