"""Model cards: what a team says about a model, in SageMaker's form.

SageMaker Developer Guide: Model card JSON schema; of a package's card the overview names only the creator
and the artifacts (Amazon SageMaker API: ModelPackageModelCard).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.refusals import NotPossible, Unreadable
from bot.domain.report import Report
from bot.domain.wording import named, one_line

LONGEST: Final = 100_000
"""As many characters as a card may have."""

_OURS: Final = "mlops_"
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_]")  # AWS CloudFormation: ModelPackage, the pattern of custom keys
_MORE, _CUSTOM = "additional_information", "custom_details"
_LONGEST_DETAIL: Final = 1024
_LONGEST_TEXT: Final = 1000  # of what every record of a promotion keeps
_RATINGS: Final = frozenset({"High", "Medium", "Low", "Unknown"})
_NAME: Final = "the model card"
_NEXT: Final = "Correct it in the registry."
# A card is on one line (Amazon SageMaker API: ModelPackageModelCard, the pattern of its content).
_LINE_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


@dataclass(frozen=True)
class ModelCard:
    """What a decision needs of a card; every text may be empty. `evaluation` is what its evaluation
    details measure, None where they measure nothing.
    """

    owner: str = ""
    purpose: str = ""
    intended_uses: str = ""
    risk_rating: str = ""
    caveats: str = ""
    evaluation: Report | None = None


def parse_card(content: str, uri: str = _NAME) -> ModelCard:
    """The card of a JSON text, its own texts on one line, without marks and cut where they are long; what
    is of another type than SageMaker's schema says is empty, and so is the card of no text.

    Raises:
        Unreadable: The text is no JSON object; `uri` is what the sentence calls it.
    """
    card = _read(content, uri)
    overview, uses = _section(card, "model_overview"), _section(card, "intended_uses")
    rating = _text(uses, "risk_rating").capitalize()
    return ModelCard(
        owner=_text(overview, "model_owner") or _text(overview, "model_creator"),
        purpose=_text(uses, "purpose_of_model"),
        intended_uses=_text(uses, "intended_uses"),
        risk_rating=rating if rating in _RATINGS else "",
        caveats=_text(_section(card, _MORE), "caveats_and_recommendations"),
        evaluation=_evaluation(card.get("evaluation_details"), uri),
    )


def with_outcome(content: str, outcome: Mapping[str, str]) -> str:
    """The card with the outcome of promotions among its custom details, all else as it is and in its order;
    the same text where it says that already.

    Args:
        content: The card, JSON; empty where there is none yet.
        outcome: Lines by stage, such as `production`: its key becomes `mlops_production`.

    Raises:
        Unreadable: There is no card in the text that could be kept.
        NotPossible: The card would be longer than SageMaker takes.
    """
    card = _read(content, _NAME)
    details = _grown(_grown(card, _MORE), _CUSTOM)
    lines = {_key(name): _line(value) for name, value in outcome.items()}
    if all(details.get(key) == line for key, line in lines.items()):
        return content
    details.update(lines)
    written = _written(card)
    if len(written) > LONGEST:
        raise NotPossible(
            f"The model card has no room for the outcome: SageMaker takes {LONGEST:,} characters. "
            f"Shorten it in the registry."
        )
    return written


def sealed_text(content: str) -> str:
    """What of a card is sealed: canonical JSON without what `with_outcome` writes, empty where there is
    nothing else. A text that is no card is sealed whole.
    """
    try:
        card = _read(content, _NAME)
        more = dict(_section(card, _MORE))
        kept = {k: v for k, v in _section(more, _CUSTOM).items() if not _is_ours(k, v)}
        _put(more, _CUSTOM, kept)
        _put(card, _MORE, more)
        return json.dumps(card, sort_keys=True, separators=(",", ":")) if card else ""
    except (Unreadable, RecursionError):
        return json.dumps(content)


def _read(content: str, uri: str) -> dict[str, Any]:
    if not content.strip():
        return {}
    try:
        card = json.loads(content, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"I cannot read {uri}: it is not JSON ({error}). {_NEXT}") from None
    if not isinstance(card, dict):
        raise Unreadable(f"I cannot read {uri}: it is JSON, but not an object. {_NEXT}")
    return card


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One of two values would be lost when the card is written again, and nobody could say which counts."""
    made = dict(pairs)
    if any(made[key] is not value and made[key] != value for key, value in pairs):
        raise ValueError("a key stands there twice, with different values")
    return made


def _section(within: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = within.get(key)
    return section if isinstance(section, Mapping) else {}


def _text(section: Mapping[str, Any], key: str) -> str:
    text = section.get(key)
    return _cut(named(text), _LONGEST_TEXT) if isinstance(text, str) else ""


def _evaluation(details: object, uri: str) -> Report | None:
    if not isinstance(details, list):
        return None
    from bot.domain.formats import parse_report  # noqa: PLC0415 - who reads no card starts without them

    try:
        return parse_report(json.dumps({"evaluation_details": details}).encode(), uri)
    except (Unreadable, RecursionError):
        return None


def _grown(within: dict[str, Any], key: str) -> dict[str, Any]:
    held = within.setdefault(key, {})
    if not isinstance(held, dict):
        raise Unreadable(f"I cannot write into the model card: its {key} is not an object. {_NEXT}")
    return held


def _put(within: dict[str, Any], key: str, held: Mapping[str, Any]) -> None:
    """A section that says nothing is the same as none; what is no section at all stays as it is."""
    if held:
        within[key] = held
    elif isinstance(within.get(key), Mapping):
        del within[key]


def _is_ours(key: str, value: object) -> bool:
    return key.startswith(_OURS) and isinstance(value, str)


def _key(name: str) -> str:
    return _UNFIT.sub("_", f"{_OURS}{name.removeprefix(_OURS)}")


def _line(value: str) -> str:
    return _cut(one_line(value), _LONGEST_DETAIL)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _written(card: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(card, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise Unreadable(
            f"I cannot write the model card: JSON has no form for what it holds. {_NEXT}"
        ) from None
    # Half a character, which only an escape can write, stays one.
    return text.translate(_LINE_ENDS).encode(errors="backslashreplace").decode()
