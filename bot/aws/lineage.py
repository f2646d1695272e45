"""The Lineage port over SageMaker's lineage graph, its registry, its jobs and its endpoints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bot.aws.errors import transient
from bot.aws.lineage_descriptions import channels_of
from bot.aws.lineage_endpoints import endpoints
from bot.aws.lineage_origin import OriginReading
from bot.aws.lineage_packages import registered
from bot.aws.lineage_reading import Kept, is_gone
from bot.aws.lineage_written import Written
from bot.domain.lineage.graph import Graph
from bot.domain.model import Package
from bot.domain.refusals import NotFound
from bot.usecases.origins import Channel, Outcome, Registered

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class SageMakerLineage:
    """Lineage of one account and region.

    A graph costs at most MOST_QUERIES pages of QueryLineage and MOST_DESCRIBED other calls, eight at once
    (see lineage_reading); artifacts, ended jobs with their tags and endpoints at rest are remembered as long
    as this lives, so later answers cost less. After eight calls that stayed throttled an answer asks no more.
    """

    def __init__(self, client: "SageMakerClient") -> None:
        self._client = client
        self._kept = Kept()
        self._calls = 0

    @property
    def calls(self) -> int:
        """See the port."""
        return self._calls

    def origin(self, package: Package) -> Graph:
        """See the port."""
        asked = OriginReading(self._client, self._kept, package)
        graph = asked.graph()
        self._calls += asked.reading.calls
        return graph

    def endpoints(self) -> Graph:
        """See the port."""
        graph, calls = endpoints(self._client, self._kept)
        self._calls += calls
        return graph

    def channels(self, job: str) -> Sequence[Channel]:
        """See the port."""
        with transient():
            try:
                described = self._client.describe_training_job(TrainingJobName=job)
            except ClientError as error:
                if not is_gone(error):
                    raise
                raise NotFound(
                    f"SageMaker has no training job “{job}” any more, so nobody can tell what it read."
                ) from None
        return channels_of(described)

    def registered(self) -> Sequence[Registered]:
        """See the port."""
        return registered(self._client)

    def write(self, outcome: Outcome) -> None:
        """See the port."""
        Written(self._client).write(outcome)
