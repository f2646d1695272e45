"""TOML tables that say where they stand when something is wrong with them."""

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from bot.domain.refusals import Unreadable

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=365)  # an execution lives a year (Step Functions: Service quotas)

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """A TOML table that knows where it stands, so that an error can say so."""

    def __init__(self, items: Mapping[str, Any], where: str) -> None:
        self.items, self.where = items, where

    def wrong(self, key: str, problem: str) -> Unreadable:
        """The error of a key: `problem` follows its name."""
        return Unreadable(f"{self.where}: `{key}` {problem}{'' if problem.endswith('?') else '.'}")

    def only(self, *known: str, later: frozenset[str] | set[str] = frozenset()) -> None:
        """Refuse keys that are not known, naming the nearest; `later` ones are said not to be built yet."""
        for key in self.items:
            if key in later:
                raise self.wrong(key, "is not built yet; take it out")
            if key not in known:
                near = difflib.get_close_matches(key, known, 1, 0.5)
                hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}."
                raise Unreadable(f"{self.where}: there is no key `{key}`; {hint}")

    def value(self, key: str, kind: type | tuple[type, ...], says: str, *, required: bool = False) -> Any:
        """The value of that kind, or None where it is absent; `says` names the kind for people."""
        if key not in self.items:
            if required:
                raise self.wrong(key, "is missing")
            return None
        value = self.items[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"must be {says}")
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        """A text, empty where it is absent."""
        value = self.value(key, str, "a text", required=required)
        if required and not value.strip():
            raise self.wrong(key, "must not be empty")
        return value or ""

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of a closed set; another word gets the nearest of them, or all."""
        if default is not None and key not in self.items:
            return default
        text = self.text(key, required=True)
        try:
            return choices(text)
        except ValueError:
            near = _nearest(text.lower(), choices)
            *most, last = choices
            hint = f"did you mean “{near}”?" if near else f"use {', '.join(most)} or {last}"
            raise self.wrong(key, f"is “{text}”; {hint}") from None

    def table(self, key: str, *, required: bool = False) -> "Table":
        """A table, empty where it is absent."""
        value = self.value(key, dict, "a table", required=required)
        return Table(value or {}, f"{self.where} [{key}]")

    def tables(self, key: str) -> list["Table"]:
        """A list of tables, empty where it is absent."""
        tables = []
        for entry in self.entries(key, "a list of tables"):
            if isinstance(entry, str):
                raise self.wrong(key, "must be a list of tables")
            tables.append(entry)
        return tables

    def entries(self, key: str, says: str) -> list["str | Table"]:
        """A list of texts and tables, empty where it is absent; `says` names it for people."""
        values = self.value(key, list, says) or []
        if not all(isinstance(value, dict) or (isinstance(value, str) and value) for value in values):
            raise self.wrong(key, f"must be {says}")
        return [
            Table(value, f"{self.where} [{key}] {number}") if isinstance(value, dict) else value
            for number, value in enumerate(values, 1)
        ]

    def sub_tables(self) -> list[tuple[str, "Table"]]:
        """Every value as a table, by key."""
        return [(key, self.table(key)) for key in self.items]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where it is absent."""
        values = self.value(key, list, "a list of texts") or []
        if not all(isinstance(value, str) and value for value in values):
            raise self.wrong(key, "must be a list of texts")
        return tuple(values)

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        value = self.value(key, int, "a whole number", required=default is None)
        value = default if value is None else value
        if value is None or not least <= value <= most:
            raise self.wrong(key, f"must be between {least} and {most}")
        return int(value)

    def span(self, key: str, default: timedelta) -> timedelta:
        """A length of time, written like `10m`, `12h` or `7d`."""
        text = self.value(key, str, "a time like “10m”, “12h” or “7d”")
        if text is None:
            return default
        match = re.fullmatch(r"([1-9]\d{0,4})([mhd])", text)
        if match is None or timedelta(**{_UNITS[match[2]]: int(match[1])}) > _LONGEST:
            raise self.wrong(key, f"is “{text}”; write a time like “10m”, “12h” or “7d”")
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that begins with the word, or else looks like it."""
    known = list(choices)
    begun = [choice for choice in known if word and choice.startswith(word)]
    return next(iter(begun or difflib.get_close_matches(word, known, 1, 0.5)), None)
