"""Model cards of model packages: what SageMaker takes as one."""

import json
from collections.abc import Mapping
from typing import Any, Final

from moto.sagemaker.exceptions import ConflictException, ValidationError

_LONGEST: Final = 100_000
_LONGEST_DETAIL: Final = 1024
_LONGEST_TEXT: Final = 2048
_STATUSES: Final = ("Draft", "PendingReview", "Approved", "Archived")
_RATINGS: Final = ("High", "Medium", "Low", "Unknown")
# SageMaker Developer Guide: Model package model card schema.
_SECTIONS: Final[Mapping[str, type]] = {
    "model_overview": dict,
    "intended_uses": dict,
    "business_details": dict,
    "training_details": dict,
    "evaluation_details": list,
    "additional_information": dict,
}
_OVERVIEW: Final = ("model_creator", "model_artifact")
_INFORMATION: Final = ("ethical_considerations", "caveats_and_recommendations", "custom_details")


def with_card(before: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """A package's fields after a request, which may name a card."""
    after = {**before, **asked}
    if "ModelCard" in asked:
        after["ModelCard"] = _card(before.get("ModelCard") or {}, asked["ModelCard"])
    return after


def _card(before: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The card after a request that names one: what the request leaves out stays, at first Draft."""
    status = asked.get("ModelCardStatus") or before.get("ModelCardStatus", _STATUSES[0])
    if status not in _STATUSES:
        raise ValidationError(f"ModelCardStatus must be one of {', '.join(_STATUSES)}.")
    content = asked.get("ModelCardContent")
    if content is None:
        return {**before, "ModelCardStatus": status}
    if before.get("ModelCardStatus") == "Archived" and content != before.get("ModelCardContent"):
        raise ConflictException("Model Card is in Archived state")
    if fault := _fault(content):
        raise ValidationError(f"ModelCardContent does not follow the schema of a model card: {fault}.")
    return {"ModelCardContent": content, "ModelCardStatus": status}


def _fault(content: str) -> str:
    if len(content) > _LONGEST:
        return f"longer than {_LONGEST} characters"
    try:
        card = json.loads(content)
    except ValueError:
        return "no JSON"
    if not isinstance(card, dict):
        return "no object"
    for key, section in card.items():
        if not isinstance(section, _SECTIONS.get(key, ())):
            return f"/{key}"
    return next(filter(None, (_overview(card), _uses(card), _evaluations(card), _information(card))), "")


def _overview(card: Mapping[str, Any]) -> str:
    unknown = [key for key in card.get("model_overview", {}) if key not in _OVERVIEW]
    return f"/model_overview/{unknown[0]}" if unknown else ""


def _uses(card: Mapping[str, Any]) -> str:
    for key, value in card.get("intended_uses", {}).items():
        if key == "risk_rating" and value not in _RATINGS:
            return "/intended_uses/risk_rating"
        if not _is_text(value, _LONGEST_TEXT):
            return f"/intended_uses/{key}"
    return ""


def _evaluations(card: Mapping[str, Any]) -> str:
    for place, details in enumerate(card.get("evaluation_details", [])):
        if not isinstance(details, dict) or not isinstance(details.get("name"), str):
            return f"/evaluation_details/{place}/name"
    return ""


def _information(card: Mapping[str, Any]) -> str:
    information = card.get("additional_information", {})
    for key, value in information.items():
        is_section = key == "custom_details" and isinstance(value, dict)
        if key not in _INFORMATION or not (is_section or _is_text(value, _LONGEST_TEXT)):
            return f"/additional_information/{key}"
    for key, value in information.get("custom_details", {}).items():
        if not _is_text(value, _LONGEST_DETAIL):
            return f"/additional_information/custom_details/{key}"
    return ""


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest
