"""Evaluated: a job wrote evidence of a version that is on a card."""

import json
import logging
from dataclasses import replace

import pytest

from bot.domain.model import NamedReport
from bot.domain.promotion import Promotion
from bot.usecases.hear import EvaluationEnded
from tests.fakes.reports import quality
from tests.fakes.world import World

FOLDER = "s3://models/churn/1/evaluation"
ENDED = EvaluationEnded("clarify-1", (FOLDER,))
VIOLATIONS = b'{"version": "1.0", "violations": []}'


def named(world: World, model: str = "churn", folder: str = FOLDER) -> World:
    """A new version names a report that is not there yet."""
    world.register(model, auc=0.9, more=(NamedReport("bias", f"{folder}/violations.json"),))
    return world


def live(world: World, model: str = "churn", folder: str = FOLDER) -> World:
    """And it is live in production."""
    named(world, model, folder).brings(f"{model}:1", "staging")
    world.brings(f"{model}:1", "production")
    return world


def evaluates(world: World, nth: int = 0, folder: str = FOLDER) -> None:
    """A job writes the report, each time another one, and ends."""
    violation = {"feature_name": f"f{nth}", "constraint_check_type": "data_type_check", "description": "-"}
    report = {"version": "1.0", "violations": [violation] * bool(nth)}
    world.reports.write(f"{folder}/violations.json", json.dumps(report).encode())
    world.hears(EvaluationEnded("clarify", (folder,)))


def aloud(world: World, stage: str = "production") -> list[str]:
    return [entry.text for entry in world.promotion("churn:1", stage).story if entry.aloud]


def described(world: World) -> int:
    return world.watch.calls.count("registry.package")


def test_what_is_live_tells_it_once_in_its_channel(world: World) -> None:
    live(world)
    world.reports.write(f"{FOLDER}/violations.json", VIOLATIONS)
    for _ in range(2):
        world.hears(ENDED)
    (told,) = aloud(world)
    assert told.startswith("New evidence of churn:1: Every guardrail holds")
    assert aloud(world, "staging") == []
    (heard,) = world.channel.aloud
    assert told in heard


def test_the_card_of_what_is_live_says_still_that_it_is_live(world: World) -> None:
    live(world)
    before = world.promotion("churn:1", "production").ending
    world.reports.write(f"{FOLDER}/violations.json", VIOLATIONS)
    world.hears(ENDED)
    assert world.promotion("churn:1", "production").ending == before
    assert world.status("churn:1", "production") == "live"


def test_an_open_question_is_asked_anew(world: World) -> None:
    named(world).runs()
    assert world.status("churn:1", "production") == "asking"
    world.reports.write(f"{FOLDER}/violations.json", VIOLATIONS)
    world.hears(ENDED)
    world.runs()
    first, second = world.promotions("churn:1", "production")
    assert (first.status.value, second.status.value) == ("superseded", "asking")
    assert "Changed: bias report: `gone` → " in first.last.text
    assert second.comparison is not None
    assert "violations" in {row.metric for row in second.comparison.rows}


def test_a_report_that_was_sealed_already_is_no_news(asking: World) -> None:
    asking.hears(EvaluationEnded("evaluation-1", ("s3://models/churn/1",)))
    assert aloud(asking) == []
    assert asking.status("churn:1", "production") == "asking"


def test_a_job_that_wrote_elsewhere_concerns_nobody(world: World) -> None:
    named(world).brings("churn:1", "staging")
    world.reports.write(f"{FOLDER}/violations.json", VIOLATIONS)
    world.hears(EvaluationEnded("clarify-2", ("s3://models/churn/1/evaluations", "s3://other/")))
    world.runs()
    assert [p.status.value for p in world.promotions("churn:1", "production")] == ["asking"]


def test_new_evidence_that_breaks_a_guardrail_is_told_as_such(world: World) -> None:
    live(world)
    world.reports.write(world.package("churn:1").report, quality(auc=0.5))
    world.hears(EvaluationEnded("evaluation-2", ("s3://models/churn/1/",)))
    (told,) = aloud(world)
    assert "auc is 0.5 and must be ≥ 0.80" in told


def test_a_version_that_was_deleted_is_passed_over(world: World) -> None:
    named(world).brings("churn:1", "staging")
    world.registry.delete(world.package("churn:1").version)
    world.hears(ENDED)
    assert world.dead_letters == []


def test_what_is_live_tells_it_also_where_a_newer_version_asks(world: World) -> None:
    live(world)
    world.register("churn", auc=0.9)
    world.runs()
    evaluates(world)
    assert len(aloud(world)) == 1


def test_what_was_brought_back_tells_it_as_well(world: World) -> None:
    live(world)
    world.register("churn", auc=0.9)
    world.brings("churn:2", "staging")
    world.brings("churn:2", "production")
    world.says("ben", "rollback churn in production to 1")
    world.brings("churn:1", "production")
    world.hears(ENDED)  # nothing new, and nothing of it was sealed with the rollback
    assert world.channel.aloud == []
    evaluates(world)
    assert len(world.channel.aloud) == 1


class TestManyEvaluations:
    def test_a_question_is_asked_anew_three_times_an_hour_and_then_it_rests(self, world: World) -> None:
        named(world).runs()
        for nth in range(20):
            world.clock.passes(60)
            evaluates(world, nth)
            world.runs()
        assert [one.status.value for one in world.promotions("churn:1", "production")] == [
            "superseded",
            "superseded",
            "superseded",
            "asking",
        ]

    def test_an_hour_later_it_is_asked_anew_again(self, world: World) -> None:
        named(world).runs()
        for nth in range(5):
            evaluates(world, nth)
            world.runs()
        world.clock.passes(3600)
        evaluates(world, 9)
        world.runs()
        assert len(world.promotions("churn:1", "production")) == 5

    def test_another_version_has_an_hour_of_its_own(self, world: World) -> None:
        named(world).runs()
        for nth in range(5):
            evaluates(world, nth)
            world.runs()
        named(world, folder="s3://models/churn/2/evaluation").runs()
        evaluates(world, 1, "s3://models/churn/2/evaluation")
        assert world.status("churn:2", "production") == "superseded"

    def test_ten_times_a_day_at_the_most(self, world: World) -> None:
        named(world).runs()
        for nth in range(20):
            world.clock.passes(3000)
            evaluates(world, nth)
            world.runs()
        assert len(world.promotions("churn:1", "production")) == 11

    def test_what_it_was_not_asked_anew_about_is_found_by_the_next_decision(self, world: World) -> None:
        named(world).runs()
        for nth in range(5):
            evaluates(world, nth)
            world.runs()
        assert "the approval is void" in world.says("ana", "approve churn:1 to production")

    def test_the_channel_hears_five_times_a_day_and_twenty_times_in_all(self, world: World) -> None:
        live(world)
        for nth in range(1, 10):
            world.clock.passes(600)
            evaluates(world, nth)
        assert len(world.channel.aloud) == 5
        for nth in range(10, 60):
            world.clock.passes(14_400)
            evaluates(world, nth)
        assert len(world.channel.aloud) == 20
        assert len(aloud(world)) == 20

    def test_a_verdict_that_is_very_long_is_cut(self, world: World) -> None:
        live(world)
        long = {f"m{n}_{'x' * 200}": 0.5 for n in range(100)}
        world.reports.write(world.package("churn:1").report, quality(auc=0.1, **long))
        world.hears(EvaluationEnded("evaluation", ("s3://models/churn/1/",)))
        (told,) = aloud(world)
        assert len(told) <= 1000


class TestTrouble:
    def test_of_one_promotion_is_not_the_next_one_s(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shared = "s3://models/shared"
        for model in ("churn", "spam"):
            named(world, model, f"{shared}/{model}").runs()
            world.reports.write(f"{shared}/{model}/violations.json", VIOLATIONS)
        read = world.reports.read

        def broken(uri: str) -> bytes:
            if "churn" in uri:
                raise ValueError("a bug")
            return read(uri)

        monkeypatch.setattr(world.reports, "read", broken)
        world.hears(EvaluationEnded("clarify", (shared,)))
        assert len(world.dead_letters) == 1  # it is no secret, either
        assert world.status("churn:1", "production") == "asking"
        assert world.status("spam:1", "production") == "superseded"

    def test_that_is_a_refusal_is_a_warning(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        live(world)
        world.registry.delete(world.package("churn:1").version)
        with caplog.at_level(logging.WARNING):
            evaluates(world)
        assert world.dead_letters == []
        assert any("churn:1 was deleted from the registry" in line for line in caplog.messages)

    def test_of_a_worker_that_dies_over_a_void_question_leaves_nothing_asleep(self, world: World) -> None:
        named(world).runs()
        world.dies_before("workflow.resume")
        evaluates(world)
        world.runs()
        first, second = world.promotions("churn:1", "production")
        assert (first.status.value, second.status.value) == ("superseded", "asking")
        assert aloud(world) == []

    def test_of_slack_s_keeps_no_void_question_from_being_asked_anew(self, world: World) -> None:
        named(world).runs()
        world.channel.is_down(minutes=5)
        evaluates(world)
        world.runs()
        assert world.status("churn:1", "production") == "asking"
        assert len(world.promotions("churn:1", "production")) == 2


class TestCost:
    def test_of_a_job_that_wrote_elsewhere_is_no_look_at_the_registry(self, world: World) -> None:
        for _ in range(6):
            named(world).runs()
        before = described(world)
        evaluates(world, folder="s3://elsewhere/x")
        assert described(world) == before

    def test_only_what_is_live_or_asks_or_is_the_newest_is_looked_at(self, world: World) -> None:
        for _ in range(6):
            named(world).runs()
            world.says("ana", f"reject churn:{world.ledger.all()[-1].version.number} to production -- no")
            world.runs()
        before = described(world)
        world.hears(ENDED)  # all of them name it, and it says nothing new
        assert described(world) == before + 1


def old(world: World, **facts: str) -> Promotion:
    """The production promotion as it was sealed before other reports were: it knows the first one only."""
    promotion = world.promotion("churn:1", "production")
    assert promotion.envelope
    known = {n: v for n, v in promotion.envelope.facts.items() if n not in {"evidence", "bias report"}}
    envelope = replace(promotion.envelope, facts=known | facts)
    return world.ledger.save(replace(promotion, envelope=envelope))


class TestWhatWasSealedBefore:
    def test_takes_no_other_report_for_news(self, world: World) -> None:
        live(world)
        old(world)
        evaluates(world)
        assert aloud(world) == []

    def test_takes_its_first_report_for_news(self, world: World) -> None:
        live(world)
        old(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.hears(EvaluationEnded("evaluation", ("s3://models/churn/1/",)))
        assert len(aloud(world)) == 1

    def test_is_found_by_its_first_report_where_it_has_no_addresses(self, world: World) -> None:
        live(world)
        world.ledger.save(replace(world.promotion("churn:1", "production"), reports=()))
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.hears(EvaluationEnded("clarify", (FOLDER,)))
        assert aloud(world) == []
        world.hears(EvaluationEnded("evaluation", (world.package("churn:1").report,)))
        assert len(aloud(world)) == 1
