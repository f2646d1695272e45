"""What a team says about one model: its channel, its bounds and its held-out data."""

import sys
from collections.abc import Mapping
from typing import Final

from bot.config import address, capacity
from bot.config.metrics import metrics, quoted
from bot.config.table import Table
from bot.domain.guardrails import Guardrail, parse_guardrail
from bot.domain.meaning import Meaning, Meanings
from bot.domain.policy import ModelPolicy
from bot.domain.refusals import Unreadable
from bot.domain.scoring import Problem

_KNOWN: Final = (
    "channel",
    "guardrails",
    "tolerance",
    "test_data",
    "problem",
    "test_instance",
    "metrics",
    "model_card",
)
_WRITE: Final = "write"


def model(table: Table, meant: Mapping[str, Meaning]) -> ModelPolicy:
    """What the table says about a model; `meant` is what metrics mean to every model."""
    table.only(*_KNOWN)
    own = metrics(table)
    meanings = Meanings(meant).with_own(own)
    bounds = table.table("guardrails")
    tolerance = table.table("tolerance")
    return ModelPolicy(
        channel=table.text("channel"),
        guardrails=tuple(_bound(bounds, metric) for metric in bounds.items),
        tolerance={metric: _tolerated(tolerance, metric, meanings) for metric in tolerance.items},
        test_data=address.prefix(table, "test_data", "{stage}") if "test_data" in table.items else "",
        problem=table.choice("problem", Problem) if "problem" in table.items else None,
        test_instance=capacity.instance(table, "test_instance") or ModelPolicy.test_instance,
        metrics=own,
        writes_card=_writes_card(table),
    )


def _bound(table: Table, metric: str) -> Guardrail:
    written = table.text(metric, required=True)
    try:
        return parse_guardrail(metric, written)
    except Unreadable as problem:
        raise Unreadable(f"{table.where}: {problem.sentence}") from None


def _writes_card(table: Table) -> bool:
    if "model_card" not in table.items:
        return False
    said = table.text("model_card", required=True)
    if said != _WRITE:
        raise table.wrong("model_card", f"is “{said}”; use “{_WRITE}”, or take it out")
    return True


def _tolerated(table: Table, metric: str, meanings: Meanings) -> float:
    value = table.value(metric, (int, float), "a number")
    if not 0 <= value <= sys.float_info.max:
        raise table.wrong(metric, "must be a number of 0 or more")
    if meanings.of(metric).better is None:
        raise table.wrong(
            metric,
            "has no known direction, so nothing can be worse; use a guardrail, or set `better` in "
            f"[metrics.{quoted(metric)}]",
        )
    return float(value)
