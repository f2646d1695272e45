"""Associations: what led to what."""

from typing import Any, Final

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceNotFound, ValidationError

from playground.aws.lineage_entities import LineageRequest, in_order, within
from playground.aws.sagemaker_base import now, only, page

_LISTED: Final = 10  # Amazon SageMaker API: ListAssociations
_ASKED: Final = ("SourceArn", "DestinationArn", "AssociationType")
_TYPES: Final = ("SourceType", "DestinationType")


class LineageAssociations(LineageRequest):
    """Two entities have one association in each direction at most."""

    def add_association(self) -> Any:
        """Between two entities that are there, and not both trial components (SageMaker Developer Guide:
        Manually Create Tracking Entities). An entity of another account is not there: nothing is shared.
        """
        asked = self._checked
        source, destination = asked["SourceArn"], asked["DestinationArn"]
        if {self._entity(arn).kind for arn in (source, destination)} == {"TrialComponent"}:
            raise ValidationError("An association can't be created between two experiment entities.")
        row = {**only(asked, _ASKED), "CreationTime": now(), "CreatedBy": self._caller()}
        if not self._around.lineage.associate(row):
            raise ValidationError(f"Association between {source} and {destination} already exists.")
        return ActionResult({"SourceArn": source, "DestinationArn": destination})

    def delete_association(self) -> Any:
        """One that exists."""
        asked = self._checked
        source, destination = asked["SourceArn"], asked["DestinationArn"]
        if not self._around.lineage.dissociate(source, destination):
            raise ResourceNotFound(f"Association between {source} and {destination} does not exist.")
        return ActionResult({"SourceArn": source, "DestinationArn": destination})

    def list_associations(self) -> Any:
        """By either end, its type, the association's type and time."""
        asked = self._checked
        by = ("AssociationType", *_TYPES)
        rows = [
            row
            for row in map(
                self._listed,
                self._around.lineage.associations(asked.get("SourceArn"), asked.get("DestinationArn")),
            )
            if all(asked.get(key) in (None, row.get(key)) for key in by) and within(asked, "Created", row)
        ]
        in_order(rows, asked, lambda row: row[asked.get("SortBy") or "CreationTime"])
        return page(rows, {"MaxResults": _LISTED, **asked}, "AssociationSummaries")

    def _listed(self, row: dict[str, Any]) -> dict[str, Any]:
        listed = dict(row)
        for end in ("Source", "Destination"):
            entity = self._entity(row[f"{end}Arn"])
            listed[f"{end}Type"] = entity.listed_type
            if entity.name:
                listed[f"{end}Name"] = entity.name
        return listed
