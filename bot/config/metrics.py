"""[metrics]: what a team's own metrics are called, which way is better, and their units."""

import json
import re
from typing import Final

from bot.config.table import Table
from bot.domain.meaning import Better, Meaning

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME, _LONGEST_UNIT = 80, 20  # characters of a table's cell on a phone


def metrics(table: Table) -> dict[str, Meaning]:
    """What the tables under `metrics` say, by metric."""
    inner = table.table("metrics")
    return {name: _meaning(name, one) for name, one in inner.sub_tables()}


def quoted(metric: str) -> str:
    """A metric's name as a key of TOML."""
    return metric if _BARE.fullmatch(metric) else json.dumps(metric, ensure_ascii=False)


def _meaning(metric: str, table: Table) -> Meaning:
    for key, value in table.items.items():
        if isinstance(value, dict):
            whole = quoted(f"{metric}.{key}")
            raise table.wrong(key, f"is a table; a name with a dot is quoted, like [metrics.{whole}]")
    table.only("better", "unit", "name")
    if not table.items:
        raise table.wrong("better", "is missing, and so are `unit` and `name`; say at least one of them")
    return Meaning(
        title=_short(table, "name", _LONGEST_NAME),
        better=table.choice("better", Better) if "better" in table.items else None,
        unit=_short(table, "unit", _LONGEST_UNIT),
    )


def _short(table: Table, key: str, longest: int) -> str:
    if key not in table.items:
        return ""
    text = table.text(key, required=True)
    if len(text) > longest or not text.isprintable():
        raise table.wrong(key, f"must have at most {longest} characters on one line")
    return text
