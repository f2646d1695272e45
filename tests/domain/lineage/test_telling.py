"""A thing of the lineage in words."""

import pytest

from bot.domain.lineage import keys, telling
from bot.domain.lineage.graph import Edge, Fact, Kind, Node, Relation, Witness
from bot.domain.model import Version

D, T = Witness.DESCRIBED, Witness.TAG
JOB = keys.job("training", "train")


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (Kind.DATA, {"rows": "7032", "files": "1", "bytes": "1468006"}, "7,032 rows, 1 file, 1.4 MB"),
        (Kind.DATA, {"manifest": "a1b2c3d4e5f6", "etag": "0"}, "content a1b2c3d4"),
        (Kind.DATA, {"files when it had been trained": "40"}, "40 files"),
        (Kind.DATA, {"rows": "²", "files": "many", "bytes": "²"}, "² rows, many files, ²"),
        (Kind.DATA, {}, ""),
        (Kind.JOB, {"status": "Completed", "ended": "2026-11-24T09:00:00+00:00"}, "2026-11-24"),
        (Kind.JOB, {"status": "Failed", "reason": "no memory"}, "Failed: no memory"),
        (Kind.JOB, {f"parameter p{n}": "1" for n in range(6)}, "p0 1, p1 1, p2 1, p3 1, … 2 more"),
        (Kind.ARTIFACT, {"bytes": "900", "sha256": "9f86d081884c"}, "900 B, content 9f86d081"),
        (Kind.IMAGE, {"digest": "sha256:0123456789abcdef01"}, "0123456789abcdef"),
        (
            Kind.VERSION,
            {"approval": "Approved", "status": "deleted"},
            "Approved, deleted from the registry",
        ),
        (
            Kind.PROMOTION,
            {"status": "live", "approved by": "ana", "live since": "2026-11-24T15:00:00+00:00"},
            "live, approved by ana, live since 2026-11-24",
        ),
        (Kind.PROMOTION, {}, ""),
        (Kind.ENDPOINT, {"status": "InService"}, ""),
        (Kind.ENDPOINT, {"status": "Failed"}, "Failed"),
        (Kind.OTHER, {"status": "Failed"}, ""),
    ],
)
def test_what_is_told_of_each_kind(kind: Kind, facts: dict[str, str], said: str) -> None:
    node = Node("x", kind, "x", tuple(Fact(name, value, D) for name, value in facts.items()))
    assert ", ".join(telling.told(node)) == said


def test_rows_may_be_known_of_the_edge_alone() -> None:
    read = Edge("s3://b/x/", JOB, Relation.READ_BY, (T,), (Fact("rows", "2000", T),))
    assert list(telling.told(Node("s3://b/x/", Kind.DATA, "s3://b/x/"), read)) == ["2,000 rows"]


def test_a_share_of_the_traffic_is_told_of_the_edge() -> None:
    edge = Edge("a", "b", Relation.SERVED_BY, (D,), (Fact("traffic", "90 %", D),))
    assert list(telling.told(keys.bare("endpoint:b"), edge)) == ["90 % of the traffic"]


@pytest.mark.parametrize(
    ("witnesses", "said"),
    [
        ((D, Witness.LINEAGE), ""),
        ((T,), "known from a tag"),
        ((D, T), "known from a tag too"),
        ((Witness.MANIFEST, T), "known from a sealed manifest, a tag"),
    ],
)
def test_only_unusual_witnesses_of_an_edge_are_named(witnesses: tuple[Witness, ...], said: str) -> None:
    assert telling.source(Edge("a", "b", Relation.READ_BY, witnesses)) == said
    assert not telling.source(None)


@pytest.mark.parametrize(
    ("node", "called"),
    [
        (keys.bare(keys.image("1.dkr.ecr.eu-west-1.amazonaws.com/team/xgboost:1.7")), "xgboost:1.7"),
        (keys.bare(keys.commit("4f2a9c1be07d")), "4f2a9c1b"),
        (keys.bare("s3://b/`x`"), "s3://b/'x'"),
        (keys.bare(f"s3://b/{'x' * 60}.csv"), f"s3://b/{'x' * 22}…{'x' * 25}.csv"),
    ],
)
def test_a_name_is_short_and_keeps_both_ends(node: Node, called: str) -> None:
    assert telling.name(node) == called
    assert len(telling.name(node)) <= telling.LONGEST


def test_a_job_is_called_by_its_kind() -> None:
    assert telling.what(keys.bare(JOB)) == "training job"
    assert telling.what(keys.bare(keys.version(Version("churn", 1)))) == "version"
