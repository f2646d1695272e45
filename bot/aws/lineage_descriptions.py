"""What descriptions of jobs say: what ran, on which data, from which commit, and what came of it.

Amazon SageMaker API: DescribeTrainingJob, DescribeProcessingJob, DescribeTransformJob,
DescribeTrialComponent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.aws.lineage_facts import edge, facts, image, node, stored
from bot.aws.lineage_tags import built_into
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of, merged
from bot.usecases.origins import Channel

_BY: Final = Witness.DESCRIBED
_MOST_PARAMETERS: Final = 12
# What SageMaker's own tools add, and what may be a secret.
_UNTOLD: Final = re.compile(r"(?i)sagemaker[_.]|_|.*(passw|secret|credential|api_?key|access_?key|token$)")
_COMMIT: Final = "GIT_COMMIT"
_IMAGE: Final = "SageMaker.ImageUri"
_ENDED: Final = frozenset({"Completed", "Failed", "Stopped"})


def has_ended(described: Mapping[str, Any]) -> bool:
    """Whether a job will never be described otherwise."""
    return any(
        described.get(f"{kind}JobStatus") in _ENDED for kind in ("Training", "Processing", "Transform")
    )


def of_job(kind: str, described: Mapping[str, Any]) -> Graph:
    """A described job with all next to it; `kind` is `training`, `processing` or `transform`."""
    job = _job(kind, described)
    reads, made = _ENDS[kind]
    parts = [*_read(job, reads(described)), *_made(job, made(described)), *_ran(job, kind, described)]
    sha = (described.get("Environment") or {}).get(_COMMIT, "").strip()
    return merged([graph_of([job], gaps=_lists(job, kind, described)), *parts, built_into(sha, job, _BY)])


def flows(kind: str, described: Mapping[str, Any]) -> Graph:
    """What a job read and made, and nothing else of it."""
    name = described[f"{kind.title()}JobName"]
    job = node(keys.job(kind, name), name=name)
    reads, made = _ENDS[kind]
    return merged([graph_of([job]), *_read(job, reads(described)), *_made(job, made(described))])


def of_component(job: Node, described: Mapping[str, Any]) -> Graph:
    """What a trial component says of the job or the step that it tracks."""
    status = described.get("Status") or {}
    times = facts(
        Witness.LINEAGE,
        ("started", described.get("StartTime")),
        ("ended", described.get("EndTime")),
        ("status", status.get("PrimaryStatus")),
    )
    named = {name: _number(value) for name, value in (described.get("Parameters") or {}).items()}
    said = Node(job.key, job.kind, job.name, (*times, *_parameters(named)))
    inputs, outputs = described.get("InputArtifacts") or {}, described.get("OutputArtifacts") or {}
    read = [(name, stored(one["Value"])) for name, one in inputs.items() if name != _IMAGE]
    ran = [image(one["Value"], Witness.LINEAGE) for name, one in inputs.items() if name == _IMAGE]
    about = described.get("MetadataProperties") or {}
    return merged(
        [
            graph_of([said, *ran], [edge(one, job, Relation.RUN_BY, Witness.LINEAGE) for one in ran]),
            *_read(job, iter(read), Witness.LINEAGE),
            *_made(job, (stored(one["Value"]) for one in outputs.values()), Witness.LINEAGE),
            built_into(
                about.get("CommitId", ""), job, Witness.LINEAGE, repository=about.get("Repository", "")
            ),
        ]
    )


def channels_of(described: Mapping[str, Any]) -> tuple[Channel, ...]:
    """What a training job reads from S3."""
    lists = {name for name, _ in _listed_inputs("training", described)}
    return tuple(
        Channel(name, one.key)
        for name, one in _training_reads(described)
        if one.key.startswith("s3://") and name not in lists
    )


def _lists(job: Node, kind: str, described: Mapping[str, Any]) -> Iterator[Gap]:
    """Inputs that are a list of files, of which only the list's own address is known (Amazon SageMaker API:
    S3DataSource, `S3DataType`).
    """
    for name, type_ in _listed_inputs(kind, described):
        yield Gap(job.key, f"its input {name or 'of data'} is a {type_}, and what that lists is not read")


def _listed_inputs(kind: str, described: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    sources = {
        "training": (
            (one.get("ChannelName", ""), (one.get("DataSource") or {}).get("S3DataSource"))
            for one in described.get("InputDataConfig") or ()
        ),
        "processing": (
            (one.get("InputName", ""), one.get("S3Input")) for one in described.get("ProcessingInputs") or ()
        ),
        "transform": [
            ("", ((described.get("TransformInput") or {}).get("DataSource") or {}).get("S3DataSource"))
        ],
    }
    for name, source in sources[kind]:
        type_ = (source or {}).get("S3DataType", "")
        if type_.endswith("ManifestFile"):
            yield name, type_


def _job(kind: str, described: Mapping[str, Any]) -> Node:
    title = kind.title()
    name = described[f"{title}JobName"]
    said = facts(
        _BY,
        ("created", described.get("CreationTime")),
        ("started", described.get(f"{title}StartTime")),
        ("ended", described.get(f"{title}EndTime")),
        ("status", described.get(f"{title}JobStatus")),
        ("reason", described.get("FailureReason") or described.get("ExitMessage")),
    )
    return node(
        keys.job(kind, name), said=(*said, *_parameters(described.get("HyperParameters") or {})), name=name
    )


def _parameters(said: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The first of them that say something to people."""
    own = sorted(name for name in said if not _UNTOLD.match(name))
    return facts(_BY, *((f"parameter {name}", said[name]) for name in own[:_MOST_PARAMETERS]))


def _number(value: Mapping[str, Any]) -> Any:
    return value.get("StringValue", value.get("NumberValue"))


def _read(job: Node, inputs: Iterator[tuple[str, Node]], witness: Witness = _BY) -> Iterator[Graph]:
    for name, one in inputs:
        yield graph_of([one], [edge(one, job, Relation.READ_BY, witness, facts(witness, ("channel", name)))])


def _made(job: Node, outputs: Iterator[Node], witness: Witness = _BY) -> Iterator[Graph]:
    for one in outputs:
        yield graph_of([one], [Edge(job.key, one.key, Relation.MADE, (witness,))])


def _ran(job: Node, kind: str, described: Mapping[str, Any]) -> Iterator[Graph]:
    field, name = ("AppSpecification", "ImageUri") if kind == "processing" else _TRAINED_WITH
    if address := (described.get(field) or {}).get(name):
        ran = image(address, _BY)
        yield graph_of([ran], [edge(ran, job, Relation.RUN_BY, _BY)])


def _training_reads(described: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    for one in described.get("InputDataConfig") or ():
        source = one.get("DataSource") or {}
        disk = source.get("FileSystemDataSource") or {}
        uri = (source.get("S3DataSource") or {}).get("S3Uri")
        other = (source.get("DatasetSource") or {}).get("DatasetArn")
        if place := uri or other or f"{disk.get('FileSystemId', '')}{disk.get('DirectoryPath', '')}":
            yield one.get("ChannelName", ""), stored(place)


def _training_made(described: Mapping[str, Any]) -> Iterator[Node]:
    if uri := (described.get("ModelArtifacts") or {}).get("S3ModelArtifacts"):
        yield stored(uri, "Model")


def _processing_reads(described: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    for one in described.get("ProcessingInputs") or ():
        defined = one.get("DatasetDefinition") or {}
        athena, redshift = (
            defined.get(f"{service}DatasetDefinition") or {} for service in ("Athena", "Redshift")
        )
        if uri := (one.get("S3Input") or {}).get("S3Uri"):
            yield one.get("InputName", ""), stored(uri)
        if athena:
            place = f"athena:{athena.get('Catalog', '')}.{athena.get('Database', '')}"
            yield one.get("InputName", ""), node(keys.data(place))
        if redshift:
            place = f"redshift:{redshift.get('ClusterId', '')}.{redshift.get('Database', '')}"
            yield one.get("InputName", ""), node(keys.data(place))


def _processing_made(described: Mapping[str, Any]) -> Iterator[Node]:
    for one in (described.get("ProcessingOutputConfig") or {}).get("Outputs") or ():
        if uri := (one.get("S3Output") or {}).get("S3Uri"):
            yield stored(uri)
        if name := (one.get("FeatureStoreOutput") or {}).get("FeatureGroupName"):
            yield node(keys.features(name), Kind.FEATURES)


def _transform_reads(described: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    source = ((described.get("TransformInput") or {}).get("DataSource") or {}).get("S3DataSource") or {}
    if uri := source.get("S3Uri"):
        yield "", stored(uri)


def _transform_made(described: Mapping[str, Any]) -> Iterator[Node]:
    if uri := (described.get("TransformOutput") or {}).get("S3OutputPath"):
        yield stored(uri)


_TRAINED_WITH: Final = ("AlgorithmSpecification", "TrainingImage")
_ENDS: Final = {
    "training": (_training_reads, _training_made),
    "processing": (_processing_reads, _processing_made),
    "transform": (_transform_reads, _transform_made),
}
