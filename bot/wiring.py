"""The one joint: the only place that chooses adapters.

Everything is made lazily and once a process; importing this module makes nothing.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from bot.aws.clients import Clients
from bot.aws.ledger import DynamoLedger
from bot.aws.workflow import StepFunctions
from bot.config import load_policy
from bot.domain.policy import Policy
from bot.domain.refusals import NotFound
from bot.slack.channel import SlackChannel
from bot.slack.directory import SlackDirectory
from bot.usecases.ports import Ports

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.aws.artifacts import S3Artifacts
    from bot.aws.endpoints import SageMakerEndpoints
    from bot.aws.lineage import SageMakerLineage
    from bot.aws.origins import DynamoOrigins
    from bot.aws.registry import SageMakerRegistry
    from bot.aws.reports import S3Reports
    from bot.aws.transforms import SageMakerTransforms

POLICY_FILE: Final = Path(__file__).parent.parent / "mlops.toml"


class SystemClock:
    """The Clock port over this machine's clock."""

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC)


@cache
def clients() -> Clients:
    """AWS's clients."""
    return Clients()


@cache
def signing_secret() -> str:
    """Slack's signing secret, from Parameter Store."""
    return _secret(os.environ["SIGNING_SECRET_PARAMETER"])


@cache
def web_client() -> WebClient:
    """Slack's Web API, as the bot; its token comes from Parameter Store."""
    return WebClient(
        token=_secret(os.environ["BOT_TOKEN_PARAMETER"]),
        base_url=os.environ.get("SLACK_API_URL", WebClient.BASE_URL),
        timeout=5,
        # A rate limit is not waited for in a function that is paid by time: who called tries again.
        retry_handlers=[ConnectionErrorRetryHandler()],
    )


def _secret(parameter: str) -> str:
    return clients().ssm.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]


class Wired(Ports):
    """The ports over their real adapters, each made when it is first wanted: a click that needs no
    SageMaker does not wait for its client.

    Args:
        settings: What the adapters are to work on, the environment where none are given.
        policy_file: The team's mlops.toml.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, policy_file: Path = POLICY_FILE) -> None:
        """Make nothing yet."""
        self._settings = os.environ if settings is None else settings
        self._policy_file = policy_file

    @cached_property
    def policy(self) -> Policy:
        """See the ports."""
        return load_policy(self._policy_file)

    @cached_property
    def registry(self) -> "SageMakerRegistry":
        """See the ports."""
        from bot.aws.registry import SageMakerRegistry  # noqa: PLC0415 - made when it is wanted

        return SageMakerRegistry(clients().sagemaker, self._settings["REGISTRY_ARN_PREFIX"])

    @cached_property
    def reports(self) -> "S3Reports":
        """See the ports."""
        from bot.aws.reports import S3Reports  # noqa: PLC0415 - made when it is wanted

        return S3Reports(clients().s3)

    @cached_property
    def artifacts(self) -> "S3Artifacts":
        """See the ports."""
        from bot.aws.artifacts import S3Artifacts  # noqa: PLC0415 - made when it is wanted

        return S3Artifacts(clients().copying_s3, self._settings["ARTIFACTS_BUCKET"])

    @cached_property
    def transforms(self) -> "SageMakerTransforms":
        """See the ports."""
        from bot.aws.transforms import SageMakerTransforms  # noqa: PLC0415 - made when it is wanted

        return SageMakerTransforms(clients().sagemaker)

    @cached_property
    def endpoints(self) -> "SageMakerEndpoints":
        """See the ports."""
        from bot.aws.endpoints import SageMakerEndpoints  # noqa: PLC0415 - made when it is wanted

        return SageMakerEndpoints(clients(), self._settings["MODEL_ROLE_ARN"])

    @cached_property
    def ledger(self) -> DynamoLedger:
        """See the ports."""
        return DynamoLedger(clients().dynamodb, self._settings["LEDGER_TABLE"])

    @cached_property
    def lineage(self) -> "SageMakerLineage":
        """See the ports."""
        from bot.aws.lineage import SageMakerLineage  # noqa: PLC0415 - most requests ask nothing of it

        return SageMakerLineage(clients().sagemaker)

    @cached_property
    def origins(self) -> "DynamoOrigins":
        """See the ports."""
        from bot.aws.origins import DynamoOrigins  # noqa: PLC0415 - likewise

        return DynamoOrigins(clients().dynamodb, self._settings["LEDGER_TABLE"])

    @cached_property
    def workflow(self) -> StepFunctions:
        """See the ports."""
        table, machine = self._settings["LEDGER_TABLE"], self._settings["STATE_MACHINE_ARN"]
        return StepFunctions(clients().stepfunctions, clients().dynamodb, table, machine)

    @cached_property
    def channel(self) -> SlackChannel:
        """See the ports."""
        return SlackChannel(web_client())

    @cached_property
    def directory(self) -> SlackDirectory:
        """See the ports."""
        return SlackDirectory(web_client())

    @cached_property
    def clock(self) -> SystemClock:
        """See the ports."""
        return SystemClock()


@cache
def ports() -> Wired:
    """The ports of this process."""
    return Wired()


def from_terminal(policy_file: Path, stack: str) -> Wired:
    """The ports for a person's own command line: what the environment does not say, the stack's outputs do.

    Raises:
        NotFound: There is no such file or stack.
        NotPossible: The stack is not one of ours.
    """
    from bot.aws.stack import SETTINGS, settings_of, stacks  # noqa: PLC0415 - Lambda has no terminal

    if not policy_file.is_file():
        raise NotFound(f"There is no {policy_file}. Name your team's mlops.toml with --policy.")
    known = {name: os.environ[name] for name in SETTINGS if os.environ.get(name)}
    lacking = SETTINGS - known.keys()
    return Wired(settings_of(stacks(), stack) | known if lacking else known, policy_file)


@cache
def slack_app() -> "App":
    """Bolt with the listeners."""
    from bot.slack.app import make_app  # noqa: PLC0415 - the workflow's steps do without Bolt

    return make_app(ports, web_client)


def answer_slack(body: str, headers: dict[str, str]) -> dict[str, Any]:
    """What Bolt answers to a request that Slack wants the answer of, as a Function URL says it."""
    from bot.slack.app import dispatch  # noqa: PLC0415 - likewise
    from bot.slack.deliveries import Delivery  # noqa: PLC0415 - likewise

    kind = headers.get("content-type", "application/json")
    answer = dispatch(slack_app(), Delivery("at-once", kind, body))
    return {
        "statusCode": answer.status,
        "headers": {name: values[0] for name, values in answer.headers.items()},
        "body": answer.body,
    }
