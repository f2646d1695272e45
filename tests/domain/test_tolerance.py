"""Tolerance where the champion's number is not known: somebody must be told, or it passes in silence."""

import math

import pytest

from bot.domain.comparison import weigh
from tests.domain.weighing import CHAMPION, Values, report, weighed

REMEDY = "Name `test_data` in mlops.toml, and both are tested on the same"


def unknown(names: str) -> str:
    why = "nobody knows what churn:11’s is"
    return f"Nobody can say whether the tolerance of {names} is met: {why}. {REMEDY}"


@pytest.mark.parametrize(
    ("candidate", "champion", "tolerance", "warnings"),
    [
        # no number, none of that name, or more than one that could be meant
        ({"auc": 0.3}, {"auc": math.nan}, {"auc": 0.005}, (unknown("auc"),)),
        ({"auc": 0.3}, {"auc": math.inf}, {"auc": 0.005}, (unknown("auc"),)),
        ({"auc": 0.3}, {"f1": 0.9}, {"auc": 0.005}, (unknown("auc"),)),
        ({"auc": 0.3}, {"AUC": 0.9, "Auc": 0.95}, {"auc": 0.005}, (unknown("auc"),)),
        # nobody has one: the candidate's does not matter then
        ({"f1": 0.9}, {"f1": 0.9}, {"auc": 0.005}, (unknown("auc"),)),
        ({"auc": math.nan}, {"auc": math.nan}, {"auc": 0.005}, (unknown("auc"),)),
        # one warning for all of them
        ({"auc": 0.3, "f1": 0.3}, {"recall": 0.9}, {"auc": 0, "f1": 0}, (unknown("auc and f1"),)),
        # of several parts, what is known is judged and what is not is told
        ({"auc[EU]": 0.9, "auc[US]": 0.3}, {"auc[EU]": 0.9, "auc[US]": math.nan}, {"auc": 0.005},
         (unknown("auc[US]"),)),
        ({"auc[EU]": 0.5, "auc[US]": 0.3}, {"auc[EU]": 0.75, "auc[US]": math.nan}, {"auc": 0.005},
         ("auc[EU] is 0.25 worse than churn:11’s; 0.005 is tolerated", unknown("auc[US]"))),
        # a slice that is new has nothing to be worse than
        ({"auc[EU]": 0.9, "auc[US]": 0.3}, {"auc[EU]": 0.9}, {"auc": 0.005}, ()),
        # where nothing is live
        ({"auc": 0.3}, None, {"auc": 0.005}, ()),
    ],
)  # fmt: skip
def test_a_tolerance_that_cannot_be_judged_is_a_warning(
    candidate: Values, champion: Values | None, tolerance: Values, warnings: tuple[str, ...]
) -> None:
    assert weighed(candidate, champion, tolerance=tolerance).warnings == warnings


def test_where_nothing_is_known_of_the_champion_whoever_looked_for_it_says_so() -> None:
    assert weigh(report({"auc": 0.3}), None, CHAMPION, [], {"auc": 0.005}).warnings == ()
