"""One name for each metric, whatever files and people call it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.canonical import canonical, is_standard
from bot.domain.meaning import Meanings


@pytest.mark.parametrize(
    "names",
    [
        [
            "auc",
            "AUC",
            "ROC-AUC",
            "roc_auc_score",
            "auc_score",
            "val_auc",
            "test/auc",
            "overall.auc",
            "auc_test",
        ],
        ["macro_f1", "f1_macro", "F1macro", "macro_f1_score", "val_macro_f1"],
        ["bias.DPPL", "bias_dppl", "Bias.dppl"],
        ["ndcg@10", "ndcg_at_10", "normalized_discounted_cumulative_gain_at_10"],
        ["LogLoss", "log_loss", "binary_log_loss"],
        ["latency.p95_ms", "latency_p95_ms", "Latency P95 ms"],
    ],
    ids=lambda names: names[0],
)
def test_these_are_names_of_one_metric(names: list[str]) -> None:
    assert {canonical(name) for name in names} == {canonical(names[0])}


def test_these_are_names_of_different_metrics() -> None:
    names = [
        "auc", "pr_auc", "mean_auc", "auc_std", "neg_log_loss", "log_loss", "f1", "macro_f1", "weighted_f1",
        "ndcg", "ndcg@5", "ndcg@10", "latency_p95_ms", "latency_p95_s", "auc_best_constant_classifier",
        "bias.KS", "ks", "bias.AD", "churn.auc",
    ]  # fmt: skip
    assert len({canonical(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "standard"),
    [("auc", True), ("val_auc", True), ("PrecisionMacro", True), ("bias.DI", True), ("model", False),
     ("hyperparameters.loss", False), ("latency_p95_ms", False), ("score", False), ("", False)],
)  # fmt: skip
def test_a_standard_metric_is_known_by_any_of_its_names(
    name: str,
    standard: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_standard(name) is standard


@pytest.mark.parametrize("word", ["score", "macro", "val", "pct", "neg", "top_5", "at_5"])
def test_a_name_of_very_many_words_is_looked_up_at_once(word: str) -> None:
    name = "_".join([word] * 5_000)
    assert canonical(name) == name
    assert Meanings().of(name).better is None


@given(name=st.text())
def test_any_name_has_one_and_the_same_twice(name: str) -> None:
    assert canonical(name) == canonical(name)
    assert bool(canonical(name)) is bool(name)
