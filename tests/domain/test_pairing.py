"""Pairing: deviations of differences beside the formulas that statistics has for them, and what pairs."""

import json
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.domain.pairing import MOST_BYTES, Keeping, Lines, paired
from bot.domain.refusals import Unreadable
from bot.domain.scoring import Problem, score

Rows = Sequence[tuple[str, str]]
ALL, MANY = 600, 8000  # as many as are kept, and of how many 2,000 are


def kept(problem: Problem, rows: Rows, most: int = 2000, most_bytes: int = MOST_BYTES) -> Lines:
    keeping = Keeping(problem, most, most_bytes)
    assert list(keeping.passing(rows)) == list(rows)
    return keeping.lines()


def scores(n: int, noise: float = 0.0, positives: float = 0.3) -> list[tuple[str, str]]:
    """What a model answers to these lines; one with noise answers nearly the same."""
    dice, other = random.Random(n), random.Random(n + 1)  # noqa: S311 - the same lines each time
    found = []
    for _ in range(n):
        label = int(dice.random() < positives)
        likely = dice.gauss(0.4 + 0.2 * label, 0.2) + noise * other.gauss(0.02, 1)
        found.append((str(label), repr(min(1.0, max(0.0, likely)))))
    return found


def prices(n: int, noise: float = 0.0) -> list[tuple[str, str]]:
    dice, other = random.Random(n), random.Random(n + 1)  # noqa: S311 - the same lines each time
    found = []
    for _ in range(n):
        price = dice.gauss(300, 100)
        found.append(
            (repr(price), repr(price + dice.gauss(5, 10 + abs(price) / 10) + noise * other.gauss(0, 1)))
        )
    return found


def classes(n: int, noise: float = 0.0) -> list[tuple[str, str]]:
    dice, other = random.Random(n), random.Random(n + 1)  # noqa: S311 - the same lines each time
    found = []
    for _ in range(n):
        likely, label = [dice.random() for _ in range(3)], int(dice.random() * 3)
        likely[label] += 0.5
        likely = [share + noise * other.random() for share in likely]
        found.append((str(label), ",".join(repr(share / sum(likely)) for share in likely)))
    return found


# Beside formulas


def right(rows: Rows) -> list[bool]:
    return [(label == "1") == (float(answer) >= 0.5) for label, answer in rows]


@pytest.mark.parametrize("n", [ALL, MANY])
def test_accuracies_differ_as_mcnemar_says(n: int) -> None:
    ours, theirs = scores(n), scores(n, noise=0.1)
    both = list(zip(right(ours), right(theirs), strict=True))
    won, lost = both.count((True, False)), both.count((False, True))
    expected = math.sqrt(won + lost - (won - lost) ** 2 / n) / n
    found = paired(kept(Problem.BINARY, ours), kept(Problem.BINARY, theirs))
    assert found["accuracy"] == pytest.approx(expected, rel=0.15)


def placements(rows: Rows) -> tuple[list[float], list[float]]:
    """Of each positive the share of negatives below it, of each negative that of the positives above."""
    sides = [[float(answer) for label, answer in rows if label == wanted] for wanted in ("0", "1")]
    negatives, positives = sides
    return (
        [sum(one > other for other in negatives) / len(negatives) for one in positives],
        [sum(other > one for other in positives) / len(positives) for one in negatives],
    )


def test_areas_differ_as_delong_says() -> None:
    ours, theirs = scores(ALL), scores(ALL, noise=0.1)
    variance = 0.0
    for first, second in zip(placements(ours), placements(theirs), strict=True):
        apart = [one - other for one, other in zip(first, second, strict=True)]
        variance += statistics.variance(apart) / len(apart)
    found = paired(kept(Problem.BINARY, ours), kept(Problem.BINARY, theirs))
    assert found["auc"] == pytest.approx(math.sqrt(variance), rel=0.15)


@pytest.mark.parametrize("n", [ALL, MANY])
def test_mean_errors_differ_as_means_of_pairs_do(n: int) -> None:
    ours, theirs = prices(n), prices(n, noise=20)
    errors = [[abs(float(y) - float(p)) for y, p in rows] for rows in (ours, theirs)]
    found = paired(kept(Problem.REGRESSION, ours), kept(Problem.REGRESSION, theirs))
    for metric, power in (("mae", 1), ("mse", 2)):
        apart = [one**power - other**power for one, other in zip(*errors, strict=True)]
        assert found[metric] == pytest.approx(statistics.stdev(apart) / math.sqrt(n), rel=0.2)


def test_losses_of_classes_differ_as_means_of_pairs_do() -> None:
    ours, theirs = classes(ALL), classes(ALL, noise=0.3)
    losses = [
        [-math.log(float(answer.split(",")[int(label)])) for label, answer in rows] for rows in (ours, theirs)
    ]
    apart = [one - other for one, other in zip(*losses, strict=True)]
    found = paired(kept(Problem.MULTICLASS, ours), kept(Problem.MULTICLASS, theirs))
    assert found["log_loss"] == pytest.approx(statistics.stdev(apart) / math.sqrt(ALL), rel=0.15)


# Against deviations of two numbers that were measured apart


def apart(problem: Problem, *tests: Rows) -> dict[str, float]:
    documents = [score(problem, rows)[f"{problem}_metrics"] for rows in tests]
    return {
        metric: math.hypot(*(document[metric]["standard_deviation"] for document in documents))  # type: ignore[index]
        for metric in ("mae", "auc", "accuracy", "log_loss")
        if metric in documents[0]  # type: ignore[operator]
    }


@pytest.mark.parametrize(
    ("problem", "ours", "theirs"),
    [
        (Problem.BINARY, scores(ALL), scores(ALL, noise=0.05)),
        (Problem.REGRESSION, prices(ALL), prices(ALL, noise=5)),
        (Problem.MULTICLASS, classes(ALL), classes(ALL, noise=0.1)),
    ],
)
def test_models_that_answer_nearly_alike_differ_much_less_than_tests_on_other_lines_would(
    problem: Problem, ours: Rows, theirs: Rows
) -> None:
    first, second = kept(problem, ours), kept(problem, theirs)
    found, alone = paired(first, second), apart(problem, ours, theirs)
    assert alone
    for metric, spread in alone.items():
        assert found[metric] < spread / 2, metric
    assert found == paired(first, second), "the same each time"
    assert found == paired(second, first), "whoever comes first"
    shuffled = random.Random(1).sample(range(ALL), ALL)  # noqa: S311 - the same order each time
    mixed = replace(first, indexes=tuple(shuffled), pairs=tuple(first.pairs[place] for place in shuffled))
    assert found == paired(mixed, second), "in whatever order its lines are"


def test_models_that_have_nothing_in_common_differ_as_on_other_lines() -> None:
    dice = random.Random(7)  # noqa: S311 - the same lines each time
    ours, theirs = ([("1", repr(dice.random())) for _ in range(ALL)] for _ in range(2))
    found = paired(kept(Problem.BINARY, ours), kept(Problem.BINARY, theirs))
    assert found["accuracy"] == pytest.approx(apart(Problem.BINARY, ours, theirs)["accuracy"], rel=0.15)


def test_the_same_in_every_python() -> None:
    # Written down from Python 3.11: a comparison must not change with the interpreter.
    ours, theirs = (
        [(str(number * 3 // 4 % 2), f"0.{number * step % 100:02}") for number in range(60)]
        for step in (37, 39)
    )
    first, second = (kept(Problem.BINARY, each, most=40) for each in (ours, theirs))
    assert first.indexes[:8] == (0, 1, 2, 3, 4, 7, 8, 9)
    assert paired(first, second)["auc"] == 0.1219


# Of what nothing is known


def test_of_one_line_nothing_is_known() -> None:
    assert paired(kept(Problem.BINARY, [("1", "0.7")]), kept(Problem.BINARY, [("1", "0.8")])) == {}


def test_the_same_answers_and_those_that_differ_by_rounding_do_not_differ() -> None:
    ours, rounded = prices(50), [(y, repr(float(p) * (1 + 2**-52))) for y, p in prices(50)]
    assert rounded != ours
    first = kept(Problem.REGRESSION, ours)
    assert paired(first, first) == paired(first, kept(Problem.REGRESSION, rounded)) == {}


def test_what_differs_by_the_same_in_every_replicate_has_no_deviation() -> None:
    rows = [(repr(float(y)), repr(float(y) + 8)) for y in range(50)]
    other = [(y, repr(float(p) + 1)) for y, p in rows]
    assert set(paired(kept(Problem.REGRESSION, rows), kept(Problem.REGRESSION, other))) <= {"r2"}


def test_scores_in_the_same_order_rank_alike_and_still_lose_otherwise() -> None:
    squared = [(y, repr(float(p) ** 2)) for y, p in scores(200)]
    found = paired(kept(Problem.BINARY, scores(200)), kept(Problem.BINARY, squared))
    assert "auc" not in found
    assert found["log_loss"]


def test_labels_of_one_class_have_what_they_give() -> None:
    ours, theirs = ([("0", p) for _, p in scores(200, noise)] for noise in (0.0, 0.1))
    found = paired(kept(Problem.BINARY, ours), kept(Problem.BINARY, theirs))
    assert "auc" not in found
    assert found["accuracy"] == found["false_positive_rate"]


@pytest.mark.parametrize(("positives", "known"), [(0.0, False), (0.02, False), (0.5, True)])
def test_a_sample_with_hardly_a_line_of_a_class_does_not_stand_for_all(
    positives: float,
    known: bool,  # noqa: FBT001 - a column of the table
) -> None:
    tests = [kept(Problem.BINARY, scores(400, noise, positives), most=100) for noise in (0.0, 0.1)]
    assert bool(paired(*tests)) is known


CASES: dict[str, Callable[[Lines], Lines]] = {
    "another problem": lambda one: replace(one, problem=Problem.MULTICLASS),
    "more lines": lambda one: replace(one, total=one.total + 1),
    "another label": lambda one: replace(one, pairs=(("2", one.pairs[0][1]), *one.pairs[1:])),
    "other indexes": lambda one: replace(one, indexes=tuple(index + 1 for index in one.indexes)),
    "no lines": lambda one: replace(one, indexes=(), pairs=()),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_not_tested_on_the_same_is_not_paired(name: str) -> None:
    ours, theirs = kept(Problem.BINARY, scores(50)), kept(Problem.BINARY, scores(50, noise=0.1))
    assert paired(ours, theirs)
    assert paired(ours, CASES[name](theirs)) == {}


def test_samples_of_which_neither_is_part_of_the_other_are_not_of_the_same_lines() -> None:
    ours, theirs = (
        kept(Problem.REGRESSION, [("1", p) for _, p in scores(50, noise)], most=40) for noise in (0.0, 0.1)
    )
    assert paired(ours, theirs)
    moved = replace(theirs, indexes=tuple(index + 1 for index in theirs.indexes))
    assert len(set(ours.indexes) & set(moved.indexes)) > 20
    assert paired(ours, moved) == {}


def test_what_cannot_be_scored_is_refused() -> None:
    ours = kept(Problem.BINARY, scores(50))
    with pytest.raises(Unreadable, match="Line 1 of the sample cannot be scored"):
        paired(ours, replace(ours, pairs=(("0", "maybe"), *ours.pairs[1:])))


# What is kept


def test_all_of_few_lines_are_kept_and_of_many_as_many_as_may_be() -> None:
    rows = scores(5000)
    few, many = kept(Problem.BINARY, rows[:2000]), kept(Problem.BINARY, rows)
    assert (few.total, few.indexes, few.pairs) == (2000, tuple(range(2000)), tuple(rows[:2000]))
    assert (many.total, len(many.indexes)) == (5000, 2000)
    assert many.pairs == tuple(rows[index] for index in many.indexes)
    assert [sum(index // 1000 == part for index in many.indexes) for part in range(5)] == pytest.approx(
        [400] * 5, rel=0.15
    )


def test_long_answers_leave_fewer_lines_that_are_among_those_of_short_ones() -> None:
    labels = [label for label, _ in scores(3000)]
    short = [(label, "0.5") for label in labels]
    long = [(label, f'{"x" * (number % 90)}"ü"') for number, label in enumerate(labels)]
    most_bytes = 20_000
    many = kept(Problem.BINARY, short, most_bytes=10 * most_bytes)
    few = kept(Problem.BINARY, long, most_bytes=most_bytes)
    assert 100 < len(few.pairs) < len(many.pairs) == 2000
    assert set(few.indexes) < set(many.indexes)
    assert few.indexes == kept(Problem.BINARY, short, most=len(few.pairs)).indexes
    written = len(json.dumps({"indexes": few.indexes, "pairs": few.pairs}))
    assert most_bytes * 0.9 < written < most_bytes + 50


def test_what_was_too_long_to_be_kept_leaves_no_place_to_lines_that_come_after_it() -> None:
    rows = [("0", "x" * 900), *[("0", "0.5")] * 20]
    lines = kept(Problem.BINARY, rows, most_bytes=800)
    assert 0 < len(lines.pairs) < 20
    assert lines.indexes == kept(Problem.BINARY, [("0", "0.5")] * 21, most=len(lines.pairs)).indexes


def test_lines_of_which_one_test_kept_fewer_are_paired_by_those_that_both_have() -> None:
    ours, theirs = scores(1000), scores(1000, noise=0.1)
    alike = paired(*(kept(Problem.BINARY, rows, most=300) for rows in (ours, theirs)))
    assert alike
    assert paired(kept(Problem.BINARY, ours), kept(Problem.BINARY, theirs, most=300)) == alike


def test_where_no_answer_is_short_enough_nothing_is_kept() -> None:
    lines = kept(Problem.BINARY, [("0", "x" * 900)] * 5, most_bytes=500)
    assert (lines.total, lines.pairs) == (5, ())
    assert paired(lines, replace(lines)) == {}
