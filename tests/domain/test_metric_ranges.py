"""Ranges: what a standard metric can be, and what happens to a guarded number that cannot be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import metric_ranges
from bot.domain.comparison import weigh
from bot.domain.guardrails import parse_guardrail
from bot.domain.meaning import Meaning, Meanings, beyond
from bot.domain.meaning_table import standard
from tests.domain.weighing import CHAMPION, Values, report, weighed

PERCENT = " (is it in per cent?)"


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("auc", 90, f"auc is 90, which no AUC can be{PERCENT}"),
        ("auc", 100, f"auc is 100, which no AUC can be{PERCENT}"),
        ("auc", 101, "auc is 101, which no AUC can be"),
        ("auc", -0.1, "auc is -0.1, which no AUC can be"),
        ("auc", 1.0001, f"auc is 1.0001, which no AUC can be{PERCENT}"),
        ("auc", 1 + 1e-12, ""),
        ("auc", 1, ""),
        ("auc", 0, ""),
        ("val_accuracy", 91, f"val_accuracy is 91, which no accuracy can be{PERCENT}"),
        ("auc[region=EU]", 87, f"auc[region=EU] is 87, which no AUC can be{PERCENT}"),
        ("weighted_f1", 70, f"weighted_f1 is 70, which no weighted F1 can be{PERCENT}"),
        ("precision@5", 70, f"precision@5 is 70, which no precision@5 can be{PERCENT}"),
        ("auc_best_constant_classifier", 50,
         f"auc_best_constant_classifier is 50, which no AUC of the best constant classifier can be{PERCENT}"),
        ("r2", -40, ""),
        ("r2", 1.5, f"r2 is 1.5, which no R² can be{PERCENT}"),
        ("rmse", -1, "rmse is -1, which no RMSE can be"),
        ("rmse", 1e15, ""),
        ("log_loss", -0.2, "log_loss is -0.2, which no log loss can be"),
        ("neg_log_loss", -0.2, ""),
        ("neg_log_loss", 0.2, "neg_log_loss is 0.2, which no negative log loss can be"),
        ("bias.DPPL[Gender=0]", -4, f"bias.DPPL[Gender=0] is -4, which no DPPL can be{PERCENT}"),
        ("bias.DPPL[Gender=0]", -1, ""),
        ("bias.DI", 80, ""),
        ("bias.DI", -1, "bias.DI is -1, which no DI can be"),
        # people write them in another scale, or they have no bound
        ("accuracy_pct", 91, ""), ("bleu", 41, ""), ("exact_match", 70, ""), ("bias.TE", 12, ""),
        ("rows", -3, ""), ("latency_p95_ms", -3, ""),
    ],
)  # fmt: skip
def test_a_number_outside_its_metrics_range_is_named(metric: str, value: float, said: str) -> None:
    assert beyond(metric, value, Meanings().of(metric)) == said


@pytest.mark.parametrize(
    ("own", "lifted"),
    [
        ({"auc": Meaning(unit="%")}, True),
        ({"AUC": Meaning(unit="points")}, True),
        ({"auc[region=EU]": Meaning(unit="%")}, False),
        ({"auc": Meaning("Area")}, False),
        ({"roc_auc": Meaning(unit="%")}, False),
    ],
)
def test_a_unit_of_the_teams_own_lifts_the_bound(
    own: dict[str, Meaning],
    lifted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    rules = [parse_guardrail("auc", ">= 0.8")]
    compared = weigh(report({"auc": 90}), None, None, rules, {}, Meanings(own))
    assert compared.passed is lifted


@pytest.mark.parametrize(
    ("candidate", "guardrails", "failures"),
    [
        ({"auc": 90}, {"auc": ">= 0.8"}, (f"auc is 90, which no AUC can be{PERCENT}",)),
        ({"auc": 90}, {"auc": "<= 0.8"}, (f"auc is 90, which no AUC can be{PERCENT}",)),
        ({"rmse": -3}, {"rmse": "<= 40"}, ("rmse is -3, which no RMSE can be",)),
        ({"bias.DPPL[G=0]": 0.05, "bias.DPPL[G=1]": -7}, {"bias.DPPL": "<= 0.1"},
         (f"bias.DPPL[G=1] is -7, which no DPPL can be{PERCENT}",)),
        ({"auc": 90, "f1": 0.9}, {"f1": ">= 0.8"}, ()),
    ],
)  # fmt: skip
def test_a_guarded_number_that_cannot_be_one_fails_whatever_the_bound(
    candidate: Values, guardrails: dict[str, str], failures: tuple[str, ...]
) -> None:
    compared = weighed(candidate, {"auc": 0.9, "rmse": 36}, guardrails)
    assert compared.failures == failures
    assert compared.verdict.endswith(".")


def test_a_tolerated_number_that_cannot_be_one_is_a_warning() -> None:
    compared = weighed({"auc": 90}, {"auc": 0.9}, tolerance={"auc": 0.005})
    assert compared.warnings == (f"auc is 90, which no AUC can be{PERCENT}",)
    assert compared.champion == CHAMPION


def test_every_range_is_of_a_metric_that_is_known() -> None:
    titles = {meaning.title for meaning in standard().values()}
    kinds = [
        getattr(metric_ranges, name) for name in ("_SHARES", "_AROUND_ZERO", "_AT_MOST_ONE", "_NOT_NEGATIVE")
    ]
    assert [title for kind in kinds for title in kind if title not in titles] == []
    assert sum(map(len, kinds)) == len(set().union(*kinds))


@given(name=st.sampled_from(sorted(standard())), value=st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_of_any_metric_can_be_one_or_is_named(name: str, value: float) -> None:
    meaning = Meanings().of(name)
    assert bool(beyond(name, value, meaning)) is meaning.is_beyond(value)
