"""Weigh: the evidence, and what it is not good enough for."""

import json
from dataclasses import replace
from itertools import count

import pytest

from bot.domain.guardrails import parse_guardrail
from bot.domain.model import Approval, NamedReport, Version
from bot.domain.report import MOST_BYTES
from bot.usecases.hear import TransformEnded
from tests.fakes.reports import quality
from tests.fakes.world import World, the_policy

ODD = "the report’s $.binary_classification_metrics.auc.value"


class TestGuardrails:
    @pytest.mark.parametrize(("auc", "status"), [(0.8, "live"), (0.7999, "refused"), (1.0, "live")])
    def test_a_bound_holds_or_refuses(self, world: World, auc: float, status: str) -> None:
        world.register("churn", auc=auc)
        world.runs()
        assert world.status("churn:1", "staging") == status

    def test_a_refusal_says_why_on_the_card_and_asks_nobody(self, world: World) -> None:
        world.register("churn", auc=0.7)
        world.runs()
        assert world.promotion("churn:1", "staging").last.text == "auc is 0.7 and must be ≥ 0.80."
        assert "✗ ≥ 0.80" in world.card("churn:1", "staging").words
        assert world.execution("churn:1", "staging").visited == [
            "Seal", "Sealed", "Copy", "Copied", "Test", "Tested", "Weigh", "Weighed", "Close", "Done",
        ]  # fmt: skip
        assert world.endpoints.deployed == []

    @pytest.mark.parametrize(
        ("report", "sentence"),
        [
            (quality(f1=0.9), "auc must be ≥ 0.80, and the report has no number for it."),
            (quality(auc="NaN", f1=0.9), f"auc must be ≥ 0.80, and {ODD} is “NaN”, no finite number."),
            (
                quality(auc="Infinity", f1=0.9),
                f"auc must be ≥ 0.80, and {ODD} is “Infinity”, no finite number.",
            ),
        ],
    )
    def test_no_number_is_not_good_enough(self, world: World, report: bytes, sentence: str) -> None:
        world.register("churn", report=report)
        world.runs()
        assert world.promotion("churn:1", "staging").last.text == f"{sentence}"

    def test_no_report_is_not_good_enough_for_a_guardrail(self, world: World) -> None:
        world.registry.register("churn")
        world.announce("churn:1")
        world.runs()
        assert world.promotion("churn:1", "staging").last.text == (
            "auc must be ≥ 0.80, and this version has no report."
        )

    def test_where_nobody_is_asked_no_report_is_not_good_enough_either(self, world: World) -> None:
        world.registry.register("spam")
        world.announce("spam:1")
        world.runs()
        assert world.status("spam:1", "staging") == "refused"
        assert "It names no evaluation report." in world.card("spam:1", "staging").words

    def test_where_people_are_asked_they_are_told_that_there_is_none(self, world: World) -> None:
        world.registry.register("spam", approval=Approval.APPROVED)
        world.serves_already("spam:1")
        world.says("dan", "deploy spam:1 to production")
        world.runs()
        assert world.status("spam:1", "production") == "asking"
        assert "It names no evaluation report" in world.card("spam:1", "production").words


class TestReports:
    @pytest.mark.parametrize(
        ("report", "sentence"),
        [
            (b"", "is empty"),
            (b"\xff\xfe", "is not JSON"),
            (b"[1]", "has no number that I can use; all that it holds is a list of 1"),
            (
                json.dumps({"model": "xgboost"}).encode(),
                "has no number that I can use; at the top I found “model”",
            ),
            (json.dumps({"binary_classification_metrics": {}}).encode(), "has no number that I can use"),
            (b" " * (MOST_BYTES + 2**20), "has 21 MB; I read at most 20."),
        ],
        ids=["empty", "binary", "a-list", "another-shape", "no-metrics", "too-large"],
    )
    def test_one_that_cannot_be_read_is_refused_with_its_address(
        self, world: World, report: bytes, sentence: str
    ) -> None:
        world.register("churn", report=report)
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert promotion.status.value == "refused"
        assert f"The report {promotion.report} {sentence}" in promotion.last.text
        assert "Traceback" not in world.card("churn:1", "staging").words

    def test_one_that_disappears_after_sealing_is_refused(self, world: World) -> None:
        world.register("churn")
        uri = world.package("churn:1").report
        world.meanwhile("reports.read", lambda: world.reports.lose(uri), nth=2)
        world.runs()
        assert world.status("churn:1", "staging") == "refused"
        assert "is not there" in world.promotion("churn:1", "staging").last.text

    def test_a_fault_of_s3s_is_tried_again(self, world: World) -> None:
        world.register("churn")
        world.breaks("reports.read", OSError("reset"), times=3)
        world.runs()
        assert world.status("churn:1", "staging") == "live"


def beside_unreadable(world: World, model: str, trouble: str) -> None:
    """The second version of a model, where the evidence of the first, which serves, cannot be read."""
    champion = world.package(world.register(model, approval=Approval.APPROVED))
    world.endpoints.serves(f"{model}-staging", champion.arn)
    match trouble:
        case "report":
            world.reports.lose(champion.report)
        case "shape":
            world.reports.write(champion.report, b"{}")
        case _:
            world.registry.delete(champion.version)
    world.register(model, number=2)
    world.runs()


class TestChampion:
    def test_what_is_live_is_compared_with(self, world: World) -> None:
        for auc in (0.9, 0.91):
            world.register("churn", auc=auc)
            world.runs()
        comparison = world.promotion("churn:2", "staging").comparison
        assert comparison
        assert comparison.champion == Version("churn", 1)
        assert comparison.verdict == (
            "Every guardrail holds; better than churn:1 on 0 of 1 metrics, 1 too close to call."
        )

    @pytest.mark.parametrize(("auc", "status"), [(0.895, "live"), (0.8949, "refused")])
    def test_a_little_worse_is_tolerated(self, world: World, auc: float, status: str) -> None:
        for value in (0.9, auc):
            world.register("churn", auc=value)
            world.runs()
        assert world.status("churn:2", "staging") == status

    def test_too_much_worse_says_by_how_much(self, world: World) -> None:
        for auc in (0.9, 0.85):
            world.register("churn", auc=auc)
            world.runs()
        assert world.promotion("churn:2", "staging").last.text == (
            "auc is 0.05 worse than churn:1’s; 0.005 is tolerated."
        )

    def test_the_champion_is_what_it_was_when_it_went_live_whatever_its_file_says_now(
        self, world: World
    ) -> None:
        world.register("churn", auc=0.95)
        world.runs()
        uri = world.package("churn:1").report
        world.register("churn", auc=0.9)
        world.reports.write(uri, world.reports.read(world.package("churn:2").report))
        world.runs()
        assert world.status("churn:2", "staging") == "refused"
        assert "auc is 0.05 worse than churn:1’s" in world.promotion("churn:2", "staging").last.text

    def test_a_report_that_changes_between_seal_and_weigh_is_weighed_anew(self, world: World) -> None:
        world.register("churn", auc=0.9)
        uri = world.package("churn:1").report
        world.meanwhile("step.Weigh", lambda: world.reports.write(uri, quality(auc=0.99)))
        world.runs()
        first, second = world.promotions("churn:1", "staging")
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "Changed: report: `" in first.last.text
        assert second.comparison
        assert [row.candidate for row in second.comparison.rows] == [0.99]

    @pytest.mark.parametrize("trouble", ["report", "package", "shape"])
    def test_evidence_of_it_that_cannot_be_read_is_a_note(self, world: World, trouble: str) -> None:
        beside_unreadable(world, "spam", trouble)
        assert world.status("spam:2", "staging") == "live"
        comparison = world.promotion("spam:2", "staging").comparison
        assert comparison
        assert comparison.notes[0].startswith("Not compared with what is live in staging: The re")
        assert "Not compared with" in world.card("spam:2", "staging").words

    @pytest.mark.parametrize("trouble", ["report", "package", "shape"])
    def test_where_a_tolerance_cannot_be_judged_for_that_nobody_lets_it_pass(
        self, world: World, trouble: str
    ) -> None:
        beside_unreadable(world, "churn", trouble)
        assert world.status("churn:2", "staging") == "refused"
        said = world.promotion("churn:2", "staging").last.text
        assert said.startswith("Not compared with what is live in staging: The re")
        assert "nobody can say whether it is within the tolerance. Name `test_data`" in said

    def test_something_that_the_registry_does_not_know_is_a_note_too(self, world: World) -> None:
        world.endpoints.serves("churn-staging", "arn:aws:sagemaker:us-east-1:1:model-package/unversioned")
        world.register("churn")
        world.runs()
        assert "is not the ARN of a versioned" in world.card("churn:1", "staging").words

    def test_a_version_is_not_compared_with_itself(self, world: World) -> None:
        world.register("churn")
        world.runs()
        world.endpoints.serves("churn", world.package("churn:1").arn)
        comparison = world.promotion("churn:1", "production").comparison
        assert comparison
        assert comparison.champion is None

    def test_what_is_relative_to_something_that_nobody_knows_is_not_met(self) -> None:
        policy = the_policy()
        rule = parse_guardrail("auc", ">= champion - 0.01")
        churn = replace(policy.of_model("churn"), guardrails=(rule,), tolerance={})
        world = World(replace(policy, models={**policy.models, "churn": churn}))
        world.endpoints.serves("churn-staging", "arn:aws:sagemaker:us-east-1:1:model-package/unversioned")
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "staging") == "refused"
        said = world.promotion("churn:1", "staging").last.text
        assert said.startswith("auc must be ≥ champion − 0.01. Not compared with what is live in staging:")


def flips(world: World, uri: str, content: bytes) -> None:
    """Whoever reads this for the second time from now on, reads something else."""
    real, reads = world.reports.read, count(1)

    def read(asked: str) -> bytes:
        return content if asked == uri and next(reads) == 2 else real(asked)

    world.reports.read = read  # type: ignore[assignment, method-assign]  # S3, for once


class TestWhatIsWeighed:
    """S3 may give one content when the seal is compared, and another a moment later."""

    def test_is_the_report_that_was_sealed(self, world: World) -> None:
        world.register("churn", auc=0.5)
        uri = world.package("churn:1").report
        world.meanwhile("step.Weigh", lambda: flips(world, uri, quality(auc=0.95)))
        world.runs()
        first, second = world.promotions("churn:1", "staging")
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "the approval is void. Changed: report: `" in first.last.text
        assert second.last.text == "auc is 0.5 and must be ≥ 0.80."

    @pytest.mark.parametrize("content", [b'{"gini": 0.9}', b"nonsense"])
    def test_is_every_other_report_too(self, world: World, content: bytes) -> None:
        world.register("churn")
        world.reports.write("s3://models/more.json", b'{"gini": 0.1}')
        named = (
            NamedReport("report", "s3://models/more.json"),
            NamedReport("report", "s3://models/none.json"),
        )
        world.registry.change(Version("churn", 1), more=named)
        world.meanwhile("step.Weigh", lambda: flips(world, "s3://models/more.json", content))
        world.runs()
        first, second = world.promotions("churn:1", "staging")
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "Changed: report report: `" in first.last.text
        assert second.status.value == "live"

    def test_is_the_package_that_was_sealed(self, world: World) -> None:
        world.register("churn")
        world.reports.write("s3://models/more.json", b'{"gini": 0.1}')
        named = NamedReport("gini", "s3://models/more.json", "application/json")
        world.registry.change(Version("churn", 1), more=(named,))

        def change() -> None:
            world.registry.change(Version("churn", 1), more=(replace(named, media="text/html"),))

        world.meanwhile("step.Weigh", lambda: world.meanwhile("registry.package", change, nth=2))
        world.runs()
        first = world.promotions("churn:1", "staging")[0]
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "→ `text/html unreadable`" in first.last.text

    def test_is_the_test_that_was_sealed(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud", report=quality(auc=0.9))
        world.meanwhile("step.Weigh", lambda: self._flip_test(world, 0))
        world.runs()
        first, second = world.promotions("fraud:1", "staging")
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "Changed: test report: `" in first.last.text
        assert second.status.value == "live"

    def test_is_the_champion_s_test_that_was_sealed(self, world: World) -> None:
        world.holds_out("fraud")
        world.registry.register("fraud")
        world.serves_already("fraud:1")
        world.register("fraud", report=quality(auc=0.9))
        world.meanwhile("step.Weigh", lambda: self._flip_test(world, 1))
        world.runs()
        for transform in list(world.transforms.begun):
            world.hears(TransformEnded(transform.name))
        world.runs()
        first, _ = world.promotions("fraud:2", "staging")
        assert (first.status.value, first.comparison) == ("superseded", None)
        assert "Changed: champion’s test report: `" in first.last.text

    @staticmethod
    def _flip_test(world: World, number: int) -> None:
        (promotion,) = [one for one in world.ledger.all() if one.status.value == "tested"]
        flips(world, promotion.trials[number].report, quality(auc=0.95))
