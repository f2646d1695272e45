"""Model cards: what is read from them, what is written back, and what of them is sealed."""

import json
from typing import Any

import pytest

from bot.domain.model_card import LONGEST, ModelCard, parse_card, sealed_text, with_outcome
from bot.domain.refusals import NotPossible, Unreadable

CARD: dict[str, Any] = {
    "model_overview": {"model_owner": "Growth team", "model_creator": "Cara", "problem_type": "binary"},
    "intended_uses": {
        "purpose_of_model": "Says who is about to leave.",
        "intended_uses": "Retention calls.\n\nNever prices.",
        "factors_affecting_model_efficiency": "A new tariff.",
        "risk_rating": "Medium",
        "explanations_for_risk_rating": "Calls cost money.",
    },
    "business_details": {"line_of_business": "telephony"},
    "training_details": {"training_observations": "none"},
    "additional_information": {
        "ethical_considerations": "none",
        "caveats_and_recommendations": "Not for prepaid customers.",
        "custom_details": {"ticket": "ML-12"},
    },
}
LIVE = "churn:12 live since 2026-11-25 10:02 UTC, approved by Ana, Rita; sealed ab12cd34"


def text(**sections: Any) -> str:
    return json.dumps({**CARD, **sections})


class TestReading:
    def test_a_card_says_who_owns_it_what_it_is_for_and_how_risky_it_is(self) -> None:
        assert parse_card(text()) == ModelCard(
            owner="Growth team",
            purpose="Says who is about to leave.",
            intended_uses="Retention calls. Never prices.",
            risk_rating="Medium",
            caveats="Not for prepaid customers.",
            evaluation=None,
        )

    def test_without_an_owner_its_creator_is_who_to_ask(self) -> None:
        assert parse_card(text(model_overview={"model_creator": "Cara"})).owner == "Cara"

    @pytest.mark.parametrize("content", ["", " \n", "{}", '{"something": {"else": 1}}'])
    def test_a_card_that_says_nothing_is_an_empty_one(self, content: str) -> None:
        assert parse_card(content) == ModelCard()

    @pytest.mark.parametrize("odd", [None, 7, "text", [], [{}], {"model_owner": ["Ana"], "risk_rating": {}}])
    def test_what_is_of_another_type_is_empty(self, odd: object) -> None:
        everywhere = dict.fromkeys([*CARD, "evaluation_details"], odd)
        assert parse_card(json.dumps(everywhere)) == ModelCard()

    @pytest.mark.parametrize(
        ("said", "read"),
        [("High", "High"), ("low", "Low"), ("UNKNOWN", "Unknown"), ("Awful", ""), (3, ""), (None, "")],
    )
    def test_a_risk_is_one_of_sagemaker_s_four(self, said: object, read: str) -> None:
        assert parse_card(text(intended_uses={"risk_rating": said})).risk_rating == read

    def test_no_text_of_it_can_pass_for_a_mark_or_break_a_sentence(self) -> None:
        odd = "\ue001S01LEADS\ue003\r\nall is\u2028well\x00"
        card = parse_card(text(intended_uses={"purpose_of_model": odd}))
        assert card.purpose == "S01LEADS all is well"
        half = parse_card('{"model_overview": {"model_owner": "\\ud83d \\ue000U01ANA\\ue003"}}')
        assert half.owner == "? U01ANA"

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            ("{", "it is not JSON"),
            ("no card", "it is not JSON"),
            ('{"a": ' + "[" * 200_000, "it is not JSON"),
            ("[]", "it is JSON, but not an object"),
            ("null", "it is JSON, but not an object"),
            ('{"model_overview": {}, "model_overview": {"model_owner": "Ana"}}', "a key stands there twice"),
        ],
    )
    def test_what_is_no_card_is_refused_in_a_sentence(self, content: str, why: str) -> None:
        with pytest.raises(Unreadable) as refused:
            parse_card(content, "churn:12’s card")
        assert refused.value.sentence.startswith("I cannot read churn:12’s card: ")
        assert why in refused.value.sentence
        assert refused.value.sentence.endswith("Correct it in the registry.")

    def test_the_same_said_twice_is_no_matter(self) -> None:
        twice = '{"a": NaN, "model_overview": {"model_owner": "A"}, "model_overview": {"model_owner": "A"}}'
        assert parse_card(twice).owner == "A"


class TestItsEvaluation:
    DETAILS = (
        {
            "name": "held-out customers",
            "evaluation_observation": "as expected",
            "datasets": ["s3://acme-ml/churn/test/"],
            "metadata": {"rows": "2000"},
            "metric_groups": [
                {
                    "name": "binary classification metrics",
                    "metric_data": [{"name": "auc", "type": "number", "value": 0.91}],
                }
            ],
        },
    )

    def test_what_it_measures_is_a_report(self) -> None:
        report = parse_card(text(evaluation_details=self.DETAILS), "the card").evaluation
        assert report is not None
        assert report.uri == "the card"
        assert [(metric.name, metric.value) for metric in report.metrics] == [("auc", 0.91)]

    @pytest.mark.parametrize("details", [[], {}, None, "good", [{"name": "later", "metric_groups": []}]])
    def test_what_measures_nothing_is_none(self, details: object) -> None:
        assert parse_card(text(evaluation_details=details)).evaluation is None


class TestWritingBack:
    def test_the_outcome_stands_among_the_custom_details_and_all_else_as_it_was(self) -> None:
        written = with_outcome(text(), {"mlops_production": LIVE})
        card = json.loads(written)
        assert card["additional_information"].pop("custom_details") == {
            "ticket": "ML-12",
            "mlops_production": LIVE,
        }
        expected = json.loads(text())
        del expected["additional_information"]["custom_details"]
        assert card == expected
        assert list(card) == list(expected)

    def test_the_same_outcome_gives_the_same_text(self) -> None:
        written = with_outcome(text(), {"mlops_production": LIVE})
        assert with_outcome(written, {"mlops_production": LIVE}) == written
        spread = json.dumps(json.loads(written), indent=2)
        assert with_outcome(spread, {"mlops_production": LIVE}) == spread

    def test_a_later_outcome_replaces_it_and_another_stage_s_stands_beside_it(self) -> None:
        content = with_outcome(text(), {"mlops_staging": "churn:12 live"})
        content = with_outcome(content, {"mlops_production": LIVE})
        content = with_outcome(content, {"mlops_production": "churn:12 rolled back"})
        assert json.loads(content)["additional_information"]["custom_details"] == {
            "ticket": "ML-12",
            "mlops_staging": "churn:12 live",
            "mlops_production": "churn:12 rolled back",
        }

    @pytest.mark.parametrize("content", ["", "{}", '{"additional_information": {}}'])
    def test_where_there_is_no_card_one_is_begun(self, content: str) -> None:
        written = with_outcome(content, {"production": LIVE})
        assert written == json.dumps(
            {"additional_information": {"custom_details": {"mlops_production": LIVE}}}, separators=(",", ":")
        )

    def test_nothing_to_say_changes_nothing(self) -> None:
        for content in ("", "{}", text()):
            assert with_outcome(content, {}) == content

    def test_an_outcome_is_one_line_of_at_most_1024_characters(self) -> None:
        written = with_outcome("", {"a\nb": "fine\r\nsaid \ue000U01ANA\ue003", "long": "x" * 2000})
        details = json.loads(written)["additional_information"]["custom_details"]
        assert details["mlops_a_b"] == "fine said U01ANA"
        assert (len(details["mlops_long"]), details["mlops_long"][-1]) == (1024, "…")
        assert with_outcome(written, {"a\nb": "fine said U01ANA", "long": "x" * 2000}) == written

    def test_letters_stay_letters_and_the_card_stays_on_one_line(self) -> None:
        content = '{"a": "é 日本",\n"b": "\\ud83d", "c": "\\u2028", "d": 0.1}'
        written = with_outcome(content, {"production": "live"})
        assert written.startswith('{"a":"é 日本","b":"\\ud83d","c":"\\u2028","d":0.1,')
        assert written.splitlines() == [written]
        assert written.encode()

    @pytest.mark.parametrize(
        "content",
        [
            "no card",
            "[]",
            '{"additional_information": []}',
            '{"additional_information": {"custom_details": "none"}}',
            '{"a": NaN}',
            '{"a": 1e999}',
            '{"a": 1, "a": 2}',
        ],
    )
    def test_what_could_not_be_kept_is_not_written_over(self, content: str) -> None:
        with pytest.raises(Unreadable, match=r"Correct it in the registry\.$"):
            with_outcome(content, {"production": LIVE})

    def test_a_card_without_room_is_told(self) -> None:
        full = json.dumps({"a": "x" * (LONGEST - 20)})
        with pytest.raises(NotPossible, match=r"no room for the outcome: SageMaker takes 100,000 characters"):
            with_outcome(full, {"production": LIVE})


class TestSealing:
    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{}",
            '{"additional_information": {"custom_details": {}}}',
            text(),
            text(additional_information=3),
        ],
    )
    def test_what_we_write_changes_nothing_that_is_sealed(self, content: str) -> None:
        try:
            written = with_outcome(content, {"production": LIVE, "staging": "live"})
        except Unreadable:
            written = content
        assert sealed_text(written) == sealed_text(content)

    def test_an_empty_card_seals_nothing(self) -> None:
        assert sealed_text("") == sealed_text("{}") == ""

    def test_the_order_and_the_spaces_are_no_change(self) -> None:
        turned = json.dumps(dict(reversed(CARD.items())), indent=3)
        assert sealed_text(turned) == sealed_text(text())

    @pytest.mark.parametrize(
        "changed",
        [
            {"intended_uses": {**CARD["intended_uses"], "risk_rating": "Low"}},
            {"additional_information": {"custom_details": {"ticket": "ML-13"}}},
            {"additional_information": {"custom_details": {"ticket": "ML-12", "mlopsy": "x"}}},
            {"additional_information": {"custom_details": {"ticket": "ML-12", "mlops_x": {"auc": 1}}}},
            {"additional_information": []},
            {"evaluation_details": [{"name": "late"}]},
        ],
    )
    def test_whatever_anybody_else_changes_is_a_change(self, changed: dict[str, Any]) -> None:
        assert sealed_text(text(**changed)) != sealed_text(text())

    @pytest.mark.parametrize("content", ["no card", "[]", '{"a": 1, "a": 2}', "{" * 200_000])
    def test_what_is_no_card_is_sealed_whole(self, content: str) -> None:
        assert json.loads(sealed_text(content)) == content
        assert sealed_text(content) != sealed_text(f"{content} ")

    def test_it_can_always_be_digested(self) -> None:
        assert sealed_text('{"a": "\\ud83d é"}').encode() == b'{"a":"\\ud83d \\u00e9"}'
        assert sealed_text("\ud83d").encode()


def test_a_text_longer_than_anybody_reads_in_a_message_is_cut() -> None:
    card = parse_card(json.dumps({"intended_uses": {"purpose_of_model": "続" * 5000}}))
    assert card.purpose == "続" * 999 + "…"
