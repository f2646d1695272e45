"""Walks through SageMaker's graph: pages, depth, cycles, bounds."""

import pytest

from bot.aws.lineage_reading import MOST_QUERIES, Kept, Reading
from bot.aws.lineage_walk import Walk
from bot.domain.lineage.graph import Gap
from tests.aws.lineage_on_paper import ACCOUNT, Paper, error


def artifact(name: str) -> str:
    return f"{ACCOUNT}:artifact/{name}"


def chain(paper: Paper, length: int) -> list[str]:
    """So many artifacts, each made of the one before; the last one is the end."""
    arns = [artifact(f"a{place:04}") for place in range(length)]
    paper.leads(*arns)
    return arns


def walked(paper: Paper, *starts: str) -> Walk:
    walk = Walk(Reading(paper, Kept()))
    walk.ascend(starts)
    return walk


@pytest.mark.parametrize(
    ("length", "queries"), [(1, 1), (10, 1), (11, 2), (12, 2), (21, 3), (101, 11)], ids=str
)
def test_a_chain_of_any_length_is_walked_to_its_beginning(length: int, queries: int) -> None:
    paper = Paper()
    arns = chain(paper, length)
    walk = walked(paper, arns[-1])
    assert walk.types.keys() == set(arns)
    assert len(walk.associations) == length - 1
    assert paper.count("query_lineage") == queries


def test_all_pages_are_read() -> None:
    paper = Paper()
    paper.page = 3
    sources = [artifact(f"s{place}") for place in range(10)]
    for source in sources:
        paper.leads(source, artifact("end"))
    walk = walked(paper, artifact("end"))
    assert walk.types.keys() == {*sources, artifact("end")}
    assert paper.count("query_lineage") == 4


def test_a_cycle_ends() -> None:
    paper = Paper()
    arns = chain(paper, 30)
    paper.leads(arns[-1], arns[0])
    walk = walked(paper, arns[-1])
    assert len(walk.associations) == 30
    starts = [asked["StartArns"][0] for _, asked in paper.asked]
    assert len(starts) == len(set(starts))


def test_what_lies_within_another_query_is_not_asked_again() -> None:
    paper = Paper()
    arns = chain(paper, 11)
    walked(paper, arns[-1], arns[3])
    assert sorted(asked["StartArns"][0] for _, asked in paper.asked) == [arns[3], arns[-1]]


def test_a_walk_that_is_too_long_says_where_it_stopped() -> None:
    paper = Paper()
    arns = chain(paper, 10 * MOST_QUERIES + 50)
    walk = walked(paper, arns[-1])
    assert paper.count("query_lineage") == MOST_QUERIES
    assert walk.reading.gaps == {
        Gap(arns[-1 - 10 * MOST_QUERIES], f"it is too large to be read with {MOST_QUERIES} calls")
    }


def test_where_a_page_fails_those_before_it_count_and_the_start_has_a_gap() -> None:
    paper = Paper()
    paper.page = 2
    for place in range(5):
        paper.leads(artifact(f"s{place}"), artifact("end"))
    paper.says("query_lineage", f"{artifact('end')}2", error("ThrottlingException"))
    walk = walked(paper, artifact("end"))
    assert len(walk.associations) == 2
    assert walk.reading.gaps == {Gap(artifact("end"), "SageMaker is throttling")}


def test_of_two_starts_that_one_fails_does_not_hide_the_other() -> None:
    paper = Paper()
    paper.leads(artifact("a"), artifact("one"))
    paper.says("query_lineage", artifact("other"), error("InternalFailure", status=500))
    walk = walked(paper, artifact("one"), artifact("other"))
    assert artifact("a") in walk.types
    assert walk.reading.gaps == {Gap(artifact("other"), "SageMaker could not answer")}
