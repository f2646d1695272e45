"""How traffic moves in a stage, and the alarms that move it back."""

import math
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, assert_never

from bot.config.table import Table
from bot.domain.policy import AlarmKind, AlarmRule, Rollout, RolloutKind, Stage, alarm_name
from bot.domain.refusals import Unreadable

_LONGEST_BAKE: Final = timedelta(hours=1)  # Amazon SageMaker API: TrafficRoutingConfig, RollingUpdatePolicy
_LONGEST: Final = timedelta(hours=8)  # Amazon SageMaker API: BlueGreenUpdatePolicy, RollingUpdatePolicy
_MOST_ALARMS: Final = 10  # Amazon SageMaker API: AutoRollbackConfig
_LONGEST_NAME: Final = 255  # characters (Amazon SageMaker API: Alarm)
_LONGEST_PERIOD: Final = timedelta(days=1)  # Amazon CloudWatch API: PutMetricAlarm
_SLOWEST: Final = 60_000  # milliseconds; then InvokeEndpoint gives up (SageMaker Runtime API: InvokeEndpoint)
_MOST_ERRORS: Final = 1_000_000
_LATENCY: Final = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(ms|s)")
_NO_LATENCY: Final = "must be a time like “500ms” or “2s”, or a number of milliseconds"


def rollout(table: Table) -> Rollout:
    """How traffic moves; all at once where nothing is said."""
    table.only("kind", "percent", "bake", "alarms")
    kind = table.choice("kind", RolloutKind, RolloutKind.ALL_AT_ONCE)
    names, rules = _alarms(table)
    match kind:
        case RolloutKind.ALL_AT_ONCE:
            if table.items.keys() & {"percent", "bake"}:
                raise table.wrong("kind", "all-at-once takes no percent and no bake")
            return Rollout(alarms=names, rules=rules)
        case RolloutKind.CANARY:
            percent = table.whole("percent", 1, 50)  # Amazon SageMaker API: TrafficRoutingConfig
        case RolloutKind.LINEAR:
            percent = table.whole("percent", 10, 50)  # Amazon SageMaker API: TrafficRoutingConfig
        case RolloutKind.ROLLING:
            percent = table.whole("percent", 5, 50)  # Amazon SageMaker API: RollingUpdatePolicy
        case _:
            assert_never(kind)
    return Rollout(kind, percent, _bake(table, kind, percent), names, rules)


def no_alarm_twice(where: str, stage: Stage, models: Iterable[str]) -> None:
    """Refuse a stage in which two alarms of one of these models have the same name."""
    for model in ("{model}", *models):
        made = {alarm_name(stage.endpoint_of(model), rule.kind) for rule in stage.rollout.rules}
        seen: set[str] = set()
        for written, name in zip(stage.rollout.alarms, stage.alarms_of(model, stage.rollout), strict=False):
            if name in made:
                raise Unreadable(
                    f"{where}: the stage “{stage.name}” lists the alarm “{written}”, and the workflow calls "
                    f"an alarm of its own “{name}”; take the one or the other out."
                )
            if name in seen:
                raise Unreadable(
                    f"{where}: the stage “{stage.name}” lists the alarm “{name}” twice; once is enough."
                )
            seen.add(name)


def _bake(table: Table, kind: RolloutKind, percent: int) -> timedelta:
    bake = table.span("bake", timedelta(minutes=10))
    if bake > _LONGEST_BAKE:
        raise table.wrong("bake", "must be at most “1h”, as SageMaker wants it")
    steps = 1 if kind is RolloutKind.CANARY else math.ceil(100 / percent)
    if steps * bake >= _LONGEST:
        hours = steps * bake / timedelta(hours=1)
        raise table.wrong(
            "bake",
            f"after each of {steps} steps makes {hours:.3g} hours, and SageMaker ends a deployment after 8; "
            "raise percent or shorten bake",
        )
    return bake


def _alarms(table: Table) -> tuple[tuple[str, ...], tuple[AlarmRule, ...]]:
    entries = table.entries("alarms", "a list of texts and tables")
    if len(entries) > _MOST_ALARMS:
        raise table.wrong("alarms", f"must be at most {_MOST_ALARMS}, as SageMaker wants it")
    names = tuple(_named(table, entry) for entry in entries if isinstance(entry, str))
    rules = tuple(_rule(entry) for entry in entries if isinstance(entry, Table))
    kinds = [rule.kind for rule in rules]
    for kind in AlarmKind:
        if kinds.count(kind) > 1:
            raise table.wrong("alarms", f"has two alarms for {kind}; keep one of them")
    return names, rules


def _named(table: Table, name: str) -> str:
    """The name of a team's own alarm."""
    bare = name.replace("{endpoint}", "x").replace("{model}", "x")
    if "{" in bare or "}" in bare:
        raise table.wrong("alarms", f"has “{name}”; only {{endpoint}} and {{model}} are filled in")
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise table.wrong("alarms", f"has “{name}”; an alarm's name has 1 to {_LONGEST_NAME} characters")
    return name


def _rule(table: Table) -> AlarmRule:
    table.only("metric", "above", "period", "for")
    kind = table.choice("metric", AlarmKind)
    match kind:
        case AlarmKind.ERRORS:
            period = _period(table, "period", 1)
            table.only("metric", "above", "period")
            return AlarmRule(kind, table.whole("above", 0, _MOST_ERRORS), period)
        case AlarmKind.LATENCY:
            period = _period(table, "period", 1)
            table.only("metric", "above", "period")
            return AlarmRule(kind, _milliseconds(table, "above"), period)
        case AlarmKind.MISSING:
            period = _period(table, "for", 15)
            table.only("metric", "for")
            return AlarmRule(kind, 0, period)
        case _:
            assert_never(kind)


def _period(table: Table, key: str, minutes: int) -> timedelta:
    for other in {"for", "period"} - {key}:
        if other in table.items:
            raise table.wrong(other, f"is called `{key}` for this metric; write that")
    period = table.span(key, timedelta(minutes=minutes))
    if period > _LONGEST_PERIOD:
        raise table.wrong(key, "must be at most “1d”, as CloudWatch wants it")
    return period


def _milliseconds(table: Table, key: str) -> float:
    written: Any = table.value(key, (int, float, str), _NO_LATENCY.removeprefix("must be "), required=True)
    if isinstance(written, str):
        match = _LATENCY.fullmatch(written)
        if match is None:
            raise table.wrong(key, _NO_LATENCY)
        written = float(match[1]) * (1000 if match[2] == "s" else 1)
    if not 0 < written < _SLOWEST:
        raise table.wrong(key, "must be more than 0 and less than “60s”, after which SageMaker gives up")
    return float(written)
