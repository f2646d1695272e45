"""Somebody submits or closes a modal."""

import json
from typing import Any

from playground.slack.calls import FROM_APP
from playground.slack.checker import check_view
from playground.slack.choices import is_empty, state_of
from playground.slack.deliveries import NOTHING_SENT, Deliveries, Delivery
from playground.slack.flaws import SlackError
from playground.slack.payloads import closed, submission
from playground.slack.team import User
from playground.slack.views import OpenView
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

REQUIRED = "Please complete this required field."
TROUBLE = "We had some trouble connecting. Try again?"


def client_errors(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's own client refuses before the app hears of it: block_id → sentence."""
    errors = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = state[block["block_id"]][element["action_id"]]
        if is_empty(value):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif sentence := _out_of_bounds(element, value):
            errors[block["block_id"]] = sentence
    return errors


def _out_of_bounds(element: Json, value: Json) -> str:
    text = value.get("value")
    if element["type"] == "plain_text_input" and isinstance(text, str):
        if len(text) < element.get("min_length", 0):
            return f"Enter at least {element['min_length']} characters."
        if len(text) > element.get("max_length", 3000):
            return f"Enter at most {element.get('max_length', 3000)} characters."
    if element["type"] == "number_input":
        return _not_a_number(element, text)
    return ""


def _not_a_number(element: Json, text: Any) -> str:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return "Enter a number."
    low, high = element.get("min_value", "-inf"), element.get("max_value", "inf")
    if not float(low) <= number <= float(high):
        return f"Enter a number from {low} to {high}."
    return ""


class Submitting:
    """What the buttons of a modal do."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._deliveries = deliveries

    async def submit(self, user: User, opened: OpenView, values: Json) -> Json:
        """Press the submit button; ValueError when the modal has none."""
        if "submit" not in opened.content:
            raise ValueError("this view has no submit button")
        state = state_of(opened.blocks, values)
        if errors := client_errors(opened.blocks, state):
            self._workspace.views.complain(opened, errors=errors)
            return {**NOTHING_SENT, "ok": False, "error": "invalid_input", "errors": errors}
        delivery = await self._deliveries.interaction(submission(self._workspace, user, opened, state))
        if delivery.failure:
            self._workspace.views.complain(opened, notice=TROUBLE)
            return delivery.as_json()
        return delivery.as_json() | self._follow(opened, delivery)

    def _follow(self, opened: OpenView, delivery: Delivery) -> Json:
        """Do what the app's answer says ("Modals": response_action); no answer closes the modal."""
        said = _read(delivery)
        action = said.get("response_action")
        views = self._workspace.views
        try:
            if action == "errors":
                views.complain(opened, errors=said["errors"])
                return {"response_action": action, "errors": said["errors"]}
            if action in {"update", "push"}:
                check_view(said.get("view"), self._workspace.files)
                show = views.update if action == "update" else self._push
                show(opened, said["view"])
            elif action == "clear":
                views.close_all(opened.user)
            else:
                views.close(opened)
        except SlackError as error:
            self._workspace.refused("the answer to view_submission", error)
            self._workspace.log.add(
                FROM_APP, "submission_answer", ok=False, error=error.code, errors=error.messages, args=said
            )
            views.complain(opened, notice=TROUBLE)
        return {"response_action": action} if action else {}

    def _push(self, opened: OpenView, view: Json) -> OpenView:
        return self._workspace.views.push(opened.user, view)

    async def close(self, user: User, opened: OpenView) -> Json:
        """Press Cancel or the cross."""
        if opened.content.get("clear_on_close"):
            self._workspace.views.close_all(user.id)
        else:
            self._workspace.views.close(opened)
        if not opened.content.get("notify_on_close"):
            return NOTHING_SENT
        return (await self._deliveries.interaction(closed(self._workspace, user, opened))).as_json()


def _read(delivery: Delivery) -> Json:
    text = delivery.answer.body.decode(errors="replace").strip() if delivery.answer else ""
    try:
        said = json.loads(text or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
