"""Lineage entities and associations: what is refused, deleted and listed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.playground.aws.kit import unique

PREFIX = "arn:aws:sagemaker:us-east-1:123456789012"


def an_action(**changed: Any) -> dict[str, Any]:
    return {"ActionName": unique("a"), "ActionType": "Test", "Source": {"SourceUri": "arn:x"}, **changed}


def an_artifact(sagemaker: Any, uri: str, kind: str = "DataSet") -> str:
    made = sagemaker.create_artifact(ArtifactType=kind, Source={"SourceUri": uri})
    return str(made["ArtifactArn"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ActionName": "mlops_approval"}, "'actionName' .* regular expression pattern"),
        ({"ActionName": "a" * 121}, "length less than or equal to 120"),
        ({"Status": "Done"}, "'status' .* enum value set"),
        ({"Properties": {str(number): "" for number in range(31)}}, "length less than or equal to 30"),
        ({"Properties": {"note": "x" * 2501}}, "'properties.note.member' .* equal to 2500"),
        ({"Properties": {"x" * 2501: ""}}, "'properties' .* equal to 2500"),
        ({"Source": {"SourceUri": "two\nlines"}}, "'source.sourceUri' .* pattern"),
    ],
)
def test_what_the_published_api_does_not_take_is_refused(
    sagemaker: Any, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=words) as refused:
        sagemaker.create_action(**an_action(**changed))
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "detected: Value '" in str(refused.value)


def test_an_entity_is_described_as_it_was_made(sagemaker: Any) -> None:
    asked = an_action(Description="why", Status="InProgress", Properties={"stage": "production"})
    asked["MetadataProperties"] = {"CommitId": "c0ffee1"}
    made = sagemaker.create_action(**asked)
    described = sagemaker.describe_action(ActionName=made["ActionArn"])
    assert {key: described[key] for key in asked} == asked
    assert described["CreationTime"] == described["LastModifiedTime"]
    assert described["CreatedBy"]["UserProfileName"] == "cara"
    sagemaker.update_action(ActionName=asked["ActionName"], Status="Completed")
    after = sagemaker.describe_action(ActionName=asked["ActionName"].upper())
    assert (after["Status"], after["Description"]) == ("Completed", "why")
    assert after["LastModifiedTime"] > after["CreationTime"]


def test_names_are_used_once_whatever_their_case(sagemaker: Any) -> None:
    name = unique("Action")
    sagemaker.create_action(**an_action(ActionName=name))
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="already exists"):
        sagemaker.create_action(**an_action(ActionName=name.lower()))


def test_updates_do_not_make_more_properties_than_an_entity_may_have(sagemaker: Any) -> None:
    asked = an_action(Properties={f"a{number}": "" for number in range(30)})
    sagemaker.create_action(**asked)
    with pytest.raises(ClientError, match="more than 30 properties"):
        sagemaker.update_action(ActionName=asked["ActionName"], Properties={"b": ""})
    sagemaker.update_action(ActionName=asked["ActionName"], Properties={"b": ""}, PropertiesToRemove=["a0"])


def test_an_artifact_is_deleted_by_its_source_once_nothing_is_associated_with_it(sagemaker: Any) -> None:
    uri = f"s3://{unique('x')}/"
    one, other = an_artifact(sagemaker, uri), an_artifact(sagemaker, f"{uri}other")
    ends = {"SourceArn": one, "DestinationArn": other}
    sagemaker.add_association(**ends)
    with pytest.raises(ClientError, match="has associations"):
        sagemaker.delete_artifact(Source={"SourceUri": uri})
    sagemaker.delete_association(**ends)
    assert sagemaker.delete_artifact(Source={"SourceUri": uri})["ArtifactArn"] == one
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_artifact(ArtifactArn=one)
    with pytest.raises(ClientError, match="Either ArtifactArn or Source"):
        sagemaker.delete_artifact()
    assert an_artifact(sagemaker, uri) == one  # an address has one identity


def test_actions_and_contexts_are_deleted_by_name(sagemaker: Any) -> None:
    name = unique("c")
    sagemaker.create_action(**an_action(ActionName=name))
    sagemaker.create_context(ContextName=name, ContextType="Test", Source={"SourceUri": "arn:x"})
    sagemaker.delete_action(ActionName=name)
    sagemaker.delete_context(ContextName=name)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_action(ActionName=name)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.delete_context(ContextName=name)


def test_lists_have_ten_a_page_newest_first(sagemaker: Any) -> None:
    source = unique("arn:many")
    for number in range(12):
        sagemaker.create_action(
            **an_action(ActionName=f"{source[4:]}-{number:02}", Source={"SourceUri": source})
        )
    first = sagemaker.list_actions(SourceUri=source)
    assert [one["ActionName"][-2:] for one in first["ActionSummaries"]] == [
        f"{n:02}" for n in range(11, 1, -1)
    ]
    rest = sagemaker.list_actions(SourceUri=source, NextToken=first["NextToken"])
    assert [one["ActionName"][-2:] for one in rest["ActionSummaries"]] == ["01", "00"]
    assert "NextToken" not in rest
    by_name = sagemaker.list_actions(SourceUri=source, SortBy="Name", SortOrder="Ascending", MaxResults=1)
    assert [one["ActionName"][-2:] for one in by_name["ActionSummaries"]] == ["00"]


def test_lists_are_narrowed_by_type_and_time(sagemaker: Any) -> None:
    source, later = unique("arn:some"), datetime.now(UTC) + timedelta(hours=1)
    for kind in ("Approval", "Deployment"):
        sagemaker.create_action(**an_action(ActionType=kind, Source={"SourceUri": source}))

    def found(**asked: Any) -> list[str]:
        listed = sagemaker.list_actions(SourceUri=source, **asked)["ActionSummaries"]
        return [one["ActionType"] for one in listed]

    assert found(ActionType="Approval") == ["Approval"]
    assert found(CreatedBefore=later) == ["Deployment", "Approval"]
    assert found(CreatedAfter=later) == []


class TestAssociations:
    def test_both_ends_have_to_be_there_and_to_be_lineage_entities(self, sagemaker: Any) -> None:
        one = an_artifact(sagemaker, f"s3://{unique('x')}/")
        with pytest.raises(sagemaker.exceptions.ResourceNotFound):
            sagemaker.add_association(SourceArn=one, DestinationArn=f"{PREFIX}:context/none")
        with pytest.raises(ClientError, match=r"'destinationArn' .* pattern"):
            sagemaker.add_association(SourceArn=one, DestinationArn=f"{PREFIX}:model-package/churn/1")

    def test_trial_components_are_not_associated_with_each_other(self, sagemaker: Any) -> None:
        one, other = (
            sagemaker.create_trial_component(TrialComponentName=unique("step"))["TrialComponentArn"]
            for _ in range(2)
        )
        with pytest.raises(ClientError, match="two experiment entities"):
            sagemaker.add_association(SourceArn=one, DestinationArn=other)

    def test_two_entities_are_associated_once_in_a_direction(self, sagemaker: Any) -> None:
        uri = f"s3://{unique('x')}/"
        one, other = an_artifact(sagemaker, uri), an_artifact(sagemaker, f"{uri}2")
        sagemaker.add_association(SourceArn=one, DestinationArn=other, AssociationType="DerivedFrom")
        sagemaker.add_association(SourceArn=other, DestinationArn=one)
        with pytest.raises(ClientError, match="already exists"):
            sagemaker.add_association(SourceArn=one, DestinationArn=other, AssociationType="SameAs")
        sagemaker.delete_association(SourceArn=one, DestinationArn=other)
        with pytest.raises(sagemaker.exceptions.ResourceNotFound):
            sagemaker.delete_association(SourceArn=one, DestinationArn=other)

    def test_they_are_listed_with_the_names_and_types_of_their_ends(self, sagemaker: Any) -> None:
        asked = an_action()
        action = sagemaker.create_action(**asked)["ActionArn"]
        data = [an_artifact(sagemaker, f"s3://{unique('x')}/{number}") for number in range(3)]
        for number, arn in enumerate(data):
            kind = "ContributedTo" if number else "SameAs"
            sagemaker.add_association(SourceArn=arn, DestinationArn=action, AssociationType=kind)
        listed = sagemaker.list_associations(DestinationArn=action, AssociationType="SameAs")
        (row,) = listed["AssociationSummaries"]
        assert (row["SourceType"], row["DestinationType"]) == ("DataSet", "Test")
        assert (row["DestinationName"], row["CreatedBy"]["UserProfileName"]) == (asked["ActionName"], "cara")
        first = sagemaker.list_associations(DestinationArn=action, MaxResults=2, SortBy="SourceArn")
        rest = sagemaker.list_associations(
            DestinationArn=action, MaxResults=2, SortBy="SourceArn", NextToken=first["NextToken"]
        )
        rows = first["AssociationSummaries"] + rest["AssociationSummaries"]
        assert [row["SourceArn"] for row in rows] == sorted(data, reverse=True)
        later = datetime.now(UTC) + timedelta(hours=1)
        assert not sagemaker.list_associations(SourceArn=data[0], CreatedAfter=later)["AssociationSummaries"]
        assert not sagemaker.list_associations(SourceArn=data[0], SourceType="Model")["AssociationSummaries"]
