"""Containing: the buttons of a recall and of a freeze, and the commands that freeze."""

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.freeze import Freeze
from bot.slack import freezing
from bot.slack.recall import asked_of, contained
from bot.slack.views import Message
from bot.usecases import freeze
from bot.usecases.contain import Contained, freeze_all, roll_back_all
from bot.usecases.draw import draw
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.recall import recall


def rolled_back(ports: Ports, value: str, who: str, request: str) -> Message:
    """Rollbacks are proposed for all that is live and learned from what the button names."""
    done = roll_back_all(ports, recall(ports, asked_of(value)), who, request)
    _draw(ports, done)
    return contained(done)


def frozen(ports: Ports, value: str, who: str, request: str) -> Message:
    """A freeze is asked for each model that is live and learned from what the button names."""
    asked = asked_of(value)
    found = recall(ports, asked)
    models = dict.fromkeys(one.version.model for one in found.exposed)
    wanted = [model for model in models if model not in found.frozen]
    return contained(freeze_all(ports, wanted, f"it learned from {asked.name}", who, request))


def asked(ports: Ports, model: str, reason: str, who: str, request: str) -> Message:
    """Somebody asks for a freeze."""
    return _said(freeze.ask(ports, model, reason, who, request))


def lifted(ports: Ports, model: str, reason: str, who: str, request: str) -> Message:
    """Somebody ends a freeze."""
    return _said(freeze.lift(ports, model, reason, who, request))


def approved(ports: Ports, value: str, who: str, request: str) -> Message:
    """Somebody approves a freeze on its message."""
    return _said(freeze.approve(ports, *freezing.freeze_of(value), who, request))


def dismissed(ports: Ports, value: str, who: str, request: str) -> Message:
    """Somebody dismisses a freeze on its message."""
    return _said(freeze.dismiss(ports, *freezing.freeze_of(value), who, request))


def _said(known: Freeze) -> Message:
    return freezing.decided(known)


def _draw(ports: Ports, done: Sequence[Contained]) -> None:
    for one in done:
        if one.promotion:
            with suppress(Unreachable, Conflict):  # the workflow's first step draws it then
                draw(ports, one.promotion.id)
