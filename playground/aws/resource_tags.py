"""Tags of SageMaker's resources, where moto fails on what is not there and on model packages."""

from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError

from playground.aws.sagemaker_base import SageMaker, page

_LISTED: Final = 50  # Amazon SageMaker API: ListTags
_LINEAGE: Final = ("artifact", "action", "context")


class TagOperations(SageMaker):
    """By ARN. A version has the tags of its group (Amazon SageMaker API: CreateModelPackage)."""

    def list_tags(self) -> Any:
        """Of a resource that is there."""
        asked = self._asked
        return page(
            list(self._tagged(asked["ResourceArn"]).tags or []), {"MaxResults": _LISTED, **asked}, "Tags"
        )

    def add_tags(self) -> Any:
        """A key that is there already gets its new value."""
        asked = self._asked
        added = {tag["Key"] for tag in asked["Tags"]}
        tagged = self._tagged(asked["ResourceArn"])
        tagged.tags = [tag for tag in tagged.tags or [] if tag["Key"] not in added] + asked["Tags"]
        return ActionResult({"Tags": tagged.tags})

    def delete_tags(self) -> Any:
        """Keys that are not there are none."""
        asked = self._asked
        tagged = self._tagged(asked["ResourceArn"])
        tagged.tags = [tag for tag in tagged.tags or [] if tag["Key"] not in asked["TagKeys"]]
        return EmptyResult()

    def _tagged(self, arn: str) -> Any:
        kind = arn.split(":", 5)[-1].partition("/")[0]
        tagged = self._around.lineage.get(arn) if kind in _LINEAGE else self._resource(kind, arn)
        if tagged is None:
            raise ValidationError(f"Could not find {kind} {arn}.")
        return tagged

    def _resource(self, kind: str, arn: str) -> Any:
        if kind == "model-package":
            package = self._store.model_packages.get(arn)
            group = getattr(package, "model_package_group_name", None)
            return self._store.model_package_groups.get(group) if group else package
        try:
            return self._store._get_resource_from_arn(arn)
        except (AttributeError, KeyError, ValueError):  # a kind that moto does not know
            return None
