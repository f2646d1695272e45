"""Recalls and histories of every sort, for the tests of how they look."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.lineage.overlaps import touching
from bot.domain.lineage.recall import recall
from bot.domain.model import Version
from bot.domain.promotion import Consent, Promotion, Status
from bot.domain.wording import person
from bot.usecases.contain import Contained
from bot.usecases.traced import Asked, Exposed, Happening, History, Recalled
from tests.slack.cards import CARDS
from tests.slack.lineages import EVIL_NAME, NOON

RAW: Final = "s3://acme-ml/raw/2026-11/"
_BY: Final = (Witness.DESCRIBED,)


def _trained(version: str, data: str) -> list[Edge]:
    model, _, number = version.partition(":")
    job, key = keys.job("training", f"{model}-train-{number}"), keys.version(Version(model, int(number)))
    return [Edge(data, job, Relation.READ_BY, _BY), Edge(job, key, Relation.LED_TO, _BY)]


def _served(version: str, endpoint: str, share: str) -> Edge:
    model, _, number = version.partition(":")
    key, share_ = keys.version(Version(model, int(number))), Fact("traffic", share, Witness.DESCRIBED)
    return Edge(key, keys.endpoint(endpoint), Relation.SERVED_BY, _BY, (share_,))


def _graph(*gaps: Gap) -> Graph:
    ends = ["churn", "fraud-eu", "price", "legacy", "score-old"]
    nodes = [*(Node(keys.endpoint(name), Kind.ENDPOINT, name) for name in ends), Node(RAW, Kind.DATA, RAW)]
    edges = [edge for n in (9, 11, 12) for edge in _trained(f"churn:{n}", RAW)]
    edges += [*_trained("fraud:3", f"{RAW}fraud/"), *_trained("price:1", "s3://acme-ml/prices/")]
    edges += [_served("churn:12", "churn", "90 %"), _served("churn:11", "churn", "10 %")]
    edges += [_served("fraud:3", "fraud-eu", "100 %"), _served("price:1", "price", "100 %")]
    edges.append(Edge("s3://who/knows.tar.gz", keys.endpoint("legacy"), Relation.SERVED_BY, _BY))
    nodes += [Node(f"{RAW}fraud/", Kind.DATA, f"{RAW}fraud/"), keys.bare("s3://acme-ml/prices/")]
    return graph_of(nodes, edges, gaps)


LIVE: Final[Promotion] = replace(
    CARDS["live"].promotion,
    version=Version("churn", 12),
    consents=(Consent("U01ANA", ("leads",), NOON), Consent("U03RITA", ("risk",), NOON)),
)


def _recalled(asked: str, graph: Graph, *exposed: Exposed, **more: object) -> Recalled:
    found = recall(graph, touching(graph, asked))
    return Recalled(Asked(asked), found, graph, exposed, versions=5, **more)  # type: ignore[arg-type]


EXPOSED: Final = (
    Exposed(Version("churn", 12), "churn", "90 %", "production", LIVE),
    Exposed(Version("churn", 11), "churn", "10 %", "production", None),
    Exposed(Version("fraud", 3), "fraud-eu", "100 %", "", None),
)
FOUND: Final = _recalled(RAW, _graph(), *EXPOSED)
DOUBTFUL: Final = _recalled(
    RAW,
    _graph(Gap(keys.job("training", "price-train-1"), "the job was deleted")),
    *EXPOSED,
    unread=12,
    frozen=("churn",),
)
NONE: Final = _recalled("s3://acme-ml/labels/", _graph())
CERTAIN: Final = _recalled("s3://acme-ml/prices/old/", graph_of([keys.bare("s3://acme-ml/prices/")]))
HUGE: Final = _recalled(
    "s3://lake/",
    graph_of(
        [Node(f"s3://lake/{n:04}/", Kind.DATA, f"s3://lake/{n:04}/") for n in range(2000)],
        [edge for n in range(1, 2001) for edge in _trained(f"m{n % 90}:{n}", f"s3://lake/{n - 1:04}/")],
    ),
    *(Exposed(Version(f"m{n}", n), f"endpoint-{n}", "100 %", "production", None) for n in range(1, 60)),
)
EVIL: Final = _recalled(
    f"s3://b/{EVIL_NAME}",
    graph_of(
        [
            Node(keys.endpoint("x"), Kind.ENDPOINT, EVIL_NAME),
            Node(f"s3://b/{EVIL_NAME}", Kind.DATA, EVIL_NAME),
        ],
        _trained("churn:1", f"s3://b/{EVIL_NAME}"),
        [Gap(keys.endpoint("x"), EVIL_NAME)],
    ),
    Exposed(Version("churn", 1), EVIL_NAME, EVIL_NAME, EVIL_NAME, None),
)
RECALLS: Final = {
    "found": FOUND,
    "doubtful": DOUBTFUL,
    "none": NONE,
    "certain": CERTAIN,
    "huge": HUGE,
    "evil": EVIL,
}
CONTAINED: Final = (
    Contained(
        "churn", "production", replace(LIVE, version=Version("churn", 8), rollback=True, status=Status.OPENED)
    ),
    Contained("fraud", "production", said="Nothing that was live of fraud in production is untouched by it."),
)
_HOUR: Final = timedelta(hours=1)
HISTORY: Final = History(
    "churn",
    (
        Happening(NOON, "churn:11 to production: Rolled back.", Version("churn", 11), "p_1", "rolled back"),
        Happening(
            NOON - _HOUR,
            f"churn:12 to production: Approved by {person('U01ANA')} for leads: <!channel> *fine*.",
            kind="decided",
        ),
        Happening(
            NOON - 2 * _HOUR,
            "churn:12 was registered by cara, trained by `churn-train-12`.",
            kind="registered",
        ),
    ),
    57,
    "20-57",
)
