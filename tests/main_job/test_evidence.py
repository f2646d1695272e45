"""Evaluation evidence: on the card, by command, from the terminal, and when it comes later."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.main_job.model import BUCKET, Model
from tests.main_job.town import until, words

CARD = {
    "model_overview": {"model_creator": "Cara"},
    "intended_uses": {"risk_rating": "High", "intended_uses": "Ranks calls, refuses nobody"},
}
VIOLATION = {
    "feature_name": "age",
    "constraint_check_type": "baseline_drift_check",
    "description": "Baseline drift distance: 0.31 exceeds threshold: 0.1",
}


_MAIN = "import sys; from bot.cli import main; sys.exit(main())"


def analysis(dppl: float) -> dict[str, Any]:
    """What Clarify writes of bias and attribution."""
    facet = {"value_or_threshold": "40", "metrics": [{"name": "DPPL", "description": "", "value": dppl}]}
    shap = {"kernel_shap": {"label0": {"global_shap_values": {"tenure": 0.3, "calls": 0.1}}}}
    return {
        "post_training_bias_metrics": {"label": "left", "facets": {"age": [facet]}},
        "explanations": shap,
    }


def put(model: Model, name: str, document: Any) -> str:
    key = f"evaluations/{model.name}/{name}"
    model.town.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(document).encode())
    return f"s3://{BUCKET}/{key}"


def register(model: Model, dppl: float = 0.02, *, later: str = "") -> None:
    """A version with a registered claim, Clarify's analysis and a model card; `later` names one more
    report, which is not there yet.
    """
    quality = {"binary_classification_metrics": {"auc": {"value": 0.9}}, "calls_saved": 12.5}
    found = {"ContentType": "application/json", "S3Uri": put(model, "analysis.json", analysis(dppl))}
    statistics = {"ContentType": "application/json", "S3Uri": put(model, "quality.json", quality)}
    metrics = {
        "ModelQuality": {"Statistics": statistics},
        "Bias": {"Report": found},
        "Explainability": {"Report": found},
    }
    more: dict[str, Any] = {"CustomerMetadataProperties": {"mlops:report.monitor": later}} if later else {}
    model.register(
        auc=None,
        ModelMetrics=metrics,
        ModelCard={"ModelCardContent": json.dumps(CARD), "ModelCardStatus": "Draft"},
        **more,
    )


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for message in messages for block in message.get("blocks") or []]


def below(model: Model, card: dict[str, Any]) -> list[dict[str, Any]]:
    seen = model.town.seen("dan", model.channel)
    return [m for m in seen if m.get("thread_ts") == card["ts"] != m["ts"]]


def evaluate(model: Model, job: str) -> None:
    """A processing job that writes to the model's evaluations ends."""
    output = {
        "OutputName": "report",
        "S3Output": {
            "S3Uri": f"s3://{BUCKET}/evaluations/{model.name}",
            "LocalPath": "/opt/ml/processing/output",
            "S3UploadMode": "EndOfJob",
        },
    }
    model.town.aws("sagemaker").create_processing_job(
        ProcessingJobName=job,
        ProcessingOutputConfig={"Outputs": [output]},
        ProcessingResources={
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}
        },
        AppSpecification={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/clarify:1"},
        RoleArn="arn:aws:iam::123456789012:role/training-pipeline",
    )


def command(model: Model, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, as a data scientist has it."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": model.town.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    policy = str(Path(__file__).with_name("mlops.toml"))
    return subprocess.run(  # noqa: S603 - our own command
        [
            sys.executable,
            "-c",
            "import sys; from bot.cli import main; sys.exit(main())",
            *arguments,
            "--policy",
            policy,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def shows_it_where_it_is_decided(model: Model) -> None:
    card = model.card(1, "production", "Waiting for approval")
    shown = words(card)
    assert "✓ |x| ≤ 0.10" in shown
    assert "owner *Cara*" in shown
    assert "risk *High*" in shown
    question = until(
        lambda: [m for m in below(model, card) if "data_visualization" in kinds([m])],
        lambda: f"charts below the card: {kinds(below(model, card))}",
    )
    assert kinds(question).count("data_visualization") == 2  # ROC and attribution
    pictures = [block for m in question for block in m["blocks"] if block["type"] == "image"]
    assert pictures[0]["alt_text"].startswith("evidenced:1 confusion matrix")
    report = model.click("dan", card, "report").hears("evaluation report")
    assert "Calls saved" in report
    assert "AUC" in report
    assert "60 rows" in report
    assert "Calls saved" in model.say("dan", "/mlops report MODEL:1").hears("evaluation report")


def writes_the_outcome_to_its_card(model: Model) -> None:
    def content() -> str:
        return str(model.package(1)["ModelCard"]["ModelCardContent"])

    until(lambda: "mlops_production" in content(), content)
    written = json.loads(content())
    outcome = written["additional_information"]["custom_details"]["mlops_production"]
    assert outcome.startswith("evidenced:1 live since ")
    assert "approved by" in outcome
    assert written["intended_uses"] == CARD["intended_uses"]


def compares_in_slack_and_at_a_terminal(model: Model) -> None:
    compared = model.say("dan", "/mlops compare MODEL:2 MODEL:1").hears("evidenced:2")
    assert "evidenced:1" in compared
    assert "evidenced:2" in model.say("dan", "/mlops compare MODEL:2").hears("evidenced:1")
    said = command(model, "compare", "evidenced:2", "evidenced:1", "--json")
    assert (said.returncode, said.stderr) == (0, "")
    document = json.loads(said.stdout)
    assert document["version"] == "evidenced:2"
    rows = {row["metric"]: row for row in document["rows"]}
    assert rows["bias.DPPL[age=40]"]["candidate"] == 0.05
    said = command(model, "report", "evidenced:2")
    assert said.returncode == 0
    assert "Calls saved" in said.stdout
    said = command(model, "report", "evidenced:9")
    assert (said.returncode, said.stdout) == (1, "")
    assert "The registry has no evidenced:9" in said.stderr


def asks_anew_when_evidence_comes(model: Model) -> None:
    put(model, "violations.json", {"version": "1.0", "violations": [VIOLATION]})
    evaluate(model, "clarify-while-it-asks")
    first = model.card(2, "production", "Superseded")
    assert "Changed: monitor report" in words(first)
    again = model.card(2, "production", "Waiting for approval", attempt=2)
    until(lambda: "Baseline drift" in model.thread(again), lambda: model.thread(again))


def tells_of_evidence_when_it_is_live(model: Model) -> None:
    model.shows(2, "production", "cost $", attempt=2)  # the last that is drawn
    live = model.card(2, "production", "Live", attempt=2)
    put(model, "violations.json", {"version": "1.0", "violations": [VIOLATION, VIOLATION]})
    for job in ("clarify-of-what-is-live", "clarify-once-more"):
        evaluate(model, job)

    def aloud() -> list[str]:
        return [words(m) for m in below(model, live) if m.get("broadcast")]

    until(aloud, lambda: f"new evidence in the channel: {model.thread(live)}")
    sagemaker = model.town.aws("sagemaker")
    until(
        lambda: (
            {
                sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingJobStatus"]
                for job in ("clarify-of-what-is-live", "clarify-once-more")
            }
            == {"Completed"}
        ),
        lambda: "both jobs to end",
    )
    (told,) = aloud()
    assert "New evidence of evidenced:2" in told
    assert words(model.card(2, "production", "Live", attempt=2)) == words(live)


@pytest.mark.model("evidenced")
def test_evidence_is_shown_where_it_is_decided_and_whenever_it_is_asked_for(model: Model) -> None:
    dead = model.town.dead_letters()
    register(model)
    shows_it_where_it_is_decided(model)
    model.to_production(1)
    writes_the_outcome_to_its_card(model)

    register(model, 0.05, later=f"s3://{BUCKET}/evaluations/{model.name}/violations.json")
    assert "evidenced:1 (live)" in words(model.card(2, "production", "Waiting for approval"))
    compares_in_slack_and_at_a_terminal(model)
    asks_anew_when_evidence_comes(model)
    model.approve(2, attempt=2)
    tells_of_evidence_when_it_is_live(model)
    assert model.town.dead_letters() == dead


@pytest.mark.model("unfair", "ml-releases")
def test_what_is_unfair_is_refused_by_name(model: Model) -> None:
    register(model, -0.3)
    refused = words(model.card(1, "staging", "Refused"))
    assert "bias.DPPL[age=40] is -0.3 and must be |x| ≤ 0.10" in refused
