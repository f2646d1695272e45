"""Slack's types and limits as a JSON schema validator whose errors use Slack's words."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jsonschema import Draft7Validator, ValidationError, validators

from playground.slack.flaws import Flaw

SCHEMA = Path(__file__).with_name("blockkit.schema.json")
Schema = dict[str, Any]


class _Validator(Protocol):
    """What jsonschema hands to a keyword."""

    def descend(self, instance: Any, schema: Schema) -> Iterator[ValidationError]: ...
    def iter_errors(self, instance: Any) -> Iterator[ValidationError]: ...


@cache
def definitions() -> Schema:
    """The generated definitions; the file is read when the first payload is checked."""
    loaded: Schema = json.loads(SCHEMA.read_text())["definitions"]
    return loaded


def _resolve(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = definitions()[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _branches(schema: Schema) -> list[Schema]:
    """The concrete types behind a union of unions."""
    schema = _resolve(schema)
    if "anyOf" in schema:
        return [leaf for branch in schema["anyOf"] for leaf in _branches(branch)]
    if len(schema.get("allOf", ())) == 1:
        return _branches(schema["allOf"][0])
    return [schema]


def _types(branch: Schema) -> list[str]:
    kind = branch.get("properties", {}).get("type", {})
    if "const" in kind:
        return [kind["const"]]
    return list(kind.get("enum", []))


@cache
def _union(name: str) -> dict[str, list[Schema]] | None:
    """For a named union: `type` → the branches that have it; None when a branch has no `type`."""
    return _by_type({"$ref": f"#/definitions/{name}"})


def _by_type(schema: Schema) -> dict[str, list[Schema]] | None:
    table: dict[str, list[Schema]] = {}
    for branch in _branches(schema):
        kinds = _types(branch)
        if not kinds:
            return None
        for kind in kinds:
            table.setdefault(kind, []).append(branch)
    return table


def _ref(validator: _Validator, ref: str, instance: Any, _schema: Schema) -> Iterator[ValidationError]:
    name = ref.rsplit("/", 1)[1]
    target = definitions()[name]
    table = _union(name) if "anyOf" in target else None
    if table is None:
        yield from validator.descend(instance, target)
    else:
        yield from _pick(validator, table, instance)


def _any_of(
    validator: _Validator, branches: list[Schema], instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    """Judge by the branch that the payload's own `type` names, so that the error is about that type."""
    table = _by_type({"anyOf": branches}) if schema.get("anyOf") is branches else None
    if table is not None:
        yield from _pick(validator, table, instance)
    else:
        yield from _closest(validator, branches, instance)


def _pick(validator: _Validator, table: dict[str, list[Schema]], instance: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        yield ValidationError("must provide an object")
        return
    kind = instance.get("type")
    if kind is None:
        yield ValidationError("missing required field: type")
    elif not isinstance(kind, str) or kind not in table:
        yield ValidationError(f"unsupported type: {kind}", path=["type"])
    else:
        yield from _closest(validator, table[kind], instance)


def _closest(validator: _Validator, branches: list[Schema], instance: Any) -> Iterator[ValidationError]:
    """The fewest errors that any branch has: none when one fits."""
    best: list[ValidationError] | None = None
    for branch in branches:
        errors = list(validator.descend(instance, branch))
        if not errors:
            return
        if best is None or len(errors) < len(best):
            best = errors
    yield from best or ()


def _max_text(
    _validator: _Validator, limit: int, instance: Any, _schema: Schema
) -> Iterator[ValidationError]:
    text = instance.get("text") if isinstance(instance, dict) else None
    if isinstance(text, str) and len(text) > limit:
        yield ValidationError(f"must be less than {limit + 1} characters", path=["text"])


@cache
def _validator(name: str) -> _Validator:
    extend: Any = validators.extend  # its stub is untyped
    kind: Any = extend(Draft7Validator, {"$ref": _ref, "anyOf": _any_of, "x-maxText": _max_text})
    made: _Validator = kind({"$ref": f"#/definitions/{name}"})
    return made


def _article(kind: Any) -> str:
    if not isinstance(kind, str):
        return "wrong type"
    return f"must provide {'an' if kind[0] in 'aeio' else 'a'} {kind}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "maxLength": lambda e: f"must be less than {e.validator_value + 1} characters",
    "minLength": lambda e: f"must be more than {e.validator_value - 1} characters",
    "maxItems": lambda e: f"no more than {e.validator_value} items allowed",
    "minItems": lambda e: f"no less than {e.validator_value} items allowed",
    "maximum": lambda e: f"must be less than {e.validator_value + 1}",
    "required": lambda e: "missing required field: " + e.message.split("'")[1],
    "additionalProperties": lambda e: "invalid additional property: " + e.message.split("'")[1],
    "type": lambda e: _article(e.validator_value),
    "const": lambda e: f"must be {e.validator_value}",
    "enum": lambda e: "must be one of: " + ", ".join(map(str, e.validator_value)),
    "pattern": lambda e: f"must match {e.validator_value}",
}


def mistakes(name: str, payload: Any, base: str) -> Iterator[Flaw]:
    """Where `payload` breaks the definition `name`; pointers begin with `base`."""
    for error in _validator(name).iter_errors(payload):
        say = _WORDS.get(str(error.validator))
        yield Flaw(
            say(error) if say else error.message, base + "".join(f"/{step}" for step in error.absolute_path)
        )
