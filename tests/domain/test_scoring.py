"""Scoring: what SageMaker and scikit-learn would say to the same lines, and what cannot be scored."""

import json
import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.scoring import MOST_MB, measure
from bot.domain.formats import parse_report
from bot.domain.refusals import Unreadable
from bot.domain.scoring import Problem, pairs, score

Rows = Sequence[tuple[str, str]]
REFERENCE = json.loads(Path(__file__).with_name("data").joinpath("scoring_reference.json").read_text())
LABELS_OF_ONE_CLASS = {"auc", "average_precision", "precision_recall_curve"}
DEVIATIONS_OF_FOUR = {
    "accuracy": 0.248, "precision": 0.3039, "log_loss": 0.2454, "f0_5": 0.2053, "f1": 0.1765, "f2": 0.1117,
    "true_negative_rate": 0.2934, "false_positive_rate": 0.2934,
}  # fmt: skip
"""As Python 3.11 drew them. What all lines of the one positive agree on, they do not say."""
RATES = {"recall", "f0_5", "f1", "f2", "true_positive_rate", "false_negative_rate"}


def block(problem: Problem, rows: Rows) -> dict[str, Any]:
    metrics = score(problem, rows)[f"{problem}_metrics"]
    assert isinstance(metrics, dict)
    return metrics


def values(problem: Problem, rows: Rows) -> dict[str, float]:
    report = parse_report(json.dumps(score(problem, rows), allow_nan=False).encode(), "s3://acme-ml/r.json")
    assert report.problem == problem
    return {metric.name: metric.value for metric in report.metrics}


def refusal_of(problem: Problem, rows: Rows, where: str = "the test data") -> str:
    with pytest.raises(Unreadable) as refused:
        score(problem, rows, where)
    return refused.value.sentence


# What others say


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['problem']}: {case['name']}")
def test_every_number_is_that_of_scikit_learn(case: dict[str, Any]) -> None:
    problem, rows, expected = Problem(case["problem"]), case["pairs"], dict(case["expected"])
    matrix = expected.pop("confusion_matrix", None)
    found = values(problem, rows)
    assert found == {name: pytest.approx(value, rel=1e-9, abs=1e-15) for name, value in expected.items()}
    if matrix is not None:
        ours = block(problem, rows)["confusion_matrix"]
        cells = {(a, b): n for a, row in enumerate(matrix) for b, n in enumerate(row) if n}
        assert {(int(a), int(b)): n for a, row in ours.items() for b, n in row.items() if n} == cells


def test_classes_and_weights_are_counted_as_sagemaker_counts_them() -> None:
    # The example in the SageMaker Developer Guide, Model Quality Metrics and Amazon CloudWatch Monitoring
    matrix = {("0", "0"): 1180, ("0", "1"): 510, ("1", "0"): 268, ("1", "1"): 138}
    rows = [pair for pair, count in matrix.items() for _ in range(count)]
    assert values(Problem.MULTICLASS, rows) == {
        "accuracy": pytest.approx(0.6288167938931297, rel=1e-12),
        "weighted_recall": pytest.approx(0.6288167938931297, rel=1e-12),
        "weighted_precision": pytest.approx(0.6983172269629505, rel=1e-12),
        "weighted_f0_5": pytest.approx(0.6803947317178771, rel=1e-12),
        "weighted_f1": pytest.approx(0.6571162346664904, rel=1e-12),
        "weighted_f2": pytest.approx(0.6384024354394601, rel=1e-12),
    }
    assert values(Problem.REGRESSION, rows) == {
        "mae": pytest.approx(0.3711832061068702, rel=1e-12),
        "mse": pytest.approx(0.3711832061068702, rel=1e-12),
        "rmse": pytest.approx(0.609248066149471, rel=1e-12),
        "r2": pytest.approx(-1.3766111872212665, rel=1e-12),
    }


def test_a_scored_test_is_a_report_in_sagemakers_form() -> None:
    assert score(Problem.BINARY, [("0", "0.1"), ("0", "0.6"), ("0", "0.7"), ("1", "0.9")]) == {
        "dataset": {
            "item_count": 4,
            "deviations": {"method": "bootstrap", "replicates": 200, "rows": 4},
        },
        "binary_classification_metrics": {
            "confusion_matrix": {"0": {"0": 1, "1": 2}, "1": {"0": 0, "1": 1}},
            "receiver_operating_characteristic_curve": {
                "false_positive_rates": [0.0, 0.0, 1 / 3, 2 / 3, 1.0],
                "true_positive_rates": [0.0, 1.0, 1.0, 1.0, 1.0],
            },
            "precision_recall_curve": {
                "precisions": [1.0, 1.0, 1 / 2, 1 / 3, 1 / 4],
                "recalls": [0.0, 1.0, 1.0, 1.0, 1.0],
            },
            "calibration_curve": {
                "predicted": [0.1, 0.6, 0.7, 0.9],
                "observed": [0.0, 0.0, 0.0, 1.0],
                "counts": [1, 1, 1, 1],
            },
            **{
                name: {
                    "value": pytest.approx(value),
                    "standard_deviation": DEVIATIONS_OF_FOUR.get(name, "NaN"),
                }
                for name, value in {
                    "auc": 1, "average_precision": 1, "log_loss": -math.log(0.9 * 0.4 * 0.3 * 0.9) / 4,
                    "accuracy": 0.5, "precision": 1 / 3, "recall": 1, "f0_5": 5 / 13, "f1": 0.5, "f2": 5 / 7,
                    "true_positive_rate": 1, "false_negative_rate": 0,
                    "true_negative_rate": 1 / 3, "false_positive_rate": 2 / 3,
                }.items()
            },
        },
    }  # fmt: skip


# Calibration


def calibration_of(rows: Sequence[tuple[object, object]]) -> list[tuple[float, float, int]]:
    curve = block(Problem.BINARY, written(rows))["calibration_curve"]
    return list(zip(curve["predicted"], curve["observed"], curve["counts"], strict=True))


def test_a_bin_of_scores_has_their_mean_and_the_share_of_positives() -> None:
    low, high = calibration_of([(1, 0.12), (0, 0.15), (0, 0.18), (0, 0.91), (1, 0.97), (1, 0.94), (1, 0.98)])
    assert low == pytest.approx((0.15, 1 / 3, 3))
    assert high == pytest.approx((0.95, 3 / 4, 4))


def test_a_bin_begins_with_its_lower_end_and_the_last_one_ends_with_1() -> None:
    below = [math.nextafter(tenth / 10, 0) for tenth in range(1, 11)]
    ends = [tenth / 10 for tenth in range(11)]
    assert [n for _, _, n in calibration_of([(1, score) for score in ends])] == [1] * 9 + [2]
    assert [n for _, _, n in calibration_of([(0, score) for score in below])] == [1] * 10


def test_scores_that_are_true_shares_lie_on_the_diagonal() -> None:
    dice = random.Random(3)  # noqa: S311 - the same lines each time
    rows = [(int(dice.random() < score), score) for score in (dice.random() for _ in range(20_000))]
    found = calibration_of(rows)
    assert len(found) == 10
    assert [observed for _, observed, _ in found] == pytest.approx([mean for mean, _, _ in found], abs=0.05)


@pytest.mark.parametrize("label", ["0", "1"])
def test_calibration_needs_no_two_classes(label: str) -> None:
    assert calibration_of([(label, 0.25)]) == [(0.25, float(label), 1)]


# How labels and answers may be written


@pytest.mark.parametrize(
    ("problem", "label", "answer", "plain"),
    [
        (Problem.REGRESSION, " 2.5 ", "[3.5]\n", ("2.5", "3.5")),
        (Problem.REGRESSION, "1e3", '"[ 999 ]"', ("1000", "999")),
        (Problem.BINARY, "1.0", "0.83\r\n", ("1", "0.83")),
        (Problem.BINARY, "true", "[0.83]", ("1", "0.83")),
        (Problem.BINARY, "False", " 0.2 ", ("0", "0.2")),
        (Problem.BINARY, "1.000000e+00", "1,0.83", ("1", "0.83")),
        (Problem.BINARY, "1", "0,0.3", ("1", "0.3")),
        (Problem.BINARY, "1", "true, 0.83", ("1", "0.83")),
        (Problem.BINARY, "1", "[0.17, 0.83]", ("1", "0.83")),
        (Problem.BINARY, "1", "[0.17 0.83]", ("1", "0.83")),
        (Problem.MULTICLASS, "2.0", "0.1,0.2,0.7", ("2", "0.1,0.2,0.7")),
        (Problem.MULTICLASS, "2", '"[0.1, 0.2, 0.7]"\n', ("2", "0.1,0.2,0.7")),
        (Problem.MULTICLASS, "2", "[[0.1 0.2   0.7]]", ("2", "0.1,0.2,0.7")),
        (Problem.MULTICLASS, "2", '"0.1","0.2"," 0.7"', ("2", "0.1,0.2,0.7")),
        (Problem.MULTICLASS, "2", "[2.0]", ("2", "2")),
        (Problem.MULTICLASS, " 02", "2", ("2", "2")),
        (Problem.MULTICLASS, "New York", '"New York"', ("New York", "New York")),
    ],
)
def test_brackets_spaces_and_quotes_change_nothing(
    problem: Problem, label: str, answer: str, plain: tuple[str, str]
) -> None:
    assert score(problem, [(label, answer)]) == score(problem, [plain])


def test_a_score_of_one_half_counts_as_1() -> None:
    matrix = block(Problem.BINARY, [("1", "0.5"), ("1", "0.49999999999999994")])["confusion_matrix"]
    assert matrix["1"] == {"0": 1, "1": 1}


def test_probabilities_that_do_not_sum_to_1_are_shares() -> None:
    rows = [("0", "0.5,0.3,0.2"), ("1", "0.6,0.6,0.0")]
    assert values(Problem.MULTICLASS, rows)["log_loss"] == pytest.approx(math.log(2))


def test_classes_stand_in_their_order_in_the_matrix() -> None:
    rows = [("10", "9"), ("9", "2"), ("setosa", "10")]
    matrix = block(Problem.MULTICLASS, rows)["confusion_matrix"]
    assert list(matrix) == list(matrix["10"]) == ["2", "9", "10", "setosa"]


def test_the_matrix_of_very_many_classes_is_left_out_and_the_numbers_stay() -> None:
    many, most = ([(str(n), str(n)) for n in range(count)] for count in (101, 100))
    assert "confusion_matrix" not in block(Problem.MULTICLASS, many)
    assert "confusion_matrix" in block(Problem.MULTICLASS, most)
    assert values(Problem.MULTICLASS, many)["accuracy"] == 1


# What the labels cannot give


@pytest.mark.parametrize("label", ["0", "1"])
def test_with_labels_of_one_class_there_is_no_auc(label: str) -> None:
    found = set(block(Problem.BINARY, [(label, "0.3"), (label, "0.8")]))
    assert not found & LABELS_OF_ONE_CLASS
    assert {"accuracy", "precision", "log_loss", "confusion_matrix"} <= found


def test_a_rate_among_no_lines_is_left_out_so_that_no_guardrail_holds_by_it() -> None:
    only_0, only_1 = (set(block(Problem.BINARY, [(label, "0.8")])) for label in "01")
    assert not only_0 & RATES
    assert not only_1 & {"false_positive_rate", "true_negative_rate"}
    assert only_1 >= RATES
    assert only_0 >= {"false_positive_rate", "true_negative_rate"}


def test_with_labels_of_one_value_there_is_no_r2() -> None:
    found = values(Problem.REGRESSION, [("0.1", "1"), ("0.1", "2"), ("0.1", "3")])
    assert sorted(found) == ["mae", "mse", "rmse"]


# Refusals

BAD_ANSWER = "Let the model’s container answer"
BAD_LABEL = "Correct the test data"
NUMBERS, SCORES = ("1", "2"), ("1", "0.7")


@pytest.mark.parametrize(
    ("problem", "good", "bad", "wrong", "advice"),
    [
        (Problem.REGRESSION, NUMBERS, ("1", "high"), "the answer “high” is not a number", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "NaN"), "the answer “NaN” is not a finite number", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "-inf"), "the answer “-inf” is not a finite", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "1e999"), "the answer “1e999” is not a finite", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "1e200"), "“1e200” is too large a number", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "1_000"), "the answer “1_000” is not a number", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "  "), "the answer is empty", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "1,2"), "the answer “1,2” has 2 columns", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("1", "[1"), "has a bracket that does not close", BAD_ANSWER),
        (Problem.REGRESSION, NUMBERS, ("", "1"), "the label is empty", BAD_LABEL),
        (Problem.REGRESSION, NUMBERS, ("price", "1"), "the label “price” is not a number", BAD_LABEL),
        (Problem.REGRESSION, NUMBERS, ("nan", "1"), "the label “nan” is not a finite number", BAD_LABEL),
        (Problem.BINARY, SCORES, ("2", "0.5"), "the label “2” is neither 0 nor 1", BAD_LABEL),
        (Problem.BINARY, SCORES, ("0.5", "0.5"), "the label “0.5” is neither 0 nor 1", BAD_LABEL),
        (Problem.BINARY, SCORES, ("-1", "0.5"), "the label “-1” is neither 0 nor 1", BAD_LABEL),
        (Problem.BINARY, SCORES, ("Churned", "0.5"), "the label “Churned” is not a number", BAD_LABEL),
        (Problem.BINARY, SCORES, ("", "0.5"), "the label is empty", BAD_LABEL),
        (Problem.BINARY, SCORES, ("1", "1.01"), "the answer “1.01” is not between 0 and 1", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "-2.3"), "the answer “-2.3” is not between 0 and 1", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "nan"), "the answer “nan” is not a finite number", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "0_1"), "the answer “0_1” is not a number", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", ""), "the answer is empty", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "0.1,0.2,0.7"), "“0.1,0.2,0.7” has 3 columns", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "0.83,1"), "“0.83,1” is neither label,score nor", BAD_ANSWER),
        (Problem.BINARY, SCORES, ("1", "0.9,"), "“0.9,” has an empty column", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("2", "0.3,0.7"),
         "the label “2” is no class from 0 to 1, and the answers have 2 columns", BAD_LABEL),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("b", "0.3,0.7"), "the label “b” is no class", BAD_LABEL),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("-1", "0.3,0.7"), "the label “-1” is no class", BAD_LABEL),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "0.3,0.3,0.4"),
         "“0.3,0.3,0.4” has not as many columns as those before it: 3, not 2", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "1"), "as those before it: 1, not 2", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "0.3,x"), "the answer “x” is not a number", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "0,0"), "every class the probability 0", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "nan,1"), "“nan” is not a finite number", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "0.3,0.7"), ("1", "2, 8"), "“2” is not between 0 and 1", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "2"), ("1", "0.5"), "“0.5” is a number, but no class", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "2"), ("1.5", "2"), "“1.5” is a number, but no class", BAD_LABEL),
        (Problem.MULTICLASS, ("1", "2"), ("1", "inf"), "“inf” is not a finite number", BAD_ANSWER),
        (Problem.MULTICLASS, ("1", "2"), ("", "2"), "the label is empty", BAD_LABEL),
        (Problem.MULTICLASS, ("1", "2"), ("1", ""), "the answer is empty", BAD_ANSWER),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_scored_is_named_with_what_to_do(
    problem: Problem, good: tuple[str, str], bad: tuple[str, str], wrong: str, advice: str
) -> None:
    sentence = refusal_of(problem, [good, good, bad, good, bad], "s3://acme-ml/churn/test/")
    assert sentence.startswith("Line 3 of s3://acme-ml/churn/test/ cannot be scored: the ")
    assert wrong in sentence
    assert f". {advice}" in sentence


@pytest.mark.parametrize("problem", Problem)
def test_nothing_has_no_score(problem: Problem) -> None:
    assert refusal_of(problem, []) == (
        "There is nothing to score: the test data has no lines. Put labelled lines there."
    )


def test_a_regression_taken_for_classes_is_noticed() -> None:
    rows = [(str(n), str(n)) for n in range(1001)]
    assert "Line 1001 of the test data cannot be scored: the label “1000” is one class more than 1000" in (
        refusal_of(Problem.MULTICLASS, rows)
    )


def test_a_refusal_shows_little_of_a_long_answer_and_no_forged_mark() -> None:
    sentence = refusal_of(Problem.REGRESSION, [("1", "\ue000U0CEO\ue003\n" + "x" * 10_000)])
    assert "“U0CEO xxxxx" in sentence
    assert len(sentence) < 300


# Pairing


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("1,0.5,31\n", "1"), ("1", "1"), (" 1 ,2", "1"), ("1\t\r\n", "1"), ('"1",2', "1"), ('"1"\n', "1"),
        ('"Doe, John",2', "Doe, John"), ('"say ""hi""",2', 'say "hi"'), ('"open,2', '"open'), (",2", ""),
        ("\ufeff1,2", "1"), ('\ufeff"1",2', "1"),
    ],
)  # fmt: skip
def test_the_label_is_the_first_column(line: str, label: str) -> None:
    assert list(pairs([line], ["0.5\n"])) == [(label, "0.5\n")]


def test_empty_lines_are_skipped_on_both_sides() -> None:
    labels, answers = ["\n", "1,a", "", "  \r\n", "0,b\n", "\n"], ["0.9", "\n", "0.2", ""]
    assert list(pairs(labels, answers)) == [("1", "0.9"), ("0", "0.2")]


@pytest.mark.parametrize(("asked", "answered"), [(1000, 998), (998, 1000), (3, 0), (0, 2)])
def test_other_counts_of_lines_are_refused_by_their_numbers(asked: int, answered: int) -> None:
    with pytest.raises(Unreadable) as refused:
        list(pairs(["1,2"] * asked, ["0.5"] * answered, "churn/test.csv"))
    assert refused.value.sentence.startswith(
        f"The answers do not fit churn/test.csv: the transform answered {answered} of {asked} lines."
    )


def test_lines_are_paired_as_they_come() -> None:
    taken = []

    def lines() -> Iterator[str]:
        for number in range(10):
            taken.append(number)
            yield f"{number}\n"

    paired = pairs(lines(), lines())
    assert next(paired) == ("0", "0\n")
    assert taken == [0, 0]


# What holds for all data

UNHURRIED = settings(deadline=None, max_examples=60)  # each example draws hundreds of replicates

SCORES_ON_A_GRID = st.integers(0, 16).map(lambda sixteenth: sixteenth / 16)
BINARY_ROWS = st.lists(st.tuples(st.integers(0, 1), SCORES_ON_A_GRID), min_size=1, max_size=40)
CLASSES = st.integers(0, 4).map(str)
CLASS_ROWS = st.lists(st.tuples(CLASSES, CLASSES), min_size=1, max_size=40)
NUMBERS_NEAR = st.sampled_from([0.0, 1e9, -1e9, 1e-9]).flatmap(
    lambda offset: st.lists(
        st.tuples(*[st.floats(-10, 10).map(lambda noise: offset + noise)] * 2), min_size=1, max_size=30
    )
)


def written(rows: Sequence[tuple[object, object]]) -> list[tuple[str, str]]:
    return [(str(label), str(answer)) for label, answer in rows]


def both_classes(rows: Sequence[tuple[int, float]]) -> bool:
    return len({label for label, _ in rows}) == 2


@UNHURRIED
@given(rows=BINARY_ROWS | CLASS_ROWS, data=st.data())
def test_the_order_of_lines_changes_nothing(
    rows: Sequence[tuple[object, object]], data: st.DataObject
) -> None:
    problem = Problem.BINARY if isinstance(rows[0][0], int) else Problem.MULTICLASS
    shuffled = data.draw(st.permutations(rows))
    for each in (problem, Problem.REGRESSION):
        assert score(each, written(shuffled)) == score(each, written(rows))


@UNHURRIED
@given(rows=BINARY_ROWS.filter(both_classes))
def test_auc_is_the_share_of_pairs_in_their_right_order(rows: Sequence[tuple[int, float]]) -> None:
    positives, negatives = ([s for label, s in rows if label == wanted] for wanted in (1, 0))
    won = sum(Fraction(p > n) + Fraction(p == n, 2) for p in positives for n in negatives)
    assert values(Problem.BINARY, written(rows))["auc"] == float(won / (len(positives) * len(negatives)))


@UNHURRIED
@given(rows=BINARY_ROWS.filter(both_classes))
def test_turning_the_scores_round_turns_auc_round(rows: Sequence[tuple[int, float]]) -> None:
    turned = [(label, 1 - answer) for label, answer in rows]
    aucs = [values(Problem.BINARY, written(each))["auc"] for each in (rows, turned)]
    assert sum(aucs) == pytest.approx(1, rel=1e-15)


@UNHURRIED
@given(rows=BINARY_ROWS.filter(both_classes))
def test_every_point_of_the_curves_is_a_threshold(rows: Sequence[tuple[int, float]]) -> None:
    found = block(Problem.BINARY, written(rows))
    roc, pr = found["receiver_operating_characteristic_curve"], found["precision_recall_curve"]
    positives = sum(label for label, _ in rows)
    points, precisions = {(0.0, 0.0)}, {0.0: {1.0}}
    for threshold in {answer for _, answer in rows}:
        above = [label for label, answer in rows if answer >= threshold]
        recall = sum(above) / positives
        points.add(((len(above) - sum(above)) / (len(rows) - positives), recall))
        precisions.setdefault(recall, set()).add(sum(above) / len(above))
    drawn = list(zip(roc["false_positive_rates"], roc["true_positive_rates"], strict=True))
    assert set(drawn) == points  # so few that all are drawn
    assert drawn == sorted(drawn)
    assert all(p in precisions[r] for p, r in zip(pr["precisions"], pr["recalls"], strict=True))


def test_curves_of_very_many_thresholds_have_about_100_points_from_end_to_end() -> None:
    dice = random.Random(7)  # noqa: S311 - the same lines each time
    rows = [(str(int(number < 40)), repr(dice.random())) for number in range(20_000)]
    found = block(Problem.BINARY, rows)
    roc = found["receiver_operating_characteristic_curve"]
    assert 90 <= len(roc["true_positive_rates"]) <= 101
    assert (roc["true_positive_rates"][-1], roc["false_positive_rates"][-1]) == (1, 1)
    assert found["precision_recall_curve"]["precisions"][-1] == 40 / 20_000


@UNHURRIED
@given(rows=BINARY_ROWS)
def test_binary_counts_are_those_of_counting(rows: Sequence[tuple[int, float]]) -> None:
    found = block(Problem.BINARY, written(rows))
    for label in (0, 1):
        for answer in (0, 1):
            count = sum(row == (label, answer) for row in ((y, int(s >= 0.5)) for y, s in rows))
            assert found["confusion_matrix"][str(label)][str(answer)] == count
    right = sum(label == (answer >= 0.5) for label, answer in rows)
    assert found["accuracy"]["value"] == right / len(rows)


@UNHURRIED
@given(rows=CLASS_ROWS)
def test_multiclass_accuracy_is_the_share_of_right_answers(rows: Rows) -> None:
    found = values(Problem.MULTICLASS, rows)
    assert found["accuracy"] == sum(label == answer for label, answer in rows) / len(rows)
    assert found["weighted_recall"] == pytest.approx(found["accuracy"], rel=1e-14)
    assert all(0 <= value <= 1 + 1e-15 for value in found.values())


@UNHURRIED
@given(rows=NUMBERS_NEAR)
def test_regression_is_exact_far_from_zero_too(rows: Sequence[tuple[float, float]]) -> None:
    found = values(Problem.REGRESSION, [(repr(label), repr(answer)) for label, answer in rows])
    exact = [(Fraction(label), Fraction(answer)) for label, answer in rows]
    mse = sum((y - p) ** 2 for y, p in exact) / len(exact)
    mean = sum(y for y, _ in exact) / len(exact)
    variance = sum((y - mean) ** 2 for y, _ in exact) / len(exact)
    assert found["mae"] == pytest.approx(float(sum(abs(y - p) for y, p in exact) / len(exact)), rel=1e-12)
    assert found["mse"] == pytest.approx(float(mse), rel=1e-12)
    assert found["rmse"] == pytest.approx(math.sqrt(mse), rel=1e-12)
    if variance > 1e-200:
        assert found["r2"] == pytest.approx(float(1 - mse / variance), rel=1e-9, abs=1e-9)


def test_r2_is_exact_where_the_mean_cannot_be_written() -> None:
    last = math.ulp(1e9)
    rows = [(repr(1e9 + step * last), repr(1e9 + answer * last)) for step, answer in ((0, 1), (1, 1), (3, 2))]
    assert values(Problem.REGRESSION, rows)["r2"] == pytest.approx(1 - 2 / (14 / 3), rel=1e-9)


@UNHURRIED
@given(label=st.text(max_size=12), answer=st.text(max_size=12), problem=st.sampled_from(Problem))
def test_any_text_is_scored_or_unreadable(label: str, answer: str, problem: Problem) -> None:
    try:
        found = score(problem, [(label, answer)])
    except Unreadable as refused:
        assert refused.sentence.startswith("Line 1 of the test data cannot be scored: the ")  # noqa: PT017
    else:
        assert found["dataset"] == {"item_count": 1}


@pytest.mark.parametrize("problem", Problem)
def test_a_million_lines_fit_into_256_mb(problem: Problem) -> None:
    assert measure(problem, 1_000_000)["megabytes"] < MOST_MB
