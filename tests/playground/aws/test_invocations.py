"""InvokeEndpoint: who answers, what it says, and what CloudWatch and S3 hear of it."""

import datetime as dt
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import ROLE, Until, unique
from tests.playground.aws.serving_kit import BUCKET, Serve, times


def refused(serve: Serve, endpoint: str, body: str = "2", **more: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        serve.call(endpoint, body, **more)
    return dict(error.value.response)


@pytest.fixture(scope="module")
def doubling(serve: Serve) -> str:
    return serve.serving(times(2))


def test_each_line_is_answered(serve: Serve, doubling: str) -> None:
    answer = serve.call(doubling, "1\n2.5\n")
    assert answer["Body"] == "2.0\n5.0"
    assert answer["ContentType"].startswith("text/csv")
    assert answer["InvokedProductionVariant"] == "v0"


def test_the_content_type_may_be_left_out(aws: LocalAws, doubling: str) -> None:
    answer = aws.client("sagemaker-runtime").invoke_endpoint(EndpointName=doubling, Body=b"1")
    assert answer["Body"].read() == b"2.0"


def test_containers_answer_one_after_the_other_with_their_environment(serve: Serve) -> None:
    model = serve.model(serve.put(times(2)), serve.put(times(3)), environment={"TINY_BIAS": "1"})
    assert serve.call(serve.endpoint(serve.config(model)), "1")["Body"] == "10.0"


def test_a_model_package_answers_with_its_containers(serve: Serve) -> None:
    group, name = unique("group"), unique("model")
    serve.sagemaker.create_model_package_group(ModelPackageGroupName=group)
    package = serve.sagemaker.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={"Containers": [{"Image": "i", "ModelDataUrl": serve.put(times(7))}]},
    )["ModelPackageArn"]
    container = {"ModelPackageName": package, "Environment": {"TINY_BIAS": "1"}}
    serve.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=[container])
    assert serve.call(serve.endpoint(serve.config(name)), "1")["Body"] == "8.0"


def test_variants_share_the_calls_by_weight_and_can_be_asked_for(serve: Serve) -> None:
    models = [serve.model(serve.put(times(factor))) for factor in (1, 10)]
    endpoint = serve.endpoint(serve.config(*models, weights=(3, 1)))
    answers = serve.answers(endpoint, 40)
    assert 8 <= answers.count("20.0") <= 12
    for target, said in (("v0", "2.0"), ("v1", "20.0")):
        answer = serve.call(endpoint, TargetVariant=target)
        assert (answer["Body"], answer["InvokedProductionVariant"]) == (said, target)
    error = refused(serve, endpoint, TargetVariant="v2")["Error"]
    assert error["Code"] == "ValidationError"


def test_an_endpoint_keeps_the_model_that_it_was_deployed_with(serve: Serve) -> None:
    address = serve.put(times(2), unique("moved"))
    config = serve.config(serve.model(address))
    endpoint = serve.endpoint(config)
    serve.put(times(3), address.rpartition("/")[2])
    assert serve.call(endpoint)["Body"] == "4.0"
    serve.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=config)
    serve.settled(endpoint)
    assert serve.call(endpoint)["Body"] == "6.0"


def test_an_endpoint_that_is_not_there_answers_as_aws_words_it(serve: Serve) -> None:
    response = refused(serve, "none")
    assert response["Error"]["Code"] == "ValidationError"
    assert response["Error"]["Message"] == "Endpoint none of account 123456789012 not found."
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


BAD = [("1,2", 400, "takes 1 columns"), ("x", 400, "is no number"), ("", 400, "no line")]


@pytest.mark.parametrize(("body", "status", "words"), BAD, ids=["columns", "no number", "nothing"])
def test_what_the_model_cannot_read_is_a_model_error(
    serve: Serve, doubling: str, body: str, status: int, words: str
) -> None:
    response = refused(serve, doubling, body)
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == status
    assert words in response["OriginalMessage"]


def test_another_content_type_is_a_model_error(serve: Serve, doubling: str) -> None:
    assert refused(serve, doubling, ContentType="application/json")["OriginalStatusCode"] == 415


def test_what_an_endpoint_reads_itself_uses_up_no_fault(aws: LocalAws, serve: Serve) -> None:
    config = serve.config(serve.model(serve.put(times(2))))
    aws.faults.inject({"kind": "error", "call": "GetObject", "code": "AccessDenied", "status": 403})
    assert serve.call(serve.endpoint(config))["Body"] == "4.0"


def test_an_artifact_that_is_missing_shows_when_the_endpoint_is_called(serve: Serve) -> None:
    endpoint = serve.endpoint(serve.config(serve.model(f"s3://{BUCKET}/nothing.tar.gz")))
    assert serve.settled(endpoint)["EndpointStatus"] == "InService"
    response = refused(serve, endpoint)
    assert (response["Error"]["Code"], response["OriginalStatusCode"]) == ("ModelError", 500)
    assert "Could not find model data at s3://" in response["OriginalMessage"]


def test_an_artifact_that_is_no_model_fails_a_first_deployment(serve: Serve) -> None:
    endpoint = serve.endpoint(serve.config(serve.model(serve.put(b"weights"))))
    then = serve.settled(endpoint)
    assert then["EndpointStatus"] == "Failed"
    assert "ping health check" in then["FailureReason"]
    assert "not a gzipped tar archive" in then["FailureReason"]
    assert refused(serve, endpoint)["Error"]["Code"] == "ValidationError"
    serve.sagemaker.delete_endpoint(EndpointName=endpoint)


def test_an_artifact_that_is_no_model_rolls_an_update_back(serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    before = serve.settled(endpoint)["EndpointConfigName"]
    serve.update(endpoint, b"weights")
    then = serve.settled(endpoint)
    assert (then["EndpointStatus"], then["EndpointConfigName"]) == ("InService", before)
    assert "ping health check" in then["FailureReason"]
    assert serve.call(endpoint)["Body"] == "4.0"


def test_spoilt_answers_come_with_the_next_deployment(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "wrong"})
    assert serve.call(endpoint)["Body"] == "4.0"
    serve.update(endpoint, times(3))
    serve.settled(endpoint)
    assert serve.call(endpoint)["Body"] == "13.0"
    aws.faults.clear()
    assert serve.call(endpoint)["Body"] == "6.0"


def test_a_model_can_be_made_to_raise(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "errors", "version": "all", "times": 1})
    assert refused(serve, endpoint)["OriginalStatusCode"] == 500
    assert serve.call(endpoint)["Body"] == "4.0"


def statistics(aws: LocalAws, endpoint: str, metric: str, statistic: str, **more: Any) -> float:
    """One figure over the last minutes, from GetMetricStatistics."""
    now = dt.datetime.now(dt.UTC)
    dimensions = [{"Name": "EndpointName", "Value": endpoint}, {"Name": "VariantName", "Value": "v0"}]
    points = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=dimensions,
        StartTime=now - dt.timedelta(minutes=60),
        EndTime=now + dt.timedelta(minutes=1),
        Period=7200,
        Statistics=[statistic],
        **more,
    )["Datapoints"]
    return float(sum(point[statistic] for point in points))


def test_calls_are_counted_by_how_they_ended(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    serve.answers(endpoint, 3)
    refused(serve, endpoint, "x")
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "errors", "version": "all"})
    refused(serve, endpoint)
    counted = {
        metric: statistics(aws, endpoint, metric, "Sum")
        for metric in (
            "Invocations",
            "Invocation4XXErrors",
            "Invocation5XXErrors",
            "InvocationModelErrors",
        )
    }
    assert list(counted.values()) == [5, 1, 1, 2]


def test_latency_is_in_microseconds_and_slow_when_asked(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    serve.call(endpoint)
    assert 0 < statistics(aws, endpoint, "ModelLatency", "Maximum") < 1_000_000
    assert statistics(aws, endpoint, "OverheadLatency", "SampleCount") == 1
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "slow", "version": "all"})
    serve.call(endpoint)
    assert statistics(aws, endpoint, "ModelLatency", "Maximum") > 4_000_000


def test_the_metrics_are_given_as_data_too(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    serve.answers(endpoint, 4)
    now = dt.datetime.now(dt.UTC)
    dimensions = [{"Name": "VariantName", "Value": "v0"}, {"Name": "EndpointName", "Value": endpoint}]
    metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": dimensions}
    answer = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}],
        StartTime=now - dt.timedelta(minutes=5),
        EndTime=now + dt.timedelta(minutes=1),
    )
    assert sum(answer["MetricDataResults"][0]["Values"]) == 4


def capture(percent: int, *modes: str) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": percent,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "CaptureOptions": [{"CaptureMode": mode} for mode in modes],
    }


def captured(aws: LocalAws, endpoint: str) -> list[dict[str, Any]]:
    s3, prefix = aws.client("s3"), f"captured/{endpoint}/v0/"
    keys = [row["Key"] for row in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
    hour = f"{dt.datetime.now(dt.UTC):%Y/%m/%d/}"
    assert all(key.startswith(prefix + hour) and key.endswith(".jsonl") for key in keys)
    bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in sorted(keys)]
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def test_what_goes_in_and_out_is_captured(aws: LocalAws, serve: Serve, until: Until) -> None:
    model = serve.model(serve.put(times(2)))
    config = serve.config(model, DataCaptureConfig=capture(100, "Input", "Output"))
    endpoint = serve.endpoint(config)
    serve.call(endpoint, "1\n2", InferenceId="order-7")
    (line,) = until(lambda: captured(aws, endpoint), 2)
    data = line["captureData"]
    assert (data["endpointInput"]["data"], data["endpointInput"]["mode"]) == ("1\n2", "INPUT")
    assert (data["endpointOutput"]["data"], data["endpointOutput"]["encoding"]) == ("2.0\n4.0", "CSV")
    assert line["eventMetadata"]["inferenceId"] == "order-7"
    assert line["eventVersion"] == "0"


def test_a_sample_is_captured(aws: LocalAws, serve: Serve, until: Until) -> None:
    model = serve.model(serve.put(times(2)))
    endpoint = serve.endpoint(serve.config(model, DataCaptureConfig=capture(25, "Output")))
    serve.answers(endpoint, 20)
    until(lambda: len(captured(aws, endpoint)) >= 5, 2)
    lines = captured(aws, endpoint)
    assert len(lines) == 5
    assert {tuple(line["captureData"]) for line in lines} == {("endpointOutput",)}
