"""SVG from small pieces. A picture is a light card, which stands on Slack's white as on its dark theme."""

import math
from collections.abc import Iterable
from html import escape
from typing import Final

from bot.slack.pictures.lettering import drawn, fitted

INK: Final = "#1d2733"
SOFT: Final = "#5a6675"
GRID: Final = "#e8ebf0"
AXIS: Final = "#b6bfca"
EMPTY: Final = "#f3f5f8"
PAPER: Final = "#ffffff"
BORDER: Final = "#d4dae2"
CANDIDATE: Final = "#0b6bb8"  # blue and orange differ for every kind of colour blindness
CHAMPION: Final = "#64748b"
WRONG: Final = "#cc5a0a"
MARGIN: Final = 28.0
TITLE, TEXT, SMALL = 20.0, 13.5, 12.5
THIN, THICK = 0.8, 1.6
"""One pixel and two, as large as pictures are rendered: all lines of a kind are equally wide."""


def at(number: float) -> str:
    """A coordinate to a tenth of a pixel, in as few characters as it takes."""
    return f"{round(number, 1) + 0:g}" if abs(number) < 1e5 else f"{number:.0f}"  # noqa: PLR2004 - %g's digits


def text(  # noqa: PLR0913 - a text has that many sides
    x: float,
    y: float,
    words: str,
    *,
    size: float = TEXT,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
    turned: float = 0,
) -> str:
    """One line with its base line at y; `anchor` is start, middle or end; `turned` is in degrees."""
    more = ' font-weight="700"' if bold else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' transform="rotate({at(turned)} {at(x)} {at(y)})"' if turned else ""
    place = f'x="{at(x)}" y="{at(y)}" font-size="{at(size)}" fill="{fill}"'
    return f"<text {place}{more}>{escape(drawn(words, words and '□'))}</text>"


def rect(  # noqa: PLR0913 - place, size and look
    x: float, y: float, wide: float, high: float, fill: str, *, radius: float = 0
) -> str:
    """A filled rectangle."""
    rounded = f' rx="{at(radius)}"' if radius else ""
    place = f'x="{at(x)}" y="{at(y)}" width="{at(wide)}" height="{at(high)}"'
    return f'<rect {place} fill="{fill}"{rounded}/>'


def line(
    start: tuple[float, float], end: tuple[float, float], stroke: str, *, wide: float = THIN, dashes: str = ""
) -> str:
    """A straight line; `dashes` are lengths of strokes and gaps. Along an axis it fills whole pixels, which
    is sharp, and takes the renderer a tenth of the time.
    """
    (x1, y1), (x2, y2) = start, end
    more = f' stroke-dasharray="{dashes}"' if dashes else ""
    more += ' shape-rendering="crispEdges"' if x1 == x2 or y1 == y2 else ""
    place = f'x1="{at(x1)}" y1="{at(y1)}" x2="{at(x2)}" y2="{at(y2)}"'
    return f'<line {place} stroke="{stroke}" stroke-width="{wide:g}"{more}/>'


def path(points: Iterable[tuple[float, float]], stroke: str, *, wide: float = 2, dashes: str = "") -> str:
    """Straight lines from point to point."""
    more = f' stroke-dasharray="{dashes}"' if dashes else ""
    way = "L".join(f"{at(x)} {at(y)}" for x, y in points)
    look = f'fill="none" stroke="{stroke}" stroke-width="{at(wide)}" stroke-linejoin="round"'
    return f'<path d="M{way}" {look}{more}/>'


def dot(x: float, y: float, radius: float, *, champion: bool = False) -> str:
    """The candidate's mark is a circle, the champion's a square, so that no one needs the colours."""
    edge = f'stroke="{PAPER}" stroke-width="1.5"'
    if not champion:
        return f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}" fill="{CANDIDATE}" {edge}/>'
    side = radius * 1.72
    place = f'x="{at(x - side / 2)}" y="{at(y - side / 2)}" width="{at(side)}" height="{at(side)}"'
    return f'<rect {place} rx="2" fill="{CHAMPION}" {edge}/>'


def card(wide: float, high: float, title: str, subtitle: str, parts: Iterable[str]) -> str:
    """The whole document: a title, a line below it, and what is drawn."""
    wide, high = math.ceil(wide), math.ceil(high)
    room = wide - 2 * MARGIN
    inside = f'x="0.5" y="0.5" width="{at(wide - 1)}" height="{at(high - 1)}" rx="12"'
    head = [
        f'<rect {inside} fill="{PAPER}" stroke="{BORDER}"/>',
        text(MARGIN, 42, fitted(drawn(title), TITLE, room, bold=True), size=TITLE, bold=True),
        text(MARGIN, 65, fitted(drawn(subtitle, ""), TEXT, room), fill=SOFT),
    ]
    size = f'width="{at(wide)}" height="{at(high)}" viewBox="0 0 {at(wide)} {at(high)}"'
    body = "\n".join([*head, *parts])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Lato">\n{body}\n</svg>\n'


def mixed(colour: str, strength: float) -> str:
    """The colour on white paper, 0 to 1 strong."""
    return "#" + "".join(f"{round(255 + (channel - 255) * strength):02x}" for channel in _channels(colour))


def ink_on(paper: str) -> str:
    """White or ink, whichever stands out more (WCAG 2: Contrast ratio)."""
    lit, ink = _luminance(paper) + 0.05, _luminance(INK) + 0.05
    return PAPER if 1.05 / lit > lit / ink else INK


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _luminance(colour: str) -> float:
    red, green, blue = (math.pow(channel / 255, 2.2) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
