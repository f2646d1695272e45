"""Test: the sealed artifact answers the held-out data, and the champion on the same."""

from dataclasses import replace

import pytest

from bot.domain.refusals import NotPossible
from tests.fakes.models import first_feature
from tests.fakes.world import HELD_OUT, World, the_policy

DATA = "s3://models/fraud/test/"


@pytest.fixture
def fraud(world: World) -> World:
    """A model with held-out data."""
    world.holds_out("fraud")
    return world


def upside_down(line: str) -> str:
    return repr(1 - float(first_feature(line)))


class TestTest:
    def test_the_candidate_is_scored_and_the_score_is_its_evidence(self, fraud: World) -> None:
        fraud.register("fraud", auc=0.99)
        fraud.runs()
        promotion = fraud.promotion("fraud:1", "staging")
        assert promotion.status.value == "live"
        assert promotion.comparison
        auc = next(row for row in promotion.comparison.rows if row.metric == "auc")
        assert auc.candidate == pytest.approx(8 / 9)  # the test's, not the report's 0.99
        (trial,) = promotion.trials
        assert (trial.rows, trial.seconds, trial.data.files) == (6, 30, 1)
        assert promotion.envelope
        assert promotion.envelope.facts["test data"] == trial.data.digest
        assert len(promotion.envelope.facts["test report"]) == 64

    def test_a_version_without_a_report_has_the_test_as_its_evidence(self, fraud: World) -> None:
        fraud.registry.register("fraud")
        fraud.announce("fraud:1")
        fraud.runs()
        assert fraud.status("fraud:1", "staging") == "live"

    def test_a_test_that_breaks_a_guardrail_refuses(self, fraud: World) -> None:
        fraud.models.answer_by("fraud-1-", upside_down)
        fraud.register("fraud", auc=0.99)
        fraud.runs()
        assert fraud.status("fraud:1", "staging") == "refused"
        assert "auc is 0.1111 and must be ≥ 0.70" in fraud.card("fraud:1", "staging").words

    def test_the_champion_is_scored_on_the_same_data_only_where_it_was_not(self, fraud: World) -> None:
        for _ in range(2):
            fraud.register("fraud")
            fraud.runs()
        models = [transform.model.rsplit("-", 1)[0] for transform in fraud.transforms.begun]
        assert models == ["fraud-1", "fraud-2"]
        second = fraud.promotion("fraud:2", "staging")
        assert second.attempt == 1, "the champion's older report is no change of what was sealed"
        assert [bool(trial.job) for trial in second.trials] == [True, False]
        assert second.comparison
        auc = next(row for row in second.comparison.rows if row.metric == "auc")
        assert auc.champion == auc.candidate == pytest.approx(8 / 9)

    def test_a_champion_from_before_the_bot_is_scored_too_and_paid_for(self, fraud: World) -> None:
        fraud.registry.register("fraud")
        fraud.endpoints.serves("fraud-staging", fraud.package("fraud:1").arn)
        fraud.register("fraud")
        fraud.runs()
        promotion = fraud.promotion("fraud:2", "staging")
        assert [bool(trial.job) for trial in promotion.trials] == [True, True]
        assert promotion.cost
        assert [line.what for line in promotion.cost.lines] == [
            "workflow",
            "test",
            "champion’s test",
            "overlap of instances",
        ]

    def test_a_champion_that_cannot_be_scored_is_not_the_candidates_fault(self, fraud: World) -> None:
        fraud.registry.register("fraud")
        fraud.endpoints.serves("fraud-staging", fraud.package("fraud:1").arn)
        fraud.models.answer_by("by-hand", lambda line: f"no number in {line}")
        fraud.register("fraud")
        fraud.runs()
        promotion = fraud.promotion("fraud:2", "staging")
        assert promotion.status.value == "live"
        assert promotion.comparison
        assert "Not compared with what is live in staging" in promotion.comparison.notes[0]

    def test_a_transform_that_fails_ends_it_with_sagemakers_reason(self, fraud: World) -> None:
        fraud.transforms.fails("Out of memory")
        fraud.register("fraud")
        fraud.runs()
        promotion = fraud.promotion("fraud:1", "staging")
        assert promotion.status.value == "refused"
        assert "is Failed: Out of memory" in promotion.last.text
        assert fraud.endpoints.deployed == []

    def test_after_a_transform_that_failed_the_next_attempt_tests_again(self, fraud: World) -> None:
        fraud.transforms.fails("Out of memory")
        fraud.register("fraud")
        fraud.runs()
        fraud.says("cara", "deploy fraud:1 to staging")
        fraud.runs()
        assert fraud.status("fraud:1", "staging") == "live"
        first, second, *_ = fraud.transforms.begun
        assert first.name.removesuffix("-1") == second.name.removesuffix("-2")

    def test_what_was_tested_on_the_same_data_is_not_tested_again(self, fraud: World) -> None:
        fraud.register("fraud", auc=0.9)
        fraud.runs()
        fraud.says("ana", "approve fraud:1 to production")
        fraud.register("fraud", auc=0.9)
        fraud.runs()
        before = len(fraud.transforms.begun)
        fraud.says("cara", "deploy fraud:1 to staging")
        fraud.runs()
        again = fraud.promotion("fraud:1", "staging")
        assert again.attempt == 2
        assert again.trials[0].seconds == 0
        assert len(fraud.transforms.begun) == before

    def test_no_data_under_the_prefix_is_a_sentence(self, world: World) -> None:
        world.register("fraud")
        world.runs()
        assert world.status("fraud:1", "staging") == "refused"
        assert DATA in world.card("fraud:1", "staging").words

    def test_answers_that_are_no_scores_are_named_by_line(self, fraud: World) -> None:
        fraud.models.answer_by("fraud-1-", lambda _: "maybe")
        fraud.register("fraud")
        fraud.runs()
        assert fraud.status("fraud:1", "staging") == "refused"
        assert "Line 1 of s3://models/fraud/test/ cannot be scored" in fraud.card("fraud:1", "staging").words

    def test_data_that_changes_while_it_is_tested_is_noticed(self, fraud: World) -> None:
        fraud.meanwhile("transforms.state", lambda: fraud.holds_out("fraud", HELD_OUT[:4]), nth=3)
        fraud.register("fraud")
        fraud.runs()
        first = fraud.promotions("fraud:1", "staging")[0]
        assert first.status.value == "refused"
        assert f"The test data {DATA} changed while the test ran." in first.last.text

    def test_sagemakers_refusal_of_the_transform_is_a_sentence(self, fraud: World) -> None:
        fraud.transforms.refuses("The account-level limit is 0 instances.")
        fraud.register("fraud")
        fraud.runs()
        assert "limit is 0 instances" in fraud.promotion("fraud:1", "staging").last.text

    def test_files_are_paired_with_their_own_answers(self, world: World) -> None:
        for part in (1, 10, 2):
            world.holds_out("fraud", HELD_OUT[: part + 1], part=part)
        world.register("fraud")
        world.runs()
        assert world.promotion("fraud:1", "staging").trials[0].rows == 2 + 6 + 3

    def test_a_model_with_no_test_data_says_that_it_was_not_tested(self, asking: World) -> None:
        story = [entry.text for entry in asking.promotion("churn:1", "staging").story]
        assert "Not tested: mlops.toml names no `test_data` for it." in story

    def test_a_model_that_is_refused_at_the_test_leaves_nothing_behind(self, fraud: World) -> None:
        fraud.models.answer_by("fraud-1-", upside_down)
        fraud.register("fraud")
        fraud.runs()
        assert fraud.models.find(fraud.promotion("fraud:1", "staging").resource) is None


def test_a_refusal_of_the_model_ends_it(world: World) -> None:
    world.holds_out("fraud")
    world.breaks("endpoints.make_model", NotPossible("SageMaker refused: no such image."))
    world.register("fraud")
    world.runs()
    assert world.promotion("fraud:1", "staging").last.text == "SageMaker refused: no such image."


def test_a_package_that_changes_before_the_model_is_made_is_not_tested(world: World) -> None:
    world.holds_out("fraud")

    def change() -> None:
        package = world.package("fraud:1")
        evil = replace(package.containers[0], image_digest="sha256:evil")
        world.registry.change(package.version, containers=(evil,))

    world.meanwhile("artifacts.files", change)
    world.register("fraud")
    world.runs()
    first, *_ = world.promotions("fraud:1", "staging")
    assert first.status.value == "superseded"
    assert first.trials == ()
    images = {part.image for one in world.endpoints.deployed for part in one.parts}
    assert len(images) <= 1


def test_a_job_of_our_name_that_somebody_else_made_counts_for_nothing(world: World) -> None:
    world.holds_out("fraud")
    world.register("fraud")
    world.runs()
    (job,) = world.transforms.begun
    other = World()
    other.holds_out("fraud")
    other.transforms.begin(replace(job, model="somebodys", output="s3://elsewhere/"))
    other.register("fraud")
    other.runs()
    assert other.status("fraud:1", "staging") == "live"
    assert [one.name.rsplit("-", 1)[1] for one in other.transforms.begun] == ["1", "2"]


def test_answers_that_are_gone_are_no_matter_where_the_report_is_there(world: World) -> None:
    world.holds_out("fraud")
    world.register("fraud")
    world.runs()
    (job,) = world.transforms.begun
    world.artifacts.lose(f"{job.output}part-0.csv.out")
    world.says("ana", "approve fraud:1 to production")
    world.says("rita", "approve fraud:1 to production")
    world.runs()
    assert world.status("fraud:1", "production") == "live"
    assert "answers 6 lines" in world.promotion("fraud:1", "production").last.text


def test_packed_test_data_are_refused_by_name(world: World) -> None:
    world.artifacts.put("s3://models/fraud/test/part-0.csv.gz", b"...")
    world.register("fraud")
    world.runs()
    assert "part-0.csv.gz is packed. Unpack it" in world.promotion("fraud:1", "staging").last.text


def test_nobodys_own_claim_stands_in_for_what_a_test_measures(world: World) -> None:
    world.holds_out("fraud", [(1, 0.9), (1, 0.8)])  # of one class: no auc
    world.register("fraud", auc=0.99)
    world.runs()
    assert world.status("fraud:1", "staging") == "refused"
    assert "the test has no number for it" in world.promotion("fraud:1", "staging").last.text


def test_a_report_that_does_not_say_what_is_answered_leaves_that_to_the_policy() -> None:
    policy = the_policy()
    models = {**policy.models, "fraud": replace(policy.models["fraud"], problem=None)}
    world = World(replace(policy, models=models))
    world.holds_out("fraud")
    world.register("fraud", report=b'{"auc": 0.9}')
    world.runs()
    assert world.status("fraud:1", "staging") == "refused"
    said = world.promotion("fraud:1", "staging").last.text
    assert said.startswith("I do not know what kind of problem fraud solves.")
