"""Puts what a template names by path where CloudFormation takes it from."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from playground.aws.code import in_place
from playground.aws.errors import DeploymentFailed

BUCKET: Final = "playground-artifacts"
_FUNCTION: Final = "AWS::Serverless::Function"
_MACHINE: Final = "AWS::Serverless::StateMachine"
_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


class Artifacts:
    """What the template names by path goes to a bucket; directories of code only by reference."""

    def __init__(self, client: Callable[[str], Any], root: Path) -> None:
        self._s3, self._root = client("s3"), root
        self._s3.create_bucket(Bucket=BUCKET)

    def upload(self, template: dict[str, Any]) -> None:
        """Replace CodeUri and DefinitionUri by their places in the bucket."""
        shared = (template.get("Globals") or {}).get("Function") or {}
        shared_code = shared.pop("CodeUri", None)
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties") or {}
            if resource["Type"] == _FUNCTION and "InlineCode" not in properties:
                code = properties.get("CodeUri", shared_code)
                properties["CodeUri"] = self._put(logical_id, "zip", self._code(logical_id, code))
            if resource["Type"] == _MACHINE and isinstance(properties.get("DefinitionUri"), str):
                definition = self._definition(logical_id, properties)
                properties["DefinitionUri"] = self._put(logical_id, "json", definition)

    def _put(self, name: str, kind: str, content: bytes) -> dict[str, str]:
        """Another content has another key, as with `sam package`, so that an update sees it."""
        key = f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return {"Bucket": BUCKET, "Key": key}

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
