"""What the deployed stack is made of, for doors outside Lambda, whose environment nobody has filled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnection

from bot.aws.errors import Transient, code, message, passes
from bot.domain.refusals import NotAllowed, NotFound, NotPossible, Refusal
from bot.domain.wording import one_line

_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=10
)
_OUTPUTS: Final = {
    "LEDGER_TABLE": "LedgerTableName",
    "STATE_MACHINE_ARN": "StateMachineArn",
    "MODEL_ROLE_ARN": "ModelRoleArn",
    "ARTIFACTS_BUCKET": "ArtifactsBucketName",
}
_PREFIX: Final = "REGISTRY_ARN_PREFIX"
SETTINGS: Final = frozenset({*_OUTPUTS, _PREFIX})
"""The names of the settings that the functions have in their environment."""
# AWS CloudFormation, AWS STS and Amazon DynamoDB name the same troubles differently.
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset(
    {
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_ELSEWHERE: Final = frozenset({"PermanentRedirect", "IllegalLocationConstraintException", "301"})
_NOBODY: Final = (  # no credentials, half of them, or a login that is over: each says which
    CredentialRetrievalError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)
_CREDENTIALS: Final = "Log in, for example with `aws sso login`, or set AWS_PROFILE."


class Stacks(Protocol):
    """Of CloudFormation's client, what is used here."""

    def describe_stacks(self, *, StackName: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's name
        """The stack of this name."""


def stacks() -> Stacks:
    """CloudFormation's client."""
    client: Stacks = boto3.Session().client("cloudformation", config=_CONFIG)
    return client


def settings_of(client: Stacks, stack: str) -> dict[str, str]:
    """The settings of the stack's functions, by the names that they have in the environment.

    Raises:
        NotFound: There is no such stack in this account and region.
        NotPossible: It is not one of ours.
    """
    try:
        (described, *_) = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if code(error) != "ValidationError":  # so CloudFormation says that there is none
            raise
        raise NotFound(
            f"There is no stack “{stack}” in this account and region. Name yours with --stack, and choose "
            "account and region with AWS_PROFILE and AWS_REGION."
        ) from None
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}
    if missing := sorted(set(_OUTPUTS.values()) - outputs.keys()):
        raise NotPossible(
            f"The stack “{stack}” has no output {missing[0]}. Name the stack of mlops with --stack, and "
            "deploy it as it is now."
        )
    settings = {name: str(outputs[output]) for name, output in _OUTPUTS.items()}
    _, partition, _, region, account, _ = settings["STATE_MACHINE_ARN"].split(":", 5)
    return settings | {_PREFIX: f"arn:{partition}:sagemaker:{region}:{account}"}


@contextmanager
def as_refusals() -> Iterator[None]:
    """AWS's troubles with a person's own credentials, region and permissions become sentences for them."""
    try:
        yield
    except Transient as error:
        raise NotPossible(f"AWS does not answer as it should ({error}). Try again in a moment.") from error
    except ClientError as error:
        if (refusal := _refusal(error)) is None:
            raise
        raise refusal from error
    except BotoCoreError as error:
        raise _told(error) from error


def _told(error: BotoCoreError) -> Refusal:
    """What boto3 finds itself, before AWS answers or instead of it."""
    why = one_line(str(error)).rstrip(".")
    match error:
        case NoRegionError():
            return NotPossible("No AWS region is set. Set AWS_REGION, such as AWS_REGION=eu-central-1.")
        case ProfileNotFound():
            return NotFound(f"{why}. Set AWS_PROFILE to one that `aws configure list-profiles` lists.")
        case EndpointConnectionError():
            return NotPossible(f"AWS cannot be reached: {why}. Is the region right?")
        case HTTPClientError() | NoConnection():
            return NotPossible(f"AWS does not answer: {why}. Try again in a moment.")
        case _ if isinstance(error, _NOBODY):
            return NotAllowed(f"AWS does not know you: {why}. {_CREDENTIALS}")
        case _:
            return NotPossible(f"AWS cannot be asked: {why}. Correct that and try again.")


def _refusal(error: ClientError) -> Refusal | None:
    known = code(error)
    if known in _DENIED:
        return NotAllowed(f"AWS does not let you: {one_line(message(error))}")
    if known in _EXPIRED:
        return NotAllowed(f"Your AWS login is over. {_CREDENTIALS}")
    if known in _UNKNOWN:
        return NotAllowed(f"AWS does not know you ({known}). {_CREDENTIALS}")
    return _trouble(error)


def _trouble(error: ClientError) -> Refusal | None:
    """What is no question of who somebody is, and no mistake of ours."""
    known = code(error)
    if passes(error):
        why = f"{known}: {_sentence(error)}".rstrip(".")
        return NotPossible(f"AWS does not answer as it should ({why}). Try again in a moment.")
    if known.startswith("KMS."):
        return NotPossible(f"The key of KMS cannot be used ({known}): {_sentence(error)} Have it put right.")
    if known in _ELSEWHERE:
        return NotPossible(
            f"A bucket is in another region ({known}): {_sentence(error)} Set AWS_REGION to it."
        )
    if known == "ResourceNotFoundException":
        return NotFound(f"Something of the stack is gone: {_sentence(error)} Deploy it again.")
    return None


def _sentence(error: ClientError) -> str:
    said = one_line(message(error)).rstrip(".")
    return f"{said}." if said else "AWS says no more."
