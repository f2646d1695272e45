"""What Slack takes and what it refuses: a table."""

import time
from typing import Any

import pytest

from playground.slack.checker import block_flaws, check_message, check_view, view_flaws
from playground.slack.flaws import SlackError

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mark(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mark(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def actions(*elements: Any) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "x", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", **more}


def ask(**more: Any) -> Json:
    return {
        "type": "input",
        "label": plain(),
        "element": {"type": "plain_text_input", "action_id": "i"},
        **more,
    }


def raw(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(*rows: Any, **more: Any) -> Json:
    return {"type": "table", "rows": list(rows), **more}


def points(*labels: str) -> list[Json]:
    return [{"label": label, "value": 1} for label in labels]


def chart(**more: Any) -> Json:
    drawn = {
        "type": "line",
        "series": [{"name": "auc", "data": points("v1", "v2")}],
        "axis_config": {"categories": ["v1", "v2"]},
    }
    return {"type": "data_visualization", "title": "t", "chart": drawn | more}


def pie(*values: float) -> Json:
    segments = [{"label": f"s{i}", "value": value} for i, value in enumerate(values)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": mark(), "confirm": plain(), "deny": plain(), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


GOOD: dict[str, list[Json]] = {
    "header": [{"type": "header", "text": plain("x" * 150)}],
    "section text": [section(text=mark("x" * 3000))],
    "section fields": [{"type": "section", "fields": [mark("x" * 1000)] * 10}],
    "section accessory": [section(accessory=button(value="v" * 2000, style="primary", confirm=confirm()))],
    "overflow": [section(accessory={"type": "overflow", "action_id": "o", "options": [option()] * 5})],
    "image accessory": [section(accessory=image())],
    "divider": [{"type": "divider"}],
    "context": [{"type": "context", "elements": [mark(), plain(), image()]}],
    "25 buttons": [actions(*[button(action_id=str(i)) for i in range(25)])],
    "the same action in two blocks": [actions(button(value="1")), actions(button(value="2"))],
    "select": [actions(select(options=[option(value=str(i)) for i in range(100)]))],
    "option value of 150": [actions(select(options=[option(value="v" * 150)]))],
    "initial option": [actions(select(initial_option=option()))],
    "image": [image(title=plain("t"))],
    "slack file": [{"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}],
    "rich text": [
        rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"})
    ],
    "table": [table([raw()] * 20, [raw()] * 20, column_settings=[{"align": "right"}])],
    "numbers in a table": [table([{"type": "raw_number", "value": 0.5, "text": "0.50"}])],
    "markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "line chart": [chart()],
    "pie chart": [pie(1, 2, 3)],
    "two charts": [chart(), pie(1)],
    "50 blocks": [section() for _ in range(50)],
}


@pytest.mark.parametrize("blocks", GOOD.values(), ids=GOOD.keys())
def test_slack_takes(blocks: list[Json]) -> None:
    assert block_flaws(blocks) == []


BAD: list[tuple[str, Any, str]] = [
    ("no list", {"type": "divider"}, "/blocks"),
    ("a block that is no object", ["x"], "/blocks/0"),
    ("no type", [{}], "/blocks/0"),
    ("unknown type", [{"type": "poster"}], "/blocks/0/type"),
    ("an element as block", [button()], "/blocks/0/type"),
    ("51 blocks", [section() for _ in range(51)], "/blocks"),
    ("unknown key", [{"type": "divider", "colour": "red"}], "/blocks/0"),
    ("block_id twice", [section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    ("block_id of 256", [section(block_id="b" * 256)], "/blocks/0/block_id"),
    ("block_id no string", [section(block_id=7)], "/blocks/0/block_id"),
    ("header of 151", [{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ("header in mrkdwn", [{"type": "header", "text": mark()}], "/blocks/0/text/type"),
    ("header without text", [{"type": "header"}], "/blocks/0"),
    ("header with a bare string", [{"type": "header", "text": "x"}], "/blocks/0/text"),
    ("empty header", [{"type": "header", "text": plain("")}], "/blocks/0/text/text"),
    ("section of 3001", [section(text=mark("x" * 3001))], "/blocks/0/text/text"),
    ("empty section text", [section(text=mark(""))], "/blocks/0/text/text"),
    ("section without text and fields", [{"type": "section"}], "/blocks/0"),
    ("section with a string", [section(text="hello")], "/blocks/0/text"),
    ("section text no string", [section(text=mark(5))], "/blocks/0/text/text"),  # type: ignore[arg-type]  # wrong on purpose
    ("11 fields", [section(fields=[mark()] * 11)], "/blocks/0/fields"),
    ("no fields", [section(fields=[])], "/blocks/0/fields"),
    ("field of 2001", [section(fields=[mark(), mark("x" * 2001)])], "/blocks/0/fields/1/text"),
    ("field of unknown type", [section(fields=[{"type": "html", "text": "x"}])], "/blocks/0/fields/0/type"),
    ("accessory unknown", [section(accessory={"type": "knob"})], "/blocks/0/accessory/type"),
    (
        "input element as accessory",
        [section(accessory={"type": "plain_text_input"})],
        "/blocks/0/accessory/type",
    ),
    ("context of 11", [{"type": "context", "elements": [mark()] * 11}], "/blocks/0/elements"),
    ("empty context", [{"type": "context", "elements": []}], "/blocks/0/elements"),
    ("button in a context", [{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    ("context without elements", [{"type": "context"}], "/blocks/0"),
    ("26 buttons", [actions(*[button(action_id=str(i)) for i in range(26)])], "/blocks/0/elements"),
    ("no buttons", [actions()], "/blocks/0/elements"),
    ("text among buttons", [actions(mark())], "/blocks/0/elements/0/type"),
    ("action_id twice in a block", [actions(button(), button())], "/blocks/0/elements/1/action_id"),
    ("action_id of 256", [actions(button(action_id="a" * 256))], "/blocks/0/elements/0/action_id"),
    ("button text of 76", [actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    ("button text in mrkdwn", [actions(button(text=mark()))], "/blocks/0/elements/0/text/type"),
    ("button value of 2001", [actions(button(value="v" * 2001))], "/blocks/0/elements/0/value"),
    ("button value no string", [actions(button(value=12))], "/blocks/0/elements/0/value"),
    ("button url of 3001", [actions(button(url="h" * 3001))], "/blocks/0/elements/0/url"),
    ("button style unknown", [actions(button(style="green"))], "/blocks/0/elements/0/style"),
    ("button without text", [actions({"type": "button", "action_id": "a"})], "/blocks/0/elements/0"),
    ("button with an unknown key", [actions(button(color="red"))], "/blocks/0/elements/0"),
    (
        "confirm title of 101",
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text of 301",
        [actions(button(confirm=confirm(text=mark("x" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm button of 31",
        [actions(button(confirm=confirm(confirm=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    (
        "deny button of 31",
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (
        "101 options",
        [actions(select(options=[option(value=str(i)) for i in range(101)]))],
        "/blocks/0/elements/0/options",
    ),
    ("no options", [actions(select(options=[]))], "/blocks/0/elements/0/options"),
    (
        "neither options nor groups",
        [actions({"type": "static_select", "action_id": "s"})],
        "/blocks/0/elements/0",
    ),
    (
        "option text of 76",
        [actions(select(options=[option("x" * 76)]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value of 151",
        [actions(select(options=[option(value="v" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "option without value",
        [actions(select(options=[{"text": plain()}]))],
        "/blocks/0/elements/0/options/0",
    ),
    (
        "option description of 76",
        [actions(select(options=[{**option(), "description": plain("x" * 76)}]))],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "foreign initial option",
        [actions(select(initial_option=option(value="other")))],
        "/blocks/0/elements/0",
    ),
    (
        "overflow of 6",
        [section(accessory={"type": "overflow", "options": [option(value=str(i)) for i in range(6)]})],
        "/blocks/0/accessory/options",
    ),
    (
        "11 radio buttons",
        [actions({"type": "radio_buttons", "options": [option(value=str(i)) for i in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        "11 checkboxes",
        [actions({"type": "checkboxes", "options": [option(value=str(i)) for i in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    (
        "date that is none",
        [actions({"type": "datepicker", "initial_date": "2026-13-01"})],
        "/blocks/0/elements/0/initial_date",
    ),
    ("image without alt", [{"type": "image", "image_url": "https://x.example"}], "/blocks/0"),
    ("image without source", [{"type": "image", "alt_text": "a"}], "/blocks/0"),
    ("image with two sources", [image(slack_file={"id": "F1"})], "/blocks/0"),
    ("image alt of 2001", [image(alt_text="a" * 2001)], "/blocks/0/alt_text"),
    ("image title of 2001", [image(title=plain("a" * 2001))], "/blocks/0/title/text"),
    ("input label of 2001", [ask(label=plain("x" * 2001))], "/blocks/0/label/text"),
    ("input hint of 2001", [ask(hint=plain("x" * 2001))], "/blocks/0/hint/text"),
    ("input without element", [{"type": "input", "label": plain()}], "/blocks/0"),
    ("button in an input", [ask(element=button())], "/blocks/0/element/type"),
    (
        "input min above max",
        [
            ask(
                element={
                    "type": "number_input",
                    "is_decimal_allowed": True,
                    "min_value": "3",
                    "max_value": "1",
                }
            )
        ],
        "/blocks/0/element/min_value",
    ),
    (
        "rich text of unknown kind",
        [rich({"type": "blink", "text": "x"})],
        "/blocks/0/elements/0/elements/0/type",
    ),
    ("rich text without elements", [{"type": "rich_text"}], "/blocks/0"),
    ("101 rows", [table(*[[raw()] for _ in range(101)])], "/blocks/0/rows"),
    ("21 columns", [table([raw()] * 21)], "/blocks/0/rows/0"),
    ("no rows", [table()], "/blocks/0/rows"),
    ("ragged rows", [table([raw(), raw()], [raw()])], "/blocks/0/rows/1"),
    ("cell of unknown type", [table([{"type": "raw_bool", "text": "x"}])], "/blocks/0/rows/0/0/type"),
    ("empty cell", [table([raw("")])], "/blocks/0/rows/0/0/text"),
    ("number cell without number", [table([{"type": "raw_number", "text": "1"}])], "/blocks/0/rows/0/0"),
    (
        "column aligned up",
        [table([raw()], column_settings=[{"align": "up"}])],
        "/blocks/0/column_settings/0/align",
    ),
    ("two tables", [table([raw()]), table([raw()])], "/blocks"),
    ("markdown of 12001", [{"type": "markdown", "text": "x" * 12_001}], "/blocks/0/text"),
    ("two markdowns of 12001", [{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
    ("chart title of 51", [chart() | {"title": "t" * 51}], "/blocks/0/title"),
    ("chart of unknown type", [chart(type="radar")], "/blocks/0/chart/type"),
    (
        "13 series",
        [chart(series=[{"name": str(i), "data": points("v1", "v2")} for i in range(13)])],
        "/blocks/0/chart/series",
    ),
    ("no series", [chart(series=[])], "/blocks/0/chart/series"),
    (
        "series of one name",
        [chart(series=[{"name": "a", "data": points("v1", "v2")}] * 2)],
        "/blocks/0/chart/series/1/name",
    ),
    (
        "a category without value",
        [chart(series=[{"name": "a", "data": points("v1")}])],
        "/blocks/0/chart/series/0/data",
    ),
    (
        "value no number",
        [
            chart(
                series=[{"name": "a", "data": [{"label": "v1", "value": "1"}]}],
                axis_config={"categories": ["v1"]},
            )
        ],
        "/blocks/0/chart/series/0/data/0/value",
    ),
    (
        "value not finite",
        [
            chart(
                series=[{"name": "a", "data": [{"label": "v1", "value": float("nan")}]}],
                axis_config={"categories": ["v1"]},
            )
        ],
        "/blocks/0/chart/series/0/data/0/value",
    ),
    (
        "21 categories",
        [chart(axis_config={"categories": [str(i) for i in range(21)]})],
        "/blocks/0/chart/axis_config/categories",
    ),
    (
        "category of 21",
        [chart(axis_config={"categories": ["v1", "x" * 21]})],
        "/blocks/0/chart/axis_config/categories/1",
    ),
    (
        "axis label of 51",
        [chart(axis_config={"categories": ["v1", "v2"], "x_label": "x" * 51})],
        "/blocks/0/chart/axis_config/x_label",
    ),
    ("13 segments", [pie(*[1.0] * 13)], "/blocks/0/chart/segments"),
    ("segment of nothing", [pie(1, 0)], "/blocks/0/chart/segments/1/value"),
    ("three charts", [pie(1), pie(1), pie(1)], "/blocks"),
]


@pytest.mark.parametrize(("blocks", "pointer"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_slack_refuses(blocks: Any, pointer: str) -> None:
    assert pointer in [flaw.pointer for flaw in block_flaws(blocks)]


def test_the_words_are_slacks() -> None:
    with pytest.raises(SlackError) as refused:
        check_message("x", [section(text=mark("x" * 3001))])
    sentence = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert refused.value.answer() == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [sentence],
        "response_metadata": {"messages": [f"[ERROR] {sentence}"]},
    }


@pytest.mark.parametrize(
    ("text", "blocks", "code"),
    [
        (None, None, "no_text"),
        ("", [], "no_text"),
        ("x" * 40_001, None, "msg_too_long"),
        ({"a": 1}, None, "invalid_arguments"),
        ("x", [section(text=mark("x" * 2700)) for _ in range(5)], "msg_blocks_too_long"),
        ("x", [{"type": "poster"}], "invalid_blocks"),
    ],
)
def test_messages_are_refused_by_code(text: Any, blocks: Any, code: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(text, blocks)
    assert refused.value.code == code


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        ("x", "/view"),
        ({"type": "poster"}, "/view/type"),
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(close=plain("x" * 25)), "/view/close/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        ({"type": "modal", "blocks": []}, "/view"),
        ({"type": "modal", "title": plain(), "blocks": [ask()]}, "/view"),
        (modal(*[section() for _ in range(101)]), "/view/blocks"),
        (modal(table([raw()])), "/view/blocks/0/type"),
        (modal({"type": "header", "text": plain("x" * 151)}), "/view/blocks/0/text/text"),
        ({"type": "home", "blocks": [], "title": plain()}, "/view"),
    ],
)
def test_views_are_refused(view: Any, pointer: str) -> None:
    assert pointer in [flaw.pointer for flaw in view_flaws(view)]


@pytest.mark.parametrize("view", [modal(ask()), {"type": "home", "blocks": [section(), table([raw()])]}])
def test_views_are_taken(view: Json) -> None:
    check_view(view)


def test_a_card_is_checked_in_about_a_millisecond() -> None:
    card = [
        {"type": "header", "text": plain()},
        section(fields=[mark()] * 6),
        table(*[[raw()] * 4 for _ in range(8)]),
        actions(*[button(action_id=str(i)) for i in range(4)]),
    ]
    check_message("x", card)
    began = time.process_time()
    for _ in range(50):
        check_message("x", card)
    assert (time.process_time() - began) / 50 < 0.01  # ten times the usual, for busy machines
