"""Gather: all evidence of a version, the most trusted first."""

import json
import math

import pytest

from bot.domain.model import NamedReport
from bot.domain.refusals import NotFound, Unreadable
from bot.usecases.evidence import Evidence
from bot.usecases.gather import gather
from tests.fakes.reports import quality
from tests.fakes.world import HELD_OUT, World

BIAS = {
    "post_training_bias_metrics": {
        "label": "left",
        "facets": {"age": [{"value_or_threshold": "40", "metrics": [{"name": "DPPL", "value": 0.25}]}]},
    }
}


def register(world: World, more: dict[str, tuple[bytes, str]], **facts: object) -> Evidence:
    """A version with an AUC of 0.9 and these reports besides, by kind: content and media type."""
    named = []
    for kind, (content, media) in more.items():
        uri = f"s3://models/{kind.replace(' ', '-')}.json"
        world.reports.write(uri, content)
        named.append(NamedReport(kind, uri, media))
    world.register("churn", report=quality(auc=0.9))
    world.registry.change(world.package("churn:1").version, more=tuple(named), **facts)
    return gather(world.ports, world.package("churn:1"))


def values(evidence: Evidence) -> dict[str, float]:
    assert evidence.report is not None
    return {metric.key: metric.value for metric in evidence.report.metrics}


def test_the_reports_of_a_package_are_one(world: World) -> None:
    evidence = register(world, {"bias": (json.dumps(BIAS).encode(), "application/json")})
    assert values(evidence) == {"auc": 0.9, "bias.DPPL[age=40]": 0.25}
    assert [source.kind for source in evidence.sources] == ["model quality", "bias"]


def test_of_two_claims_the_more_trusted_counts(world: World) -> None:
    evidence = register(world, {"report": (b'{"auc": 0.99, "gini": 0.8}', "")})
    assert values(evidence) == {"auc": 0.9, "gini": 0.8}


@pytest.mark.parametrize(
    ("content", "media", "problem"),
    [
        (b"<html>", "text/html", "It is text/html, and I read JSON."),
        (b"<html>", "", "is not JSON"),
        (b"%PDF-1.4", "application/pdf", "It is application/pdf, and I read JSON."),
    ],
)
def test_what_cannot_be_read_is_named_and_lacks(
    world: World, content: bytes, media: str, problem: str
) -> None:
    evidence = register(world, {"explainability": (content, media)})
    (unread,) = evidence.unread
    assert (unread.kind, problem in unread.problem) == ("explainability", True)
    assert values(evidence) == {"auc": 0.9}


def test_what_is_not_there_is_named_too(world: World) -> None:
    register(world, {})
    world.registry.change(
        world.package("churn:1").version, more=(NamedReport("bias", "s3://models/none.json"),)
    )
    (unread,) = gather(world.ports, world.package("churn:1")).unread
    assert "s3://models/none.json is not there" in unread.problem


def test_model_quality_must_be_readable_where_it_is_weighed(world: World) -> None:
    register(world, {})
    world.reports.write(world.package("churn:1").report, b"nonsense")
    with pytest.raises(Unreadable):
        gather(world.ports, world.package("churn:1"), strict=True)
    world.reports.lose(world.package("churn:1").report)
    with pytest.raises(NotFound):
        gather(world.ports, world.package("churn:1"), strict=True)


def test_a_model_card_is_evidence_of_last_resort(world: World) -> None:
    group = {"name": "quality", "metric_data": [{"name": "brier", "type": "number", "value": 0.1}]}
    card = {
        "model_overview": {"model_creator": "Cara"},
        "intended_uses": {"risk_rating": "High"},
        "evaluation_details": [{"name": "held out", "metric_groups": [group]}],
    }
    evidence = register(world, {}, card=json.dumps(card))
    assert evidence.card is not None
    assert (evidence.card.owner, evidence.card.risk_rating) == ("Cara", "High")
    assert values(evidence) == {"auc": 0.9, "brier": 0.1}


def test_a_model_card_that_is_no_json_is_none(world: World) -> None:
    assert register(world, {}, card="{").card is None


def test_what_a_test_measures_nobody_claims(world: World) -> None:
    world.holds_out("fraud")
    world.register("fraud", report=quality(auc=0.99, brier=0.1))
    world.runs()
    promotion = world.promotion("fraud:1", "staging")
    evidence = gather(world.ports, world.package("fraud:1"), promotion.trials[0])
    found = values(evidence)
    assert (round(found["auc"], 3), found["brier"]) == (0.889, 0.1)
    assert evidence.report is not None
    measured = {metric.key: metric.data for metric in evidence.report.metrics}
    tested = measured["auc"]
    assert tested is not None
    assert (tested.digest, tested.rows) == (promotion.trials[0].data.digest, 6)
    assert measured["brier"] != tested


def after_its_test(world: World, claim: bytes, rows: tuple[tuple[int, float], ...] = HELD_OUT) -> Evidence:
    """A version of fraud that claims this in its own report, and was tested."""
    world.holds_out("fraud", rows)
    world.register("fraud", report=claim)
    world.runs()
    (trial,) = world.promotion("fraud:1", "staging").trials
    return gather(world.ports, world.package("fraud:1"), trial)


@pytest.mark.parametrize(
    "name",
    ["AUC", "roc_auc", "ROC AUC", "roc-auc-score", "validation_auc", "test:auc", "eval.auc", "train_auc"],
)
def test_what_a_test_measures_nobody_claims_under_another_name(world: World, name: str) -> None:
    found = values(after_its_test(world, json.dumps({name: 0.99, "brier": 0.1}).encode()))
    assert 0.99 not in found.values()
    assert (round(found["auc"], 3), found["brier"]) == (0.889, 0.1)


def test_what_is_claimed_of_slices_stays(world: World) -> None:
    claim = {"slices": {"region": {"EU": {"auc": 0.7}, "US": {"auc": 0.8}}}}
    found = values(after_its_test(world, json.dumps(claim).encode()))
    assert {key: value for key, value in found.items() if key.startswith("auc[")} == {
        "auc[region=EU]": 0.7,
        "auc[region=US]": 0.8,
    }


@pytest.mark.parametrize(
    "claim", [{"auc": 0.99}, {"ROC AUC": 0.99}, {"validation:auc": 0.99}, {"slices": {"a": {"auc": 0.99}}}]
)
def test_what_a_test_should_tell_and_does_not_is_no_number(world: World, claim: dict[str, object]) -> None:
    evidence = after_its_test(world, json.dumps(claim).encode(), ((1, 0.9), (1, 0.8)))  # of one class
    assert math.isnan(values(evidence)["auc"])
    assert world.promotion("fraud:1", "staging").last.text == (
        "auc must be ≥ 0.70, and the test has no number for it, and nobody’s claim stands in for that."
    )


def test_nor_does_a_claim_stand_in_for_a_test_that_cannot_be_read(world: World) -> None:
    world.holds_out("fraud")
    world.register("fraud", report=quality(auc=0.99))
    world.runs()
    (trial,) = world.promotion("fraud:1", "staging").trials
    world.reports.write(trial.report, b"nonsense")
    evidence = gather(world.ports, world.package("fraud:1"), trial)
    assert [source.kind for source in evidence.unread] == ["test"]
    assert math.isnan(values(evidence)["auc"])


@pytest.mark.parametrize("kind", ["test", "champion’s test", "model quality", "model card"])
def test_nobody_passes_for_what_we_trust_by_calling_it_so(world: World, kind: str) -> None:
    evidence = register(world, {kind: (b'{"auc": 0.99, "gini": 0.8}', "")})
    assert [source.kind for source in evidence.sources] == ["model quality", f"own {kind}"]
    assert values(evidence) == {"auc": 0.9, "gini": 0.8}
    world.reports.lose(evidence.sources[1].uri)
    assert gather(world.ports, world.package("churn:1"), strict=True).unread  # and is not needed as those are


def names_twice(world: World, *media: str) -> Evidence:
    """A version that names one file of violations once for each of these media types."""
    violation = {
        "feature_name": "age",
        "constraint_check_type": "baseline_drift_check",
        "description": "It drifted.",
    }
    world.reports.write("s3://models/v.json", json.dumps({"version": 0, "violations": [violation]}).encode())
    world.register("churn")
    named = tuple(NamedReport(f"v{n}", "s3://models/v.json", one) for n, one in enumerate(media))
    world.registry.change(world.package("churn:1").version, more=named)
    return gather(world.ports, world.package("churn:1"))


def test_a_file_that_is_named_twice_counts_once(world: World) -> None:
    evidence = names_twice(world, "", "application/json")
    assert evidence.report is not None
    assert [violation.of for violation in evidence.report.violations] == ["age"]


def test_a_file_that_is_named_first_as_what_nobody_reads_counts_by_its_second_name(world: World) -> None:
    evidence = names_twice(world, "text/html", "application/json")
    assert evidence.report is not None
    assert [violation.of for violation in evidence.report.violations] == ["age"]
    assert [source.problem for source in evidence.sources[1:]] == ["It is text/html, and I read JSON.", ""]
