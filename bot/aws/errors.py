"""Reading AWS's refusals by their codes, never by their class names."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

# AWS SDKs and Tools Reference Guide: Retry behavior.
_PASSING: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


class Transient(Exception):  # noqa: N818 - named as the state machine's Retry names it
    """Something outside that may well work a moment later."""


def code(error: ClientError) -> str:
    """Such as `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")


def message(error: ClientError) -> str:
    """AWS's own sentence."""
    return error.response.get("Error", {}).get("Message", "")


def passes(error: ClientError) -> bool:
    """Whether the same call may well work a moment later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code(error) in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


@contextmanager
def transient() -> Iterator[None]:
    """What may well work a moment later becomes a Transient; every other error stays as it is, and is
    not worth another try.
    """
    try:
        yield
    except ClientError as error:
        if not passes(error):
            raise
        raise Transient(f"{code(error)}: {message(error)}") from error
    except (OSError, HTTPClientError, NoConnection) as error:
        raise Transient(str(error)) from error
