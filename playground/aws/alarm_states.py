"""What state a CloudWatch metric alarm is in, from the values of its last periods.

Source: Amazon CloudWatch User Guide, Using Amazon CloudWatch alarms: how alarm state is evaluated when
data is missing.
"""

import datetime as dt
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_OPERATORS: Final[Mapping[str, tuple[Callable[[float, float], bool], str]]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
_TREATED: Final = {"breaching": True, "notBreaching": False}
_WORD: Final = {True: "Breaching", False: "NonBreaching"}


@dataclass(frozen=True)
class Period:
    """One of an alarm's last periods: when it began (epoch seconds), its samples, its value if it has any."""

    start: float
    samples: int
    value: float | None


@dataclass(frozen=True)
class State:
    """ALARM, OK or INSUFFICIENT_DATA, with CloudWatch's StateReason and StateReasonData."""

    value: str
    reason: str
    data: str


def state_of(alarm: Mapping[str, Any], periods: Sequence[Period], now: float) -> State | None:
    """The alarm's state, newest period first; None where it stays as it is, or is of an unknown kind."""
    if alarm.get("ComparisonOperator") not in _OPERATORS:
        return None
    treatment = alarm.get("TreatMissingData") or "missing"
    breaching = [_breaches(alarm, period, treatment) for period in periods]
    known = [breaches for breaches in breaching if breaches is not None]
    if len(known) < len(periods) and treatment == "ignore":
        return None
    wanted = int(alarm.get("DatapointsToAlarm") or len(periods))
    value = "ALARM" if known.count(True) >= wanted else "OK"
    if not known:
        value = "INSUFFICIENT_DATA"
    return State(value, _reason(alarm, periods, value, treatment), _data(alarm, periods, now))


def _breaches(alarm: Mapping[str, Any], period: Period, treatment: str) -> bool | None:
    if period.value is None:
        return _TREATED.get(treatment)
    compare, _ = _OPERATORS[alarm["ComparisonOperator"]]
    return compare(period.value, float(alarm["Threshold"]))


def _reason(alarm: Mapping[str, Any], periods: Sequence[Period], value: str, treatment: str) -> str:
    present = [period for period in periods if period.value is not None]
    if value == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_count(len(periods), 'datapoint')} unknown."
    if not present:
        missing = _count(len(periods), "missing datapoint")
        treated = _WORD[_TREATED[treatment]]
        return (
            f"Threshold Crossed: no datapoints were received for {_plural(len(periods), 'period')} and "
            f"{missing} treated as [{treated}]."
        )
    _, words = _OPERATORS[alarm["ComparisonOperator"]]
    negation = "" if value == "ALARM" else "not "
    listed = ", ".join(f"{period.value} ({_stamp(period.start):%d/%m/%y %H:%M:%S})" for period in present)
    verb = f"{_plural(len(present), 'datapoint')} [{listed}] {'was' if len(present) == 1 else 'were'}"
    return f"Threshold Crossed: {verb} {negation}{words} the threshold ({float(alarm['Threshold'])})."


def _data(alarm: Mapping[str, Any], periods: Sequence[Period], now: float) -> str:
    recent = [period.value for period in reversed(periods) if period.value is not None]
    said = {
        "version": "1.0",
        "queryDate": _iso(now),
        "startDate": _iso(periods[-1].start),
        "statistic": alarm.get("ExtendedStatistic") or alarm.get("Statistic"),
        "period": alarm["Period"],
        "recentDatapoints": recent,
        "threshold": float(alarm["Threshold"]),
        "evaluatedDatapoints": [_evaluated(period) for period in periods],
    }
    return json.dumps(said)


def _evaluated(period: Period) -> dict[str, Any]:
    if period.value is None:
        return {"timestamp": _iso(period.start)}
    return {"timestamp": _iso(period.start), "sampleCount": float(period.samples), "value": period.value}


def _count(number: int, thing: str) -> str:
    return f"{_plural(number, thing)} {'was' if number == 1 else 'were'}"


def _plural(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _stamp(epoch: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(epoch, dt.UTC)


def _iso(epoch: float) -> str:
    return _stamp(epoch).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
