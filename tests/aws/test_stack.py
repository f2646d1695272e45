"""What the deployed stack is made of, read from a local CloudFormation."""

import json
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    LoginRefreshRequired,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from bot.aws.errors import Transient
from bot.aws.stack import SETTINGS, as_refusals, settings_of
from bot.domain.refusals import NotAllowed, NotFound, NotPossible
from playground.aws import LocalAws

OUTPUTS = {
    "LedgerTableName": "mlops-ledger",
    "StateMachineArn": "arn:aws-cn:states:cn-north-1:210987654321:stateMachine:mlops-promotion",
    "ModelRoleArn": "arn:aws-cn:iam::210987654321:role/model",
    "ArtifactsBucketName": "mlops-artifacts",
    "SomethingElse": "x",
}


@pytest.fixture
def cloudformation(aws: LocalAws) -> Any:
    return aws.client("cloudformation")


def deploy(client: Any, name: str, outputs: dict[str, str]) -> None:
    template = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{name}-queue"}}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    client.create_stack(StackName=name, TemplateBody=json.dumps(template))
    client.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
    )


def test_the_settings_are_the_outputs_and_the_registry_is_where_the_workflow_is(cloudformation: Any) -> None:
    deploy(cloudformation, "stack-whole", OUTPUTS)
    settings = settings_of(cloudformation, "stack-whole")
    assert settings == {
        "LEDGER_TABLE": "mlops-ledger",
        "STATE_MACHINE_ARN": OUTPUTS["StateMachineArn"],
        "MODEL_ROLE_ARN": OUTPUTS["ModelRoleArn"],
        "ARTIFACTS_BUCKET": "mlops-artifacts",
        "REGISTRY_ARN_PREFIX": "arn:aws-cn:sagemaker:cn-north-1:210987654321",
    }
    assert settings.keys() == SETTINGS


def test_a_stack_that_is_not_ours_is_refused(cloudformation: Any) -> None:
    deploy(cloudformation, "stack-other", {"LedgerTableName": "x"})
    with pytest.raises(NotPossible, match="“stack-other” has no output ArtifactsBucketName"):
        settings_of(cloudformation, "stack-other")


def test_a_stack_that_is_not_there_is_refused(cloudformation: Any) -> None:
    with pytest.raises(NotFound, match="no stack “stack-none” in this account and region"):
        settings_of(cloudformation, "stack-none")


ONE_LINE = "AWS cannot be asked: Parameter validation failed: Invalid length for parameter StackName. Correct"


def failed(code: str, status: int = 400) -> ClientError:
    error = {"Code": code, "Message": "No."}
    answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "refusal", "said"),
    [
        (failed("UnrecognizedClientException"), NotAllowed, "AWS does not know you"),
        (failed("AccessDeniedException"), NotAllowed, "AWS does not let you: No."),
        (failed("ExpiredTokenException"), NotAllowed, "Your AWS login is over"),
        (Transient("ThrottlingException: Rate exceeded"), NotPossible, "Try again in a moment"),
        (EndpointConnectionError(endpoint_url="https://x.test"), NotPossible, "Is the region right"),
        (ProfileNotFound(profile="x"), NotFound, "Set AWS_PROFILE to one that"),
        (NoRegionError(), NotPossible, "No AWS region is set"),
        (NoCredentialsError(), NotAllowed, "AWS does not know you: Unable to locate credentials. Log in"),
        (PartialCredentialsError(provider="env", cred_var="y"), NotAllowed, "AWS does not know you: Partial"),
        (
            TokenRetrievalError(provider="sso", error_msg="expired"),
            NotAllowed,
            "AWS does not know you: Error",
        ),
        (UnauthorizedSSOTokenError(), NotAllowed, "AWS does not know you: The SSO session"),
        (LoginRefreshRequired(), NotAllowed, "AWS does not know you: Your session has expired"),
        (ReadTimeoutError(endpoint_url="https://x.test"), NotPossible, "AWS does not answer: Read timeout"),
        (ConnectTimeoutError(endpoint_url="https://x.test"), NotPossible, "AWS does not answer: Connect"),
        (ParamValidationError(report="Invalid length\nfor parameter StackName"), NotPossible, ONE_LINE),
        (failed("ThrottlingException"), NotPossible, r"as it should \(ThrottlingException: No\). Try again"),
        (failed("InternalError", 500), NotPossible, "AWS does not answer as it should"),
        (failed("KMS.DisabledException"), NotPossible, r"The key of KMS cannot be used \(KMS.DisabledE"),
        (failed("PermanentRedirect", 301), NotPossible, "A bucket is in another region"),
        (
            failed("ResourceNotFoundException"),
            NotFound,
            "Something of the stack is gone: No. Deploy it again",
        ),
    ],
)
def test_aws_s_troubles_become_sentences(error: Exception, refusal: type[Exception], said: str) -> None:
    with pytest.raises(refusal, match=said), as_refusals():
        raise error


def test_what_is_our_own_fault_stays_one() -> None:
    with pytest.raises(ClientError), as_refusals():
        raise failed("ValidationException")
