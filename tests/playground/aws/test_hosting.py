"""Around endpoints: the events of their deployments, what an update keeps, tags, deletion."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Queue, unique
from tests.playground.aws.serving_kit import GUARDED

CHANGED = "SageMaker Endpoint State Change"


def told(sagemaker_events: Queue, name: str, until_status: str) -> list[dict[str, Any]]:
    """The events of this endpoint up to the one of a state change to this status."""
    events = []
    while True:
        event = sagemaker_events.about(name)
        events.append(event)
        if event["detail-type"] == CHANGED and event["detail"]["EndpointStatus"] == until_status:
            return events


def test_a_deployment_is_told_in_events(
    aws: LocalAws, sagemaker: Any, make_config: Callable[[], str], sagemaker_events: Queue
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    name, first, second = unique("endpoint"), make_config(), make_config()
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=first)
    events = told(sagemaker_events, name, "IN_SERVICE")
    aws.faults.inject({"kind": "endpoint", "name": name, "outcome": "rollback"})
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=second)
    events += told(sagemaker_events, name, "IN_SERVICE")
    sagemaker.delete_endpoint(EndpointName=name)
    events += told(sagemaker_events, name, "DELETING")
    changes = [event["detail"]["EndpointStatus"] for event in events if event["detail-type"] == CHANGED]
    assert changes == ["CREATING", "IN_SERVICE", "UPDATING", "ROLLING_BACK", "IN_SERVICE", "DELETING"]
    assert {event["detail"]["EndpointConfigName"] for event in events} == {first}
    assert events[0]["resources"] == [events[0]["detail"]["EndpointArn"]]


def test_the_phases_of_a_deployment_are_told_too(
    aws: LocalAws, sagemaker: Any, endpoint: str, make_config: Callable[[], str], sagemaker_events: Queue
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    sagemaker.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=make_config(), DeploymentConfig=GUARDED
    )
    phases = [
        event["detail"]
        for event in told(sagemaker_events, endpoint, "IN_SERVICE")
        if event["detail-type"] == "SageMaker Endpoint Deployment State Change"
    ]
    assert {phase["EndpointStatus"] for phase in phases} == {"UPDATING"}
    variants = [phase["ProductionVariants"][0] for phase in phases]
    assert [(it["VariantStatus"][0]["Status"], it["CurrentWeight"]) for it in variants] == [
        ("Creating", 0),
        ("ActivatingTraffic", 0.1),
        ("Baking", 0.1),
        ("ActivatingTraffic", 1),
        ("Baking", 1),
    ]
    assert all(it["VariantStatus"][0]["StartTime"] > 1.6e12 for it in variants)


def test_what_was_scaled_meanwhile_is_kept_if_asked(
    sagemaker: Any, endpoint: str, make_config: Callable[[], str], settled: Callable[[str], Any]
) -> None:
    scaled = {"VariantName": "AllTraffic", "DesiredInstanceCount": 3}
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint, DesiredWeightsAndCapacities=[scaled]
    )
    settled(endpoint)
    for retained, instances in ((True, 3), (False, 1)):
        sagemaker.update_endpoint(
            EndpointName=endpoint, EndpointConfigName=make_config(), RetainAllVariantProperties=retained
        )
        assert settled(endpoint)["ProductionVariants"][0]["CurrentInstanceCount"] == instances


def test_serverless_variants_are_deployed_and_updated(
    sagemaker: Any, model: str, settled: Callable[[str], Any]
) -> None:
    name, configs = unique("endpoint"), [unique("config"), unique("config")]
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 5}
    variant = {"VariantName": "AllTraffic", "ModelName": model, "ServerlessConfig": serverless}
    for config in configs:
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=configs[0])
    settled(name)
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=configs[1], DeploymentConfig=GUARDED)
    then = settled(name)
    assert then["EndpointConfigName"] == configs[1]
    assert then["ProductionVariants"][0]["CurrentServerlessConfig"] == serverless


def test_models_configurations_and_endpoints_have_tags(
    sagemaker: Any, model: str, endpoint: str, make_config: Callable[[], str]
) -> None:
    config = make_config()
    arns = [
        sagemaker.describe_model(ModelName=model)["ModelArn"],
        sagemaker.describe_endpoint_config(EndpointConfigName=config)["EndpointConfigArn"],
        sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"],
    ]
    for arn in arns:
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "promotion", "Value": "1"}])
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "promotion", "Value": "2"}])
        assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "promotion", "Value": "2"}]
        sagemaker.delete_tags(ResourceArn=arn, TagKeys=["promotion"])
        assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == []


def test_what_is_created_with_tags_has_them(
    sagemaker: Any, model: str, settled: Callable[[str], Any]
) -> None:
    tags, name = [{"Key": "project", "Value": "churn"}], unique("tagged")
    made = [
        sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE}, Tags=tags
        )["ModelArn"]
    ]
    variant = {"VariantName": "v", "ModelName": model, "InstanceType": "ml.m5.large"}
    made.append(
        sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[{**variant, "InitialInstanceCount": 1}], Tags=tags
        )["EndpointConfigArn"]
    )
    created = sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=tags)
    made.append(created["EndpointArn"])
    assert [sagemaker.list_tags(ResourceArn=arn)["Tags"] for arn in made] == [tags] * 3
    settled(name)


def test_what_is_deleted_is_gone(sagemaker: Any, endpoint: str, make_config: Callable[[], str]) -> None:
    model, config = unique("model"), make_config()
    sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    sagemaker.delete_model(ModelName=model)
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    sagemaker.delete_endpoint(EndpointName=endpoint)
    for describe, named in (
        (sagemaker.describe_model, {"ModelName": model}),
        (sagemaker.describe_endpoint_config, {"EndpointConfigName": config}),
        (sagemaker.describe_endpoint, {"EndpointName": endpoint}),
        (sagemaker.delete_model, {"ModelName": model}),
        (sagemaker.delete_endpoint_config, {"EndpointConfigName": config}),
        (sagemaker.delete_endpoint, {"EndpointName": endpoint}),
    ):
        with pytest.raises(ClientError, match="Could not find") as refused:
            describe(**named)
        assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_model_is_described_as_it_was_made(sagemaker: Any) -> None:
    name = unique("model")
    source = {"S3DataSource": {"S3Uri": "s3://b/m.tgz", "S3DataType": "S3Object", "CompressionType": "Gzip"}}
    containers = [
        {"Image": IMAGE, "ModelDataUrl": "s3://b/first.tgz", "Environment": {"A": "1"}},
        {"Image": IMAGE, "ModelDataSource": source, "ContainerHostname": "second"},
    ]
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)
    described = sagemaker.describe_model(ModelName=name)
    assert described["Containers"] == containers
    assert described["ExecutionRoleArn"] == ROLE
