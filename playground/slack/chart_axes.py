"""The axes of a chart: round numbers on the left, categories below, and room for long names."""

import math
from html import escape

WIDTH, PLOT_HEIGHT = 520, 184
LEFT, RIGHT, TOP = 58, 12, 12
PLOT_WIDTH, FLOOR = WIDTH - LEFT - RIGHT, TOP + PLOT_HEIGHT
GRID_LINES = 5  # about so many
CHARACTER, LINE = 6.6, 15  # the room that a character and a line take, in a narrow thread, too
TILT = 60  # degrees, for names that do not fit beside each other
CROWDED = 30  # with less room for a category, a narrow thread names every other one
STEPS = (1, 2, 2.5, 5, 10)
COUNTABLE = 10_000  # from here on numbers are written with k, M, G


class Scale:
    """From values to heights: 0 is in the picture for bars and areas, lines get the room they need."""

    def __init__(self, values: list[float], *, from_zero: bool) -> None:
        low, high = min(values), max(values)
        if from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        if high == low:
            low, high = low - (abs(low) * 0.1 or 1.0), high + (abs(high) * 0.1 or 1.0)
        self.step = _round_step((high - low) / GRID_LINES)
        self.low = math.floor(low / self.step + 1e-9) * self.step
        self.high = math.ceil(high / self.step - 1e-9) * self.step

    def y(self, value: float) -> float:
        """The height of a value."""
        return FLOOR - PLOT_HEIGHT * (value - self.low) / (self.high - self.low)

    def grid(self) -> str:
        """Lines at round numbers, each with its number."""
        lines = []
        for i in range(round((self.high - self.low) / self.step) + 1):
            value = self.low + i * self.step
            y = self.y(value)
            lines.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            lines.append(text(LEFT - 6, y + 4, self._written(value), "end"))
        return "".join(lines)

    def _written(self, value: float) -> str:
        for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
            if max(abs(self.low), abs(self.high)) >= max(size, COUNTABLE):
                return f"{value / size:.6g}{letter}" if value else "0"
        digits = max(0, -math.floor(math.log10(self.step) + 1e-9))
        more = not math.isclose(round(self.step, digits), self.step)
        return f"{value + 0.0:.{digits + more}f}"


def _round_step(rough: float) -> float:
    """The next step of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


class Categories:
    """The names below the plot: beside each other, tilted, or, where they are numbers, every n-th."""

    def __init__(self, names: list[str], title: str) -> None:
        self.names = names
        self._title = title
        self._room = PLOT_WIDTH / len(names)
        longest = max(map(len, names))
        wide = longest * CHARACTER + 8
        self._every = math.ceil(wide / self._room) if all(map(_is_number, names)) else 1
        self._tilted = self._every == 1 and wide > self._room
        reach = longest * CHARACTER * math.sin(math.radians(TILT))
        self._below = FLOOR + (reach + 14 if self._tilted else LINE + 8)

    @property
    def bottom(self) -> float:
        """Where the picture ends."""
        return self._below + (LINE + 5 if self._title else 0)

    def svg(self) -> str:
        """The names, and the title of the axis below them."""
        names = [self._name(i, name) for i, name in enumerate(self.names) if i % self._every == 0]
        return "".join(names) + text(LEFT + PLOT_WIDTH / 2, self._below + LINE, self._title)

    def _name(self, i: int, name: str) -> str:
        x = LEFT + self._room * (i + 0.5)
        if not self._tilted:
            return text(x, FLOOR + LINE + 1, name, kind="label")
        kind = "label second" if i % 2 and self._room < CROWDED else "label"
        turned = f'text-anchor="end" transform="rotate(-{TILT} {x + 3:.1f} {FLOOR + 12})"'
        return f'<text class="{kind}" x="{x + 3:.1f}" y="{FLOOR + 12}" {turned}>{escape(name)}</text>'


def _is_number(name: str) -> bool:
    try:
        return math.isfinite(float(name))
    except ValueError:
        return False


def upright(title: str) -> str:
    """The title of the left axis."""
    middle = TOP + PLOT_HEIGHT / 2
    return f'<g class="upright" transform="rotate(-90 11 {middle:.1f})">{text(11, middle, title)}</g>'


def text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "") -> str:
    """Words in a picture, of a `kind` that the style sheet knows; nothing where there are none."""
    style = f' class="{kind}"' if kind else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text{style} {place}>{escape(words)}</text>" if words else ""
