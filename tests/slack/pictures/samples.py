"""Evidence that the pictures are drawn of, and pictures read back from PNG."""

import math
import struct
import zlib
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from bot.domain.comparison import Row
from bot.domain.meaning import Better
from bot.domain.report import Curve, CurveKind, Matrix, Metric, Report

CHURN = Matrix(("0", "1"), ((1180.0, 510.0), (96.0, 214.0)))
CHURN_BEFORE = Matrix(("0", "1"), ((1090.0, 600.0), (120.0, 190.0)))
IRIS = Matrix(("setosa", "versicolor", "virginica"), ((50, 0, 0), (0, 47, 3), (0, 2, 48)))
IRIS_BEFORE = Matrix(("virginica", "setosa", "versicolor"), ((45, 0, 5), (0, 49, 1), (6, 0, 44)))
DIGITS = Matrix(
    tuple(f"{number:02}" for number in range(40)),
    tuple(tuple(float((i + 1) * 1000 if i == j else (i * 7 + j) % 5) for j in range(40)) for i in range(40)),
)
SCORES: Final = tuple((number + 0.5) / 10 for number in range(10))
LINES: Final = (620, 340, 210, 160, 130, 110, 95, 120, 140, 75)
RELIABLE = Curve(
    CurveKind.CALIBRATION,
    tuple(zip(SCORES, (0.05, 0.13, 0.27, 0.33, 0.48, 0.52, 0.67, 0.76, 0.82, 0.96), strict=True)),
    lines=LINES,
)
UNRELIABLE = Curve(
    CurveKind.CALIBRATION,
    tuple(zip(SCORES, (0.02, 0.08, 0.16, 0.25, 0.35, 0.46, 0.53, 0.66, 0.74, 0.88), strict=True)),
    lines=LINES,
)
_AUC: Final = (
    ("", 0.846, 0.835, None),
    ("EU", 0.861, 0.842, 0.006),
    ("North America", 0.842, 0.846, 0.007),
    ("South America", 0.79, 0.751, 0.014),
    ("APAC", 0.824, 0.815, 0.009),
    ("Africa", 0.771, 0.783, 0.021),
    ("Middle East", 0.812, 0.79, 0.016),
)


def row(
    key: str, candidate: float | None, champion: float | None = None, deviation: float | None = None
) -> Row:
    """A row of a metric of which more is better."""
    better = None
    if candidate is not None and champion is not None and candidate != champion:
        better = candidate > champion
    return Row(
        key,
        candidate,
        champion,
        better=better,
        candidate_deviation=deviation,
        direction=Better.HIGHER,
    )


REGIONS = tuple(
    row(f"auc[region={region}]" if region else "auc", ours, theirs, deviation)
    for region, ours, theirs, deviation in _AUC
)
MARKETS = tuple(row(f"auc[market={number:02}]", 0.6 + number / 100) for number in range(19))


def report(*metrics: Metric, matrix: Matrix | None = None, curve: Curve | None = None) -> Report:
    """A report that has no more than this."""
    return Report(
        "test",
        "s3://b/r.json",
        "d",
        metrics,
        matrices=(matrix,) if matrix else (),
        curves=(curve,) if curve else (),
    )


def regions(of: int) -> tuple[Metric, ...]:
    """The same numbers as metrics: 1 the candidate's, 2 the champion's."""
    found = []
    for line in _AUC:
        value = line[of]
        assert isinstance(value, float)
        found.append(Metric("auc", value, part=f"region={line[0]}" if line[0] else ""))
    return tuple(found)


def words(svg: str) -> list[str]:
    """Every text of a picture; fails where it is no XML."""
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own


def size(svg: str) -> tuple[float, float]:
    """Width and height at 1x."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return float(root.attrib["width"]), float(root.attrib["height"])


@dataclass(frozen=True)
class Png:
    """A PNG with eight bits of red, green, blue and opacity."""

    width: int
    height: int
    rows: tuple[bytes, ...]

    def at(self, x: int, y: int) -> tuple[int, ...]:
        return tuple(self.rows[y][4 * x : 4 * x + 4])

    def inked(self, left: int, top: int, right: int, bottom: int) -> float:
        """The share of the box's pixels that are dark."""
        dark = sum(
            sum(self.rows[y][4 * x : 4 * x + 3]) < 300 for y in range(top, bottom) for x in range(left, right)
        )
        return dark / ((right - left) * (bottom - top))


def read_png(data: bytes) -> Png:
    """Decode a PNG (W3C: Portable Network Graphics, Filtering); fails where its check sums are wrong."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, packed, head = 8, b"", b""
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert zlib.crc32(kind + body) == check
        head, packed = (body if kind == b"IHDR" else head), packed + (body if kind == b"IDAT" else b"")
        place += 12 + length
    width, height, depth, colours = struct.unpack(">IIBB", head[:10])
    assert (depth, colours) == (8, 6)
    raw, stride, rows = zlib.decompress(packed), 4 * width + 1, [bytes(4 * width)]
    for start in range(0, stride * height, stride):
        rows.append(_unfiltered(raw[start], raw[start + 1 : start + stride], rows[-1]))
    return Png(width, height, tuple(rows[1:]))


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    out = bytearray(line)
    for place in range(len(out)):
        left = out[place - 4] if place >= 4 else 0
        corner = above[place - 4] if place >= 4 else 0
        guess = left + above[place] - corner
        nearest = min((left, above[place], corner), key=lambda value: abs(guess - value))
        told = (0, left, above[place], (left + above[place]) // 2, nearest)[kind]
        out[place] = (out[place] + told) & 255
    return bytes(out)


def calibration_error(curve: Curve) -> float:
    """By hand: the mean distance from the diagonal, by lines."""
    gaps = [abs(x - y) * lines for (x, y), lines in zip(curve.points, curve.lines, strict=True)]
    return math.fsum(gaps) / sum(curve.lines)
