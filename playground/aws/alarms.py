"""CloudWatch's metric alarms: ministack keeps them, here they are looked at as CloudWatch does.

Ministack's own look mixes all dimensions of a metric and knows no missing data.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any, Final

from playground.aws.alarm_states import Period, State, state_of
from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks
from playground.aws.pace import Pace, Timers

_TICK: Final = 1.0  # seconds between looks at all alarms
_READS: Final = ("_describe_alarms", "_describe_alarms_for_metric", "_describe_alarm_history")


class Alarms:
    """The alarms of one local AWS; every look may come from any thread."""

    def __init__(self, emulator: Emulator, pace: Pace) -> None:
        self._emulator, self._pace = emulator, pace
        self._lock = threading.RLock()
        self._by_hand: dict[str, float] = {}

    def install(self, hooks: Hooks, timers: Timers) -> None:
        """Look when metrics come by the API, when somebody asks, and now and then."""
        watched = self._emulator.alarms
        hooks.attribute(watched, "_evaluate_alarm", self.look_at)
        for name in _READS:
            hooks.attribute(watched, name, self._after_a_look(getattr(watched, name)))
        hooks.attribute(watched, "_set_alarm_state", self._set_by_hand(watched._set_alarm_state))
        self._tick(timers)

    def ringing(self, names: Iterable[str]) -> list[str]:
        """Those of these alarms, composite ones too, that are in ALARM."""
        watched, found = self._emulator.alarms, []
        with self._emulator.scope():
            watched._evaluate_all_alarms()
            for name in names:
                alarm = watched._alarms.get(name) or watched._composite_alarms.get(name)
                if alarm and alarm["StateValue"] == "ALARM":
                    found.append(name)
        return found

    def look_at(self, alarm: dict[str, Any]) -> None:
        """Change the alarm's state if the last periods say so."""
        with self._lock:
            now = time.time()
            points = self._points(alarm)
            if self._is_held(alarm, points, now):
                return
            periods = self._periods(alarm, points, now)
            if all(period.value is None for period in periods) and _is_fresh(alarm, periods[-1].start):
                return
            state = state_of(alarm, periods, now)
            if state is not None and state.value != alarm["StateValue"]:
                self._change(alarm, state, now)

    def _points(self, alarm: dict[str, Any]) -> list[dict[str, Any]]:
        watched = self._emulator.alarms
        dimensions = watched._dims_key(watched._dims_from_list(alarm.get("Dimensions") or []))
        found = watched._metrics.get((alarm.get("Namespace"), alarm.get("MetricName"), dimensions))
        return list(found or ())

    def _periods(self, alarm: dict[str, Any], points: list[dict[str, Any]], now: float) -> list[Period]:
        """Newest first. They end now, not at full minutes, so that nobody has to wait for those."""
        watched, length = self._emulator.alarms, self._length(alarm)
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
        periods = []
        for number in range(int(alarm.get("EvaluationPeriods") or 1)):
            end = now - number * length
            mine = [point for point in points if end - length < point["Timestamp"] <= end]
            stats = watched._calc_stats(mine)
            value = watched._stat_value(stats, statistic, mine) if stats else None
            periods.append(Period(end - length, int(stats.get("SampleCount", 0)), value))
        return periods

    def _length(self, alarm: dict[str, Any]) -> float:
        longest, own = self._pace.longest_alarm_period, float(alarm.get("Period") or 60)
        return own if longest is None else min(own, longest)

    def _is_held(self, alarm: dict[str, Any], points: list[dict[str, Any]], now: float) -> bool:
        """A state that was set by hand stays for a period, or until there is something newer."""
        since = self._by_hand.get(alarm["AlarmName"])
        if since is None:
            return False
        newer = any(point["Timestamp"] > since for point in points)
        return not newer and now < since + float(alarm.get("Period") or 60)

    def _change(self, alarm: dict[str, Any], state: State, now: float) -> None:
        watched, before = self._emulator.alarms, alarm["StateValue"]
        self._by_hand.pop(alarm["AlarmName"], None)
        alarm["StateValue"], alarm["StateReason"] = state.value, state.reason
        alarm["StateReasonData"] = state.data
        alarm["StateUpdatedTimestamp"] = alarm["StateTransitionedTimestamp"] = int(now)
        watched._record_history(alarm["AlarmName"], before, state.value, state.reason, reason_data=state.data)
        watched._dispatch_alarm_actions(alarm, before, state.value, state.reason)
        watched._evaluate_parent_alarms(alarm)

    def _after_a_look(self, answer: Any) -> Any:
        def look_and_answer(*request: Any) -> Any:
            self._emulator.alarms._evaluate_all_alarms()
            return answer(*request)

        return look_and_answer

    def _set_by_hand(self, set_state: Any) -> Any:
        def remember(params: Any, data: dict[str, Any], *more: Any) -> Any:
            named = data.get("AlarmName") or self._emulator.alarms._p(params, "AlarmName")
            with self._lock:
                self._by_hand[named] = time.time()
                return set_state(params, data, *more)

        return remember

    def _tick(self, timers: Timers) -> None:
        with self._emulator.scope():
            self._emulator.alarms._evaluate_all_alarms()
        timers.later(_TICK, lambda: self._tick(timers))


def _is_fresh(alarm: dict[str, Any], start: float) -> bool:
    """Nothing is missing yet from an alarm that is younger than its periods."""
    treatment = alarm.get("TreatMissingData")
    return treatment == "breaching" and alarm["AlarmConfigurationUpdatedTimestamp"] > start
