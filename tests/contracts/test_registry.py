"""The Registry contract, on the fake and on SageMaker's model registry."""

import time
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import pytest
from botocore.exceptions import ClientError

from bot.aws.registry import SageMakerRegistry
from bot.domain.model import Approval, Identity, Package, Version
from bot.domain.refusals import NotFound, NotPossible
from bot.usecases.ports import Conflict, Registry
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.fakes.clock import FakeClock
from tests.fakes.registry import FakeRegistry

PREFIX = "arn:aws:sagemaker:us-east-1:123456789012"


class Bench(Protocol):
    """The registry, and what data scientists do in it."""

    @property
    def registry(self) -> Registry: ...

    def group(self, model: str) -> None:
        """Make a model without versions."""

    def register(self, model: str) -> str:
        """Register a version; gives its ARN."""

    def delete(self, arn: str) -> None:
        """Delete a version."""

    def archive_card(self, arn: str) -> None:
        """Archive its model card."""


class OnFake:
    def __init__(self) -> None:
        self.registry = FakeRegistry(FakeClock())

    def group(self, model: str) -> None:
        self.registry.group(model)

    def register(self, model: str) -> str:
        return self.registry.register(model, report="s3://models/report.json").arn

    def delete(self, arn: str) -> None:
        self.registry.delete(Version.of_arn(arn))

    def archive_card(self, arn: str) -> None:
        self.registry.archive_card(Version.of_arn(arn))


class OnAws:
    def __init__(self, aws: LocalAws) -> None:
        self.sagemaker = aws.client("sagemaker")
        self.registry = SageMakerRegistry(self.sagemaker, PREFIX)
        self._groups: set[str] = set()

    def group(self, model: str) -> None:
        if model not in self._groups:
            self.sagemaker.create_model_package_group(ModelPackageGroupName=model)
        self._groups.add(model)

    def register(self, model: str, **more: Any) -> str:
        self.group(model)
        container = {"Image": "acme/xgboost:1", "ModelDataUrl": "s3://models/job-1/output/model.tar.gz"}
        statistics = {"ContentType": "application/json", "S3Uri": "s3://models/report.json"}
        facts: dict[str, Any] = {
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [{**container, "Environment": {"MODE": "fast"}}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
                "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": statistics}},
            **more,
        }
        time.sleep(0.002)  # versions are listed by their time, which has milliseconds
        made = self.sagemaker.create_model_package(ModelPackageGroupName=model, **facts)
        return str(made["ModelPackageArn"])

    def delete(self, arn: str) -> None:
        self.sagemaker.delete_model_package(ModelPackageName=arn)

    def archive_card(self, arn: str) -> None:
        self.sagemaker.update_model_package(ModelPackageArn=arn, ModelCard={"ModelCardStatus": "Archived"})


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return OnFake() if request.param == "fake" else OnAws(request.getfixturevalue("aws"))


class TestRegistry:
    def test_a_version_is_described(self, bench: Bench) -> None:
        model = unique("model")
        package = bench.registry.package(Version.of_arn(bench.register(model)))
        assert package.version == Version(model, 1)
        assert package.arn == f"{PREFIX}:model-package/{model}/1"
        assert (package.status, package.approval) == ("Completed", Approval.PENDING)
        assert package.registered_at.tzinfo is not None
        assert package.registered_by.name == "cara"
        assert package.report == "s3://models/report.json"
        (container,) = package.containers
        assert container.image == "acme/xgboost:1"
        assert container.image_digest
        assert container.artifact.endswith("/output/model.tar.gz")
        assert package.training_job in container.artifact

    def test_an_unknown_version_of_a_known_model_names_the_newest(self, bench: Bench) -> None:
        model = unique("model")
        bench.register(model)
        with pytest.raises(NotFound) as refused:
            bench.registry.package(Version(model, 9))
        assert refused.value.sentence == (
            f"The registry has no {model}:9. The newest is {model}:1: `/mlops show {model}:1`."
        )

    @pytest.mark.parametrize("made", [True, False], ids=["without-versions", "unknown"])
    def test_a_model_without_versions_says_where_to_look(self, bench: Bench, made: bool) -> None:  # noqa: FBT001 - a case
        model = unique("model")
        if made:
            bench.group(model)
        sentence = f"The registry has no version of “{model}”. `/mlops models` lists what it has."
        for ask in (
            lambda: bench.registry.package(Version(model, 1)),
            lambda: bench.registry.latest(model),
            lambda: bench.registry.versions(model, 5),
        ):
            with pytest.raises(NotFound) as refused:
                ask()
            assert refused.value.sentence == sentence

    def test_versions_come_newest_first_and_at_most_so_many(self, bench: Bench) -> None:
        model = unique("model")
        for _ in range(3):
            bench.register(model)
        assert bench.registry.latest(model) == Version(model, 3)
        assert [one.version.number for one in bench.registry.versions(model, 2)] == [3, 2]
        assert [one.version.number for one in bench.registry.versions(model, 9)] == [3, 2, 1]

    def test_models_come_by_name_with_their_newest(self, bench: Bench) -> None:
        first, second, empty = sorted(unique("model") for _ in range(3))
        bench.register(second)
        bench.register(first)
        bench.registry.approve(bench.register(first), "fine")
        bench.group(empty)
        found = [one for one in bench.registry.models() if one.name in {first, second, empty}]
        assert [one.name for one in found] == [first, second, empty]
        assert [one.latest for one in found] == [Version(first, 2), Version(second, 1), None]
        assert [one.approval for one in found] == [Approval.APPROVED, Approval.PENDING, None]

    @pytest.mark.parametrize("wanted", [Approval.APPROVED, Approval.REJECTED])
    def test_a_decision_is_noted_and_changes_nothing_else(self, bench: Bench, wanted: Approval) -> None:
        arn = bench.register(unique("model"))
        before = bench.registry.package(Version.of_arn(arn))
        for _ in range(2):
            _decide(bench.registry, wanted, arn, "why it is so")
        after = bench.registry.package(Version.of_arn(arn))
        assert (after.approval, after.approval_note) == (wanted, "why it is so")
        assert _apart_from_the_decision(after) == _apart_from_the_decision(before)

    def test_a_new_note_replaces_the_old(self, bench: Bench) -> None:
        arn = bench.register(unique("model"))
        bench.registry.approve(arn, "for staging")
        bench.registry.approve(arn, "for production")
        assert bench.registry.package(Version.of_arn(arn)).approval_note == "for production"

    def test_the_longest_note_is_taken(self, bench: Bench) -> None:
        arn = bench.register(unique("model"))
        bench.registry.reject(arn, "é" * 1024)
        assert len(bench.registry.package(Version.of_arn(arn)).approval_note) == 1024

    def test_a_note_is_one_line_and_cut_to_what_fits(self, bench: Bench) -> None:
        arn = bench.register(unique("model"))
        bench.registry.approve(arn, " fine,\r\nsaid\u2028Ana\t\ue001S01LEADS\ue003 ")
        assert bench.registry.package(Version.of_arn(arn)).approval_note == "fine, said Ana S01LEADS"
        bench.registry.reject(arn, "a\nb " * 1000)
        note = bench.registry.package(Version.of_arn(arn)).approval_note
        assert (len(note), note[:7], note[-1]) == (1024, "a b a b", "…")

    def test_a_card_is_written_and_written_anew_and_nothing_else_changes(self, bench: Bench) -> None:
        arn = bench.register(unique("model"))
        bench.registry.approve(arn, "fine")
        before = bench.registry.package(Version.of_arn(arn))
        assert (before.card, before.more) == ("", ())
        held = ""
        for content in ('{"intended_uses": {"risk_rating": "Low"}}', '{"intended_uses":{}}', "{}"):
            for _ in range(2):
                bench.registry.write_card(arn, content, instead_of=held)
            assert bench.registry.package(before.version) == replace(before, card=content)
            held = content

    def test_a_card_that_is_another_by_now_is_not_written_over(self, bench: Bench) -> None:
        arn = bench.register(unique("model"))
        bench.registry.write_card(arn, "{}", instead_of="")
        with pytest.raises(Conflict):
            bench.registry.write_card(arn, '{"intended_uses":{}}', instead_of="")
        assert bench.registry.package(Version.of_arn(arn)).card == "{}"

    def test_an_archived_card_stays_as_it_is_and_the_refusal_says_what_to_do(self, bench: Bench) -> None:
        model = unique("model")
        arn = bench.register(model)
        bench.registry.write_card(arn, "{}", instead_of="")
        bench.archive_card(arn)
        bench.registry.write_card(arn, "{}", instead_of="{}")
        with pytest.raises(NotPossible) as refused:
            bench.registry.write_card(arn, '{"intended_uses": {}}', instead_of="{}")
        assert refused.value.sentence == (
            f"The model card of {model}:1 is archived, so nothing more is written into it. "
            f"Set it to Draft in the registry first."
        )
        assert bench.registry.package(Version(model, 1)).card == "{}"

    def test_one_that_was_deleted_meanwhile_is_not_there(self, bench: Bench) -> None:
        model = unique("model")
        bench.register(model)
        arn = bench.register(model)
        bench.delete(arn)
        write = partial(bench.registry.write_card, instead_of="")
        for decide in (bench.registry.approve, bench.registry.reject, write):
            with pytest.raises(NotFound, match=f"has no {model}:2. The newest is {model}:1"):
                decide(arn, "{}")


class TestSageMaker:
    """What only SageMaker can show."""

    def test_a_decision_that_stands_already_is_not_made_again(self, aws: LocalAws) -> None:
        bench = OnAws(aws)
        arn = bench.register(unique("model"))
        before = len(aws.calls.of("UpdateModelPackage"))
        for _ in range(3):
            bench.registry.approve(arn, "fine\nby me")
        assert len(aws.calls.of("UpdateModelPackage")) == before + 1

    def test_the_training_job_that_the_registration_names_wins(self, aws: LocalAws) -> None:
        bench = OnAws(aws)
        made_by = f"{PREFIX}:training-job/named"
        arn = bench.register(unique("model"), MetadataProperties={"GeneratedBy": made_by})
        assert bench.registry.package(Version.of_arn(arn)).training_job == "named"

    @pytest.mark.parametrize("key", ["ModelDataSource", "AdditionalS3DataSource", "ProductId"])
    def test_whatever_decides_what_runs_is_sealed(self, aws: LocalAws, key: str) -> None:
        bench, model = OnAws(aws), unique("model")
        first, same, other = (
            bench.registry.package(
                Version.of_arn(bench.register(model, InferenceSpecification=_runs(key, to)))
            )
            for to in ("s3://models/one/", "s3://models/one/", "s3://models/two/")
        )
        assert first.containers == same.containers
        assert first.containers != other.containers

    def test_one_compressed_object_is_an_artifact_wherever_it_is_named(self, aws: LocalAws) -> None:
        source = {"S3Uri": "s3://models/m.tar.gz", "S3DataType": "S3Object", "CompressionType": "Gzip"}
        specification = _runs("ProductId", "s3://models/one/")
        (container,) = specification["Containers"]
        specification["Containers"] = [
            {"Image": container["Image"], "ModelDataSource": {"S3DataSource": source}}
        ]
        bench = OnAws(aws)
        arn = bench.register(unique("model"), InferenceSpecification=specification)
        (found,) = bench.registry.package(Version.of_arn(arn)).containers
        assert found.artifact == "s3://models/m.tar.gz"

    def test_a_container_without_more_has_no_rest(self, aws: LocalAws) -> None:
        bench = OnAws(aws)
        (container,) = bench.registry.package(Version.of_arn(bench.register(unique("model")))).containers
        assert container.rest == ""

    def test_no_text_of_a_registration_can_pass_for_a_mark(self, aws: LocalAws) -> None:
        bench, ping = OnAws(aws), "\ue001S01LEADS\ue003"
        statistics = {"ContentType": "application/json", "S3Uri": f"s3://models/{ping}.json"}
        arn = bench.register(
            unique("model"),
            ModelMetrics={"ModelQuality": {"Statistics": statistics}},
            MetadataProperties={"GeneratedBy": f"{PREFIX}:training-job/{ping}"},
        )
        aws.client("sagemaker").update_model_package(ModelPackageArn=arn, ApprovalDescription=ping)
        package = bench.registry.package(Version.of_arn(arn))
        assert package.report == "s3://models/S01LEADS.json"
        assert (package.training_job, package.approval_note) == ("S01LEADS", "S01LEADS")

    def test_nor_can_who_registered_it(self, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
        bench, ping = OnAws(aws), "\ue001S01LEADS\ue003"
        arn = bench.register(unique("model"))
        described = bench.sagemaker.describe_model_package(ModelPackageName=arn)
        created_by = {"UserProfileName": ping, "IamIdentity": {"Arn": ping}}
        odd = {
            **described,
            "CreatedBy": created_by,
            "ModelPackageStatus": ping,
            "ModelPackageArn": arn + ping,
        }
        monkeypatch.setattr(bench.sagemaker, "describe_model_package", lambda **_: odd)
        package = bench.registry.package(Version.of_arn(arn))
        assert package.registered_by == Identity("S01LEADS", "S01LEADS")
        assert (package.status, package.arn) == ("S01LEADS", f"{arn}S01LEADS")

    @pytest.mark.parametrize("call", ["DescribeModelPackage", "ListModelPackages"])
    def test_what_is_not_understood_is_not_taken_for_absent(self, aws: LocalAws, call: str) -> None:
        bench, model = OnAws(aws), unique("model")
        bench.register(model)
        aws.faults.inject({"kind": "error", "call": call, "code": "ValidationException"})
        with pytest.raises(ClientError, match="ValidationException"):
            bench.registry.versions(model, 1)


def _runs(key: str, value: str) -> dict[str, Any]:
    source = {"S3Uri": value, "S3DataType": "S3Prefix", "CompressionType": "None"}
    said: dict[str, Any] = {
        "ModelDataSource": {"S3DataSource": source},
        "AdditionalS3DataSource": source,
        "ProductId": value,
    }
    return {
        "Containers": [{"Image": "acme/xgboost:1", key: said[key]}],
        "SupportedContentTypes": ["text/csv"],
    }


def _decide(registry: Registry, wanted: Approval, arn: str, note: str) -> None:
    (registry.approve if wanted is Approval.APPROVED else registry.reject)(arn, note)


def _apart_from_the_decision(package: Package) -> Any:
    return (package.containers, package.report, package.training_job, package.registered_at, package.status)
