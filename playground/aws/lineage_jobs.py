"""What SageMaker adds to its lineage graph for a job.

Documented (SageMaker Developer Guide: Amazon SageMaker AI-Created Tracking Entities): a trial component for
each job, artifacts for the images and the S3 addresses of its request, associations between them. That inputs
contributed to the job and the job produced its outputs is what Amazon SageMaker API: AddAssociation suggests,
and what lineage tables of AWS's own examples show. Our reading: outputs are there when the job is completed;
a model is known by the address of its model.tar.gz, which is what packages name, not by S3OutputPath.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.aws.lineage_graph import Entity, LineageGraph, named_arn
from playground.aws.lineage_made import Making
from playground.aws.sagemaker_base import now, store

Described = Mapping[str, Any]
_IMAGE: Final = "SageMaker.ImageUri"


@dataclass(frozen=True)
class _Part:
    """What a job reads or writes: `name` is the trial component's for it."""

    name: str
    uri: str
    type_: str


def record_job(graph: LineageGraph, kind: str, described: Described, status: str) -> None:
    """Add a job in its new status; `kind` as in CreateTrainingJob, `described` as in DescribeTrainingJob."""
    making, (read, made) = Making(graph), _ENDS[kind]
    inputs, outputs = list(read(described)), list(made(described)) if status == "Completed" else []
    component = _component(graph, kind, described)
    _update(component, kind, described, status)
    component.said["LastModifiedTime"] = now()
    for part in inputs:
        making.leads(making.artifact(part.uri, part.type_), component.arn, "ContributedTo")
    for part in outputs:
        making.leads(component.arn, making.artifact(part.uri, part.type_), "Produced")
    tracked = store().trial_components.get(component.name)
    if tracked is not None:
        tracked.input_artifacts, tracked.output_artifacts = _artifacts(inputs), _artifacts(outputs)


def _component(graph: LineageGraph, kind: str, described: Described) -> Entity:
    """The job's trial component, in the graph and among moto's."""
    name = f"{described[f'{kind}JobName']}-aws-{kind.lower()}-job"
    arn = named_arn("TrialComponent", name)
    if (there := graph.get(arn)) is not None:
        return there
    store().create_trial_component(
        trial_component_name=name,
        trial_name=None,
        status=None,
        start_time=now(),
        end_time=None,
        display_name=None,
        parameters=_parameters(described),
        input_artifacts=None,
        output_artifacts=None,
        metadata_properties=None,
    )
    tracked, source = store().trial_components[name], described[f"{kind}JobArn"]
    tracked.arn = arn
    tracked.source = {"SourceArn": source, "SourceType": f"SageMaker{kind}Job"}
    tracked.sources = [tracked.source]
    said = {"Source": {"SourceUri": source}, "CreationTime": tracked.start_time}
    return graph.add(Entity("TrialComponent", arn, name, f"{kind}Job", said, tracked.tags))


def _update(component: Entity, kind: str, described: Described, status: str) -> None:
    tracked = store().trial_components.get(component.name)
    if tracked is not None:
        tracked.status = {"PrimaryStatus": status}
        ended = status in ("Completed", "Failed", "Stopped")
        tracked.end_time = described.get(f"{kind}EndTime") if ended else None
        tracked.last_modified_time = now()


def _parameters(described: Described) -> dict[str, dict[str, Any]]:
    return {name: _value(str(said)) for name, said in (described.get("HyperParameters") or {}).items()}


def _value(said: str) -> dict[str, Any]:
    try:
        return {"NumberValue": float(said)}
    except ValueError:
        return {"StringValue": said}


def _artifacts(parts: list[_Part]) -> dict[str, dict[str, str]]:
    return {part.name: {"Value": part.uri} for part in parts}


def _at(described: Any, *path: str) -> Any:
    for name in path:
        described = (described or {}).get(name)
    return described


def _training_reads(described: Described) -> Iterator[_Part]:
    if image := _at(described, "AlgorithmSpecification", "TrainingImage"):
        yield _Part(_IMAGE, image, "Image")
    for channel in described.get("InputDataConfig") or ():
        if uri := _at(channel, "DataSource", "S3DataSource", "S3Uri"):
            yield _Part(channel["ChannelName"], uri, "DataSet")


def _training_made(described: Described) -> Iterator[_Part]:
    if uri := _at(described, "ModelArtifacts", "S3ModelArtifacts"):
        yield _Part("SageMaker.ModelArtifact", uri, "Model")
    if uri := _at(described, "CheckpointConfig", "S3Uri"):
        yield _Part("SageMaker.Checkpoint", uri, "Checkpoint")


def _processing_reads(described: Described) -> Iterator[_Part]:
    if image := _at(described, "AppSpecification", "ImageUri"):
        yield _Part(_IMAGE, image, "Image")
    for one in described.get("ProcessingInputs") or ():
        if uri := _at(one, "S3Input", "S3Uri"):
            yield _Part(one["InputName"], uri, "DataSet")


def _processing_made(described: Described) -> Iterator[_Part]:
    for one in _at(described, "ProcessingOutputConfig", "Outputs") or ():
        if uri := _at(one, "S3Output", "S3Uri"):
            yield _Part(one["OutputName"], uri, "DataSet")


def _transform_reads(described: Described) -> Iterator[_Part]:
    """The page names no image and no model of a transform job."""
    if uri := _at(described, "TransformInput", "DataSource", "S3DataSource", "S3Uri"):
        yield _Part("SageMaker.TransformInput", uri, "DataSet")


def _transform_made(described: Described) -> Iterator[_Part]:
    if uri := _at(described, "TransformOutput", "S3OutputPath"):
        yield _Part("SageMaker.TransformOutput", uri, "DataSet")


_Reads = Callable[[Described], Iterator[_Part]]
_ENDS: Final[Mapping[str, tuple[_Reads, _Reads]]] = {
    "Training": (_training_reads, _training_made),
    "Processing": (_processing_reads, _processing_made),
    "Transform": (_transform_reads, _transform_made),
}
