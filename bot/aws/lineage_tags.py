"""What teams say of a job or a package by conventions: its commit, its rows, DVC's data, feature groups."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.aws.lineage_facts import edge, facts, node
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Graph, Node, Relation, Witness, graph_of
from bot.domain.wording import strip

_COMMITS: Final = ("mlops:commit", "git-commit", "commit")
_ROWS: Final = "mlops:rows"
_FEATURES: Final = "mlops:feature-group"
_PATH, _MD5, _REV = "dvc:path", "dvc:md5", "dvc:rev"


def tags_in(reply: Mapping[str, Any] | None) -> Mapping[str, str]:
    """The tags of a reply of ListTags."""
    return {tag["Key"]: strip(tag["Value"]) for tag in (reply or {}).get("Tags") or ()}


def commit_in(said: Mapping[str, str]) -> str:
    """The commit that tags or properties name; empty where they name none."""
    return next((strip(said[name]).strip() for name in _COMMITS if said.get(name, "").strip()), "")


def built_into(
    sha: str, whole: Node, witness: Witness, *, repository: str = "", relation: Relation = Relation.BUILT_INTO
) -> Graph:
    """A commit that went into something; nothing where there is none."""
    if not sha:
        return Graph()
    commit = node(keys.commit(strip(sha)), said=facts(witness, ("repository", repository)))
    return graph_of([commit], [edge(commit, whole, relation, witness)])


def told_by_tags(job: Node, tags: Mapping[str, str], data: tuple[Node, ...]) -> Graph:
    """What the tags of a job add to it. `data` is what it reads by its description: rows are said of the one
    data set where there is one, and of the job where there are several.
    """
    sets = [*_of_dvc(tags), *_features(tags)]
    edges = [edge(one, job, Relation.READ_BY, Witness.TAG) for one in sets]
    rows = facts(Witness.TAG, ("rows", tags.get(_ROWS)))
    if rows:
        known = [*_of_dvc(tags)] or data
        counted = [_counted(known[0], job)] if len(known) == 1 else []
        edges += [Edge(*ends, Relation.READ_BY, (Witness.TAG,), rows) for ends in counted]
        sets += [] if counted else [node(job.key, said=rows, name=job.name)]
    commit = built_into(commit_in(tags), job, Witness.TAG)
    return graph_of([*sets, *commit.nodes], [*edges, *commit.edges])


def _counted(data: Node, job: Node) -> tuple[str, str]:
    return data.key, job.key


def _of_dvc(tags: Mapping[str, str]) -> Iterator[Node]:
    if path := tags.get(_PATH):
        md5 = tags.get(_MD5, "")
        key = keys.data(f"dvc:{path}@{md5}" if md5 else f"dvc:{path}")
        yield node(key, said=facts(Witness.TAG, ("version", tags.get(_REV))))


def _features(tags: Mapping[str, str]) -> Iterator[Node]:
    for name in tags.get(_FEATURES, "").replace(";", ",").split(","):
        if name.strip():
            yield node(keys.features(name.strip()))
