"""What of a template the local AWS honours, what it knowingly does not, and why. The rest is refused."""

from collections.abc import Mapping
from typing import Any, Final

from playground.aws.errors import NotHonoured

_ACCESS = "kept, not enforced: nothing is forbidden here"
_COST = "costs and retention mean nothing here"
_PROTECTION = "everything here dies with the process"
_ENCRYPTION = "nothing is encrypted on this machine"
_OBSERVED = "stored; nobody looks at it here"

_TARGET: Final = frozenset(
    {"Arn", "DeadLetterConfig", "Id", "Input", "InputPath", "InputTransformer", "RetryPolicy", "RoleArn"}
)

_HONOURED: Final[Mapping[str, str]] = {
    "AWS::CloudWatch::Alarm": (
        "ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm "
        "Dimensions EvaluationPeriods ExtendedStatistic MetricName Namespace OKActions Period Statistic "
        "Threshold TreatMissingData InsufficientDataActions"
    ),
    "AWS::CloudWatch::Dashboard": "DashboardName DashboardBody",
    "AWS::DynamoDB::Table": (
        "AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema "
        "LocalSecondaryIndexes TableName"
    ),
    "AWS::Events::Rule": "Description EventBusName EventPattern Name ScheduleExpression State Targets",
    "AWS::IAM::ManagedPolicy": "",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName TargetKeyId",
    "AWS::KMS::Key": "Description",
    "AWS::Lambda::EventInvokeConfig": (
        "DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier"
    ),
    "AWS::Lambda::EventSourceMapping": (
        "BatchSize Enabled EventSourceArn FunctionName FunctionResponseTypes ScalingConfig"
    ),
    "AWS::Lambda::Function": "Code Description Environment FunctionName Handler MemorySize Role Timeout",
    "AWS::Lambda::Permission": "",
    "AWS::Lambda::Url": "AuthType InvokeMode TargetFunctionArn Cors",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName VersioningConfiguration",
    "AWS::S3::BucketPolicy": "",
    "AWS::SNS::Subscription": "Endpoint Protocol TopicArn",
    "AWS::SNS::Topic": "DisplayName TopicName",
    "AWS::SNS::TopicPolicy": "",
    "AWS::SQS::Queue": (
        "DelaySeconds MaximumMessageSize MessageRetentionPeriod QueueName ReceiveMessageWaitTimeSeconds "
        "RedrivePolicy VisibilityTimeout"
    ),
    "AWS::SQS::QueuePolicy": "",
    "AWS::SSM::Parameter": "Description Name Type Value",
    "AWS::StepFunctions::StateMachine": (
        "DefinitionS3Location DefinitionString Definition DefinitionSubstitutions RoleArn StateMachineName "
        "StateMachineType"
    ),
}

_IGNORED: Final[Mapping[str, Mapping[str, str]]] = {
    "*": {"Tags": _OBSERVED},
    "AWS::DynamoDB::Table": {
        "ContributorInsightsSpecification": _OBSERVED,
        "PointInTimeRecoverySpecification": _PROTECTION,
        "SSESpecification": _ENCRYPTION,
        "TableClass": _COST,
        "TimeToLiveSpecification": "AWS takes up to days to expire an item; here none expires",
    },
    "AWS::IAM::ManagedPolicy": {"*": _ACCESS},
    "AWS::IAM::Policy": {"*": _ACCESS},
    "AWS::IAM::Role": {"*": _ACCESS},
    "AWS::KMS::Key": {"*": _ENCRYPTION},
    "AWS::Lambda::EventSourceMapping": {
        "MaximumBatchingWindowInSeconds": "batches are not held back: nobody likes to wait",
    },
    "AWS::Lambda::Function": {
        "Architectures": "functions run on this machine's processor",
        "EphemeralStorage": "functions see this machine's /tmp",
        "KmsKeyArn": _ENCRYPTION,
        "LoggingConfig": "what functions print is kept as it comes",
        "ReservedConcurrentExecutions": "every function has at most five processes",
        "Runtime": "functions run on the interpreter of this process",
        "SnapStart": "functions start in a fifth of a second",
        "TracingConfig": _OBSERVED,
    },
    "AWS::Lambda::Permission": {"*": _ACCESS},
    "AWS::Logs::LogGroup": {"RetentionInDays": _COST, "KmsKeyId": _ENCRYPTION, "LogGroupClass": _COST},
    "AWS::S3::Bucket": {
        "BucketEncryption": _ENCRYPTION,
        "LifecycleConfiguration": _COST,
        "OwnershipControls": _ACCESS,
        "PublicAccessBlockConfiguration": _ACCESS,
    },
    "AWS::S3::BucketPolicy": {"*": _ACCESS},
    "AWS::SNS::Topic": {"KmsMasterKeyId": _ENCRYPTION},
    "AWS::SNS::TopicPolicy": {"*": _ACCESS},
    "AWS::SQS::Queue": {
        "KmsDataKeyReusePeriodSeconds": _ENCRYPTION,
        "KmsMasterKeyId": _ENCRYPTION,
        "RedriveAllowPolicy": _ACCESS,
        "SqsManagedSseEnabled": _ENCRYPTION,
    },
    "AWS::SQS::QueuePolicy": {"*": _ACCESS},
    "AWS::SSM::Parameter": {"Tier": _COST, "DataType": _OBSERVED},
    "AWS::StepFunctions::StateMachine": {
        "EncryptionConfiguration": _ENCRYPTION,
        "LoggingConfiguration": "the history is in GetExecutionHistory",
        "TracingConfiguration": _OBSERVED,
    },
}


def check(resources: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse the first resource or property (after the SAM transform) that would be silently ignored."""
    for logical_id, resource in resources.items():
        kind = resource["Type"]
        if kind not in _HONOURED:
            raise NotHonoured(f"{logical_id} is a {kind}, which the local AWS does not have.")
        for name in resource.get("Properties") or {}:
            if name not in _HONOURED[kind].split() and not reason_to_ignore(kind, name):
                raise NotHonoured(f"{logical_id} sets {name}, which the local AWS ignores on a {kind}.")
        _check_values(logical_id, resource)


def reason_to_ignore(kind: str, name: str) -> str:
    """Why a property is knowingly not honoured; "" if that was not decided."""
    known = {**_IGNORED["*"], **_IGNORED.get(kind, {})}
    return known.get(name) or known.get("*", "")


def _check_values(logical_id: str, resource: Mapping[str, Any]) -> None:
    """Properties that are honoured for some values only."""
    properties = resource.get("Properties") or {}
    if resource["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in properties:
        raise NotHonoured(f"{logical_id} reads a stream; only queues feed functions here.")
    for target in properties.get("Targets") or []:
        if unknown := sorted(set(target) - _TARGET):
            raise NotHonoured(
                f"{logical_id} has a target with {', '.join(unknown)}, which the local AWS ignores."
            )
