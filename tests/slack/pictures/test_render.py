"""Rendering: PNGs read back pixel by pixel, and the fonts behind them."""

import struct
import subprocess
import sys
import types
from pathlib import Path

import pytest

import bot.slack.pictures
from bot.slack.pictures import lettering
from bot.slack.pictures.lettering import width
from bot.slack.pictures.render import SCALE, png
from tests.slack.pictures.samples import read_png, size
from tests.slack.pictures.test_goldens import DRAWN

FONTS = Path(bot.slack.pictures.__file__).parent / "fonts"
WHITE = (255, 255, 255, 255)
MANY = "confusion_of_40_classes"


@pytest.mark.parametrize("name", [name for name in DRAWN if name != MANY])
def test_a_picture_is_a_small_png_with_more_pixels_than_it_measures(name: str) -> None:
    svg = DRAWN[name]().svg
    data = png(svg)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == pytest.approx([SCALE * side for side in size(svg)], abs=1)
    assert len(data) <= 100_000


def test_a_large_picture_has_fewer_pixels() -> None:
    wide, high = struct.unpack(">II", png(DRAWN[MANY]().svg)[16:24])
    assert wide * high <= 1_210_000


def test_the_card_stands_on_any_background_and_its_words_are_there() -> None:
    picture = read_png(png(DRAWN["confusion_beside"]().svg, scale=1.0))
    assert picture.at(0, 0)[3] == 0  # the corner is transparent
    assert picture.at(picture.width // 2, 8) == WHITE
    assert 0.1 < picture.inked(29, 27, 170, 43) < 0.6  # the title
    assert picture.inked(300, 27, 560, 43) == 0  # and nothing behind it
    assert picture.at(150, 145)[2] > picture.at(150, 145)[0] + 50  # right is blue
    assert picture.at(280, 145)[0] > picture.at(280, 145)[2] + 50  # wrong is orange


def test_bold_is_bold() -> None:
    def ink(weight: str) -> float:
        look = f'font-family="Lato" font-size="20" font-weight="{weight}"'
        text = f'<text x="5" y="25" {look}>Confusion</text>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">{{}}{text}</svg>'
        paper = '<rect width="120" height="40" fill="#fff"/>'
        return read_png(png(svg.format(paper), 1)).inked(0, 0, 120, 40)

    assert ink("700") > 1.15 * ink("400") > 0


def test_what_is_no_picture_of_ours_is_refused() -> None:
    for other in ("", "<svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"):
        with pytest.raises(ValueError, match="no picture of ours"):
            png(other)


def test_a_renderer_that_panics_raises_what_can_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def panics(**_: object) -> bytes:
        raise panic("index out of bounds")

    monkeypatch.setitem(sys.modules, "resvg_py", types.SimpleNamespace(svg_to_bytes=panics))
    with pytest.raises(ValueError, match="the renderer broke: index out of bounds"):
        png(DRAWN["confusion_alone"]().svg)


def test_a_machine_without_the_renderer_draws_svg_and_says_so_when_a_png_is_wanted() -> None:
    code = "import sys; sys.modules['resvg_py'] = None\n"
    code += "from bot.domain.report import Matrix; from bot.slack.pictures import confusion\n"
    code += "from bot.slack.pictures.render import png\n"
    code += "drawing = confusion(Matrix(('a',), ((1.0,),)), 'm:1')\n"
    code += "try: png(drawing.svg)\nexcept ImportError: print('no renderer')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.stdout == "no renderer\n", done.stderr


def test_importing_the_pictures_brings_neither_the_renderer_nor_a_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import bot.slack.pictures.render; import bot.slack.pictures\n"
    )
    code += "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    loaded = {name for name in done.stdout.split() if not name.startswith("__editable__")}
    assert loaded - {"bot"} <= sys.stdlib_module_names


def font(weight: str) -> dict[int, float]:
    """A font's characters and how wide each is, in ems (OpenType: cmap format 4, hmtx)."""
    data = (FONTS / f"Lato-{weight}.ttf").read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    found = [struct.unpack_from(">4s4xI", data, 12 + 16 * number) for number in range(count)]
    tables = {tag.decode(): offset for tag, offset in found}
    em = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    measured = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    cmap = tables["cmap"]
    kinds = [
        struct.unpack_from(">HHI", data, cmap + 4 + 8 * n)
        for n in range(struct.unpack_from(">H", data, cmap + 2)[0])
    ]
    start = cmap + next(offset for platform, _, offset in kinds if platform == 3)
    assert struct.unpack_from(">H", data, start)[0] == 4
    segments = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", data, start + 14 + 2 * segments * n + (2 if n else 0))
        for n in range(4)
    )
    glyphs = {}
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, last + 1):
            place = start + 16 + 6 * segments + 2 * n + offsets[n] + 2 * (code - first)
            known = struct.unpack_from(">H", data, place)[0] if offsets[n] else code + deltas[n]
            glyphs[code] = known & 0xFFFF
    advance = tables["hmtx"]
    return {
        code: struct.unpack_from(">H", data, advance + 4 * min(glyph, measured - 1))[0] / em
        for code, glyph in glyphs.items()
    }


def test_both_weights_have_every_character_that_is_said_to_be_drawn() -> None:
    regular, bold = font("Regular"), font("Bold")
    ranges = lettering._DRAWN  # noqa: SLF001 - a table of facts about the font
    said = {code for first, last in ranges for code in range(first, last + 1)}
    assert said <= regular.keys() & bold.keys()


@pytest.mark.parametrize(
    "text", ["churn:12 answered", "versicolor", "0.8461", "WWW mmm", "South America", "illicit"]
)
def test_a_text_takes_about_the_room_that_is_reckoned_with(text: str) -> None:
    for weight in ("Regular", "Bold"):
        wide = sum(font(weight)[ord(letter)] for letter in text) * 13
        assert width(text, 13, bold=weight == "Bold") == pytest.approx(wide, rel=0.08)
