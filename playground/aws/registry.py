"""The model registry: groups and packages, whose updates keep what they do not name, and tell EventBridge."""

import hashlib
from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ConflictException, ValidationError

from playground.aws.lineage_packages import record_approval, record_package
from playground.aws.model_cards import with_card
from playground.aws.sagemaker_base import (
    SageMaker,
    aware,
    jsonable,
    now,
    only,
    page,
    result_of,
    sagemaker_arn,
)

_EVENT: Final = "SageMaker Model Package State Change"
_ADDED: Final = ("SourceUri", "SkipModelValidation", "SecurityConfig", "ModelCard", "ModelLifeCycle")
_SUMMARY: Final = (
    "ModelPackageName",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
)
_BATCH: Final = (*_SUMMARY[1:-1], "InferenceSpecification")
_LONGEST_DESCRIPTION: Final = 1024


class RegistryOperations(SageMaker):
    """Operations on model package groups and model packages."""

    def create_model_package_group(self) -> Any:
        """A name is used once."""
        name = self._get_param("ModelPackageGroupName")
        if name in self._store.model_package_groups:
            group = sagemaker_arn("model-package-group", name)
            raise ValidationError(f"Model Package Group already exists: {group}")
        made = super().create_model_package_group()
        self._store.model_package_groups[name].created_by = self._caller()
        return made

    def describe_model_package_group(self) -> Any:
        """With CreatedBy."""
        name = self._get_param("ModelPackageGroupName").rpartition("/")[2]
        group = self._store.model_package_groups.get(name)
        if group is None:
            raise ValidationError(f"ModelPackageGroup {name} does not exist.")
        return ActionResult({**group.gen_response_object(), "CreatedBy": group.created_by})

    def delete_model_package_group(self) -> Any:
        """Only an empty one."""
        name = self._get_param("ModelPackageGroupName").rpartition("/")[2]
        if any(package.model_package_group_name == name for package in self._store.model_packages.values()):
            text = f"Cannot delete Model Package Group {name} because it still contains Model Packages."
            raise ConflictException(text)
        if self._store.model_package_groups.pop(name, None) is None:
            raise ValidationError(f"ModelPackageGroup {name} does not exist.")
        return EmptyResult()

    def create_model_package(self) -> Any:
        """The next version; never a number that was used before."""
        asked = self._asked
        added = with_card({}, only(asked, _ADDED))
        made = super().create_model_package()
        package = self._package(result_of(made)["ModelPackageArn"])
        self._number(package)
        package.created_by = self._caller()
        package.added = added
        package.model_package_status_details = {"ValidationStatuses": [], "ImageScanStatuses": []}
        if package.model_approval_status is None and package.model_package_group_name:
            package.model_approval_status = "PendingManualApproval"
        _digest_images(package.inference_specification)
        record_package(self._around.lineage, _view(package))
        self._tell(package, ["ModelPackageStatus"])
        return ActionResult({"ModelPackageArn": package.arn})

    def update_model_package(self) -> Any:
        """What the request does not name stays as it is."""
        asked = self._asked
        package = self._package(asked["ModelPackageArn"])
        if len(asked.get("ApprovalDescription") or "") > _LONGEST_DESCRIPTION:
            raise ValidationError("ApprovalDescription is longer than 1024 characters.")
        changed = [field for field in asked if field != "ModelPackageArn"]
        added = with_card(package.added, only(asked, _ADDED))
        if asked.get("ModelApprovalStatus") not in (None, package.model_approval_status):
            package.set_model_approval_status(asked["ModelApprovalStatus"])
            record_approval(self._around.lineage, package.arn, package.model_approval_status)
        if "ApprovalDescription" in asked:
            package.approval_description = asked["ApprovalDescription"]
        if "InferenceSpecification" in asked:
            package.inference_specification = asked["InferenceSpecification"]
            _digest_images(package.inference_specification)
        properties = {
            **(package.customer_metadata_properties or {}),
            **asked.get("CustomerMetadataProperties", {}),
        }
        gone = asked.get("CustomerMetadataPropertiesToRemove") or []
        package.customer_metadata_properties = {k: v for k, v in properties.items() if k not in gone} or None
        package.add_additional_inference_specifications(asked.get("AdditionalInferenceSpecificationsToAdd"))
        package.added = added
        package.last_modified_time, package.last_modified_by = now(), self._caller()
        self._tell(package, changed)
        return ActionResult({"ModelPackageArn": package.arn})

    def describe_model_package(self) -> Any:
        """By ARN, or by name if it has no group."""
        return ActionResult(_view(self._package(self._get_param("ModelPackageName"))))

    def batch_describe_model_package(self) -> Any:
        """Many at once, without who and why."""
        wanted = self._asked["ModelPackageArnList"]
        found = {arn: only(_view(self._package(arn)), _BATCH) for arn in wanted}
        return ActionResult({"ModelPackageSummaries": found, "BatchDescribeModelPackageErrorMap": {}})

    def list_model_packages(self) -> Any:
        """Oldest first unless asked otherwise; without a group and a type, only packages without a group."""
        asked = self._asked
        rows = [package for package in self._store.model_packages.values() if _listed(package, asked)]
        by_name = asked.get("SortBy") == "Name"
        rows.sort(
            key=lambda it: (it.model_package_name if by_name else "", aware(it.creation_time), _version(it)),
            reverse=asked.get("SortOrder") == "Descending",
        )
        return page([only(_view(package), _SUMMARY) for package in rows], asked, "ModelPackageSummaryList")

    def delete_model_package(self) -> Any:
        """Its number is not given out again."""
        package = self._package(self._get_param("ModelPackageName"))
        del self._store.model_packages[package.arn]
        return EmptyResult()

    def _package(self, name: str) -> Any:
        named = self._store.model_package_name_mapping.get(name, name)
        package = self._store.model_packages.get(named)
        if package is None:
            raise ValidationError(f"ModelPackage {name} does not exist.")
        return package

    def _number(self, package: Any) -> None:
        """Moto counts the packages that are left, so a deleted one's number would come back."""
        group = self._store.model_package_groups.get(package.model_package_group_name)
        if group is None:
            return
        version = group.__dict__.get("last_version", 0) + 1
        group.last_version = version
        if version == package.model_package_version:
            return
        packages = self._store.model_packages
        del packages[package.arn]
        package.model_package_version = version
        package.arn = f"{package.arn.rpartition('/')[0]}/{version}"
        packages[package.arn] = package
        self._store.model_package_name_mapping[package.arn] = package.arn

    def _tell(self, package: Any, changed: list[str]) -> None:
        hidden = ("CreatedBy", "LastModifiedBy", "ModelCard")
        shown = {key: value for key, value in _view(package).items() if key not in hidden}
        detail = jsonable({"LastModifiedTime": package.creation_time, **shown})
        self._around.emit(_EVENT, {**detail, "UpdatedModelPackageFields": changed}, package.arn)


def _view(package: Any) -> dict[str, Any]:
    return {**package.gen_response_object(), **package.added}


def _version(package: Any) -> int:
    return int(package.model_package_version or 0)


def _listed(package: Any, asked: dict[str, Any]) -> bool:
    group = (asked.get("ModelPackageGroupName") or "").rpartition("/")[2]
    kind = "Versioned" if group else asked.get("ModelPackageType", "Unversioned")
    made = aware(package.creation_time)
    after, before = asked.get("CreationTimeAfter"), asked.get("CreationTimeBefore")
    return (
        kind in ("Both", package.model_package_type)
        and (not group or package.model_package_group_name == group)
        and asked.get("ModelApprovalStatus") in (None, package.model_approval_status)
        and (asked.get("NameContains") or "") in package.model_package_name
        and (after is None or made > aware(after))
        and (before is None or made < aware(before))
    )


def _digest_images(specification: Any) -> None:
    """ECR would know the digest of a tag; here it follows from the image's name."""
    for container in (specification or {}).get("Containers", []):
        if container.get("Image"):
            digest = hashlib.sha256(container["Image"].encode()).hexdigest()
            container.setdefault("ImageDigest", f"sha256:{digest}")
