"""Asking endpoints themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.aws.replies import refusals
from bot.domain.refusals import NotPossible
from bot.domain.wording import strip

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

_CSV: Final = "text/csv"


def answers_of(client: "SageMakerRuntimeClient", endpoint: str, lines: Sequence[str]) -> Sequence[str]:
    """What the endpoint answers to these CSV lines, one each. Raises NotPossible."""
    if not lines:
        return ()
    with refusals("SageMaker"):
        answer = client.invoke_endpoint(
            EndpointName=endpoint, Body="\n".join(lines).encode(), ContentType=_CSV, Accept=_CSV
        )
    answers = _split(strip(answer["Body"].read().decode("utf-8", "replace")), len(lines))
    if len(answers) != len(lines):
        raise NotPossible(
            f"`{endpoint}` was asked {len(lines)} lines and answered {len(answers)}. Let the model answer "
            f"one line of text/csv to each line, and register it as a new version."
        )
    return answers


def _split(body: str, asked: int) -> list[str]:
    answers = body.splitlines()
    # SageMaker's own XGBoost container answers an endpoint's lines with one line of as many numbers.
    if len(answers) == 1 and asked > 1 and answers[0].count(",") == asked - 1:
        return [answer.strip() for answer in answers[0].split(",")]
    return answers
