"""One step of the promotion workflow, called by the state machine's tasks."""

import os
from dataclasses import asdict
from typing import Any

from bot import wiring
from bot.aws.workflow import sentence_of
from bot.usecases.step import step


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the step that the state names; a waiting state's task token is kept first."""
    wiring.ports().workflow.hold(event)
    error = sentence_of(event.get("error") or {})
    outcome = step(wiring.ports(), event["step"], event["promotion"], error)
    return {**asdict(outcome), "pause": int(os.environ["WATCH_SECONDS"])}
