"""Batch transform jobs as the tests speak of them."""

from typing import Any

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Until, unique

RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1}


class Jobs:
    """A bucket with `in/` and `out/`, and the jobs between them."""

    def __init__(self, aws: LocalAws, until: Until) -> None:
        self.s3, self.sagemaker, self._until = aws.client("s3"), aws.client("sagemaker"), until
        self.bucket = unique("data")
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, key: str, body: str | bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def begin(self, model: str, prefix: str = "in/", name: str = "", **asked: Any) -> str:
        name = name or unique("job")
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{self.bucket}/{prefix}"}}
        self.sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName=model,
            TransformInput={"DataSource": source, **asked.pop("TransformInput", {})},
            TransformOutput={
                "S3OutputPath": f"s3://{self.bucket}/out",
                "AssembleWith": "Line",
                **asked.pop("TransformOutput", {}),
            },
            TransformResources=RESOURCES,
            **asked,
        )
        return name

    def describe(self, name: str) -> dict[str, Any]:
        described: dict[str, Any] = self.sagemaker.describe_transform_job(TransformJobName=name)
        return described

    def ended(self, name: str) -> dict[str, Any]:
        def look() -> Any:
            described = self.describe(name)
            return described if described["TransformJobStatus"] not in ("InProgress", "Stopping") else None

        found: dict[str, Any] = self._until(look)
        return found

    def run(self, model: str, prefix: str = "in/", **asked: Any) -> dict[str, str]:
        """The output of a job that completes, by key."""
        described = self.ended(self.begin(model, prefix, **asked))
        assert described["TransformJobStatus"] == "Completed", described.get("FailureReason")
        return self.written()

    def reason(self, model: str, prefix: str = "in/", **asked: Any) -> str:
        """Why a job fails."""
        described = self.ended(self.begin(model, prefix, **asked))
        assert described["TransformJobStatus"] == "Failed"
        return str(described["FailureReason"])

    def written(self) -> dict[str, str]:
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="out").get("Contents", [])
        keys = [found["Key"] for found in listed]
        return {key: self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode() for key in keys}

    def model(self, *archives: bytes, **environment: str) -> str:
        """A SageMaker model of these archives, one container each."""
        name, containers = unique("model"), []
        for archive in archives:
            key = f"models/{unique('artifact')}/model.tar.gz"
            self.put(key, archive)
            address = f"s3://{self.bucket}/{key}"
            containers.append({"Image": IMAGE, "ModelDataUrl": address, "Environment": environment})
        self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)
        return name
