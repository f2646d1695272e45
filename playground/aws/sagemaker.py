"""The local SageMaker: moto's, with what it lacks, mounted behind the front door."""

from playground.aws.emulator import Emulator
from playground.aws.endpoints import EndpointOperations, ModelOperations
from playground.aws.hooks import Hooks
from playground.aws.invocations import Invocations
from playground.aws.jobs import JobOperations
from playground.aws.lineage import LineageOperations
from playground.aws.mounts import mount, route_sagemaker
from playground.aws.registry import RegistryOperations
from playground.aws.resource_tags import TagOperations
from playground.aws.sagemaker_base import Surroundings, store


class Operations(
    RegistryOperations,
    ModelOperations,
    EndpointOperations,
    JobOperations,
    LineageOperations,
    TagOperations,
):
    """Every operation: these, and moto's own for the rest."""


def install(emulator: Emulator, hooks: Hooks, around: Surroundings) -> None:
    """Serve SageMaker, empty."""
    store().reset()
    route_sagemaker(emulator, hooks)
    mount(emulator, hooks, "sagemaker", lambda: Operations(around))
    Invocations(emulator, around).install(hooks)
