"""What a model runs on and what that costs: instances, serverless endpoints, prices."""

import re
import sys
from typing import Final

from bot.config.table import Table
from bot.domain.policy import Instance, Serverless

_TYPE: Final = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9-]+")
_MOST_INSTANCES: Final = 100  # Amazon SageMaker API: TransformResources
_MEMORY: Final = range(1024, 6144 + 1, 1024)  # Amazon SageMaker API: ProductionVariantServerlessConfig
_MOST_AT_ONCE: Final = 200  # likewise


def instance(table: Table, key: str) -> Instance | None:
    """So many machines of a type, or None where the key is left out."""
    if key not in table.items:
        return None
    inner = table.table(key)
    inner.only("type", "count")
    kind = inner.text("type", required=True)
    if not _TYPE.fullmatch(kind):
        raise inner.wrong("type", f"is “{kind}”; write an instance type like “ml.m5.large”")
    return Instance(kind, inner.whole("count", 1, _MOST_INSTANCES, 1))


def serverless(table: Table, key: str) -> Serverless | None:
    """Megabytes of memory and requests at once, or None where the key is left out."""
    if key not in table.items:
        return None
    inner = table.table(key)
    inner.only("memory", "concurrency")
    memory = inner.value("memory", int, "a whole number of megabytes", required=True)
    if memory not in _MEMORY:
        *most, last = map(str, _MEMORY)
        raise inner.wrong("memory", f"is {memory} megabytes; SageMaker has {', '.join(most)} or {last}")
    return Serverless(memory, inner.whole("concurrency", 1, _MOST_AT_ONCE))


def prices(table: Table) -> dict[str, float]:
    """US dollars an hour, by instance type."""
    return {kind: _price(table, kind) for kind in table.items}


def _price(table: Table, kind: str) -> float:
    if isinstance(table.items[kind], dict):
        # TOML takes a dot in a bare key for a table in a table.
        raise table.wrong(kind, 'is a table; put the instance type in quotes, like "ml.m5.large" = 0.115')
    if not _TYPE.fullmatch(kind):
        raise table.wrong(kind, "is no instance type; write one like “ml.m5.large”")
    dollars = table.value(kind, (int, float), "a number of US dollars an hour")
    if not 0 < dollars <= sys.float_info.max:
        raise table.wrong(kind, "must be more than 0 US dollars an hour")
    return float(dollars)
