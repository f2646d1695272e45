"""The desk: carries out a command for a person and words the answer."""

from contextlib import suppress

from bot.domain.promotion import Promotion
from bot.domain.refusals import NotUnderstood, Refusal
from bot.slack import actions, answers, questions, shelf, views
from bot.slack.commands import (
    Approve,
    Command,
    Deploy,
    Freeze,
    Help,
    Pending,
    Reject,
    Rollback,
    Target,
    Unfreeze,
)
from bot.slack.grammar import parse, unknown_topic, verb_named
from bot.slack.questions import version_of
from bot.slack.shelf import card_of, choice_of, shelved
from bot.slack.views import Message
from bot.usecases import decide, look, propose, rollback
from bot.usecases.draw import draw
from bot.usecases.ports import Conflict, Ports, Unreachable


def commanded(ports: Ports, text: str, who: str, request: str) -> Message:
    """The answer to what a person wrote; a refusal is an answer too."""
    try:
        return _carried_out(ports, parse(text), who, request)
    except Refusal as refusal:
        return answers.sentence(refusal.sentence)


def clicked(ports: Ports, action: str, value: str, who: str, request: str) -> Message:
    """The answer to a click on a button of a card or of the shelf; `value` is what the button carries."""
    try:
        return _pressed(ports, action, value, who, request)
    except Refusal as refusal:
        return answers.sentence(refusal.sentence)


def _pressed(ports: Ports, action: str, value: str, who: str, request: str) -> Message:
    match action:
        case views.APPROVE:
            return _approved(ports, value, who, "", request)
        case views.REJECT:
            return _rejected(ports, value, who, "", request)
        case views.SHELF:
            return _shelf(ports, card_of(value))
        case (
            views.REPORT | actions.LINEAGE | actions.LINEAGE_UP | actions.LINEAGE_DOWN | actions.HISTORY_OLDER
        ):
            return questions.pressed(ports, action, value)
        case shelf.ROLL_BACK:
            promotion_id, number = choice_of(value)
            card = ports.ledger.promotion(promotion_id)
            return _rolled_back(ports, Rollback(card.version.model, card.stage, number), who, request)
        case _:
            return _contained(ports, action, value, who, request)


def _contained(ports: Ports, action: str, value: str, who: str, request: str) -> Message:
    from bot.slack import containing  # noqa: PLC0415 - seldom clicked

    acts = {
        actions.RECALL_BACK: containing.rolled_back,
        actions.RECALL_FREEZE: containing.frozen,
        actions.FREEZE_APPROVE: containing.approved,
        actions.FREEZE_DISMISS: containing.dismissed,
    }
    if action not in acts:
        raise NotUnderstood(f"I do not know the button “{action}”. `/mlops help` lists what I understand.")
    return acts[action](ports, value, who, request)


def _carried_out(ports: Ports, command: Command, who: str, request: str) -> Message:  # noqa: PLR0911 - one case a verb
    match command:
        case Help(verb):
            return _helped(verb)
        case Pending():
            return answers.waiting(look.pending(ports))
        case Approve(target, stage, comment):
            promotion = _meant(ports, target, stage, request)
            return _approved(ports, promotion.id, who, comment, request)
        case Reject(target, stage, reason):
            promotion = _meant(ports, target, stage, request)
            return _rejected(ports, promotion.id, who, reason, request)
        case Deploy(target, stage):
            return _deployed(ports, target, stage, who, request)
        case Rollback():
            return _rolled_back(ports, command, who, request)
        case Freeze() | Unfreeze():
            return _frozen(ports, command, who, request)
        case _:
            return questions.answered(ports, command)


def _frozen(ports: Ports, command: Freeze | Unfreeze, who: str, request: str) -> Message:
    from bot.slack import containing  # noqa: PLC0415 - seldom written

    act = containing.asked if isinstance(command, Freeze) else containing.lifted
    return act(ports, command.model, command.reason, who, request)


def _helped(name: str) -> Message:
    verb = verb_named(name)
    if name and verb is None:
        raise NotUnderstood(unknown_topic(name))
    return answers.helped(verb)


def _meant(ports: Ports, target: Target, stage: str, request: str) -> Promotion:
    known = look.answered(ports, target.model, request)
    return known or look.asking(ports, version_of(ports, target), stage)


def _approved(ports: Ports, promotion_id: str, who: str, comment: str, request: str) -> Message:
    decision = decide.approve(ports, promotion_id, who, comment, request)
    if not decision.ruling.allowed:
        return answers.sentence(decision.ruling.sentence)
    return answers.approved(decision)


def _rejected(ports: Ports, promotion_id: str, who: str, reason: str, request: str) -> Message:
    decision = decide.reject(ports, promotion_id, who, reason, request)
    if not decision.ruling.allowed:
        return answers.sentence(decision.ruling.sentence)
    return answers.rejected(decision)


def _deployed(ports: Ports, target: Target, stage: str, who: str, request: str) -> Message:
    if known := look.answered(ports, target.model, request):
        promotion = propose.begin(ports, known)
    else:
        promotion = propose.propose(ports, version_of(ports, target), stage, who, request)
    _draw(ports, promotion)
    return answers.proposed(promotion)


def _rolled_back(ports: Ports, wanted: Rollback, who: str, request: str) -> Message:
    if known := look.answered(ports, wanted.model, request):
        promotion = propose.begin(ports, known)
    else:
        promotion = rollback.roll_back(ports, wanted.model, wanted.stage, wanted.number, who, request)
    _draw(ports, promotion)
    return answers.rolling_back(promotion, ports.policy.stage(promotion.stage).asks(rollback=True))


def _shelf(ports: Ports, promotion_id: str) -> Message:
    promotion = ports.ledger.promotion(promotion_id)
    asked = ports.policy.stage(promotion.stage).asks(rollback=True)
    known = rollback.shelf(ports, promotion.version.model, promotion.stage)
    return shelved(promotion, known, asked, ports.clock.now())


def _draw(ports: Ports, promotion: Promotion) -> None:
    with suppress(Unreachable, Conflict):  # the workflow's first step draws it then
        draw(ports, promotion.id)
