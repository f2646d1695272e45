"""What a team says about one model: its channel, its bounds and its held-out data."""

import sys

from bot.config import address, capacity
from bot.config.table import Table
from bot.domain.comparison import direction
from bot.domain.guardrails import Guardrail, parse_guardrail
from bot.domain.policy import ModelPolicy
from bot.domain.refusals import Unreadable
from bot.domain.scoring import Problem


def model(table: Table) -> ModelPolicy:
    """What the table says about a model."""
    table.only("channel", "guardrails", "tolerance", "test_data", "problem", "test_instance")
    bounds = table.table("guardrails")
    tolerance = table.table("tolerance")
    return ModelPolicy(
        channel=table.text("channel"),
        guardrails=tuple(_bound(bounds, metric) for metric in bounds.items),
        tolerance={metric: _tolerated(tolerance, metric) for metric in tolerance.items},
        test_data=address.prefix(table, "test_data", "{stage}") if "test_data" in table.items else "",
        problem=table.choice("problem", Problem) if "problem" in table.items else None,
        test_instance=capacity.instance(table, "test_instance") or ModelPolicy.test_instance,
    )


def _bound(table: Table, metric: str) -> Guardrail:
    written = table.text(metric, required=True)
    try:
        return parse_guardrail(metric, written)
    except Unreadable as problem:
        raise Unreadable(f"{table.where}: {problem.sentence}") from None


def _tolerated(table: Table, metric: str) -> float:
    value = table.value(metric, (int, float), "a number")
    if not 0 <= value <= sys.float_info.max:
        raise table.wrong(metric, "must be a number of 0 or more")
    if direction(metric) is None:
        raise table.wrong(metric, "has no known direction, so nothing can be worse; use a guardrail")
    return float(value)
