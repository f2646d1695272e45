"""Scoring: a test transform's answers against the labels, as a report like any other."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import zip_longest
from typing import Final, assert_never

from bot.domain.bootstrap import Replicate
from bot.domain.refusals import Unreadable
from bot.domain.scoring_binary import binary, drawn_binary
from bot.domain.scoring_found import Scored
from bot.domain.scoring_multiclass import drawn_multiclass, multiclass
from bot.domain.scoring_regression import drawn_regression, regression

_QUOTED: Final = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?:,|$)')


class Problem(StrEnum):
    """What a model answers, in SageMaker Model Monitor's words."""

    REGRESSION = "regression"
    BINARY = "binary_classification"
    MULTICLASS = "multiclass_classification"


def score(
    problem: Problem, pairs: Iterable[tuple[str, str]], where: str = "the test data"
) -> dict[str, object]:
    """The document that SageMaker Model Monitor would write.

    Pairs are read once and none is kept; what stays is 8 to 32 bytes a line, and twice as much while it
    is sorted. The result does not depend on their order. A metric that the labels cannot give is left
    out: auc with labels of one class, r2 with labels of one value (SageMaker Developer Guide: Model
    Quality Metrics and Amazon CloudWatch Monitoring).

    Standard deviations are those of 200 bootstrap replicates, each of as many of the lines, at most
    2,000, drawn with a fixed seed; the document says so under `dataset`. What they cannot tell is
    "NaN" (`bootstrap.deviations`).

    Args:
        problem: What the model answers.
        pairs: Label and answer of each line: a number and a number (regression); 0 or 1 and a score
            from 0 to 1, 0.5 counting as 1 (binary); a class and a class, or a class from 0 to k-1 and
            k probabilities, the first of the highest counting as the answer (multiclass).
        where: What the lines are of, in the words of a refusal.

    Raises:
        Unreadable: There is no line, or one cannot be scored.
    """
    return _scored(problem, pairs, where).document(f"{problem}_metrics")


def _scored(problem: Problem, pairs: Iterable[tuple[str, str]], where: str) -> Scored:
    match problem:
        case Problem.REGRESSION:
            return regression(pairs, where)
        case Problem.BINARY:
            return binary(pairs, where)
        case Problem.MULTICLASS:
            return multiclass(pairs, where)
        case _:
            assert_never(problem)


def drawn_of(problem: Problem, pairs: Iterable[tuple[str, str]], where: str) -> Replicate:
    """What computes the metrics of `score` of drawn lines; their places are those of the pairs.

    Raises:
        Unreadable: There is no line, or one cannot be scored.
    """
    match problem:
        case Problem.REGRESSION:
            return drawn_regression(pairs, where)
        case Problem.BINARY:
            return drawn_binary(pairs, where)
        case Problem.MULTICLASS:
            return drawn_multiclass(pairs, where)
        case _:
            assert_never(problem)


def pairs(
    labels: Iterable[str], answers: Iterable[str], where: str = "the test data"
) -> Iterator[tuple[str, str]]:
    """Label and answer of each line, in lockstep; empty lines on either side are skipped.

    Args:
        labels: CSV lines whose first column is the label.
        answers: What the transform answered, one line for each of them.
        where: What the lines are of, in the words of a refusal.

    Raises:
        Unreadable: There are more lines on one side, which is known only at the end of both.
    """
    asked, answered = 0, 0
    for line, answer in zip_longest(_filled(labels), _filled(answers)):
        asked += line is not None
        answered += answer is not None
        if line is not None and answer is not None:
            yield _first_column(line), answer
    if asked != answered:
        raise Unreadable(
            f"The answers do not fit {where}: the transform answered {answered} of {asked} lines. See the "
            "transform job’s log for why, and let the container answer exactly one line for each."
        )


def features_of(line: str) -> str:
    """A line of test data without its first column, the label: what the model is asked."""
    line = line.removeprefix("\ufeff")
    if quoted := _QUOTED.match(line):
        return line[quoted.end() :]
    return line.partition(",")[2]


MEASURED: Final = frozenset(
    {
        *("mae", "mse", "rmse", "r2"),
        *("auc", "average_precision", "accuracy", "precision", "recall", "log_loss", "f0_5", "f1", "f2"),
        *("true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate"),
        *("weighted_precision", "weighted_recall", "weighted_f0_5", "weighted_f1", "weighted_f2"),
    }
)
"""All metrics that a test can give: where there was one, nobody's own claim stands in for it."""


def _filled(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if line.strip("\ufeff \t\r\n"))


def _first_column(line: str) -> str:
    line = line.removeprefix("\ufeff")
    if quoted := _QUOTED.match(line):
        return quoted[1].replace('""', '"')
    return line.partition(",")[0].strip()
