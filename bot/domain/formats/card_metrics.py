"""What a model card draws: matrices, graphs, bars, and Clarify's explanations as groups of metrics."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.formats import plots
from bot.domain.formats.reading import Found, numbers
from bot.domain.formats.structure import name_of, text
from bot.domain.formats.values import at, read_number, shown
from bot.domain.report import Attribution
from bot.domain.wording import named

_SHAP: Final = re.compile(
    r"explanations - global_(?:shap_values|top_shap_text), label=(.*?)(?:, feature=(.*))?", re.DOTALL
)
_PLOTS: Final = "explanations - pdp"


def read_explanations(
    group: str, metrics: Sequence[tuple[str, Mapping[str, Any]]], path: str, found: Found
) -> bool:
    """Take the metrics of a group that explains, as the SageMaker SDK copies Clarify's explanations into a
    card; gives whether it is such a group.
    """
    if group == _PLOTS:
        found.odd(path, f"holds {len(metrics)} partial dependence plots, which I do not draw")
        return True
    match = _SHAP.fullmatch(group)
    if match:
        features = []
        for where, metric in metrics:
            number, why = read_number(metric.get("value"))
            if name := name_of(metric, where, found):
                if math.isfinite(number):
                    features.append((name, number))
                else:
                    found.odd(at(where, "value"), why)
        if features:
            label = " · ".join(named(word) for word in match.groups() if word)
            found.attributions.append(Attribution(label, tuple(features)))
    return match is not None


def read_drawn(name: str, metric: Mapping[str, Any], path: str, found: Found) -> None:
    """Take a matrix, a graph or bars; one that is no confusion matrix and no known curve is noted."""
    value = metric["value"]
    if not isinstance(value, list):
        found.odd(path, f"is {shown(value)}, no metric that I know")
    elif metric.get("type") == "bar_chart":
        _read_bars(name, metric, value, path, found)
    elif not plots.knows(name, value):
        found.odd(path, f"is {shown(value)}, of a picture that I do not know")
    elif metric.get("type") == "matrix":
        _read_matrix(name, metric, value, path, found)
    else:
        plots.read(name, value, path, found)


def _read_matrix(name: str, metric: Mapping[str, Any], value: list[Any], path: str, found: Found) -> None:
    across, down = (_axis(metric.get(key)) for key in ("y_axis_name", "x_axis_name"))
    fits = len(value) == len(down) and all(isinstance(row, list) and len(row) == len(across) for row in value)
    if fits and sorted(across) == sorted(down):
        rows = {row: dict(zip(across, cells, strict=True)) for row, cells in zip(down, value, strict=True)}
        plots.read(name, rows, path, found)
    else:
        plots.read_rows(value, down if len(down) == len(value) else (), path, found, "")


def _read_bars(name: str, metric: Mapping[str, Any], value: list[Any], path: str, found: Found) -> None:
    labels, heights = _axis(metric.get("x_axis_name")), numbers(value, path, found)
    if heights is None:
        return
    if len(labels) != len(heights):
        found.odd(
            path, f"has {len(heights):,} bars and {len(labels):,} names, so I do not know which is which"
        )
        return
    for place, (label, height) in enumerate(zip(labels, heights, strict=True)):
        found.metric(name, height, at(path, place), part=label)


def _axis(names: object) -> list[str]:
    """The names along an axis, none where they are no list of different texts."""
    read = [text(name) for name in names] if isinstance(names, list) else []
    return read if len(set(read)) == len(read) and all(read) else []
