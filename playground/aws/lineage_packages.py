"""What SageMaker adds to its lineage graph for a model package and for an endpoint.

Documented (SageMaker Developer Guide: Amazon SageMaker AI-Created Tracking Entities): for a package an
artifact, a context for its group, an action for its creation, artifacts for the images and the models of its
containers and for its algorithms, and associations with all of these; for an endpoint a context, an action
for the deployment that created it, artifacts for its models, images and packages, and their associations with
the action. AWS's own Python SDK finds a package's artifact by the package's ARN, and knows the types Model,
ModelGroup, Approval, ModelDeployment and Endpoint.

Our reading: the artifact of a package is of type Model; its action is of type Approval, one for each status
that it is given, and leads to it, as lineage tables of AWS's own examples show it; a deployment leads to its
endpoint's context. Nothing is documented of an endpoint's update or of a package whose InferenceSpecification
changes, so these add nothing, and what a deployment comes to is not said.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from playground.aws.lineage_graph import LineageGraph
from playground.aws.lineage_made import Making
from playground.aws.model_data import containers_of
from playground.aws.sagemaker_base import now, only, sagemaker_arn, store
from playground.aws.tiny_model import UnusableModel

_MODEL: Final = "Model"
_CAME_FROM: Final = "ContributedTo"
_IS_OF: Final = "AssociatedWith"


def record_package(graph: LineageGraph, described: Mapping[str, Any]) -> None:
    """Add a package that was registered; `described` as in DescribeModelPackage."""
    making, arn = Making(graph), described["ModelPackageArn"]
    package = making.artifact(arn, _MODEL, **only(described, ("MetadataProperties",)))
    for part in _parts(making, described):
        making.leads(part, package, _CAME_FROM)
    if group := described.get("ModelPackageGroupName"):
        source = sagemaker_arn("model-package-group", group)
        context = making.context("ModelGroup", source, f"{group}-aws-model-group")
        making.leads(package, context, _IS_OF)
    if status := described.get("ModelApprovalStatus"):
        record_approval(graph, arn, status)


def record_approval(graph: LineageGraph, arn: str, status: str) -> None:
    """Add the action of a package's new approval status."""
    making = Making(graph)
    stem = arn.partition("/")[2].replace("/", "-")
    name = f"{stem}-{status}-{_moment()}-aws-model-group"
    action = making.action(
        "Approval", arn, name, Status="Completed", Properties={"ModelApprovalStatus": status}
    )
    making.leads(action, making.artifact(arn, _MODEL), _CAME_FROM)


def record_endpoint(graph: LineageGraph, endpoint: Any) -> None:
    """Add an endpoint that is being created, moto's."""
    making, name = Making(graph), f"{endpoint.endpoint_name}-{_moment()}-aws-endpoint"
    action = making.action("ModelDeployment", endpoint.arn, name)
    context = making.context("Endpoint", endpoint.arn, name)
    making.leads(action, context, _IS_OF)
    config = store().describe_endpoint_config(endpoint.endpoint_config_name)
    for variant in config["ProductionVariants"]:
        for part in _deployed(making, variant.get("ModelName")):
            making.leads(part, action, _CAME_FROM)


def _deployed(making: Making, model_name: str | None) -> Iterator[str]:
    model = store()._models.get(model_name)
    if model is None:
        return
    for own in model.containers or [model.primary_container]:
        if name := (own or {}).get("ModelPackageName"):
            arn = store().model_package_name_mapping.get(name, name)
            yield making.artifact(arn, _MODEL)
    try:
        yield from _loaded(making, containers_of(store(), model.model_name))
    except UnusableModel:  # its package is gone: the deployment will fail, and its name is all that is known
        return


def _parts(making: Making, described: Mapping[str, Any]) -> Iterator[str]:
    yield from _loaded(making, (described.get("InferenceSpecification") or {}).get("Containers") or ())
    algorithms = (described.get("SourceAlgorithmSpecification") or {}).get("SourceAlgorithms") or ()
    for one in algorithms:
        yield making.artifact(one["AlgorithmName"], "Algorithm")
    yield from _loaded(making, algorithms)


def _loaded(making: Making, containers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The artifacts of the images and the models."""
    for one in containers:
        if image := one.get("Image"):
            yield making.artifact(image, "Image")
        stored = ((one.get("ModelDataSource") or {}).get("S3DataSource") or {}).get("S3Uri")
        if uri := one.get("ModelDataUrl") or stored:
            yield making.artifact(uri, _MODEL)


def _moment() -> int:
    """Epoch milliseconds, in the names of things that happen more than once."""
    return int(now().timestamp() * 1000)
