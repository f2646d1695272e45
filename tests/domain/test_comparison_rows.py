"""Rows: which of the champion's metrics stands beside one of the candidate's."""

from bot.domain.comparison_rows import Beside
from bot.domain.meaning import Meanings
from bot.domain.report import Metric, Report


def report(*names: str) -> Report:
    return Report("home-made", "s3://b/x.json", "", tuple(Metric(name, 0.5) for name in names))


def champions(wanted: str, *names: str) -> Metric | None:
    return Beside(report(wanted), report(*names), None, Meanings()).theirs(wanted)


def test_the_only_other_spelling_is_the_same_metric() -> None:
    assert champions("roc-auc", "roc_auc", "f1") == Metric("roc_auc", 0.5)


def test_of_several_other_spellings_none_is() -> None:
    assert champions("roc-auc", "roc_auc", "roc auc", "roc.auc") is None


def test_what_is_spelled_exactly_so_counts_however_many_others_there_are() -> None:
    assert champions("roc-auc", "roc_auc", "roc-auc", "roc auc") == Metric("roc-auc", 0.5)


def test_nothing_grows_with_each_name_of_one_spelling() -> None:
    both = Beside(report("a-b"), report(*(f"a{'_' * n}b" for n in range(1, 500))), None, Meanings())
    assert both.theirs("a-b") is None
    assert list(both._respelled.values()) == [None]  # noqa: SLF001 - what is kept of them is no list
