"""What takes long says so; what does not says nothing."""

import threading

import pytest

from bot.slack.patience import UNDER_WAY, patient


@pytest.mark.parametrize("asked", ["lineage churn", " LINEAGE s3://b/", "recall.freeze"])
def test_what_takes_longer_than_a_moment_is_announced_once(asked: str) -> None:
    told, heard = list[str](), threading.Event()

    def tell(sentence: str) -> None:
        told.append(sentence)
        heard.set()

    with patient(tell, asked, moment=0.01):
        assert heard.wait(5)
    assert told == [UNDER_WAY]


def test_what_is_answered_at_once_is_not() -> None:
    told: list[str] = []
    with patient(told.append, "lineage churn", moment=60):
        pass
    assert told == []


@pytest.mark.parametrize("asked", ["pending", "promotion.approve", "", "lineages"])
def test_nor_is_what_takes_no_time(asked: str) -> None:
    before = threading.active_count()
    with patient(lambda _: pytest.fail("told"), asked, moment=0):
        assert threading.active_count() == before


def test_trouble_with_telling_is_no_trouble_with_the_answer() -> None:
    heard = threading.Event()

    def tell(_: str) -> None:
        heard.set()
        raise OSError("Slack is down")

    with patient(tell, "lineage churn", moment=0.01):
        assert heard.wait(5)


def test_an_error_passes_through_and_ends_the_waiting() -> None:
    before = threading.active_count()
    with pytest.raises(KeyError), patient(print, "lineage churn", moment=60):
        raise KeyError
    assert threading.active_count() == before
