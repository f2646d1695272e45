"""Evidence as people read it: the metrics beside the champion's, and what they were measured on."""

from typing import Final

from bot.domain.comparison import Comparison, Row
from bot.domain.promotion import Promotion, Trial
from bot.slack import blocks as b

METRICS_SHOWN: Final = 8
_NAME, _NOTES, _DIGEST = 80, 1500, 8


def comparison(compared: Comparison, candidate: str, beside: str = "(live)") -> list[b.Block]:
    """The metrics beside the champion's, and what is left out or lacking."""
    shown: list[b.Block] = []
    if compared.rows:
        champion = str(compared.champion) if compared.champion else ""
        head = ["Metric", candidate, *([f"{champion} {beside}", "Δ"] if champion else []), "Guardrail"]
        shown.append(b.table(head, [_cells(row, champion) for row in compared.rows[:METRICS_SHOWN]]))
    hidden = max(0, len(compared.rows) - METRICS_SHOWN) + compared.left_out
    notes = list(compared.notes) + ([f"… {hidden} more metrics in the report"] if hidden > 0 else [])
    if notes:
        shown.append(b.context(b.clamp(b.mrkdwn("  ·  ".join(notes)), _NOTES)))
    return shown


def measured_on(promotion: Promotion) -> str:
    """What the version was tested on, and who was beside it; empty before the test is scored."""
    own, champions = (*promotion.trials, None, None)[:2]
    if own is None or not own.report:
        return ""
    rows = f"{own.rows:,} held-out row{'' if own.rows == 1 else 's'}"
    return f"Tested on {rows} (manifest `{own.data.digest[:_DIGEST]}`){_beside(promotion, champions)}"


def number(value: float | None) -> str:
    """A metric as people read it: four significant digits, and no exponent for what can be counted."""
    if value is None:
        return "–"
    countable = 10_000 <= abs(value) < 10**12  # noqa: PLR2004
    return f"{value:,.0f}" if countable else f"{value:.4g}"


def _beside(promotion: Promotion, champions: Trial | None) -> str:
    if champions is None or not champions.report:
        return ""
    champion = promotion.comparison.champion if promotion.comparison else None
    return f", and so was {champion or 'the champion'}"


def _cells(row: Row, champion: str) -> list[str]:
    cells = [b.clamp(row.metric, _NAME), number(row.candidate)]
    if champion:
        cells += [number(row.champion), _difference(row)]
    return [*cells, _verdict(row)]


def _difference(row: Row) -> str:
    if row.difference is None:
        return "–"
    arrow = {True: " better", False: " worse", None: ""}[row.better]
    return f"{row.difference:+.3g}{arrow}"


def _verdict(row: Row) -> str:
    if row.guardrail_met is None:
        return "–"
    return f"{'✓' if row.guardrail_met else '✗'} {row.guardrail}"
