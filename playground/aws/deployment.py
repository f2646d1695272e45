"""Deploys a SAM template as it is, and fails when anything in it would not come to be."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playground.aws import honoured
from playground.aws.errors import DeploymentFailed
from playground.aws.packaging import BUCKET, Artifacts

Clients = Callable[[str], Any]
Template = dict[str, Any]

_BODY_LIMIT: Final = 51_200  # bytes; CloudFormation takes larger templates from S3 only
_PATIENCE: Final = 60.0
_DONE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_UPDATABLE: Final = (*_DONE, "UPDATE_ROLLBACK_COMPLETE")
_NOTHING_NEW: Final = "No updates are to be performed"


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs, and the physical id of each resource by logical id."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]


class Deployer:
    """Deploys templates to one local AWS."""

    def __init__(self, emulator: Any, client: Clients) -> None:
        self._emulator, self._client = emulator, client

    def deploy(self, template: Path, name: str, parameters: Mapping[str, str], root: Path) -> Stack:
        """Transform, check, create or update, and look whether everything is there."""
        from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - slow to import

        written: Template = yaml_parse(template.read_text())
        Artifacts(self._client, root).upload(written)
        expanded = _expand(self._emulator, written)
        honoured.check(expanded["Resources"])
        _check_references(self._emulator, expanded)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        _submit(self._client, name, expanded, given)
        stack = _described(self._client, name)
        if missing := sorted(_wanted(self._emulator, expanded, given) - set(stack.resources)):
            raise DeploymentFailed(f"The stack {name} came up without {', '.join(missing)}.")
        return stack


def _expand(emulator: Any, template: Template) -> Template:
    """The template in plain CloudFormation."""
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415 - slow to import

    try:
        with emulator.scope():
            expanded = emulator.templates._apply_transforms(template)
    except InvalidDocumentException as invalid:
        causes = "; ".join(cause.message for cause in invalid.causes)
        raise DeploymentFailed(f"The SAM transform refuses the template: {causes}") from invalid
    return {key: value for key, value in expanded.items() if key not in ("Transform", "Globals")}


def _check_references(emulator: Any, template: Template) -> None:
    """Ministack takes a reference to nothing for a text; CloudFormation refuses it."""
    known = {*template["Resources"], *template.get("Parameters", {})}
    for section in ("Resources", "Outputs"):
        for logical_id, written in template.get(section, {}).items():
            named = {name for name, _ in emulator.templates._intrinsic_references(written)}
            unknown = sorted(name for name in named - known if not name.startswith("AWS::"))
            if unknown:
                raise DeploymentFailed(
                    f"{logical_id} refers to {', '.join(unknown)}, which the template lacks."
                )


def _submit(client: Clients, name: str, template: Template, parameters: list[dict[str, str]]) -> None:
    """Create the stack, or update the one that is there."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - slow to import

    cloudformation = client("cloudformation")
    act = cloudformation.update_stack if _is_there(cloudformation, name) else cloudformation.create_stack
    source = _source(client, name, template)
    try:
        act(StackName=name, Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"], **source)
    except ClientError as refused:
        if _NOTHING_NEW in str(refused):
            return
        raise DeploymentFailed(f"CloudFormation refuses the template: {refused}") from refused
    _await_end(cloudformation, name)


def _source(client: Clients, name: str, template: Template) -> dict[str, str]:
    body = json.dumps(template, default=str)
    if len(body.encode()) <= _BODY_LIMIT:
        return {"TemplateBody": body}
    client("s3").put_object(Bucket=BUCKET, Key=f"{name}.template", Body=body.encode())
    return {"TemplateURL": f"https://s3.amazonaws.com/{BUCKET}/{name}.template"}


def _is_there(cloudformation: Any, name: str) -> bool:
    pages = cloudformation.get_paginator("list_stacks").paginate()
    stacks = [stack for page in pages for stack in page["StackSummaries"]]
    return any(stack["StackName"] == name and stack["StackStatus"] in _UPDATABLE for stack in stacks)


def _await_end(cloudformation: Any, name: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if status in _DONE:
            return
        if not status.endswith("_IN_PROGRESS"):
            raise DeploymentFailed(f"The stack {name} ended as {status}: {_reasons(cloudformation, name)}")
        time.sleep(0.02)
    raise DeploymentFailed(f"The stack {name} was not there within {_PATIENCE:.0f} s.")


def _reasons(cloudformation: Any, name: str) -> str:
    events = reversed(cloudformation.describe_events(StackName=name)["OperationEvents"])
    said = [(event.get("LogicalResourceId", name), _reason(event)) for event in events]
    return "; ".join(dict.fromkeys(f"{logical_id}: {reason}" for logical_id, reason in said if reason))


def _reason(event: Mapping[str, Any]) -> str:
    if event.get("ValidationStatus") == "FAILED":
        return str(event.get("ValidationStatusReason", "?"))
    failed = str(event.get("ResourceStatus", "")).endswith("_FAILED")
    return str(event.get("ResourceStatusReason", "?")) if failed else ""


def _described(client: Clients, name: str) -> Stack:
    cloudformation = client("cloudformation")
    described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    rows = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    made = [row for row in rows if row["ResourceStatus"] in _DONE]
    return Stack(
        name=name,
        outputs={row["OutputKey"]: row["OutputValue"] for row in described.get("Outputs", [])},
        resources={row["LogicalResourceId"]: row["PhysicalResourceId"] for row in made},
    )


def _wanted(emulator: Any, template: Template, given: list[dict[str, str]]) -> set[str]:
    """The logical ids whose condition holds."""
    with emulator.scope():
        named = [{"Key": row["ParameterKey"], "Value": row["ParameterValue"]} for row in given]
        values = emulator.templates._resolve_parameters(template, named)
        conditions = emulator.templates._evaluate_conditions(template, values)
    resources = template["Resources"].items()
    return {logical_id for logical_id, it in resources if conditions.get(it.get("Condition"), True)}
