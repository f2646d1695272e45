"""A picture that Slack cannot draw itself, as SVG text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawing:
    """A picture: `alt` carries its numbers for people who do not see it, `svg` is the whole document."""

    title: str
    alt: str
    svg: str
