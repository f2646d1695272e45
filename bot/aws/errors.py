"""Reading AWS's refusals by their codes, never by their class names."""

from botocore.exceptions import ClientError


def code(error: ClientError) -> str:
    """Such as `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")


def message(error: ClientError) -> str:
    """AWS's own sentence."""
    return error.response.get("Error", {}).get("Message", "")
