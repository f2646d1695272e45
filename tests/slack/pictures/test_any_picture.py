"""Whatever labels and numbers come: well-formed XML, nothing beside the card, an alt text that fits."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.comparison import Row
from bot.domain.meaning import Better
from bot.domain.report import Curve, CurveKind, Matrix
from bot.slack.drawing import Drawing
from bot.slack.pictures.confusion import confusion
from bot.slack.pictures.lettering import drawn, fitted, fitted_name, said, width
from bot.slack.pictures.reliability import reliability
from bot.slack.pictures.slices import slices
from tests.slack.pictures.samples import row, size, words

HOSTILE = {
    "markup": "<script>alert('&amp;')</script>",
    "the end of CDATA": "]]>",
    "an entity": "&lt;&#0;&quot;",
    "quotes": '"\'` onload="x"',
    "control characters": "a\x00\x01\x08\x0b\x1f\x7f\x85b",
    "lines": "one\ntwo\r\nthree\tfour\u2028five",
    "half a surrogate pair": "x\ud800y\udfff",
    "noncharacters": "a\ufffe\uffff\U0001fffeb",
    "emoji": "👩‍👩‍👧 🚀",
    "right to left": "\u202eevil\u202c שלום مرحبا",
    "another script": "日本語",
    "marks": "e\u0301" * 40 + "\u0301" * 300,
    "very long": "x" * 5000,
    "nothing": "",
    "blanks": " \u00a0\u2003 ",
}
NUMBERS = st.floats() | st.integers(0, 10**7).map(float) | st.just(0.0)
LABELS = st.text(max_size=40) | st.sampled_from(list(HOSTILE.values()))
SHARES = st.floats(0, 1) | st.floats()


def holds(drawing: Drawing) -> None:
    """What holds of every picture."""
    texts = words(drawing.svg)
    wide, high = size(drawing.svg)
    assert 0 < len(drawing.alt) <= 2000
    assert drawing.title in {*texts} or drawing.title
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff\u202a-\u202e]", drawing.alt + drawing.svg
    )
    assert all(len(text) <= 200 for text in texts)
    for node in ET.fromstring(drawing.svg).iter():  # noqa: S314 - our own
        for name, value in node.attrib.items():
            if name in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= wide
            if name in {"y", "y1", "y2", "cy"}:
                assert 0 <= float(value) <= high
            if name == "font-size":
                assert float(value) >= 12


@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_label_stays_a_label(label: str) -> None:
    matrix = Matrix((label, f"{label}2"), ((3.0, 1.0), (2.0, 5.0)), part=label)
    curve = Curve(CurveKind.CALIBRATION, ((0.2, 0.3), (0.7, 0.6)), lines=(4, 5))
    rows = [row(f"auc[{label}={value}]", 0.5 + value / 10, 0.6) for value in range(3)]
    for drawing in (
        confusion(matrix, label, matrix, label),
        reliability([(label, curve), (label, curve)]),
        slices(rows, label, label, label),
    ):
        holds(drawing)
        kinds = {node.tag.partition("}")[2] for node in ET.fromstring(drawing.svg).iter()}  # noqa: S314
        assert kinds <= {"svg", "rect", "text", "line", "path", "circle"}


def test_what_our_font_cannot_draw_is_a_box_and_the_alt_text_has_it_whole() -> None:
    drawing = confusion(Matrix(("日本語", "Köln 東"), ((3.0, 1.0), (2.0, 5.0))), "m:1")
    assert {"#1", "Köln □"} <= set(words(drawing.svg))
    assert "actual #1 日本語: 3 answered #1 日本語" in drawing.alt


@given(st.data(), st.integers(0, 16), LABELS, st.booleans())
def test_any_matrix(data: st.DataObject, count: int, name: str, beside: bool) -> None:  # noqa: FBT001 - hypothesis
    classes = tuple(data.draw(st.lists(LABELS, min_size=count, max_size=count)))
    rows = st.lists(NUMBERS, max_size=count + 1).map(tuple)
    matrices = [Matrix(classes, tuple(data.draw(st.lists(rows, max_size=count + 1)))) for _ in range(2)]
    holds(confusion(matrices[0], name, matrices[1] if beside else None, name))


@given(
    st.lists(
        st.tuples(
            LABELS,
            st.builds(
                Curve,
                st.just(CurveKind.CALIBRATION),
                st.lists(st.tuples(SHARES, SHARES), max_size=30).map(tuple),
                LABELS,
                st.lists(st.integers(-1, 10**9), max_size=30).map(tuple),
            ),
        ),
        max_size=3,
    )
)
def test_any_curves(curves: list[tuple[str, Curve]]) -> None:
    holds(reliability(curves))


@given(
    st.lists(
        st.builds(
            Row,
            LABELS.map("auc[{}]".format) | LABELS,
            st.none() | st.floats(),
            st.none() | st.floats(),
            better=st.none() | st.booleans(),
            candidate_deviation=st.none() | st.floats(),
            direction=st.none() | st.sampled_from(Better),
        ),
        max_size=16,
    ),
    LABELS,
)
@example([row("auc[a]", 1e-300, 2e-300), row("auc[b]", 1.0000000000000002, 1.0)], "x")
@example([row("auc[a]", -1e-310, 0.0, math.inf)], "x")
def test_any_slices(rows: list[Row], name: str) -> None:
    holds(slices(rows, name, name, name))


@given(st.text(max_size=300), st.integers(1, 80))
def test_a_text_for_people_is_one_line_that_fits(text: str, most: int) -> None:
    kept = said(text, most)
    assert len(kept) <= most
    assert kept == " ".join(kept.split())


@given(st.text(max_size=100), st.floats(20, 400))
def test_a_fitted_text_has_room(text: str, room: float) -> None:
    for fit in (fitted(drawn(text), 13, room), fitted_name(text, 13, room + 80)):
        assert width(fit, 13) <= room + 80


def test_a_version_s_number_stays_when_its_name_has_no_room() -> None:
    assert fitted_name("customer-churn-prediction:112", 13, 120).endswith("…:112")
    assert fitted_name("churn:12", 13, 120) == "churn:12"
