"""Deploys a SAM template as it is, and fails when anything in it would not come to be."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playground.aws import honoured
from playground.aws.code import in_place
from playground.aws.errors import DeploymentFailed

Clients = Callable[[str], Any]
Template = dict[str, Any]

_BUCKET: Final = "playground-artifacts"
_BODY_LIMIT: Final = 51_200  # bytes; CloudFormation takes larger templates from S3 only
_FUNCTION: Final = "AWS::Serverless::Function"
_MACHINE: Final = "AWS::Serverless::StateMachine"
_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_PATIENCE: Final = 60.0


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
        """Transform, check, create, and look whether everything is there."""
        from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - slow to import

        written: Template = yaml_parse(template.read_text())
        Artifacts(self._client, root).upload(written)
        expanded = _expand(self._emulator, written)
        honoured.check(expanded["Resources"])
        _check_references(self._emulator, expanded)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        _create(self._client, name, expanded, given)
        stack = _described(self._client, name)
        if missing := sorted(_wanted(self._emulator, expanded, given) - set(stack.resources)):
            raise DeploymentFailed(f"The stack {name} came up without {', '.join(missing)}.")
        return stack


class Artifacts:
    """What the template names by path goes to a bucket; directories of code only by reference."""

    def __init__(self, client: Clients, root: Path) -> None:
        self._s3, self._root = client("s3"), root
        self._s3.create_bucket(Bucket=_BUCKET)

    def upload(self, template: Template) -> None:
        """Replace CodeUri and DefinitionUri by their places in the bucket."""
        shared = (template.get("Globals") or {}).get("Function") or {}
        shared_code = shared.pop("CodeUri", None)
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties") or {}
            if resource["Type"] == _FUNCTION and "InlineCode" not in properties:
                code = properties.get("CodeUri", shared_code)
                properties["CodeUri"] = self._put(f"{logical_id}.zip", self._code(logical_id, code))
            if resource["Type"] == _MACHINE and isinstance(properties.get("DefinitionUri"), str):
                definition = self._definition(logical_id, properties)
                properties["DefinitionUri"] = self._put(f"{logical_id}.json", definition)

    def _put(self, key: str, content: bytes) -> dict[str, str]:
        self._s3.put_object(Bucket=_BUCKET, Key=key, Body=content)
        return {"Bucket": _BUCKET, "Key": key}

    def _code(self, logical_id: str, code: Any) -> bytes:
        if not isinstance(code, str):
            raise DeploymentFailed(f"{logical_id} needs a CodeUri that is a path, not {code!r}.")
        place = self._root / code
        if place.is_dir():
            return in_place(place)
        if place.is_file():
            return place.read_bytes()
        raise DeploymentFailed(f"The code of {logical_id} is not there: {place}. Is it built?")

    def _definition(self, logical_id: str, properties: Mapping[str, Any]) -> bytes:
        from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - slow to import

        place = self._root / properties["DefinitionUri"]
        if not place.is_file():
            raise DeploymentFailed(f"The definition of {logical_id} is not there: {place}.")
        definition = json.dumps(yaml_parse(place.read_text()), default=str)
        known = set(properties.get("DefinitionSubstitutions") or {})
        if unknown := sorted(set(_PLACEHOLDER.findall(definition)) - known):
            raise DeploymentFailed(
                f"The definition of {logical_id} has no substitution for {', '.join(unknown)}."
            )
        return definition.encode()


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


def _create(client: Clients, name: str, template: Template, parameters: list[dict[str, str]]) -> None:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - slow to import

    body = json.dumps(template, default=str)
    source = {"TemplateBody": body}
    if len(body.encode()) > _BODY_LIMIT:
        client("s3").put_object(Bucket=_BUCKET, Key=f"{name}.template", Body=body.encode())
        source = {"TemplateURL": f"https://s3.amazonaws.com/{_BUCKET}/{name}.template"}
    try:
        client("cloudformation").create_stack(
            StackName=name, Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"], **source
        )
    except ClientError as refused:
        raise DeploymentFailed(f"CloudFormation refuses the template: {refused}") from refused
    _await_end(client, name)


def _await_end(client: Clients, name: str) -> None:
    cloudformation, deadline = client("cloudformation"), time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if status == "CREATE_COMPLETE":
            return
        if not status.endswith("_IN_PROGRESS"):
            raise DeploymentFailed(f"The stack {name} ended as {status}: {_reasons(cloudformation, name)}")
        time.sleep(0.02)
    raise DeploymentFailed(f"The stack {name} was not created within {_PATIENCE:.0f} s.")


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
    made = [row for row in rows if row["ResourceStatus"] == "CREATE_COMPLETE"]
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
