"""Trial components, which stand in the lineage graph for jobs; their names are not case-sensitive."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ResourceNotFound

from playground.aws.lineage_entities import LineageRequest
from playground.aws.lineage_graph import Entity, named_arn
from playground.aws.sagemaker_base import result_of


class LineageComponents(LineageRequest):
    """Those that people make, besides those that SageMaker makes for jobs."""

    def create_trial_component(self) -> Any:
        """An entity of the graph from now on."""
        made = super().create_trial_component()
        name = self._asked["TrialComponentName"]
        tracked = self._store.trial_components[name]
        tracked.arn = named_arn("TrialComponent", name)
        said = {
            "Source": {},
            "CreationTime": tracked.creation_time,
            "LastModifiedTime": tracked.creation_time,
        }
        self._around.lineage.add(Entity("TrialComponent", tracked.arn, name, "", said, tracked.tags))
        return ActionResult({**result_of(made), "TrialComponentArn": tracked.arn})

    def describe_trial_component(self) -> Any:
        """By name or ARN."""
        self.params["TrialComponentName"] = self._component().name
        described = result_of(super().describe_trial_component())
        return ActionResult({key: value for key, value in described.items() if value is not None})

    def delete_trial_component(self) -> Any:
        """With its associations."""
        entity, graph = self._component(), self._around.lineage
        for end in list(graph.into(entity.arn)):
            graph.dissociate(end, entity.arn)
        for end in list(graph.out_of(entity.arn)):
            graph.dissociate(entity.arn, end)
        graph.remove(entity)
        del self._store.trial_components[entity.name]
        return EmptyResult()

    def _component(self) -> Entity:
        name = self._checked["TrialComponentName"]
        entity = self._around.lineage.get(named_arn("TrialComponent", name))
        if entity is None or entity.name not in self._store.trial_components:
            raise ResourceNotFound(f"Trial component {name} does not exist.")
        return entity
