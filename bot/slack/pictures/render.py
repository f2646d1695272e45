"""Rendering: SVG to PNG, with our own fonts and no others."""

import math
import re
from pathlib import Path
from typing import Final

_FONTS: Final = Path(__file__).parent / "fonts"
SCALE: Final = 1.25
"""Time goes with the pixels; below this, letters blur where Slack shows the picture in a message."""
_MOST_PIXELS: Final = 1_200_000
_SIZE: Final = re.compile(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"')


def png(svg: str, scale: float = SCALE) -> bytes:
    """The picture in `scale` times as many pixels as it measures, in fewer where those would be too many for
    a file that people load on a phone; its corners are transparent.

    Raises:
        ImportError: The renderer is compiled, and this machine has none.
        ValueError: This is no picture of ours, or the renderer breaks on it.
    """
    import resvg_py  # noqa: PLC0415 - only a function that draws pays for it

    fonts = [str(_FONTS / f"Lato-{weight}.ttf") for weight in ("Regular", "Bold")]
    zoom = _bounded(svg, scale)
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=svg, zoom=zoom, skip_system_fonts=True, font_files=fonts, font_family="Lato"
        )
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # Rust's panic is no Exception, and no reason to end
            raise ValueError(f"the renderer broke: {problem}") from problem
        raise
    return bytes(drawn)


def _bounded(svg: str, scale: float) -> float:
    found = _SIZE.match(svg)
    if not found:
        raise ValueError("this is no picture of ours")
    pixels = float(found[1]) * float(found[2])
    return min(scale, math.sqrt(_MOST_PIXELS / pixels))
