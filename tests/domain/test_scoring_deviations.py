"""The deviations of a scored test, beside the formulas that statistics has for them."""

import json
import math
import random
import statistics
from collections.abc import Sequence

import pytest

from bot.domain import bootstrap
from bot.domain.formats import parse_report
from bot.domain.report import Metric
from bot.domain.scoring import Problem, score

Rows = Sequence[tuple[str, str]]
ALL, SOME, SAMPLED = 600, 5000, 21_000  # as many as there are, 2,000 of them, 2,000 of 20,000 of them


@pytest.fixture
def few_replicates(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what holds for any number of them."""
    monkeypatch.setattr(bootstrap, "REPLICATES", 10)


def metrics(problem: Problem, rows: Rows) -> dict[str, Metric]:
    report = parse_report(json.dumps(score(problem, rows), allow_nan=False).encode(), "s3://acme-ml/r.json")
    return {metric.name: metric for metric in report.metrics}


def deviations(problem: Problem, rows: Rows) -> dict[str, float | None]:
    return {name: metric.deviation for name, metric in metrics(problem, rows).items()}


def scores(n: int, positives: float = 0.3, gap: float = 0.2) -> list[tuple[str, str]]:
    dice = random.Random(n)  # noqa: S311 - the same lines each time
    labels = [int(number < n * positives) for number in range(n)]
    return [(str(y), repr(min(1, max(0, dice.gauss(0.4 + gap * y, 0.2))))) for y in labels]


def numbers(n: int, labels: int = 0) -> list[tuple[str, str]]:
    """Houses' prices, of which there are so many, if any number, with an error that grows with them."""
    dice = random.Random(n)  # noqa: S311 - the same lines each time
    prices = [dice.randrange(labels) * 10 if labels else dice.gauss(300, 100) for _ in range(n)]
    return [(repr(price), repr(price + dice.gauss(5, 10 + abs(price) / 10))) for price in prices]


def classes(n: int) -> list[tuple[str, str]]:
    dice = random.Random(n)  # noqa: S311 - the same lines each time
    rows = []
    for _ in range(n):
        likely, label = [dice.random() for _ in range(3)], dice.choice("0012")
        likely[int(label)] += 0.5
        rows.append((label, ",".join(repr(share / sum(likely)) for share in likely)))
    return rows


@pytest.mark.parametrize("problem", Problem)
def test_the_reader_of_reports_finds_nothing_odd_in_them(problem: Problem) -> None:
    document = json.dumps(score(problem, [("0", "0"), ("1", "1"), ("1", "0")])).encode()
    assert parse_report(document, "s3://acme-ml/r.json").oddities == ()


# Beside formulas


def of_a_share(share: float, n: int) -> object:
    return pytest.approx(math.sqrt(share * (1 - share) / n), rel=0.15)


@pytest.mark.parametrize("n", [100, ALL, SOME])
def test_rates_deviate_as_shares_do(n: int) -> None:
    rows = scores(n)
    found, positives = metrics(Problem.BINARY, rows), sum(label == "1" for label, _ in rows)
    for name, among in (("accuracy", n), ("recall", positives), ("false_positive_rate", n - positives)):
        assert found[name].deviation == of_a_share(found[name].value, among)
    assert found["recall"].deviation == found["false_negative_rate"].deviation


@pytest.mark.parametrize(("n", "gap"), [(100, 0.2), (ALL, 0.05), (ALL, 0.4), (SOME, 0.4)])
def test_auc_deviates_as_hanley_and_mcneil_say(n: int, gap: float) -> None:
    rows = scores(n, gap=gap)
    found, positives = metrics(Problem.BINARY, rows)["auc"], sum(label == "1" for label, _ in rows)
    auc = found.value
    negatives, q1, q2 = n - positives, auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    expected = math.sqrt(variance / (positives * negatives))
    assert found.deviation == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize(("n", "labels"), [(ALL, 0), (ALL, 40), (SOME, 3), (SAMPLED, 0), (SAMPLED, 3)])
def test_errors_of_a_regression_deviate_by_the_delta_method(n: int, labels: int) -> None:
    rows = numbers(n, labels)
    wanted, errors = [float(y) for y, _ in rows], [float(y) - float(p) for y, p in rows]
    mean, mse = statistics.fmean(wanted), statistics.fmean(error**2 for error in errors)
    spread = statistics.pvariance(wanted)
    influence = {
        "mae": [abs(error) for error in errors],
        "mse": [error**2 for error in errors],
        "rmse": [error**2 / (2 * math.sqrt(mse)) for error in errors],
        "r2": [
            mse * (y - mean) ** 2 / spread**2 - error**2 / spread
            for y, error in zip(wanted, errors, strict=True)
        ],
    }
    assert deviations(Problem.REGRESSION, rows) == {
        metric: pytest.approx(statistics.stdev(values) / math.sqrt(n), rel=0.15)
        for metric, values in influence.items()
    }


@pytest.mark.parametrize("n", [ALL, SOME])
def test_classes_deviate_as_shares_and_means_do(n: int) -> None:
    rows = classes(n)
    found = metrics(Problem.MULTICLASS, rows)
    shares = [[float(column) for column in answer.split(",")] for _, answer in rows]
    losses = [-math.log(row[int(y)] / sum(row)) for (y, _), row in zip(rows, shares, strict=True)]
    assert found["log_loss"].deviation == pytest.approx(statistics.stdev(losses) / math.sqrt(n), rel=0.15)
    for name in ("accuracy", "weighted_recall"):
        assert found[name].deviation == of_a_share(found[name].value, n)
    assert None not in {metric.deviation for metric in found.values()}


@pytest.mark.parametrize(
    ("problem", "rows"),
    [
        (Problem.BINARY, scores(500)),
        (Problem.REGRESSION, numbers(1500)),
        (Problem.MULTICLASS, classes(500)),
    ],
)
def test_sixteen_times_the_lines_have_a_quarter_of_every_deviation(problem: Problem, rows: Rows) -> None:
    few, many = (deviations(problem, [*rows] * times) for times in (1, 16))
    for metric, deviation in few.items():
        assert deviation
        assert many[metric] == pytest.approx(deviation / 4, rel=0.2)


# What holds for all


@pytest.mark.usefixtures("few_replicates")
@pytest.mark.parametrize(
    ("problem", "rows"),
    [
        (Problem.BINARY, scores(2500)),
        (Problem.BINARY, [(y, f"{float(p):.1f}") for y, p in scores(2500)]),
        (Problem.REGRESSION, numbers(1000)),
        (Problem.REGRESSION, numbers(21_000)),
        (Problem.REGRESSION, numbers(21_000, labels=7)),
        (Problem.REGRESSION, [("0.0", "1"), ("-0.0", "2"), ("0", "-0.0")] * 7000),
        (Problem.MULTICLASS, classes(2500)),
        (Problem.MULTICLASS, [(y, y if len(p) % 3 else "0") for y, p in classes(2500)]),
    ],
)
def test_the_order_of_lines_changes_no_deviation(problem: Problem, rows: Rows) -> None:
    shuffled = random.Random(1).sample(rows, len(rows))  # noqa: S311 - the same order each time
    first = score(problem, rows)
    assert json.dumps(score(problem, shuffled)) == json.dumps(first), "byte by byte"
    assert first["dataset"] == {
        "item_count": len(rows),
        "deviations": {"method": "bootstrap", "replicates": 10, "rows": min(len(rows), 2000)},
    }


@pytest.mark.parametrize(
    ("problem", "row"),
    [(Problem.BINARY, ("1", "0.7")), (Problem.REGRESSION, ("1", "2")), (Problem.MULTICLASS, ("a", "b"))],
)
def test_one_line_has_no_deviation(problem: Problem, row: tuple[str, str]) -> None:
    assert set(deviations(problem, [row]).values()) == {None}
    assert score(problem, [row])["dataset"] == {"item_count": 1}


def test_lines_of_one_class_have_the_deviations_of_what_they_give() -> None:
    found = deviations(Problem.BINARY, [("1", p) for _, p in scores(200)])
    assert "auc" not in found
    assert found["accuracy"] == found["recall"]
    assert found["precision"] is None, "every answer of 1 is right"
    assert found["log_loss"]


def test_of_one_positive_too_few_replicates_say_what_its_rank_is_worth() -> None:
    rows = [("1", "0.8"), *[("0", p) for _, p in scores(4000)]]
    found = deviations(Problem.BINARY, rows)  # of 2,000 lines drawn, 4 in 10 times
    assert found["auc"] is None
    assert found["recall"] is None
    assert found["accuracy"]


def test_constant_scores_rank_nothing_and_hit_by_chance() -> None:
    rows = [("0", "0.7")] * 300 + [("1", "0.7")] * 100
    found = deviations(Problem.BINARY, rows)
    assert found["auc"] is found["recall"] is found["false_positive_rate"] is None
    assert found["accuracy"] == found["precision"] == pytest.approx(math.sqrt(0.25 * 0.75 / 400), rel=0.15)


def test_answers_without_a_mistake_do_not_say_how_rare_mistakes_are() -> None:
    found = deviations(Problem.MULTICLASS, [("a", "a"), ("b", "b"), ("c", "c")] * 5)
    assert set(found.values()) == {None}
    assert set(deviations(Problem.REGRESSION, [("1", "1"), ("2", "2")] * 5).values()) == {None}


@pytest.mark.usefixtures("few_replicates")
def test_labels_of_one_value_have_errors_with_deviations() -> None:
    found = deviations(Problem.REGRESSION, [("3", p) for _, p in scores(25_000)])
    assert sorted(found) == ["mae", "mse", "rmse"]
    assert all(found.values())


@pytest.mark.usefixtures("few_replicates")
def test_numbers_at_the_end_of_what_can_be_squared_have_deviations() -> None:
    rows = [(repr(float(y) * 1e137), repr(float(p) * 1e137)) for y, p in numbers(500)]
    plain, large = (deviations(Problem.REGRESSION, each) for each in (numbers(500), rows))
    assert large["mse"] == pytest.approx((plain["mse"] or 0) * 1e274, rel=1e-3)
    assert large["r2"] == plain["r2"]
