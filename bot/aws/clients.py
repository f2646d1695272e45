"""boto3 clients: made once each, when first wanted."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=10
)
# A model may take long to answer, and at first to load: the step that asks has a minute.
_PATIENT: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=25
)
_COPYING: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=300
)


class Clients:
    """The clients of one process, over one session."""

    def __init__(self) -> None:
        self._session = boto3.Session()

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        """Amazon CloudWatch."""
        return self._session.client("cloudwatch", config=_CONFIG)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """Amazon DynamoDB."""
        return self._session.client("dynamodb", config=_CONFIG)

    @cached_property
    def s3(self) -> "S3Client":
        """Amazon S3."""
        return self._session.client("s3", config=_CONFIG)

    @cached_property
    def copying_s3(self) -> "S3Client":
        """Amazon S3 for copies, which it may take its time for; a caller who hangs up ends them."""
        return self._session.client("s3", config=_COPYING)

    @cached_property
    def sagemaker(self) -> "SageMakerClient":
        """Amazon SageMaker."""
        return self._session.client("sagemaker", config=_CONFIG)

    @cached_property
    def runtime(self) -> "SageMakerRuntimeClient":
        """Amazon SageMaker's endpoints themselves."""
        return self._session.client("sagemaker-runtime", config=_PATIENT)

    @cached_property
    def ssm(self) -> "SSMClient":
        """AWS Systems Manager."""
        return self._session.client("ssm", config=_CONFIG)

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        """AWS Step Functions."""
        return self._session.client("stepfunctions", config=_CONFIG)
