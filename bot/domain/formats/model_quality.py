"""Model quality, as SageMaker Model Monitor writes it: of a regression, a binary and a multiclass
classification.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.canonical import is_standard
from bot.domain.formats import dataset, plots
from bot.domain.formats.reading import Found
from bot.domain.formats.structure import unread
from bot.domain.formats.values import at, read_number, said, shown

KINDS: Final = ("binary_classification", "multiclass_classification", "regression")
_ENTRY: Final = ("value", "standard_deviation", "error")


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`regression_metrics` and so on, and the data set that they were measured on."""
    blocks = [f"{kind}_metrics" for kind in KINDS if isinstance(document.get(f"{kind}_metrics"), Mapping)]
    return [*blocks, "dataset"] if blocks else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """A mapping of a metric to `{value, standard_deviation}`, beside a confusion matrix and curves
    (SageMaker Developer Guide: Model Quality Metrics and Amazon CloudWatch Monitoring).
    """
    if "dataset" in document:
        dataset.read(document["dataset"], "$.dataset", found)
    for kind in KINDS:
        if f"{kind}_metrics" in document:
            found.problem = found.problem or kind
            path = f"$.{kind}_metrics"
            for name, entry in document[f"{kind}_metrics"].items():
                _read_entry(name, entry, at(path, name), found)


def _read_entry(name: str, entry: object, path: str, found: Found) -> None:
    if plots.knows(name, entry):
        plots.read(name, entry, path, found)
    elif isinstance(entry, Mapping):
        _read_metric(name, entry, path, found)
    elif name == "error":
        found.odd(path, f"says: {said(entry)}")
    elif not is_standard(name) and (
        isinstance(entry, bool | list)
        or (isinstance(entry, str) and read_number(entry)[1].endswith(" no number"))
    ):
        found.odd(path, f"is {shown(entry)}, no metric that I know")
    else:
        found.metric(name, entry, path)


def _read_metric(name: str, entry: Mapping[str, Any], path: str, found: Found) -> None:
    if "value" not in entry and "error" not in entry:
        found.odd(path, "is an object without a value, no metric that I know")
        return
    unread(entry, _ENTRY, path, found)
    where = at(path, "value") if "value" in entry else path
    found.metric(
        name, entry.get("value"), where, deviation=entry.get("standard_deviation"), error=entry.get("error")
    )
