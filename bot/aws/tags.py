"""Tags: what tells the workflow's own things from everybody else's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from bot.aws.replies import found

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

PROMOTION: Final = "mlops:promotion"
"""The tag that names the promotion for which something was made."""
PACKAGE: Final = "mlops:package"
"""The tag that names the package behind a model of explicit containers."""
FIRST_CONFIG: Final = "mlops:first-config"
"""An endpoint's tag: the config that it was created with."""


def tags_of(tags: Iterable[tuple[str, str]]) -> Any:
    """Tags as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in tags]


def tag_of(client: "SageMakerClient", arn: str, key: str) -> str:
    """The value of one tag; empty where there is none, or nothing that could have one."""
    said = found(client.list_tags, ResourceArn=arn) or {}
    return next((str(tag["Value"]) for tag in said.get("Tags", ()) if tag["Key"] == key), "")


def is_made_for(client: "SageMakerClient", arn: str, promotion: str) -> bool:
    """Whether this was made for the promotion of that id."""
    return bool(promotion) and tag_of(client, arn, PROMOTION) == promotion
