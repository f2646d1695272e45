"""The champion: a candidate is held against what went live, whatever became of its files since."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from bot.domain.artifact import Manifest
from bot.domain.guardrails import parse_guardrail
from bot.domain.model import NamedReport, Version
from bot.domain.policy import Instance
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion
from bot.domain.report import Dataset
from bot.usecases.champion import champion_of
from bot.usecases.evidence import Evidence
from bot.usecases.sealed_evidence import knows_all
from tests.fakes.reports import quality
from tests.fakes.world import World, the_policy

ONE: Final = Version("churn", 1)
SLOW: Final = b'{"latency_p95_ms": 400}'
FAST: Final = b'{"latency_p95_ms": 20}'


def world_with(**rules: Any) -> World:
    """A world in which churn has these rules."""
    policy = the_policy()
    churn = replace(policy.of_model("churn"), **rules)
    return World(replace(policy, models={**policy.models, "churn": churn}))


def card_of(latency: float, **outcome: str) -> str:
    data = [{"name": "latency_p95_ms", "type": "number", "value": latency}]
    return json.dumps(
        {
            "evaluation_details": [
                {"name": "held out", "metric_groups": [{"name": "g", "metric_data": data}]}
            ],
            "additional_information": {"custom_details": outcome},
        }
    )


def name_report(world: World, version: Version, kind: str, content: bytes) -> None:
    """The version names one report more."""
    uri = f"s3://models/{version.model}/{version.number}/{kind}.json"
    world.reports.write(uri, content)
    more = world.registry.package(version).more
    world.registry.change(version, more=(*more, NamedReport(kind, uri)))


def live(world: World, version: Version = ONE, **facts: Any) -> None:
    """A version that is live in staging."""
    world.register(version.model, **facts)
    world.brings(str(version), "staging")


def beside(world: World, model: str = "churn", number: int = 0) -> tuple[Evidence | None, str]:
    """What a new version would be held against in staging, and the problem with it."""
    package = world.registry.register(model, number=number)
    found = champion_of(world.ports, package, world.ports.policy.stage("staging"), lambda _: None)
    assert found.version == Version(model, 1)
    return found.evidence, found.problem


def kinds(evidence: Evidence | None) -> list[str]:
    return [source.kind for source in evidence.sources] if evidence else []


class TestItsFiles:
    def test_count_while_all_of_them_are_what_was_sealed(self, world: World) -> None:
        world.register("churn", card=card_of(20))
        name_report(world, ONE, "bias", b'{"bias_score": 0.1}')
        world.brings("churn:1", "staging")
        assert kinds(beside(world)[0]) == ["model quality", "bias", "model card"]

    def test_count_with_our_own_lines_on_its_card(self, world: World) -> None:
        live(world, card=card_of(20))
        world.registry.change(ONE, card=card_of(20, mlops_staging="live since yesterday"))
        assert kinds(beside(world)[0]) == ["model quality", "model card"]

    @pytest.mark.parametrize(
        "weakened",
        [
            lambda world: world.reports.write(world.package("churn:1").report, quality(auc=0.5)),
            lambda world: world.reports.lose(world.package("churn:1").report),
            lambda world: world.registry.change(ONE, report=""),
            lambda world: world.registry.change(ONE, card=card_of(400)),
            lambda world: world.registry.change(ONE, card=""),
            lambda world: world.registry.change(ONE, more=()),
            lambda world: world.registry.change(
                ONE, more=(replace(world.package("churn:1").more[0], media="text/html"),)
            ),
            lambda world: name_report(world, ONE, "more", b'{"x": 1}'),
            lambda world: world.registry.delete(ONE),
        ],
        ids=["report", "no-file", "no-report", "card", "no-card", "fewer", "media", "more", "deleted"],
    )
    def test_count_for_nothing_once_one_of_them_is_not(
        self, world: World, weakened: Callable[[World], None]
    ) -> None:
        world.register("churn", auc=0.95, card=card_of(20))
        name_report(world, ONE, "bias", b'{"bias_score": 0.1}')
        world.brings("churn:1", "staging")
        weakened(world)
        evidence, problem = beside(world, number=2)
        assert (kinds(evidence), problem) == (["as it went live"], "")
        assert evidence
        assert evidence.report
        assert {metric.key: metric.value for metric in evidence.report.metrics} == {
            "auc": 0.95,
            "bias_score": 0.1,
            "latency_p95_ms": 20,
        }


class TestWeakened:
    """A candidate that is worse than what went live is refused, whatever its predecessor's files say now."""

    def test_by_another_model_card(self) -> None:
        world = world_with(tolerance={"latency_p95_ms": 1.0})
        live(world, card=card_of(20))
        world.registry.change(ONE, card=card_of(4000))
        world.register("churn", card=card_of(400))
        world.runs()
        assert "latency_p95_ms is 380 ms worse than churn:1’s" in last(world, "churn:2")

    def test_by_a_report_that_it_does_not_name_any_more(self) -> None:
        world = world_with(tolerance={"latency_p95_ms": 1.0})
        world.register("churn")
        name_report(world, ONE, "latency", FAST)
        world.brings("churn:1", "staging")
        world.registry.change(ONE, more=())
        world.register("churn")
        name_report(world, Version("churn", 2), "latency", SLOW)
        world.runs()
        assert "latency_p95_ms is 380 ms worse than churn:1’s" in last(world, "churn:2")

    def test_by_any_report_more_so_that_nobody_knows_what_it_was_measured_on(self) -> None:
        world = world_with(guardrails=(parse_guardrail("auc", ">= champion - 0.01"),), tolerance={})
        live(world, report=measured(0.8, 12_000, "s3://hard/"))
        name_report(world, ONE, "more", b'{"x": 1}')
        world.register("churn", report=measured(0.9, 100, "s3://easy/"))
        world.runs()
        assert world.status("churn:2", "staging") == "refused"
        assert "100 rows, churn:1 on 12,000 rows" in last(world, "churn:2")

    def test_after_it_was_brought_back(self, world: World) -> None:
        live(world, auc=0.9)
        live(world, Version("churn", 2), auc=0.91)
        world.says("ana", "rollback churn in staging to 1")
        world.runs()
        assert world.promotion("churn:1", "staging").rollback
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.register("churn", auc=0.81)
        world.runs()
        assert "auc is 0.09 worse than churn:1’s" in last(world, "churn:3")

    def test_when_two_hundred_promotions_came_after_it(self, world: World) -> None:
        live(world, auc=0.9)
        fill(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.register("churn", auc=0.81)
        world.runs()
        assert "auc is 0.09 worse than churn:1’s" in last(world, "churn:2")

    def test_when_they_came_after_it_was_brought_back(self, world: World) -> None:
        live(world, auc=0.9)
        live(world, Version("churn", 2), auc=0.91)
        world.says("ana", "rollback churn in staging to 1")
        world.runs()
        fill(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.register("churn", auc=0.81)
        world.runs()
        assert "auc is 0.09 worse than churn:1’s" in last(world, "churn:3")


class TestNobodyKnows:
    def test_what_it_went_live_with_where_neither_the_files_nor_the_ledger_say(self, world: World) -> None:
        live(world, auc=0.9)
        forget_rows(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        world.register("churn", auc=0.81)
        world.runs()
        assert world.status("churn:2", "staging") == "refused"
        assert "nobody knows what churn:1 went live with" in last(world, "churn:2")

    def test_but_the_files_do_while_they_are_what_was_sealed(self, world: World) -> None:
        live(world, auc=0.9)
        forget_rows(world)
        assert kinds(beside(world)[0]) == ["model quality"]

    def test_what_served_before_the_bot_came_and_then_its_report_counts(self, world: World) -> None:
        world.registry.register("churn", report="s3://models/old.json")
        world.reports.write("s3://models/old.json", quality(auc=0.8))
        world.serves_already("churn:1")
        evidence, problem = beside(world)
        assert (kinds(evidence), problem) == (["model quality"], "")


class TestItsTest:
    """The champion was tested on the candidate's data, and its own files are not what was sealed."""

    def test_counts_before_what_was_recorded_also_where_it_has_no_number(self, world: World) -> None:
        live(world, report=quality(auc=0.99, brier=0.1))
        world.reports.lose(world.package("churn:1").report)
        found = self.held_against(world)
        assert kinds(found) == ["test", "as it went live"]
        assert found.report
        (auc,) = [metric for metric in found.report.metrics if metric.name == "auc"]
        assert math.isnan(auc.value)
        assert {metric.key for metric in found.report.metrics} == {"recall", "brier", "auc"}

    def test_counts_alone_where_nothing_was_recorded(self, world: World) -> None:
        live(world, auc=0.99)
        forget_rows(world)
        world.reports.lose(world.package("churn:1").report)
        found = self.held_against(world)
        assert kinds(found) == ["test"]
        assert found.report
        assert {metric.key: metric.value for metric in found.report.metrics} == {"recall": 0.7}

    @staticmethod
    def held_against(world: World) -> Evidence:
        uri = "s3://ours/reports/t.json"
        world.reports.write(uri, quality(recall=0.7))
        trial = Trial("", Manifest("s3://test/", "d1", 1, 1), Instance("ml.m5.large"), report=uri, rows=6)
        package = world.registry.register("churn")
        found = champion_of(world.ports, package, world.ports.policy.stage("staging"), lambda _: trial)
        assert found.evidence
        return found.evidence


class TestBeforeAllEvidenceWasSealed:
    def test_only_the_report_counts_of_which_it_was_known(self, world: World) -> None:
        world.register("churn", card=card_of(20))
        name_report(world, ONE, "bias", b'{"bias_score": 0.1}')
        world.brings("churn:1", "staging")
        age(world)
        assert kinds(beside(world)[0]) == ["model quality"]

    def test_and_that_as_it_went_live_once_it_is_written_again(self, world: World) -> None:
        live(world, auc=0.9)
        age(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.5))
        evidence, _ = beside(world)
        assert kinds(evidence) == ["as it went live"]


class TestWhatItWasMeasuredOn:
    def test_is_recorded_with_its_numbers(self, world: World) -> None:
        live(world, report=measured(0.9, 12_000, "s3://hard/"))
        world.reports.lose(world.package("churn:1").report)
        evidence, _ = beside(world)
        assert evidence
        assert evidence.report
        (auc,) = evidence.report.metrics
        assert auc.data == Dataset(("s3://hard/",), "", 12_000)

    @pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "from-before-it-was"])
    def test_is_the_test_data_only_of_what_was_tested(self, world: World, recorded: bool) -> None:  # noqa: FBT001 - a case
        world.holds_out("fraud")
        live(world, Version("fraud", 1), report=quality(auc=0.99, brier=0.1))
        if not recorded:
            change_rows(world, "fraud:1", candidate_data=None)
        world.reports.lose(world.package("fraud:1").report)
        evidence, _ = beside(world, "fraud")
        assert evidence
        assert evidence.report
        data = {metric.key: metric.data for metric in evidence.report.metrics}
        (trial,) = world.promotion("fraud:1", "staging").trials
        assert data["auc"] == Dataset((trial.data.uri,), trial.data.digest, 6)
        assert data["brier"] == Dataset()

    def test_in_many_places_is_recorded_as_other_places_than_any(self, world: World) -> None:
        places = [f"s3://hard/{number:03}/" for number in range(100)]
        live(world, report=json.dumps({"dataset": {"uri": places}, "metrics": {"auc": 0.9}}).encode())
        (row, *_) = world.promotion("churn:1", "staging").comparison.rows  # type: ignore[union-attr]
        assert row.candidate_data
        (said,) = row.candidate_data.uris
        assert said.startswith("100 addresses with sha256 ")


def measured(auc: float, rows: int, uri: str) -> bytes:
    return json.dumps({"dataset": {"uri": uri, "rows": rows}, "metrics": {"auc": auc}}).encode()


def last(world: World, version: str) -> str:
    return world.promotion(version, "staging").last.text


def fill(world: World) -> None:
    """Two hundred promotions come after all that there are."""
    newest = world.ledger.all()[-1]
    for number in range(200):
        other = replace(newest, id=f"p_{number:012}", version=Version("churn", 1000 + number), closed=True)
        world.ledger.open(replace(other, opened_at=world.clock.now(), stage="elsewhere"))
    assert {one.stage for one in world.ledger.of_model("churn")} == {"elsewhere"}


def rewrite(world: World, version: str, change: Callable[[Promotion], Promotion]) -> None:
    for promotion in world.promotions(version, "staging"):
        world.ledger.save(change(promotion))


def change_rows(world: World, version: str, **facts: Any) -> None:
    def changed(promotion: Promotion) -> Promotion:
        assert promotion.comparison
        rows = tuple(replace(row, **facts) for row in promotion.comparison.rows)
        return replace(promotion, comparison=replace(promotion.comparison, rows=rows))

    rewrite(world, version, changed)


def forget_rows(world: World) -> None:
    """The ledger has no numbers of churn:1."""

    def without(promotion: Promotion) -> Promotion:
        assert promotion.comparison
        return replace(promotion, comparison=replace(promotion.comparison, rows=()))

    rewrite(world, "churn:1", without)


def age(world: World) -> None:
    """churn:1 was sealed when only the report of model quality was."""

    def aged(promotion: Promotion) -> Promotion:
        assert promotion.envelope
        facts = {
            n: f
            for n, f in promotion.envelope.facts.items()
            if n not in {"evidence", "bias report", "model card"}
        }
        return replace(promotion, envelope=replace(promotion.envelope, facts=facts))

    rewrite(world, "churn:1", aged)
    assert not knows_all(world.promotion("churn:1", "staging"))
