"""Home-made metrics: whatever holds numbers and is of no other format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.canonical import is_standard
from bot.domain.formats import dataset, language_models, plots, scores_by_class, slices
from bot.domain.formats.entries import Entries, only_says
from bot.domain.formats.model_quality import KINDS
from bot.domain.formats.naming import Place, is_passed, is_wrapper, joined
from bot.domain.formats.reading import Found
from bot.domain.formats.values import NESTED, Twice, at, read_number, said, shown

NAME: Final = "home-made metrics"
_PROBLEM: Final = ("problem", "problem_type", "task", "task_type")
_DATA: Final = frozenset(["dataset", "datasets"])
_FEW: Final = 3


def read(document: object, found: Found) -> None:
    """Flat or nested numbers, lists of named ones, slices, and parts of other formats at any depth. Each
    number becomes a metric or is named in a note.
    """
    reader = _Reader(found)
    if isinstance(document, Mapping):
        reader.block("", document, Place())
    elif isinstance(document, list):
        reader.items("", document, Place())
    reader.note_texts()


@dataclass
class _Reader:
    """One file's reader; `texts` are the first places that hold no number, and `count` how many do."""

    found: Found
    texts: list[str] = field(default_factory=list)
    count: int = 0
    entries: Entries = field(default_factory=Entries)

    def member(self, key: str, value: Any, place: Place) -> None:
        """A key and its value."""
        if key in _DATA and self._is_data(value) and not place.part:
            dataset.read(value, at(place.path, key), self.found)
        elif not isinstance(value, NESTED):
            if not is_passed(key):
                self._leaf(key, value, place)
        elif not (isinstance(value, dict) and self._entry(key, value, place)):
            self._nested(key, value, place)

    def _nested(self, key: str, value: Any, place: Place) -> None:
        if plots.knows(key, value):
            self._kind(NAME)
            plots.read(key, value, at(place.path, key), self.found, place.part)
        elif slices.knows(key, value):
            for where, group, metrics in slices.groups(key, value, place):
                self._group(group, metrics, where)
        elif isinstance(value, dict):
            self.block(key, value, place)
        else:
            self.items(key, value, place)

    def block(self, key: str, value: Mapping[str, Any], place: Place) -> None:
        """An object under a key, empty for the top or an item of a list."""
        if self._entry(key, value, place):
            return
        if language_models.knows(value):
            self._kind(language_models.NAME)
            language_models.read_all([(self._inside(key, place), value)], self.found)
        elif scores_by_class.knows(value):
            self._kind(scores_by_class.NAME)
            inside = self._inside(key, place)
            self._members(scores_by_class.read_block(value, inside, self.found), inside)
        else:
            self._members(value, self._inside(key, place))

    def _entry(self, key: str, value: Mapping[str, Any], place: Place) -> bool:
        """Take the one metric that an object may be; gives whether it is one."""
        entry = self.entries.entry(key, value, place)
        if entry is None:
            return False
        if _is_text(entry.value) and entry.error is None and not is_standard(entry.place.name):
            self._pass(entry.path)
        else:
            self.number(entry.value, entry.place, entry.path, deviation=entry.deviation, error=entry.error)
        for beside in entry.rest:
            if not only_says(beside, value[beside]):
                self.member(beside, value[beside], entry.place)
        return True

    def items(self, key: str, values: list[Any], place: Place) -> None:
        """A list under a key: of named metrics, of evaluations, or of objects that have no name."""
        inside = self._inside(key, place)
        if values and all(map(language_models.knows, values)):
            self._kind(language_models.NAME)
            evaluations = [(inside.at(number), value) for number, value in enumerate(values)]
            language_models.read_all(evaluations, self.found)
        elif any(isinstance(value, dict) for value in values):
            alone = len(values) == 1 and (not key or is_wrapper(key))
            for number, value in enumerate(values):
                where = inside.at(number)
                if not alone and not self.entries.is_named(value) and not language_models.knows(value):
                    where = Place(where.path, place.name, place.part).of(f"{key or 'item'}={number}")
                self._item(value, where)
        elif values and all(isinstance(value, str) for value in values):
            self._pass(inside.path)
        elif values:
            self.found.odd(inside.path, f"is {shown(values)}, no metric")

    def number(
        self, value: Any, place: Place, path: str, *, deviation: Any = None, error: Any = None
    ) -> None:
        """One number, taken or noted."""
        if isinstance(value, Twice) and any(isinstance(one, NESTED) for one in value.values):
            self.found.odd(path, f"is {shown(value)}, so none of it counts")
            return
        self._kind(NAME)
        self.found.metric(place.name, value, path, deviation=deviation, part=place.part, error=error)

    def note_texts(self) -> None:
        """One note of all texts."""
        if self.count:
            more = f" and {self.count - _FEW:,} more" if self.count > _FEW else ""
            self.found.odd("$", f"holds texts that are no metrics: {', '.join(self.texts)}{more}")

    def _members(self, value: Mapping[str, Any], place: Place) -> None:
        for key, member in value.items():
            self.member(key, member, place)

    def _item(self, value: Any, place: Place) -> None:
        match value:
            case Mapping():
                self.block("", value, place)
            case list():
                self.found.odd(place.path, f"is {shown(value)}, no metric")
            case str():
                self._pass(place.path)
            case _:
                self.found.odd(place.path, f"is {shown(value)} without a name")

    def _group(self, group: str, metrics: Any, place: Place) -> None:
        if isinstance(metrics, Mapping):
            self.block("", metrics, place)
        elif isinstance(metrics, list):
            self.found.odd(place.path, f"is {shown(metrics)}, no metric")
        else:
            self._scalar(metrics, place if place.name else Place(place.path, joined("", group), place.part))

    def _leaf(self, key: str, value: Any, place: Place) -> None:
        if key.lower() == "error":
            if value is not None:
                self.found.odd(at(place.path, key), f"says: {said(value)}")
        elif key.lower() in _PROBLEM and value in KINDS:
            self.found.problem = self.found.problem or value
        else:
            self._scalar(value, place.named(key))

    def _scalar(self, value: Any, place: Place) -> None:
        if _is_text(value) and not is_standard(place.name):
            self._pass(place.path)
        else:
            self.number(value, place, place.path)

    def _pass(self, path: str) -> None:
        self.count += 1
        if len(self.texts) < _FEW:
            self.texts.append(path)

    def _kind(self, name: str) -> None:
        if name not in self.found.kinds:
            self.found.kinds.append(name)

    @staticmethod
    def _inside(key: str, place: Place) -> Place:
        return place.inside(key) if key else place

    @staticmethod
    def _is_data(value: object) -> bool:
        addresses = value if isinstance(value, list) else [value]
        return dataset.knows(value) or (
            bool(addresses)
            and all(isinstance(one, str) and ("://" in one or one.startswith("arn:")) for one in addresses)
        )


def _is_text(value: object) -> bool:
    """A text that spells no number, or a truth value."""
    return isinstance(value, bool) or (
        isinstance(value, str) and read_number(value)[1].endswith(", no number")
    )
