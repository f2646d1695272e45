"""The desk: carries out a command for a person and words the answer."""

from contextlib import suppress
from typing import assert_never

from bot.domain.model import Version
from bot.domain.promotion import Promotion
from bot.domain.refusals import Refusal
from bot.slack import answers
from bot.slack.grammar import (
    Approve,
    Command,
    Deploy,
    Help,
    Models,
    Pending,
    Reject,
    Show,
    StatusOf,
    Target,
    parse,
    verb_named,
)
from bot.slack.views import APPROVE, Message
from bot.usecases import decide, look, propose
from bot.usecases.draw import draw
from bot.usecases.ports import Conflict, Ports, Unreachable


def commanded(ports: Ports, text: str, who: str, request: str) -> Message:
    """The answer to what a person wrote; a refusal is an answer too."""
    try:
        return _carried_out(ports, parse(text), who, request)
    except Refusal as refusal:
        return answers.sentence(refusal.sentence)


def clicked(ports: Ports, action: str, promotion_id: str, who: str, request: str) -> Message:
    """The answer to a click on a card's button."""
    try:
        if action == APPROVE:
            return _approved(ports, promotion_id, who, "", request)
        return _rejected(ports, promotion_id, who, "", request)
    except Refusal as refusal:
        return answers.sentence(refusal.sentence)


def _carried_out(ports: Ports, command: Command, who: str, request: str) -> Message:  # noqa: C901, PLR0911 - one case a verb
    match command:
        case Help(verb):
            return _helped(verb)
        case Models():
            return answers.statuses(*look.status(ports))
        case StatusOf(model):
            return answers.statuses(*look.status(ports, model))
        case Pending():
            return answers.waiting(look.pending(ports))
        case Show(target):
            return answers.shown(look.show(ports, _version(ports, target)))
        case Approve(target, stage, comment):
            promotion = _meant(ports, target, stage, request)
            return _approved(ports, promotion.id, who, comment, request)
        case Reject(target, stage, reason):
            promotion = _meant(ports, target, stage, request)
            return _rejected(ports, promotion.id, who, reason, request)
        case Deploy(target, stage):
            return _deployed(ports, target, stage, who, request)
        case _:
            assert_never(command)


def _helped(name: str) -> Message:
    verb = verb_named(name)
    if name and verb is None:
        parse(name)
    return answers.helped(verb)


def _version(ports: Ports, target: Target) -> Version:
    if target.number is None:
        return ports.registry.latest(target.model)
    return Version(target.model, target.number)


def _meant(ports: Ports, target: Target, stage: str, request: str) -> Promotion:
    known = look.answered(ports, target.model, request)
    return known or look.asking(ports, _version(ports, target), stage)


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
        promotion = propose.propose(ports, _version(ports, target), stage, who, request)
    with suppress(Unreachable, Conflict):  # the workflow's first step draws it then
        draw(ports, promotion.id)
    return answers.proposed(promotion)
