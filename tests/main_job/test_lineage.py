"""Lineage by chat, over HTTP: from a version to its data and back, and what is done about bad data."""

from typing import Any

from tests.main_job.model import BUCKET, Model
from tests.main_job.town import until, words

ROLE = "arn:aws:iam::123456789012:role/training"


def trains(model: Model, parts: int = 4) -> str:
    """A training job reads some files and writes what becomes version 1; gives the address of the files."""
    data, job, sagemaker = f"{model.name}/train", f"{model.name}-train-1", model.town.aws("sagemaker")
    for part in range(parts):
        model.town.aws("s3").put_object(Bucket=BUCKET, Key=f"{data}/{part}.csv", Body=f"{part},1\n".encode())
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{data}/"}
    sagemaker.create_training_job(
        TrainingJobName=job,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": "acme/xgboost:1.7", "TrainingInputMode": "File"},
        HyperParameters={"max_depth": "5"},
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/jobs"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
        Tags=[{"Key": "commit", "Value": "4f2a9c1be07d"}],
    )
    until(
        lambda: sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"] == "Completed",
        lambda: f"{job} to end",
    )
    return f"s3://{BUCKET}/{data}/"


def freeze_message(model: Model, status: str) -> dict[str, Any]:
    def shown() -> dict[str, Any] | None:
        found = model.town.cards(f"{model.name} · freeze", model.channel)
        assert len(found) <= 1
        return found[0] if found and f"*{status}*" in words(found[0]) else None

    return until(shown, lambda: f"the freeze of {model.name} to be {status}")


def answer_with(model: Model, who: str, fragment: str) -> dict[str, Any]:
    """The private answer that has these words."""
    seen = model.town.seen(who, model.channel)
    return next(m for m in reversed(seen) if m.get("ephemeral") and fragment in words(m))


def test_bad_data_is_followed_to_what_serves_and_frozen(model: Model) -> None:
    town, name = model.town, model.name
    data = trains(model)
    model.register()
    town.card(f"{name}:1 → production", "Waiting for approval", model.channel)

    said = town.say("dan", f"/mlops lineage {name}:1", model.channel).hears("Where it comes from")
    assert f"Learned from 1 data set by `{name}-train-1`." in said
    assert f"Live on `{name}-staging`" in said
    for fact in (data, "4 files", "xgboost:1.7", "4f2a9c1b", "max_depth 5"):
        assert fact in said
    assert "changed since" not in said

    town.aws("s3").put_object(Bucket=BUCKET, Key=f"{name}/train/0.csv", Body=b"9,9\n")
    said = town.say("dan", f"/mlops lineage {name}:1", model.channel).hears("changed since")
    assert f"Training data has changed since: 1 of 4 files in `{data}`." in said

    said = town.say("dan", f"/mlops lineage {data}", model.channel).hears("learned from it")
    assert f"1 version of {name} learned from it; 1 of them is live" in said
    found = answer_with(model, "dan", "Freeze the models…")
    town.click("dan", found, "recall.freeze", model.channel).hears("asks to freeze")

    asked = freeze_message(model, "Shall it be frozen?")
    town.click("dan", asked, "freeze.approve", model.channel).hears("may decide on a freeze")
    town.click("rita", asked, "freeze.approve", model.channel).hears("Frozen")
    freeze_message(model, "Frozen")
    town.say("ana", f"/mlops approve {name}:1 to production", model.channel).hears(f"{name} is frozen since")
    said = town.say("dan", f"/mlops history {name}", model.channel).hears("history")
    assert "asks to freeze" in said
    assert "was registered" in said

    town.say("rita", f"/mlops unfreeze {name} -- the rows are mended", model.channel).hears("Lifted by")
    freeze_message(model, "Not frozen any more")
    town.say("ana", f"/mlops approve {name}:1 to production", model.channel).hears("Your approval")


def test_an_address_that_nobody_knows_is_no_all_clear(model: Model) -> None:
    said = model.town.say("dan", "/mlops lineage s3://nobody/knows/", model.channel).hears("knows")
    assert "Nothing that I have read knows `s3://nobody/knows/`" in said
