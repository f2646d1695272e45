"""What AWS says no to, told apart: nothing there, a name that is taken, somebody is busy, never."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message
from bot.domain.refusals import NotPossible
from bot.domain.wording import strip
from bot.usecases.hosting import EndpointBusy

# Of these AWS thinks the same a minute later; whatever else it says is worth another try.
_CLIENT_FAULTS: Final = frozenset(
    {
        "ValidationException",
        "ValidationError",
        "InvalidParameterValue",
        "InvalidParameterCombination",
        "ModelError",
        "ResourceLimitExceeded",
        "LimitExceeded",
        "LimitExceededFault",
        "ResourceInUse",
        "ResourceNotFound",
        "AccessDeniedException",
        "AccessDenied",
    }
)
_QUOTA: Final = "ResourceLimitExceeded"
_LONGEST: Final = 300  # characters of AWS's sentence within ours
# `Value 'it' at 'field' failed to satisfy constraint: …`, several of them with `; ` in between. What was
# asked may be secret, and may have quotes in it.
_ECHO: Final = re.compile(r"Value '(?:(?!; Value ').)*' (?=at ')", re.DOTALL)
_OPEN_ECHO: Final = re.compile(r"Value '.*", re.DOTALL)


@contextmanager
def refusals(service: str) -> Iterator[None]:
    """What this service of AWS will not do, however often it is asked, becomes a NotPossible; while
    somebody else changes the endpoint, an EndpointBusy. All other errors stay as they are.
    """
    try:
        yield
    except ClientError as error:
        if _is_busy(error):
            raise EndpointBusy(told(error)) from error
        if code(error) not in _CLIENT_FAULTS:
            raise
        said = f"{service} refused: {told(error)}."
        if code(error) == _QUOTA:
            said += (
                " Ask for a higher quota in Service Quotas, or choose another `instance` in mlops.toml, then "
                "propose this version again."
            )
        raise NotPossible(said) from None


def told(error: ClientError) -> str:
    """AWS's own sentence, to be said to people: without its full stop, and without the values of what it
    was asked.
    """
    said = _OPEN_ECHO.sub("Value", _ECHO.sub("Value ", strip(message(error)))).rstrip(".")
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def found(describe: Callable[..., Any], **name: str) -> Any:
    """What there is of that name, or None."""
    try:
        return describe(**name)
    except ClientError as error:
        if _is_missing(error):
            return None
        raise


def deleted(delete: Callable[..., Any], describe: Callable[..., Any], **name: str) -> None:
    """From now on there is nothing of that name, as may have been so before.

    What is not there has no tags, and where a tag allows the deletion AWS calls that AccessDenied.
    """
    try:
        found(delete, **name)
    except ClientError:
        if found(describe, **name) is not None:
            raise


def is_taken(error: ClientError) -> bool:
    """The name is used already."""
    return "already existing" in message(error)


def _is_missing(error: ClientError) -> bool:
    # Hosting says so in its message only.
    return "Could not find" in message(error) or code(error) == "ResourceNotFound"


def _is_busy(error: ClientError) -> bool:
    return any(f"Cannot {verb} in-progress endpoint" in message(error) for verb in ("update", "delete"))
