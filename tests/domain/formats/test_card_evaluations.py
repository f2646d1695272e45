"""Evaluations of a model card: numbers, graphs and matrices in groups."""

from bot.domain.report import Attribution, Curve, CurveKind, Dataset, Matrix
from tests.domain.formats.reports import notes, read, sample, values


def group(name: str, **metrics: object) -> dict[str, object]:
    return {
        "name": name,
        "metric_data": [{"name": key, "type": "number", "value": value} for key, value in metrics.items()],
    }


def test_bias_in_a_card_has_the_names_that_it_has_everywhere() -> None:
    report = sample("model-card-groups.json")
    assert values(report) == {
        "bias.AD[Region=North]": 0.04,
        "bias.DI[Region=North]": 0.91,
        "bias.CDDL[Region=North]": -0.07,
        "bias.AD[Region=South]": -0.04,
    }
    assert report.oddities == ()


def test_a_whole_card_gives_each_number_of_its_evaluations() -> None:
    report = sample("model-card-evaluations.json")
    assert (report.problem, report.data) == (
        "binary_classification",
        Dataset(uris=("s3://acme-ml/churn/test/march.csv",)),
    )
    assert values(report) == {
        "auc": 0.88,
        "accuracy[binary_classification_metrics]": 0.8,
        "accuracy[one year on]": 0.7,
        "log_loss": 0.41,
        "recall[EU]": 0.7,
        "recall[US]": 0.9,
    }
    assert {metric.key: metric.deviation for metric in report.metrics}["auc"] == 0.02


def test_a_card_draws_matrices_curves_and_explanations() -> None:
    report = sample("model-card-evaluations.json")
    assert report.matrices == (Matrix(("stays", "leaves"), ((70, 10), (5, 15))),)
    assert report.curves == (Curve(CurveKind.ROC, ((0, 0), (0.125, 0.75), (1, 1))),)
    assert report.attributions == (Attribution("leaves", (("tenure", 0.3), ("plan", 0.1))),)


def test_what_a_card_holds_besides_is_noted() -> None:
    first = "$.evaluation_details[0].metric_groups[0].metric_data"
    assert sorted(notes(sample("model-card-evaluations.json"))) == [
        f"{first}[3].value is true, no number",
        f"{first}[4].value is “Ana”, no number",
        f"{first}[8].value is a list of 2, of a picture that I do not know",
        "$.evaluation_details[0].metric_groups[3] holds 1 partial dependence plots, which I do not draw",
        "$.training_details describes the training, which is no evaluation, so I do not read it",
    ]


def test_each_evaluation_of_several_keeps_its_own_data() -> None:
    report = read(
        {
            "evaluation_details": [
                {"name": "march", "datasets": ["s3://b/march"], "metric_groups": [group("all", auc=0.9)]},
                {"name": "april", "datasets": ["s3://b/april"], "metric_groups": [group("all", auc=0.8)]},
            ]
        }
    )
    assert [(metric.key, metric.data) for metric in report.metrics] == [
        ("auc[march, all]", Dataset(uris=("s3://b/march",))),
        ("auc[april, all]", Dataset(uris=("s3://b/april",))),
    ]


def test_bias_for_several_labels_is_told_apart() -> None:
    bias = [
        group(f"post_training_bias_metrics - label grade = {of} and facet Age=30", DPPL=n)
        for n, of in enumerate("ab")
    ]
    assert values(read({"metric_groups": bias})) == {
        "bias.DPPL[Age=30 · grade=a]": 0,
        "bias.DPPL[Age=30 · grade=b]": 1,
    }


def test_axes_in_another_order_name_the_same_classes() -> None:
    matrix = {
        "name": "confusion_matrix",
        "type": "matrix",
        "value": [[1, 2], [3, 4]],
        "x_axis_name": ["a", "b"],
        "y_axis_name": ["b", "a"],
    }
    report = read({"metric_groups": [{"name": "g", "metric_data": [matrix]}, group("h", auc=1)]})
    assert report.matrices == (Matrix(("a", "b"), ((2, 1), (4, 3))),)


def test_bars_without_names_are_noted() -> None:
    bars = {"name": "recall", "type": "bar_chart", "value": [1, 2], "x_axis_name": ["a"]}
    report = read({"metric_groups": [{"name": "g", "metric_data": [bars]}, group("h", auc=1)]})
    assert notes(report) == [
        "$.metric_groups[0].metric_data[0].value has 2 bars and 1 names, so I do not know which is which"
    ]
