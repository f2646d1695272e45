"""Somebody uses a button, a menu or another element of a message, a modal or the Home tab."""

from typing import Any

from playground.slack.choices import NO_STATE, chosen, option, state_of
from playground.slack.deliveries import Deliveries
from playground.slack.messages import Message
from playground.slack.payloads import message_action, view_action
from playground.slack.rules import elements
from playground.slack.team import User
from playground.slack.views import OpenView
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

TROUBLE = "Slack could not reach the app: {failure}"


def find_element(blocks: list[Json], action_id: str, value: Any, block_id: str | None = None) -> Json:
    """The element with this action_id, and with this value or option when one is named.

    The answer has `block_id` next to `element`; ValueError with a sentence when it is not there.
    """
    same = [
        {"block_id": block["block_id"], "element": element}
        for block in blocks
        for _, element in elements("", block)
        if element.get("action_id") == action_id and block_id in (None, block["block_id"])
    ]
    if not same:
        there = [e["action_id"] for block in blocks for _, e in elements("", block) if "action_id" in e]
        raise ValueError(f"there is no action {action_id} here; there is {', '.join(there) or 'none'}")
    fitting = [found for found in same if _fits(found["element"], value)]
    if not fitting:
        raise ValueError(f"the action {action_id} has no value {value} here")
    return fitting[0]


def _fits(element: Json, value: Any) -> bool:
    if element["type"] == "button":
        return value is None or element.get("value", "") == value
    if element["type"] in {"static_select", "overflow", "radio_buttons"}:
        return option(element, value) is not None
    return True


def action_of(found: Json, value: Any, stamp: str) -> Json:
    """The entry of `actions` for one use of an element ("block_actions payload")."""
    element = found["element"]
    action: Json = {
        "action_id": element["action_id"],
        "block_id": found["block_id"],
        "action_ts": stamp,
    }
    if element["type"] != "button":
        return action | chosen(element, value)
    kept = {name: element[name] for name in ("text", "value", "style") if name in element}
    return action | {"type": "button"} | kept


class Clicking:
    """What the elements do."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._deliveries = deliveries

    async def in_message(self, user: User, message: Message, click: Json) -> Json:
        """Use an element of a message; `click` has action_id, and may have value, block_id and state."""
        value = click.get("value")
        found = find_element(message.blocks, str(click.get("action_id")), value, click.get("block_id"))
        action = action_of(found, value, self._workspace.clock.stamp())
        state = self._state(message.blocks, click, found, value)
        payload = message_action(self._workspace, user, message, action, state)
        if message.warnings.pop(user.id, None):
            self._workspace.messages.changed(message)
        delivery = await self._deliveries.interaction(payload)
        if delivery.failure:
            message.warnings[user.id] = TROUBLE.format(failure=delivery.failure)
            self._workspace.messages.changed(message)
        return delivery.as_json()

    async def in_view(self, user: User, opened: OpenView, click: Json) -> Json:
        """Use an element of a modal or the Home tab."""
        value = click.get("value")
        found = find_element(opened.blocks, str(click.get("action_id")), value, click.get("block_id"))
        action = action_of(found, value, self._workspace.clock.stamp())
        state = self._state(opened.blocks, click, found, value)
        payload = view_action(self._workspace, user, opened, action, state)
        delivery = await self._deliveries.interaction(payload)
        if delivery.failure:
            self._workspace.views.complain(opened, notice=TROUBLE.format(failure=delivery.failure))
        return delivery.as_json()

    @staticmethod
    def _state(blocks: list[Json], click: Json, found: Json, value: Any) -> Json:
        typed: Json = dict(click.get("state") or {})
        element = found["element"]
        if element["type"] not in NO_STATE:
            before = typed.get(found["block_id"], {})
            typed[found["block_id"]] = {**before, element["action_id"]: value}
        return state_of(blocks, typed)
