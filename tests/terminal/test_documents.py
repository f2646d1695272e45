"""Evidence as JSON: a shape that programs rely on."""

import json
from typing import Any

import pytest

from bot.terminal.documents import document, text
from tests.slack.evidences import EVIL, FAILING, FULL, NOT_COMPARABLE, NOTHING, REPORTS, VIOLATED

MEMBERS = {
    "version", "champion", "stage", "verdict", "passed", "comparable", "why_not_comparable", "failures",
    "warnings", "notes", "worst_slice", "rows", "left_out", "metrics", "violations", "constraints",
    "oddities", "measured_on", "sources", "champion_measured_on", "champion_sources", "card",
}  # fmt: skip


def strictly(written: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(written, parse_constant=refuse)


@pytest.mark.parametrize("name", REPORTS)
def test_every_document_has_every_member_and_is_strict_json(name: str) -> None:
    assert strictly(text(REPORTS[name])).keys() == MEMBERS
    assert text(REPORTS[name]).isascii()


def test_a_row_has_all_that_is_known_of_it() -> None:
    assert strictly(text(FULL))["rows"][0] == {
        "metric": "auc",
        "title": "AUC",
        "unit": "",
        "candidate": 0.9132,
        "candidate_deviation": 0.004,
        "champion": 0.8951,
        "champion_deviation": 0.0042,
        "difference": pytest.approx(0.0181),
        "difference_deviation": pytest.approx(0.0058),
        "relative": pytest.approx(0.02022, abs=1e-5),
        "comparable": True,
        "better": True,
        "clear": True,
        "better_is": "higher",
        "guardrail": "≥ 0.80",
        "guardrail_met": True,
    }


def test_the_verdict_and_what_it_stands_on() -> None:
    full, apart, failing = (document(one) for one in (FULL, NOT_COMPARABLE, FAILING))
    assert (full["version"], full["champion"], full["stage"]) == ("churn:12", "churn:11", "production")
    assert (full["passed"], full["comparable"]) == (True, True)
    assert (apart["passed"], apart["comparable"]) == (True, False)
    assert apart["why_not_comparable"].startswith("Not comparable with churn:11")
    assert (failing["passed"], failing["failures"]) == (False, ["auc is 0.7511 and must be ≥ 0.80"])
    assert full["worst_slice"]["metric"] == "auc[region=EU]"
    assert full["measured_on"] == {
        "uris": ["s3://acme-ml/churn/test/"],
        "digest": "1a2b3c4d" + "0" * 56,
        "rows": 2000,
    }
    assert full["card"]["risk_rating"] == "Medium"


def test_what_is_no_number_is_null() -> None:
    metrics = {(one["name"], one["part"]): one["value"] for one in document(FULL)["metrics"]}
    assert metrics["gain", ""] is None
    assert metrics["bias.DI", "Age=(65, 110]"] is None
    assert metrics["auc", ""] == 0.9132


def test_where_nothing_is_known_nothing_is_said() -> None:
    shown = document(NOTHING)
    assert (shown["champion"], shown["metrics"], shown["measured_on"], shown["card"]) == (
        None,
        [],
        None,
        None,
    )
    assert document(VIOLATED)["violations"][0] == {
        "check": "baseline_drift_check",
        "of": "f1",
        "sentence": "",
        "value": 0.2,
        "threshold": 0.1,
    }


def test_hostile_names_stay_inside_their_strings() -> None:
    assert text(EVIL).isascii()
    assert strictly(text(EVIL))["card"]["owner"].startswith("<!channel>")
