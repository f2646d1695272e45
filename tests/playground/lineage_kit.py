"""The bot over a local AWS as far as recalls go, and its answers in the words of a plain walk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.aws.ledger import DynamoLedger
from bot.aws.lineage import SageMakerLineage
from bot.aws.origins import DynamoOrigins
from bot.aws.registry import SageMakerRegistry
from bot.config import load_policy
from bot.usecases.origins import ALL_ENDPOINTS
from bot.usecases.ports import Ports
from bot.usecases.traced import Recalled
from tests.playground.lineage_walk import Walk

POLICY: Final = Path(__file__).parents[2] / "playground" / "mlops.toml"
PREFIX: Final = "arn:aws:sagemaker:us-east-1:123456789012"


class LateClock:
    """Nothing was registered lately: what is read of it is settled."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=2)


def ports_of(clients: tuple[Any, Any], table: str) -> Ports:
    """What recalls touch, over the real adapters; the other ports are missing."""
    sagemaker, dynamodb = clients
    missing: Any = None
    return Ports(
        policy=load_policy(POLICY),
        registry=SageMakerRegistry(sagemaker, PREFIX),
        reports=missing,
        artifacts=missing,
        transforms=missing,
        endpoints=missing,
        ledger=DynamoLedger(dynamodb, table),
        lineage=SageMakerLineage(sagemaker),
        origins=DynamoOrigins(dynamodb, table),
        workflow=missing,
        channel=missing,
        directory=missing,
        clock=LateClock(),
    )


def said(answer: Recalled) -> tuple[set[str], set[tuple[str, str, str]], set[str], set[str]]:
    """Versions, those that are live and where, other endpoints that are concerned, and unjudged ones."""
    return (
        {str(one.version) for one in answer.found.learned},
        {(str(one.version), one.endpoint, one.share) for one in answer.exposed},
        {node.name for node in answer.found.unregistered},
        {node.name for node in answer.found.unjudged},
    )


def walked(walk: Walk) -> tuple[set[str], set[tuple[str, str, str]], set[str], set[str]]:
    return walk.versions, walk.live(), walk.unregistered(), walk.unjudged()


def no_wrong_nothing(answer: Recalled, walk: Walk) -> None:
    """What is said is true, and every endpoint that is concerned is named, or said to be unjudged."""
    versions, live, unregistered, unjudged = said(answer)
    assert versions <= walk.versions
    assert live <= walk.live()
    if ALL_ENDPOINTS in {gap.at for gap in answer.found.gaps}:
        return
    named = {endpoint for _, endpoint, _ in live} | unregistered | unjudged
    assert {endpoint for _, endpoint, _ in walk.live()} | walk.unregistered() | walk.unjudged() <= named
