"""SageMaker models, endpoint configurations, endpoints and jobs."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Queue, Until, unique
from tests.playground.aws.serving_kit import GUARDED


def test_a_model_of_a_package_names_it(sagemaker: Any) -> None:
    group, name = unique("group"), unique("model")
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    package = sagemaker.create_model_package(ModelPackageGroupName=group)["ModelPackageArn"]
    container = {"ModelPackageName": package, "Environment": {"A": "1"}}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    assert sagemaker.describe_model(ModelName=name)["PrimaryContainer"] == container
    several = unique("model")
    sagemaker.create_model(ModelName=several, ExecutionRoleArn=ROLE, Containers=[container])
    assert sagemaker.describe_model(ModelName=several)["Containers"] == [container]


def test_the_name_of_a_model_is_used_once(sagemaker: Any, model: str) -> None:
    with pytest.raises(ClientError, match="Cannot create already existing model") as refused:
        sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_the_name_of_a_configuration_is_used_once(sagemaker: Any, make_config: Callable[[], str]) -> None:
    name = make_config()
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
    with pytest.raises(ClientError, match="Cannot create already existing endpoint configuration"):
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)


def test_the_name_of_an_endpoint_is_used_once(
    sagemaker: Any, endpoint: str, make_config: Callable[[], str]
) -> None:
    with pytest.raises(ClientError, match="Cannot create already existing endpoint"):
        sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=make_config())


@pytest.mark.parametrize("call", ["describe_endpoint", "delete_endpoint"])
def test_an_endpoint_that_is_not_there_is_not_found(sagemaker: Any, call: str) -> None:
    with pytest.raises(ClientError, match="Could not find endpoint"):
        getattr(sagemaker, call)(EndpointName="none")


def test_an_update_moves_the_endpoint_to_its_new_configuration(
    sagemaker: Any, endpoint: str, make_config: Callable[[], str], settled: Callable[[str], Any]
) -> None:
    config = make_config()
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=config, DeploymentConfig=GUARDED)
    now = sagemaker.describe_endpoint(EndpointName=endpoint)
    assert now["EndpointStatus"] == "Updating"
    assert now["EndpointConfigName"] != config
    assert now["PendingDeploymentSummary"]["EndpointConfigName"] == config
    then = settled(endpoint)
    assert then["EndpointConfigName"] == config
    assert then["LastDeploymentConfig"] == GUARDED
    assert then["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    assert then["LastModifiedTime"] > then["CreationTime"]
    assert "PendingDeploymentSummary" not in then
    assert "FailureReason" not in then


@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_endpoint_in_progress_is_left_alone(
    sagemaker: Any, make_config: Callable[[], str], settled: Callable[[str], Any], act: str
) -> None:
    name = unique("endpoint")
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=make_config())
    more = {"EndpointConfigName": make_config()} if act == "update" else {}
    with pytest.raises(ClientError, match=f"Cannot {act} in-progress endpoint"):
        getattr(sagemaker, f"{act}_endpoint")(EndpointName=name, **more)
    settled(name)


def test_an_update_needs_a_configuration_that_exists(sagemaker: Any, endpoint: str) -> None:
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName="none")


def test_an_endpoint_rolls_back_when_a_fault_is_injected_and_only_once(
    aws: LocalAws,
    sagemaker: Any,
    endpoint: str,
    make_config: Callable[[], str],
    settled: Callable[[str], Any],
) -> None:
    before, after = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"], make_config()
    aws.faults.inject({"kind": "endpoint", "name": endpoint, "outcome": "rollback", "reason": "too slow"})
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=after)
    then = settled(endpoint)
    assert then["seen"] == ["Updating", "RollingBack", "InService"]
    assert (then["EndpointConfigName"], then["FailureReason"]) == (before, "too slow")
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=after)
    assert settled(endpoint)["EndpointConfigName"] == after


def test_an_endpoint_rolls_back_when_its_alarm_rings(
    aws: LocalAws,
    sagemaker: Any,
    endpoint: str,
    make_config: Callable[[], str],
    settled: Callable[[str], Any],
) -> None:
    alarm, cloudwatch = unique("alarm"), aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="5xx",
        Namespace="n",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    before = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    guarded = {**GUARDED, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": alarm}]}}
    sagemaker.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=make_config(), DeploymentConfig=guarded
    )
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    then = settled(endpoint)
    assert then["seen"] == ["Updating", "RollingBack", "InService"]
    assert then["EndpointConfigName"] == before
    assert alarm in then["FailureReason"]


@pytest.mark.parametrize("begin", ["create_endpoint", "update_endpoint"])
def test_a_deployment_can_fail(
    aws: LocalAws, endpoint: str, make_config: Callable[[], str], settled: Callable[[str], Any], begin: str
) -> None:
    name, sagemaker = unique("endpoint") if "create" in begin else endpoint, aws.client("sagemaker")
    aws.faults.inject({"kind": "endpoint", "name": name, "outcome": "fail", "reason": "no capacity"})
    getattr(sagemaker, begin)(EndpointName=name, EndpointConfigName=make_config())
    then = settled(name)
    assert (then["EndpointStatus"], then["FailureReason"]) == ("Failed", "no capacity")
    sagemaker.delete_endpoint(EndpointName=name)


def test_weights_can_be_changed(sagemaker: Any, endpoint: str, settled: Callable[[str], Any]) -> None:
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint,
        DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredWeight": 0.5}],
    )
    assert settled(endpoint)["ProductionVariants"][0]["CurrentWeight"] == 0.5


TRAINING = {
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "HyperParameters": {"depth": "3"},
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/train"}},
        }
    ],
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def test_a_training_job_takes_a_while(
    aws: LocalAws, sagemaker: Any, sagemaker_events: Queue, until: Until
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    name = unique("training")
    sagemaker.create_training_job(TrainingJobName=name, **TRAINING)
    described = sagemaker.describe_training_job(TrainingJobName=name)
    assert described["TrainingJobStatus"] == "InProgress"
    assert described["HyperParameters"] == {"depth": "3"}
    assert described["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://b/train"
    until(lambda: sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "Completed")
    begun, ended = sagemaker_events.about(name), sagemaker_events.about(name)
    assert begun["detail-type"] == "SageMaker Training Job State Change"
    assert [event["detail"]["TrainingJobStatus"] for event in (begun, ended)] == ["InProgress", "Completed"]
    assert ended["detail"]["TrainingJobName"] == name
    with pytest.raises(ClientError, match="must be unique"):
        sagemaker.create_training_job(TrainingJobName=name, **TRAINING)


def test_a_training_job_can_be_stopped(sagemaker: Any) -> None:
    name = unique("training")
    sagemaker.create_training_job(TrainingJobName=name, **TRAINING)
    sagemaker.stop_training_job(TrainingJobName=name)
    assert sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "Stopped"


def test_what_the_local_sagemaker_cannot_do_is_said(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match="The local AWS cannot do this"):
        sagemaker.list_hubs()
