"""Bias, as SageMaker Clarify writes it: in `analysis.json`, and as the baseline of a bias monitor."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.domain.formats.reading import Found
from bot.domain.formats.structure import members, name_of, objects, text, unread
from bot.domain.formats.values import at, read_number, said, shown
from bot.domain.wording import named

BLOCKS: Final = ("pre_training_bias_metrics", "post_training_bias_metrics")
_ASKED: Final = (
    "version",
    "dataset_type",
    "dataset_uri",
    "headers",
    "label",
    "label_values_or_threshold",
    "label_value_or_threshold",
    "facet",
    "group_variable",
    "predicted_label",
    "probability_threshold",
    "methods",
)
"""What an analysis was asked to do; older files repeat it beside what it found."""
_TITLES: Final = ("name", "title")


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """The metrics of the data and of the answers, and what the analysis was asked to do."""
    blocks = [block for block in BLOCKS if isinstance(document.get(block), Mapping)]
    return [*blocks, *_ASKED, "report"] if blocks else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """A metric is `bias.DPPL` of the part `Gender=0`: a facet's name and the value that is looked at
    (SageMaker Developer Guide: Analysis Results, Schema for the analysis file).
    """
    blocks = {block: members(document[block], at("$", block), found) for block in BLOCKS if block in document}
    labels = {_label(block) for block in blocks.values()} - {""}
    reasons: dict[tuple[str, str], str] = {}
    for key, block in blocks.items():
        reasons.update(_read_block(block, at("$", key), _label(block) if len(labels) > 1 else "", found))
    for place, metric in enumerate(found.metrics):
        if math.isnan(metric.value) and (why := reasons.get((metric.name, metric.part))):
            found.metrics[place] = replace(metric, lacking=why)
    if "report" in document:
        unread(members(document["report"], "$.report", found), _TITLES, "$.report", found)


def _label(block: Mapping[str, Any]) -> str:
    name, value = text(block.get("label")), text(block.get("label_value_or_threshold"))
    return f"{name}={value}" if name and value else name or value


@dataclass(frozen=True)
class _Facet:
    """One value of a facet, or a facet that has none: its metrics by name with where they stand, and what
    the file says where they should be.
    """

    part: str
    path: str
    error: object = None
    metrics: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()


def _read_block(
    block: Mapping[str, Any], path: str, label: str, found: Found
) -> Iterator[tuple[tuple[str, str], str]]:
    """Take a block's metrics; gives why some have no number, by name and part.

    What one facet has and another one lacks has no number there, or a rule for every facet would pass over
    the one that could not be measured.
    """
    if block.get("error"):
        found.odd(at(path, "error"), f"says: {said(block['error'])}")
    unread(block, ("label", "label_value_or_threshold", "facets", "error"), path, found)
    below = at(path, "facets")
    facets = [
        facet
        for name, values in members(block.get("facets"), below, found).items()
        for facet in _values(named(name), values, at(below, name), found)
    ]
    names = dict.fromkeys(name for facet in facets for name, _, _ in facet.metrics)
    for facet in facets:
        part = f"{facet.part} · {label}" if label else facet.part
        for metric, why in _metrics(facet, names, part, found):
            yield (named(metric), named(part)), why


def _values(facet: str, values: object, path: str, found: Found) -> Iterator[_Facet]:
    entries = list(objects(values, path, found))
    for where, entry in entries:
        part = f"{facet}{_value(entry, where, found)}"
        if "metrics" not in entry:
            found.odd(where, "has no metrics")
        unread(entry, ("metrics", "value_or_threshold"), where, found)
        read = objects(entry.get("metrics", []), at(where, "metrics"), found)
        yield _Facet(part, where, entry.get("error"), tuple(_named(read, found)))
    if not isinstance(values, list) or not entries or len(entries) < len(values):
        yield _Facet(facet, path, values.get("error") if isinstance(values, Mapping) else None)


def _named(
    metrics: Iterator[tuple[str, Mapping[str, Any]]], found: Found
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for where, metric in metrics:
        unread(metric, ("name", "description", "value", "error"), where, found)
        if name := name_of(metric, where, found):
            yield name, where, metric


def _metrics(facet: _Facet, names: Iterable[str], part: str, found: Found) -> Iterator[tuple[str, str]]:
    """Take a facet's metrics; gives the names of those without a number, and why."""
    for name, where, metric in facet.metrics:
        value, error = metric.get("value"), metric.get("error")
        found.metric(f"bias.{name}", value, at(where, "value"), part=part, error=error)
        if why := read_number(value)[1]:
            yield f"bias.{name}", f"the report’s {at(where, 'value')} {why}{_says(error)}"
    known = {name for name, _, _ in facet.metrics}
    for name in names:
        if name not in known:
            where = at(at(facet.path, "metrics"), name)
            found.metric(f"bias.{name}", None, where, part=part, error=facet.error)
            why = f"has no {name}, which another facet has"
            yield f"bias.{name}", f"the report’s {facet.path} {why}{_says(facet.error)}"


def _says(error: object) -> str:
    return "" if error is None else f"; the file says: {said(error)}"


def _value(entry: Mapping[str, Any], path: str, found: Found) -> str:
    given = entry.get("value_or_threshold")
    value = text(given)
    if given is not None and not value:
        found.odd(at(path, "value_or_threshold"), f"is {shown(given)}, no value of a facet")
    return f"={value}" if value else ""
