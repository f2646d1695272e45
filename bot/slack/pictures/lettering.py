"""Lettering: what of a text our font can draw, and how much room it takes."""

import unicodedata
from collections.abc import Callable
from typing import Final

_LEAST: Final = 2
_NUMBER: Final = 8
_BOLDER: Final = 1.04
_OTHERS: Final = 0.64
_WIDTHS: Final = {
    letter: width
    for width, letters in (
        (0.20, "'"),
        (0.24, " !(),.:;ijl|"),
        (0.31, "I[]{}"),
        (0.38, '"-frt'),
        (0.40, "*J`"),
        (0.46, "/?\\_sz"),
        (0.50, "Lacgkvxy"),
        (0.56, "FSbdehnopqu"),
        (0.58, "#$+0123456789<=>EPTYZ^~–±"),
        (0.65, "BCKRX"),
        (0.70, "&AV…"),
        (0.75, "DGHNU"),
        (0.81, "%OQmw@"),
        (0.94, "M→↓"),
        (1.05, "W"),
    )
    for letter in letters
}
"""Lato's advance widths, in ems."""
_DRAWN: Final = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x34E),
    (0x391, 0x3A1),
    (0x3A3, 0x3CE),
    (0x3D0, 0x482),
    (0x48A, 0x513),
    (0x1E00, 0x1E9B),
    (0x1EA0, 0x1EF9),
    (0x2012, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x20A0, 0x20B5),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
    (0x25A1, 0x25A1),
)
"""What both weights of Lato have, of what people write."""
_MISSING: Final = "□"


def said(text: str, most: int = 60) -> str:
    """The text on one line for people to read, without what XML forbids and what turns the line around."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text[: 4 * most])
    kept = " ".join("".join(c for c in kept if not _unfit(c)).split())
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"


def drawn(text: str, otherwise: str = _MISSING) -> str:
    """The text with □ for each run that our font does not have; `otherwise` where it has nothing of it."""
    known: list[str] = []
    for letter in unicodedata.normalize("NFC", said(text, 200)):
        if _has(letter):
            known.append(letter)
        elif known[-1:] != [_MISSING]:
            known.append(_MISSING)
    shown = "".join(known).strip()
    return shown if shown.replace(_MISSING, "").strip() else otherwise


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how many pixels it takes in a line."""
    return sum(_WIDTHS.get(letter, _OTHERS) for letter in text) * size * (_BOLDER if bold else 1)


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """As much of the text as has room, with … for what has not."""
    return _longest(text, lambda part: width(part, size, bold=bold) <= room)


def fitted_name(name: str, size: float, room: float, *, bold: bool = False) -> str:
    """The same of a version's name, whose end tells it from others: `customer-ch…:112`."""
    text = drawn(name)
    group, colon, number = text.rpartition(":")
    if not colon or len(number) > _NUMBER:
        return fitted(text, size, room, bold=bold)
    end = f"{colon}{number}"
    return fitted(group, size, room - width(end, size, bold=bold), bold=bold) + end


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    if fits(text):
        return text
    parts = (f"{text[:end].rstrip()}…" for end in range(len(text) - 1, _LEAST - 1, -1))
    return next((part for part in parts if fits(part)), "…")


def _unfit(letter: str) -> bool:
    """A surrogate, a noncharacter, or a mark that changes the direction of the line."""
    code = ord(letter)
    turning = code in {0x200E, 0x200F, 0x61C} or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069  # noqa: PLR2004 - Unicode's
    return turning or unicodedata.category(letter) == "Cs" or code & 0xFFFE == 0xFFFE  # noqa: PLR2004


def _has(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _DRAWN)
