"""What is to be said of a part of the lineage, in sentences that Slack and a terminal share.

Names stand between backquotes; sentences may have marks (`bot.domain.wording`); nothing is escaped.
"""

from collections.abc import Sequence
from typing import Final

from bot.domain.lineage import keys, telling
from bot.domain.lineage.contradictions import Contradiction
from bot.domain.lineage.dataset import Drift
from bot.domain.lineage.graph import Edge, Gap, Graph, Kind, Node, Relation, Witness
from bot.domain.lineage.walks import downstream, upstream
from bot.domain.wording import listed

_NAMES: Final = 3
_SAID: Final = 80


def summary(graph: Graph, start: str) -> str:
    """What it learned from and where it serves."""
    read, jobs = _learned(graph, start)
    learned = "Nobody knows what it learned from."
    if read:
        sets = f"{read:,} data set{'' if read == 1 else 's'}"
        learned = f"Learned from {sets} by {listed([quoted(graph, key) for key in jobs[:_NAMES]])}."
    if node_of(graph, start).kind is Kind.ENDPOINT:
        return f"{_serves(graph, start)} {learned}"
    return f"{learned} {_live(graph, start)}"


def changed(drift: Drift) -> str:
    """That a data set is no more what it was."""
    return f"Training data has changed since: {drift} in `{address(drift.uri)}`."


def unsteady(uris: Sequence[str]) -> str:
    """Which data sets were written to while a job trained on them."""
    names = some([f"`{address(uri)}`" for uri in uris])
    return (
        f"What was in {names} changed while it was trained on: nobody can say which of it was learned from."
    )


def unseen(uris: Sequence[str]) -> str:
    """Of which data sets nobody can say whether they have changed."""
    names = some([f"`{address(uri)}`" for uri in uris])
    return (
        f"Nobody saw what was in {names} when it was learned from, so I cannot say whether that has changed."
    )


def contradiction(graph: Graph, one: Contradiction) -> str:
    """What is said in more than one way, and by whom."""
    said = []
    for fact in one.said[:_NAMES]:
        value = node_of(graph, fact.value).name if one.name == "made by" else fact.value
        said.append(f"“{value[:_SAID]}” by {fact.witness}")
    more = [f"{len(one.said) - _NAMES:,} more"] if len(one.said) > _NAMES else []
    return f"Witnesses differ on {one.name} of `{telling.name(one.node)}`: {listed([*said, *more], 'but')}."


def counted(gaps: Sequence[Gap], branches: int) -> str:
    """`2 of 7 branches could not be read`; `branches` is 0 where nobody counted them."""
    where = len({gap.at for gap in gaps})
    count = f"{where:,} of {branches:,}" if branches else f"{where:,}"
    return f"{count} {'branch' if (branches or where) == 1 else 'branches'} could not be read"


def gap(graph: Graph, one: Gap) -> str:
    """One of them: what it is a branch of, and why it could not be read."""
    return f"{f'{quoted(graph, one.at)}: ' if one.at else ''}{one.why}"


def legend(graph: Graph) -> str:
    """From whom all of it is known; empty where nobody says anything."""
    said: set[Witness] = {witness for edge in graph.edges for witness in edge.witnesses}
    said |= {fact.witness for node in graph.nodes for fact in node.facts}
    return f"Known from {listed(sorted(said))}." if said else ""


def node_of(graph: Graph, key: str) -> Node:
    """The node of a key, be it known or not."""
    return graph.by_key.get(key) or keys.bare(key)


def quoted(graph: Graph, key: str) -> str:
    """What people call it, as a name in a sentence."""
    return f"`{telling.name(node_of(graph, key))}`"


def address(uri: str) -> str:
    """An address, of which the middle is left out where it is long."""
    return telling.name(Node(uri, Kind.DATA, uri))


def some(names: Sequence[str], most: int = _NAMES) -> str:
    """The first of them in a sentence, and how many more there are."""
    more = [f"{len(names) - most:,} more"] if len(names) > most else []
    return listed([*names[:most], *more])


def _learned(graph: Graph, start: str) -> tuple[int, list[str]]:
    """How many data sets the training jobs above it read, and these jobs."""
    jobs = [key for key in upstream(graph, [start]) if key.startswith(keys.job("training", ""))]
    read = {
        edge.before for key in jobs for edge in graph.into.get(key, ()) if edge.relation is Relation.READ_BY
    }
    return len(read), jobs


def _live(graph: Graph, start: str) -> str:
    below = downstream(graph, [start])
    edges = [e for key in below for e in graph.out_of.get(key, ()) if e.relation is Relation.SERVED_BY]
    if not edges:
        return "It serves nowhere that I know of."
    return f"Live on {some([f'{quoted(graph, edge.after)}{_share(edge)}' for edge in edges])}."


def _serves(graph: Graph, start: str) -> str:
    edges = [e for e in graph.into.get(start, ()) if e.relation is Relation.SERVED_BY]
    said = [f"{telling.name(node_of(graph, edge.before))}{_share(edge)}" for edge in edges[:_NAMES]]
    return f"Serves {listed(said)}." if said else "Nobody says what it serves."


def _share(edge: Edge) -> str:
    return f" with {edge.fact('traffic')} of the traffic" if edge.fact("traffic") else ""
