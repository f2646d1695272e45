"""OpenLineage's facets: what is known of a run, a job or a data set beside its name.

Each names the published version of its schema (OpenLineage: spec/facets).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from bot.domain.lineage import telling
from bot.domain.lineage.graph import Edge, Graph, Kind, Node, Relation
from bot.domain.lineage.sentences import node_of
from bot.domain.lineage.walks import Direction, far_end, steps
from bot.domain.wording import plain
from bot.terminal.openlineage_names import dataset, job, run, version_of

PRODUCER: Final = "pkg:generic/mlops"
"""A package URL: whoever installs the project has it from a place of their own."""
_SPEC: Final = "https://openlineage.io/spec/facets"
_LONGEST_COUNT: Final = 18  # digits of a number that 64 bits hold
_REPOSITORY: Final = re.compile(
    r"(?:https?|ssh|git)://(?:git@)?[a-zA-Z0-9.-]+(?::\d+)?(?:/[\w.~%+/-]*)?", re.ASCII
)
"""A repository's URL, unless it has a person's name or a password in it."""
Facets = dict[str, Any]


def run_facets(graph: Graph, node: Node, *, failed: bool) -> Facets:
    """Parameters, why it failed, and the jobs that it is known to come after without any data between."""
    facets: Facets = {}
    said = {f.name.removeprefix("parameter "): f.value for f in node.facts if f.name.startswith("parameter ")}
    if said:
        parameters = [{"key": plain(key), "value": plain(value)} for key, value in said.items()]
        facets["executionParameters"] = _facet("1-0-0", "ExecutionParametersRunFacet", parameters=parameters)
    if failed and (reason := node.fact("reason")):
        facets["errorMessage"] = _facet(
            "1-0-1", "ErrorMessageRunFacet", message=plain(reason), programmingLanguage="unknown"
        )
    above, below = ([_other(one) for one in _jobs(graph, node, direction)] for direction in Direction)
    if above or below:
        facets["jobDependencies"] = _facet(
            "1-0-1", "JobDependenciesRunFacet", upstream=above, downstream=below
        )
    return facets


def job_facets(graph: Graph, node: Node, remark: str) -> Facets:
    """What it is, in a sentence too; its image and its commit."""
    kind = node.key.removeprefix("job:").partition("/")[0]
    gaps = "".join(f" Not all of it could be read: {gap.why}." for gap in graph.gaps_at.get(node.key, ()))
    facets = {
        "jobType": _facet(
            "2-0-4",
            "JobTypeJobFacet",
            processingType="BATCH",
            integration="SAGEMAKER",
            jobType=plain(kind).upper(),
        ),
        "documentation": _documentation("JobFacet", f"{_sentence(node)}{remark}{gaps}"),
    }
    before = [node_of(graph, edge.before) for edge in graph.into.get(node.key, ())]
    tags = [
        {"key": str(one.kind), "value": plain(one.name), "source": "SAGEMAKER"}
        for one in before
        if one.kind in {Kind.IMAGE, Kind.COMMIT}
    ]
    if tags:
        facets["tags"] = _facet("1-0-0", "TagsJobFacet", tags=tags)
    location = next((found for one in before if one.kind is Kind.COMMIT and (found := _location(one))), None)
    return facets | ({"sourceCodeLocation": location} if location else {})


def dataset_facets(graph: Graph, node: Node) -> Facets:
    """Which content it had, where it lies, what it is, and the model packages that are names of it."""
    namespace, _ = dataset(node)
    facets: Facets = {
        "documentation": _documentation("DatasetFacet", f"{_sentence(node)}{_overlaps(graph, node)}"),
        "datasetType": _facet(
            "1-0-1",
            "DatasetTypeDatasetFacet",
            datasetType="MODEL" if node.kind in {Kind.ARTIFACT, Kind.VERSION} else "FILE",
        ),
    }
    if "://" in namespace:
        uri = quote(namespace, safe=":/", errors="replace")
        facets["dataSource"] = _facet("1-0-1", "DatasourceDatasetFacet", name=namespace, uri=uri)
    if version := version_of(node):
        facets["version"] = _facet("1-0-1", "DatasetVersionDatasetFacet", datasetVersion=plain(version))
    if packages := [dataset(one) for one in packages_of(graph, node)]:
        identifiers = [
            {"namespace": space, "name": name, "type": "MODEL_PACKAGE"} for space, name in packages
        ]
        facets["symlinks"] = _facet("1-0-1", "SymlinksDatasetFacet", identifiers=identifiers)
    return facets


def input_facets(node: Node) -> Facets:
    """How much was read, where anybody counted."""
    counts = _counts(node, rowCount="rows", bytes="bytes", fileCount="files")
    if not counts:
        return {}
    quality = _facet("1-0-3", "DataQualityMetricsInputDatasetFacet", columnMetrics={}, **counts)
    return {"dataQualityMetrics": quality}


def output_facets(node: Node) -> Facets:
    """How much was written, likewise."""
    counts = _counts(node, rowCount="rows", size="bytes", fileCount="files")
    return (
        {"outputStatistics": _facet("1-0-2", "OutputStatisticsOutputDatasetFacet", **counts)}
        if counts
        else {}
    )


def packages_of(graph: Graph, node: Node) -> Sequence[Node]:
    """The versions that an artifact is registered as."""
    if node.kind not in {Kind.ARTIFACT, Kind.DATA}:
        return []
    edges = graph.out_of.get(node.key, ())
    found = [node_of(graph, one.after) for one in edges if one.relation is Relation.REGISTERED_AS]
    return [one for one in found if one.kind is Kind.VERSION]


def _facet(version: str, name: str, /, **members: object) -> Facets:
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/{version}/{name}.json#/$defs/{name}", **members}


def _documentation(of: str, description: str) -> Facets:
    return _facet("1-1-0", f"Documentation{of}", description=plain(description), contentType="text/plain")


def _sentence(node: Node) -> str:
    facts = ", ".join(telling.told(node))
    return f"{telling.what(node).capitalize()} {node.name}{f' ({facts})' if facts else ''}."


def _overlaps(graph: Graph, node: Node) -> str:
    """What only shares objects with it by address, which OpenLineage has no edge for."""
    around: Iterator[Edge] = (edge for way in Direction for edge in steps(graph, node.key, way))
    names = sorted(
        {
            telling.name(node_of(graph, edge.after if edge.before == node.key else edge.before))
            for edge in around
            if edge.relation is Relation.OVERLAPS
        }
    )
    return f" May share objects with {', '.join(names)}." if names else ""


def _jobs(graph: Graph, node: Node, direction: Direction) -> Iterator[Node]:
    ends = dict.fromkeys(far_end(edge, direction) for edge in steps(graph, node.key, direction))
    return (found for key in ends if (found := node_of(graph, key)).kind is Kind.JOB)


def _other(node: Node) -> dict[str, Any]:
    namespace, name = job(node)
    return {"job": {"namespace": namespace, "name": name}, "run": {"runId": run(node)}}


def _location(commit: Node) -> Facets | None:
    """Where the code is, where the commit's repository has a URL."""
    repository = commit.fact("repository")
    if not _REPOSITORY.fullmatch(repository):
        return None
    return _facet(
        "1-1-0",
        "SourceCodeLocationJobFacet",
        type="git",
        url=repository,
        repoUrl=repository,
        version=plain(commit.name),
    )


def _counts(node: Node, **names: str) -> dict[str, int]:
    said = {member: telling.first(node, fact) for member, fact in names.items()}
    return {
        member: int(count)
        for member, count in said.items()
        if count.isascii() and count.isdecimal() and len(count) <= _LONGEST_COUNT
    }
