"""Samples of reports, and what becomes of them when somebody writes something else into one place."""

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from bot.domain.formats.reading import Found
from bot.domain.formats.values import Twice, at

SAMPLES = Path(__file__).parent.parent / "data" / "reports"
Place = tuple[str | int, ...]

KEYS = st.text(max_size=6) | st.sampled_from(
    ["value", "name", "metrics", "threshold", "common", "half \ud800"]
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "NaN",
            "0.5",
            "-Infinity",
            "",
            10**400,
            Twice((1, 2)),
            "Value 1e999 does not meet",
            "half \ud800",
            "\ue000U0CEO\ue003",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / name).read_text())
    return loaded


def found_in(module: ModuleType, document: dict[str, Any]) -> Found:
    """What a format reads of the keys that it claims."""
    found = Found()
    module.read({key: document[key] for key in module.claims(document) if key in document}, found)
    return found


def noted(found: Found) -> list[str]:
    return [str(oddity) for oddity in found.oddities]


def places(node: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Each place of a document and what stands there."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, member in members:
        yield (*place, key), member
        yield from places(member, (*place, key))


def numbers_of(document: dict[str, Any]) -> Iterator[Place]:
    for place, value in places(document):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield place


def replaced(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    node: Any = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return changed


def path_of(place: Place) -> str:
    path = "$"
    for key in place:
        path = at(path, key)
    return path


def spoilt(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """One of the samples with anything at all in one of its places."""
    documents = [sample(name) for name in names]
    targets = [(document, place) for document in documents for place, _ in places(document)]
    return st.builds(
        lambda target, value: replaced(target[0], target[1], value), st.sampled_from(targets), ANYTHING
    )


def is_sound(found: Found) -> bool:
    """Numbers are numbers, names can be written down, and each note says where."""
    written = [
        *(metric.key for metric in found.metrics),
        *(constraint.metric + constraint.part for constraint in found.constraints),
        *(f"{one.check}{one.of}{one.sentence}" for one in found.violations),
        *(one.label + "".join(name for name, _ in one.features) for one in found.attributions),
        *noted(found),
    ]
    finite = [
        *(constraint.threshold for constraint in found.constraints),
        *(value for one in found.attributions for _, value in one.features),
        *(n for one in found.violations for n in (one.value, one.threshold) if n is not None),
    ]
    return (
        all(isinstance(text.encode(), bytes) for text in written)
        and all(math.isfinite(number) for number in finite)
        and all(oddity.path.startswith("$") and oddity.text for oddity in found.oddities)
    )
