"""All versions of the registry, in few calls."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, transient
from bot.domain.model import Version
from bot.usecases.origins import Registered

_ORDER: Final = {"SortBy": "CreationTime", "SortOrder": "Descending"}
_PAGE: Final = 100
_REFUSED: Final = "ValidationException"


def registered(client: Any) -> list[Registered]:
    """All versions, newest first: a hundred with one call, or group by group where SageMaker wants that."""
    with transient():
        try:
            found = list(_listed(client, {"ModelPackageType": "Versioned"}))
        except ClientError as error:
            if code(error) != _REFUSED:
                raise
            found = [
                one for name in _groups(client) for one in _listed(client, {"ModelPackageGroupName": name})
            ]
    return sorted(found, key=lambda one: (one.registered_at, one.version), reverse=True)


def _listed(client: Any, asked: Mapping[str, str]) -> Iterator[Registered]:
    pages = client.get_paginator("list_model_packages").paginate(
        **asked, **_ORDER, PaginationConfig={"PageSize": _PAGE}
    )
    for page in pages:
        for one in page["ModelPackageSummaryList"]:
            arn = one["ModelPackageArn"]
            yield Registered(Version.of_arn(arn), arn, one["CreationTime"])


def _groups(client: Any) -> list[str]:
    pages = client.get_paginator("list_model_package_groups").paginate(PaginationConfig={"PageSize": _PAGE})
    return [one["ModelPackageGroupName"] for page in pages for one in page["ModelPackageGroupSummaryList"]]
