"""Evaluations of a model card, in SageMaker's model card schema: groups of metrics, graphs and matrices."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.domain.formats import card_metrics, dataset
from bot.domain.formats.model_quality import KINDS
from bot.domain.formats.reading import Found
from bot.domain.formats.structure import name_of, objects, text, unread
from bot.domain.formats.values import at, read_number, shown
from bot.domain.report import Dataset

_DETAILS, _GROUPS = "evaluation_details", "metric_groups"
_CARD: Final = (
    _DETAILS,
    _GROUPS,
    "model_overview",
    "model_package_details",
    "intended_uses",
    "business_details",
    "training_details",
    "additional_information",
)
_EVALUATION: Final = (
    "name",
    "evaluation_observation",
    "evaluation_job_arn",
    "datasets",
    "metadata",
    _GROUPS,
)
_METRIC: Final = ("name", "notes", "type", "value", "x_axis_name", "y_axis_name")
_BIAS: Final = re.compile(
    r"(?:pre|post)_training_bias_metrics - label (.*?) = (.*) and facet (.+)", re.DOTALL
)
_SPREAD: Final = " - standard_deviation"


@dataclass(frozen=True)
class _Group:
    name: str
    path: str
    metrics: list[tuple[str, Mapping[str, Any]]]
    evaluation: str = ""
    data: Dataset | None = None


@dataclass(frozen=True)
class _Number:
    name: str
    value: Any
    path: str
    group: _Group
    deviation: Any = None


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`evaluation_details` of a whole card, or `metric_groups` alone; the rest of a card measures nothing."""
    ours = any(isinstance(document.get(key), list) for key in (_DETAILS, _GROUPS))
    return _CARD if ours else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """Bias is `bias.AD` of the part `Gender=0`. Other metrics keep their names; where several groups have
    the same one, the group is the part (SageMaker Developer Guide: Model card JSON schema).
    """
    if (
        isinstance(document.get("training_details"), Mapping)
        and "training_job_details" in document["training_details"]
    ):
        found.odd("$.training_details", "describes the training, which is no evaluation, so I do not read it")
    groups = list(_groups(document, found))
    labels = {match.group(1, 2) for group in groups if (match := _BIAS.fullmatch(group.name))}
    plain: list[_Number] = []
    for group in groups:
        if match := _BIAS.fullmatch(group.name):
            part = f"{match[3]} · {match[1]}={match[2]}" if len(labels) > 1 else match[3]
            for number in _numbers(group, found):
                found.metric(f"bias.{number.name}", number.value, number.path, part=part, data=group.data)
        elif not card_metrics.read_explanations(group.name, group.metrics, group.path, found):
            found.problem = found.problem or next(
                (kind for kind in KINDS if group.name == f"{kind}_metrics"), ""
            )
            plain += _numbers(group, found)
    _add(plain, found)


def _groups(document: Mapping[str, Any], found: Found) -> Iterator[_Group]:
    yield from _listed(document.get(_GROUPS, []), f"$.{_GROUPS}", found)
    evaluations = list(objects(document.get(_DETAILS, []), f"$.{_DETAILS}", found))
    for path, evaluation in evaluations:
        unread(evaluation, _EVALUATION, path, found)
        of = None
        if "datasets" in evaluation:
            before, found.data = found.data, Dataset()
            dataset.add_addresses(evaluation["datasets"], at(path, "datasets"), found)
            of, found.data = found.data, before
        if of and len(evaluations) == 1:
            found.data, of = of, None
        for group in _listed(evaluation.get(_GROUPS, []), at(path, _GROUPS), found):
            yield replace(group, evaluation=text(evaluation.get("name")), data=of)


def _listed(value: object, path: str, found: Found) -> Iterator[_Group]:
    for where, group in objects(value, path, found):
        unread(group, ("name", "metric_data"), where, found)
        metrics = list(objects(group.get("metric_data", []), at(where, "metric_data"), found))
        yield _Group(text(group.get("name")), where, metrics)


def _numbers(group: _Group, found: Found) -> Iterator[_Number]:
    """The group's numbers; its graphs and matrices are taken on the way."""
    spreads = {}
    names = {text(metric.get("name")) for _, metric in group.metrics}
    for _, metric in group.metrics:
        of = text(metric.get("name")).removesuffix(_SPREAD)
        if of in names and of != text(metric.get("name")):
            spreads[f"{of}{_SPREAD}"] = metric.get("value")
    for path, metric in group.metrics:
        unread(metric, _METRIC, path, found)
        name, value, where = name_of(metric, path, found), metric.get("value"), at(path, "value")
        if not name or name in spreads:
            continue
        if isinstance(value, list | Mapping):
            card_metrics.read_drawn(name, metric, where, found)
        elif isinstance(value, bool) or (
            isinstance(value, str) and read_number(value)[1].endswith(", no number")
        ):
            found.odd(where, f"is {shown(value)}, no number")
        else:
            yield _Number(name, value, where, group, spreads.get(f"{name}{_SPREAD}"))


def _add(numbers: list[_Number], found: Found) -> None:
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    evaluations: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number in numbers:
        groups[number.name].add((number.group.evaluation, number.group.name))
        evaluations[number.name, number.group.name].add(number.group.evaluation)
    for number in numbers:
        group = number.group
        part = group.name if len(groups[number.name]) > 1 else ""
        if len(evaluations[number.name, group.name]) > 1:
            part = ", ".join(filter(None, [group.evaluation, group.name]))
        found.metric(
            number.name, number.value, number.path, deviation=number.deviation, part=part, data=group.data
        )
