"""Who and where everything in the local AWS is: one account, one region, one data scientist."""

from typing import Any, Final

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
KEY: Final = "test"
SECRET: Final = "test"
INSIDE_KEY: Final = "AKIAINSIDEAWS"  # of AWS services that call each other: no fault befalls them

_SCIENTIST: Final = "cara"
_DOMAIN: Final = "d-playground"


def arn(service: str, resource: str) -> str:
    """The name of a resource of this account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def created_by(function: str) -> dict[str, Any]:
    """SageMaker's UserContext: a function's role session, or the data scientist for everybody else."""
    if function:
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{function}/{function}"
        return {"IamIdentity": {"Arn": session, "PrincipalId": f"AROAPLAYGROUND:{function}"}}
    return {
        "UserProfileArn": arn("sagemaker", f"user-profile/{_DOMAIN}/{_SCIENTIST}"),
        "UserProfileName": _SCIENTIST,
        "DomainId": _DOMAIN,
        "IamIdentity": {
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/data-scientist/{_SCIENTIST}",
            "PrincipalId": f"AROADATASCIENTIST:{_SCIENTIST}",
        },
    }
