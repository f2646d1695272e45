"""One small machine for each AWS service that machines call."""

from tests.playground.aws.kit import IMAGE, ROLE
from tests.playground.aws.machine_kit import CAUGHT, OPTIMISED, SDK, Case, States, catch, flow, task, variants


def transform(name: str) -> States:
    return {
        "TransformJobName": name,
        "ModelName": "MODEL",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://machine-bucket/in/"}},
        },
        "TransformOutput": {"S3OutputPath": "s3://machine-bucket/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


TRAINING = {
    "TrainingJobName": "machine-training",
    "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}

SERVICES = [
    Case(
        "aws-sdk:dynamodb:putItem",
        flow(
            A=task(
                f"{SDK}dynamodb:putItem",
                {
                    "TableName": "machine-tokens",
                    "Item": {"pk": {"S": "sdk"}, "v": {"S.$": "States.JsonToString($)"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                },
            )
        ),
    ),
    Case(
        "a failed condition is caught by its name",
        flow(
            A=task(
                f"{SDK}dynamodb:putItem",
                {"TableName": "machine-tokens", "Item": {"pk": {"S": "twice"}}},
                Next="B",
            ),
            B=task(
                f"{SDK}dynamodb:putItem",
                {
                    "TableName": "machine-tokens",
                    "Item": {"pk": {"S": "twice"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                },
                Catch=catch("DynamoDb.ConditionalCheckFailedException"),
            ),
            Caught=CAUGHT,
        ),
        output=lambda out: out["error"]["Error"] == "DynamoDb.ConditionalCheckFailedException",
    ),
    Case(
        "dynamodb:updateItem",
        flow(
            A=task(
                f"{OPTIMISED}dynamodb:updateItem",
                {
                    "TableName": "machine-tokens",
                    "Key": {"pk": {"S": "zz"}},
                    "UpdateExpression": "SET a = :a",
                    "ExpressionAttributeValues": {":a": {"N": "1"}},
                },
            )
        ),
    ),
    Case(
        "aws-sdk:s3:copyObject, headObject",
        flow(
            A=task(
                f"{SDK}s3:copyObject",
                {"Bucket": "machine-bucket", "Key": "b.txt", "CopySource": "machine-bucket/a.txt"},
                Next="B",
            ),
            B=task(
                f"{SDK}s3:headObject",
                {"Bucket": "machine-bucket", "Key": "b.txt"},
                ResultSelector={"n.$": "$.ContentLength"},
            ),
        ),
        output={"n": 5},
    ),
    Case(
        "aws-sdk:s3:getObject of nothing is caught",
        flow(
            A=task(
                f"{SDK}s3:getObject",
                {"Bucket": "machine-bucket", "Key": "zzz"},
                Catch=catch("S3.NoSuchKeyException"),
            ),
            Caught=CAUGHT,
        ),
    ),
    Case(
        "events:putEvents",
        flow(
            A=task(
                f"{OPTIMISED}events:putEvents",
                {
                    "Entries": [
                        {
                            "Source": "bot",
                            "DetailType": "x",
                            "Detail": {"a.$": "$$.Execution.Id"},
                            "EventBusName": "default",
                        }
                    ]
                },
            )
        ),
    ),
    Case(
        "states:startExecution.sync:2",
        flow(
            A=task(
                f"{OPTIMISED}states:startExecution.sync:2",
                {"StateMachineArn": "CHILD", "Input": {"by.$": "$$.Execution.Id"}},
                ResultSelector={"o.$": "$.Output.deep", "s.$": "$.Status"},
            )
        ),
        output={"o": [1, 2], "s": "SUCCEEDED"},
    ),
    Case(
        "aws-sdk:sagemaker:describeEndpoint",
        flow(
            A=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "machine-e"},
                ResultSelector={"a.$": "$.EndpointArn", "t.$": "$.CreationTime"},
            )
        ),
        output=lambda out: out["a"].endswith("endpoint/machine-e") and out["t"].endswith("Z"),
    ),
    Case(
        "aws-sdk:sagemaker of nothing is caught",
        flow(
            A=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "none"},
                Catch=catch("SageMaker.SageMakerException"),
            ),
            Caught=CAUGHT,
        ),
    ),
    Case(
        "aws-sdk:sagemaker:createEndpointConfig",
        flow(
            A=task(
                f"{SDK}sagemaker:createEndpointConfig",
                {"EndpointConfigName": "machine-c9", "ProductionVariants": variants("MODEL")},
            )
        ),
    ),
    Case(
        "aws-sdk:sagemaker:updateEndpoint and a loop that waits for it",
        flow(
            A=task(
                f"{SDK}sagemaker:updateEndpoint",
                {"EndpointName": "machine-e", "EndpointConfigName": "machine-c2"},
                Next="W",
            ),
            W={"Type": "Wait", "Seconds": 1, "Next": "D"},
            D=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "machine-e"},
                ResultSelector={"s.$": "$.EndpointStatus", "c.$": "$.EndpointConfigName"},
                Next="C",
            ),
            C={
                "Type": "Choice",
                "Choices": [{"Variable": "$.s", "StringEquals": "InService", "Next": "S"}],
                "Default": "W",
            },
            S={"Type": "Succeed"},
        ),
        output={"s": "InService", "c": "machine-c2"},
    ),
    Case(
        "sagemaker:createTransformJob.sync",
        flow(A=task(f"{OPTIMISED}sagemaker:createTransformJob.sync", transform("machine-t1"))),
        output=lambda out: out["TransformJobStatus"] == "Completed",
    ),
    Case(
        "sagemaker:createTransformJob",
        flow(A=task(f"{OPTIMISED}sagemaker:createTransformJob", transform("machine-t2"))),
    ),
    Case(
        "aws-sdk:sagemaker:createTransformJob",
        flow(A=task(f"{SDK}sagemaker:createTransformJob", transform("machine-t3"))),
    ),
    Case(
        "sagemaker:createTrainingJob.sync",
        flow(A=task(f"{OPTIMISED}sagemaker:createTrainingJob.sync", TRAINING)),
        output=lambda out: out["TrainingJobStatus"] == "Completed",
    ),
    Case(
        "sagemaker:createModel",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createModel",
                {"ModelName": "machine-m", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}},
            )
        ),
    ),
    Case(
        "sagemaker:createEndpoint",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createEndpoint",
                {"EndpointName": "machine-e9", "EndpointConfigName": "machine-c1"},
            )
        ),
    ),
    Case(
        "an error of the sagemaker integration is caught",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createEndpoint",
                {"EndpointName": "machine-e8", "EndpointConfigName": "none"},
                Catch=catch("SageMaker.AmazonSageMakerException"),
            ),
            Caught=CAUGHT,
        ),
    ),
]
