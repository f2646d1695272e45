"""What a person put into an element, in the fields that Slack uses for its type."""

from typing import Any

from playground.slack.rules import elements, options_of
from playground.slack.wire import Json

ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "checkboxes"}
FIELDS = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
NO_STATE = {"button", "overflow", "image", "workflow_button"}


def option(element: Json, value: Any) -> Json | None:
    """The option with this value."""
    return next((one for one in options_of(element) if one.get("value") == value), None)


def chosen(element: Json, value: Any) -> Json:
    """A plain value as Slack reports it ("Block elements"); Slack's own form passes unchanged."""
    if isinstance(value, dict):
        return {"type": element["type"], **value}
    kind = str(element["type"])
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": option(element, value)}
    if kind in MANY_OPTIONS:
        values = value if isinstance(value, list) else [] if value is None else [value]
        return {"type": kind, "selected_options": [o for o in (option(element, v) for v in values) if o]}
    if kind in FIELDS:
        return {"type": kind, FIELDS[kind]: value}
    return {"type": kind, "value": None if value in (None, "") else str(value)}


def initial(element: Json) -> Any:
    """What the element holds before anybody touches it."""
    if "initial_option" in element:
        return element["initial_option"].get("value")
    if "initial_options" in element:
        return [one.get("value") for one in element["initial_options"]]
    rest = [value for name, value in element.items() if name.startswith("initial_")]
    return rest[0] if rest else None


def state_of(blocks: list[Json], typed: Json) -> Json:
    """`state.values` of all inputs: block_id → action_id → value.

    `typed` has the same shape, with plain values or Slack's own; `{block_id: value}` will do for a block
    with one element. A block or element that is not there is a ValueError.
    """
    state: Json = {}
    for block in blocks:
        for _, element in elements("", block):
            if element.get("type") in NO_STATE or "action_id" not in element:
                continue
            value = _typed(typed, block["block_id"], element)
            state.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, value)
    missing = sorted(set(typed) - {block["block_id"] for block in blocks})
    if missing:
        raise ValueError(f"this view has no block {', '.join(missing)}")
    return state


def _typed(typed: Json, block_id: str, element: Json) -> Any:
    if block_id not in typed:
        return initial(element)
    given = typed[block_id]
    if not isinstance(given, dict):
        return given
    return given.get(element["action_id"], initial(element))


def is_empty(value: Json) -> bool:
    """Whether an input holds nothing."""
    return all(part in (None, "", []) for name, part in value.items() if name != "type")
