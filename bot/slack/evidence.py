"""Evidence as people read it: the metrics beside the champion's, and what they were measured on."""

from itertools import accumulate, compress
from typing import Final

from bot.domain.comparison import Comparison, Row
from bot.domain.phrasing import DIGEST, guardrail, measured, shift
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion
from bot.domain.verdict import called
from bot.domain.wording import one_line, plain
from bot.slack import blocks as b
from bot.slack.inert import inert

METRICS_SHOWN: Final = 8
_NAME, _CELL, _NOTES = 60, 44, 1500
_APART: Final = "Not comparable"
_GUARDRAIL: Final = 2  # its column


def comparison(compared: Comparison, candidate: str, beside: str = "(live)") -> list[b.Block]:
    """The metrics beside the champion's, briefly, and what is left out or lacking."""
    notes = [*compared.notes, *left_out(compared, METRICS_SHOWN)]
    lacking = [b.context(b.clamp(b.mrkdwn(inert("  ·  ".join(notes))), _NOTES))] if notes else []
    return [*table(compared, candidate, beside, METRICS_SHOWN, brief=True), *lacking]


def table(
    compared: Comparison, candidate: str, beside: str, most: int, *, brief: bool = False
) -> list[b.Block]:
    """The first rows as a table; no block where there are none. A phone shows what stands to the left: the
    metric, the candidate and whether its guardrail holds.

    Args:
        compared: The rows.
        candidate: What its column is called.
        beside: What is said of the champion in the head of its column.
        most: So many rows.
        brief: Without the champion's deviation and the relative difference.
    """
    if not compared.rows:
        return []
    champion = f"{compared.champion} {beside}".rstrip() if compared.champion else ""
    shown = compared.rows[:most]
    ruled = any(row.guardrail for row in shown)
    head = ["Metric", candidate, *(["Guardrail"] if ruled else []), *([champion, "Δ"] if champion else [])]
    columns = [True, True, ruled, bool(champion), bool(champion)]
    made = b.table(head, [list(compress(_cells(row, brief=brief), columns)) for row in shown])
    made["column_settings"][0]["is_wrapped"] = True
    if ruled:
        made["column_settings"][_GUARDRAIL]["align"] = "left"  # its sign is seen where the rest is cut off
    return [made]


def left_out(compared: Comparison, most: int) -> list[str]:
    """What a table of so many rows does not show, as a note; none where it shows all."""
    hidden = max(0, len(compared.rows) - most) + compared.left_out
    return [f"… {hidden} more metric{'' if hidden == 1 else 's'} in the report"] if hidden else []


def verdict(compared: Comparison, most: int) -> str:
    """The comparison in one sentence with its sign, as mrkdwn; what cannot be compared says so in red."""
    sign = ":no_entry: " if compared.failures else ":warning: " if compared.warnings else ""
    said = f"{sign}{safe(compared.verdict, most)}"
    if not compared.incomparable:
        return said
    why = safe(compared.incomparable, most).removeprefix(_APART)
    return f":red_circle: *{_APART}*{why}\n{said}"


def safe(text: str, most: int) -> str:
    """What a file or a person wrote, on one line of mrkdwn that is at most so long; nothing in it mentions
    anybody, and no mark in it is live.
    """
    return _escaped(inert(_line(text, most)), most)


def code(text: str, most: int = _NAME) -> str:
    """The same as code."""
    return f"`{_escaped(_line(text.replace('`', ''), most), most)}`"


def _line(text: str, most: int) -> str:
    return "".join(c for c in one_line(plain(text)[: 4 * most]) if c.isprintable())


def _escaped(line: str, most: int) -> str:
    fitting = sum(length <= most for length in accumulate(len(b.escape(c)) for c in line))
    return b.escape(line) if fitting == len(line) else f"{b.escape(line[: fitting - 1])}…"


def measured_on(promotion: Promotion) -> str:
    """What the version was tested on, and who was beside it; empty before the test is scored."""
    own, champions = (*promotion.trials, None, None)[:2]
    if own is None or not own.report:
        return ""
    rows = f"{own.rows:,} held-out row{'' if own.rows == 1 else 's'}"
    return f"Tested on {rows} (manifest `{own.data.digest[:DIGEST]}`){_beside(promotion, champions)}"


def _beside(promotion: Promotion, champions: Trial | None) -> str:
    if champions is None or not champions.report:
        return ""
    champion = promotion.comparison.champion if promotion.comparison else None
    return f", and so was {champion or 'the champion'}"


def _cells(row: Row, *, brief: bool) -> list[str]:
    cells = [
        measured(row.candidate, row.candidate_deviation, row.unit),
        guardrail(row),
        measured(row.champion, None if brief else row.champion_deviation, row.unit),
        shift(row, brief=brief),
    ]
    return [b.clamp(called(row), _NAME), *(b.clamp(cell, _CELL) for cell in cells)]
