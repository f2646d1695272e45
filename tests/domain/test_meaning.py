"""Meaning: which way is better, what people call it, in which unit; and which metrics a name means."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.meaning import Better, Meaning, Meanings, written
from bot.domain.meaning_table import standard
from bot.domain.named import resolve
from bot.domain.report import Metric, Report
from bot.domain.spelling import spelled, split_key

HIGHER, LOWER, ZERO, ONE = Better


def said(meaning: Meaning) -> tuple[str, Better | None, str]:
    """What a table of names asks for; the bounds have a table of their own."""
    return meaning.title, meaning.better, meaning.unit


@pytest.mark.parametrize(
    ("name", "title", "better", "unit"),
    [
        # one name, many spellings
        ("auc", "AUC", HIGHER, ""),
        ("AUC", "AUC", HIGHER, ""),
        ("ROC AUC", "AUC", HIGHER, ""),
        ("roc-auc", "AUC", HIGHER, ""),
        ("auc[region=EU]", "AUC", HIGHER, ""),
        ("f1-score", "F1", HIGHER, ""),
        ("F1", "F1", HIGHER, ""),
        ("f0_5", "F0.5", HIGHER, ""),
        ("f0.5", "F0.5", HIGHER, ""),
        ("False Positive Rate", "False positive rate", LOWER, ""),
        ("falsePositiveRate", "False positive rate", LOWER, ""),
        ("BalancedAccuracy", "Balanced accuracy", HIGHER, ""),
        ("cohen:kappa", "Cohen’s kappa", HIGHER, ""),
        ("R²", "R²", HIGHER, ""),
        ("mAP", "MAP", HIGHER, ""),
        # averages, data sets and other words around a name
        ("macro_f1", "Macro F1", HIGHER, ""),
        ("f1_weighted", "Weighted F1", HIGHER, ""),
        ("F1macro", "Macro F1", HIGHER, ""),
        ("PrecisionMacro", "Macro precision", HIGHER, ""),
        ("weighted_recall", "Weighted recall", HIGHER, ""),
        ("eval_accuracy", "Accuracy (eval)", HIGHER, ""),
        ("val_loss", "Loss (val)", LOWER, ""),
        ("metrics.auc", "AUC", HIGHER, ""),
        ("neg_log_loss", "Negative log loss", HIGHER, ""),
        ("ndcg@10", "NDCG@10", HIGHER, ""),
        ("map_at_5", "MAP@5", HIGHER, ""),
        ("top_5_accuracy", "Top-5 accuracy", HIGHER, ""),
        # other problems
        ("mrr", "MRR", HIGHER, ""),
        ("silhouette", "Silhouette", HIGHER, ""),
        ("wape", "WAPE", LOWER, ""),
        ("sMAPE", "sMAPE", LOWER, ""),
        ("wQL", "Weighted quantile loss", LOWER, ""),
        ("AverageWeightedQuantileLoss", "Weighted quantile loss", LOWER, ""),
        ("mase", "MASE", LOWER, ""),
        ("rougeL", "ROUGE-L", HIGHER, ""),
        ("rouge-1", "ROUGE-1", HIGHER, ""),
        ("perplexity", "Perplexity", LOWER, ""),
        ("BERTScore", "BERTScore", HIGHER, ""),
        ("quasi_exact_match_f1", "Quasi exact match F1", HIGHER, ""),
        ("toxicity", "Toxicity", LOWER, ""),
        ("brier", "Brier score", LOWER, ""),
        ("ks", "KS", HIGHER, ""),
        ("lift", "Lift", HIGHER, ""),
        # speed and size, by their units
        ("latency_p95_ms", "Latency p95", LOWER, "ms"),
        ("latency.p95_ms", "Latency p95", LOWER, "ms"),
        ("InferenceLatency", "Inference latency", LOWER, ""),
        ("training_seconds", "Training", LOWER, "s"),
        ("model_size_mb", "Model size", LOWER, "MB"),
        ("artifact_bytes", "Artifact", LOWER, "bytes"),
        ("gpu_memory_gb", "GPU memory", LOWER, "GB"),
        ("throughput", "Throughput", HIGHER, ""),
        ("throughput_mb", "Throughput mb", HIGHER, ""),
        ("rows_per_second", "Rows per second", HIGHER, "/s"),
        ("accuracy_pct", "Accuracy", HIGHER, "%"),
        ("coverage_pct", "Coverage", None, "%"),
        # bias: the same letters without it mean something else, or nothing
        ("bias.DPPL[Gender=0]", "DPPL (difference in positive proportions)", ZERO, ""),
        ("bias.CI", "CI (class imbalance)", ZERO, ""),
        ("bias.DI", "DI (disparate impact)", ONE, ""),
        ("bias.KS", "KS (largest divergence of outcomes)", LOWER, ""),
        ("bias.GE", "GE (generalized entropy)", LOWER, ""),
        ("DPPL", "DPPL", None, ""),
        ("violations", "Violations", LOWER, ""),
        ("violations.data_type_check", "Violations data type check", LOWER, ""),
        # a baseline is no model's doing
        ("auc_best_constant_classifier", "AUC of the best constant classifier", None, ""),
        # nobody knows
        ("rows", "rows", None, ""),
        ("Churn Score!", "Churn Score!", None, ""),
        ("accuracy_std", "accuracy_std", None, ""),
        ("data.mean[Age]", "data.mean", None, ""),
        ("", "", None, ""),
    ],
)  # fmt: skip
def test_a_metric_has_a_title_a_better_direction_and_a_unit_or_none_of_them(
    name: str, title: str, better: Better | None, unit: str
) -> None:
    assert said(Meanings().of(name)) == (title, better, unit)


def test_every_bias_metric_of_clarify_has_a_direction() -> None:
    before = ["CI", "DPL", "KL", "JS", "LP", "TVD", "KS", "CDDL"]
    after = ["DPPL", "DI", "DCA", "DCR", "RD", "AD", "TE", "CDDPL", "DAR", "DRR", "SD", "GE", "FT"]
    assert [code for code in before + after if Meanings().of(f"bias.{code}").better is None] == []


def test_no_two_standard_metrics_have_one_name() -> None:
    names = [name for name, meaning in standard().items() if Meanings().of(name) != meaning]
    assert names == []


@pytest.mark.parametrize(
    ("own", "name", "meaning"),
    [
        ({"uplift": Meaning("Uplift", HIGHER, "%")}, "uplift", Meaning("Uplift", HIGHER, "%")),
        ({"uplift": Meaning(better=LOWER)}, "UpLift", Meaning("UpLift", LOWER)),
        ({"uplift": Meaning(better=LOWER)}, "uplift[region=EU]", Meaning("uplift", LOWER)),
        ({"auc": Meaning("Area")}, "auc", Meaning("Area", HIGHER)),
        ({"auc": Meaning("Area")}, "roc_auc", Meaning("AUC", HIGHER)),
        ({"auc": Meaning(unit="points"), "AUC": Meaning("Area")}, "auc", Meaning("Area", HIGHER, "points")),
        ({"auc[region=EU]": Meaning("Europe")}, "auc[region=EU]", Meaning("Europe", HIGHER)),
        ({"auc[region=EU]": Meaning("Europe")}, "auc[region=US]", Meaning("AUC", HIGHER)),
        ({"accuracy": Meaning(better=LOWER)}, "accuracy", Meaning("Accuracy", LOWER)),
        ({"accuracy": Meaning(better=LOWER)}, "accuracy_best_constant_classifier",
         Meaning("Accuracy of the best constant classifier")),
    ],
)  # fmt: skip
def test_what_a_team_says_counts_first_and_the_rest_is_what_is_known(
    own: dict[str, Meaning], name: str, meaning: Meaning
) -> None:
    assert said(Meanings(own).of(name)) == said(meaning)


def test_what_is_said_in_addition_counts_before_what_was_said() -> None:
    project = Meanings({"uplift": Meaning("Uplift", HIGHER), "cost": Meaning(better=LOWER)})
    both = project.with_own({"uplift": Meaning(better=ZERO), "gain": Meaning(better=HIGHER)})
    assert both.of("uplift") == Meaning("Uplift", ZERO)
    assert [both.of(name).better for name in ("cost", "gain")] == [LOWER, HIGHER]


@given(name=st.text())
def test_any_name_has_a_meaning_and_the_same_one_twice(name: str) -> None:
    assert Meanings().of(name) == Meanings().of(name)
    assert Meanings({name: Meaning(better=ONE)}).of(name).better is ONE


FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)


@given(way=st.sampled_from(Better), one=FINITE, other=FINITE)
def test_what_one_loses_the_other_gains(way: Better, one: float, other: float) -> None:
    assert way.loss(one, other) == -way.loss(other, one)
    if way.loss(one, other) > 0:
        assert way.badness(one) >= way.badness(other)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "", "–"), (math.nan, "ms", "–"), (math.inf, "", "–"), (0.91324, "", "0.9132"), (1.0, "", "1"),
        (0.0, "", "0"), (-0.5, "", "-0.5"), (12345678.0, "", "12,345,678"), (41.0, "ms", "41 ms"),
        (12.0, "%", "12 %"), (0.000012345, "", "1.234e-05"), (1e15, "", "1e+15"), (-20000.4, "", "-20,000"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_people_read_it(value: float | None, unit: str, text: str) -> None:
    assert written(value, unit) == text


# ---- names --------------------------------------------------------------------------------------------


def keys(*reported: str) -> Report:
    metrics = tuple(Metric(split_key(key)[0], 0.5, part=split_key(key)[1]) for key in reported)
    return Report("any", "s3://b/r.json", "0" * 64, metrics)


@pytest.mark.parametrize(
    ("reported", "name", "meant"),
    [
        # exactly that
        (["auc", "auc[region=EU]"], "auc", ["auc"]),
        (["auc", "auc[region=EU]"], "auc[region=EU]", ["auc[region=EU]"]),
        (["auc", "AUC"], "auc", ["auc"]),
        # all its parts, where there is no overall one
        (["bias.DPPL[Gender=0]", "bias.DPPL[Gender=1]"], "bias.DPPL",
         ["bias.DPPL[Gender=0]", "bias.DPPL[Gender=1]"]),
        # bias is fair to all: the overall number and every facet, and of data sets the most telling
        (["bias.DPPL", "bias.DPPL[Gender=0]"], "bias.DPPL", ["bias.DPPL", "bias.DPPL[Gender=0]"]),
        (["bias.DPPL", "bias.dppl[Gender=0]", "bias.DPL[Gender=1]"], "bias.DPPL",
         ["bias.DPPL", "bias.dppl[Gender=0]"]),
        (["bias.DI[test]", "bias.DI[G=0]", "bias.DI[train]"], "bias.DI", ["bias.DI[test]", "bias.DI[G=0]"]),
        (["bias.DPPL", "bias.DPPL[Gender=0]"], "bias.DPPL[Gender=0]", ["bias.DPPL[Gender=0]"]),
        (["auc[train]", "auc[validation]", "auc[test]"], "auc", ["auc[test]"]),
        (["auc[train]", "auc[validation]"], "auc", ["auc[validation]"]),
        (["auc[train]", "auc[eval]"], "auc", ["auc[eval]"]),
        (["auc[val]", "auc[region=EU]"], "auc", ["auc[val]"]),
        (["auc[train]", "auc[region=EU]"], "auc", ["auc[region=EU]"]),
        (["auc[train]"], "auc", ["auc[train]"]),
        (["auc[train]"], "auc[test]", []),
        (["auc[test]", "auc[train]"], "auc[train]", ["auc[train]"]),
        # another spelling, where only one can be meant
        (["latency.p95_ms"], "latency_p95_ms", ["latency.p95_ms"]),
        (["ROC AUC"], "roc_auc", ["ROC AUC"]),
        (["ROC AUC[train]", "ROC AUC[test]"], "roc_auc", ["ROC AUC[test]"]),
        (["ROC AUC", "roc-auc"], "roc_auc", []),
        (["latency.p95.ms", "latency.p95_ms"], "latency_p95_ms", []),
        (["AUC[Region=EU]"], "auc[region=EU]", ["AUC[Region=EU]"]),
        (["AUC[Region=EU]", "auc[REGION=EU]"], "auc[region=EU]", []),
        # never by meaning, by a piece of the name, or out of nothing
        (["roc_auc"], "auc", []),
        (["pr_auc"], "auc", []),
        (["p9_5"], "p95", []),
        ([], "auc", []),
    ],
)  # fmt: skip
def test_a_rule_s_name_means_what_it_must_mean_and_never_a_guess(
    reported: list[str], name: str, meant: list[str]
) -> None:
    assert [metric.key for metric in resolve(keys(*reported), name)] == meant


@given(names=st.lists(st.sampled_from(["auc", "AUC", "a.uc", "auc[test]", "auc[x]", "b"])), name=st.text())
def test_whatever_is_meant_is_in_the_report_and_spelled_like_the_name(names: list[str], name: str) -> None:
    report = keys(*names)
    for metric in resolve(report, name):
        assert metric in report.metrics
        assert spelled(split_key(name)[0]) == spelled(metric.name)


@given(name=st.text(st.characters(exclude_characters="[]"), min_size=1), part=st.text())
def test_a_key_comes_apart_into_what_it_was_made_of(name: str, part: str) -> None:
    assert split_key(Metric(name, 1, part=part).key) == (name, part)
