"""Which of AWS's operations a handler's path comes to, read from the code itself.

A function comes to whatever it names: a function of its module or one that it imports, a method of its
own class or, where only the object knows, every method of that name in what its module imports.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name

from tests.infra.cfn import ROOT

ADAPTERS = {
    "registry": ("registry", "SageMakerRegistry"),
    "reports": ("reports", "S3Reports"),
    "artifacts": ("artifacts", "S3Artifacts"),
    "transforms": ("transforms", "SageMakerTransforms"),
    "endpoints": ("endpoints", "SageMakerEndpoints"),
    "ledger": ("ledger", "DynamoLedger"),
    "lineage": ("lineage", "SageMakerLineage"),
    "origins": ("origins", "DynamoOrigins"),
    "workflow": ("workflow", "StepFunctions"),
}
"""The ports that stand before AWS, as bot/wiring.py fills them."""

# boto3's operation, where IAM calls the permission otherwise (Amazon S3 API; Service Authorization
# Reference: Actions for Amazon S3).
PERMISSION = {
    "s3:HeadObject": "s3:GetObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPartCopy": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
}
SERVICES = {
    "sagemaker": "sagemaker",
    "sagemaker-runtime": "sagemaker",
    "cloudwatch": "cloudwatch",
    "s3": "s3",
    "dynamodb": "dynamodb",
    "stepfunctions": "states",
    "ssm": "ssm",
}


@cache
def operations() -> dict[str, str]:
    """boto3's methods, as `list_parts`, with the permission that each needs."""
    session, found = botocore.session.get_session(), {}
    for service, prefix in SERVICES.items():
        for name in session.get_service_model(service).operation_names:
            action = f"{prefix}:{name}"
            found[xform_name(name)] = PERMISSION.get(action, action)
    return found


_FLOORS = ("bot.aws.", "bot.usecases.", "bot.slack.")
Place = tuple[str, str]
"""A module, as `bot.usecases.tidy`, and a name in it, as `tidy` or `Models.forget`."""


class Module:
    """What one file defines and imports."""

    def __init__(self, name: str) -> None:
        path = ROOT / f"{name.replace('.', '/')}.py"
        path = path if path.is_file() else path.with_suffix("") / "__init__.py"
        self.name, self.nodes, self.imports = name, dict[str, ast.AST](), dict[str, Place]()
        tree = ast.parse(path.read_text())
        for node in tree.body:
            self._define(node)
        for inner in ast.walk(tree):
            if isinstance(inner, ast.ImportFrom) and f"{inner.module}.".startswith("bot."):
                self._import(inner)

    def _define(self, node: ast.stmt) -> None:
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            self.nodes |= {f"{node.name}.{method.name}": method for method in methods}
        elif isinstance(node, ast.FunctionDef):
            self.nodes[node.name] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self.nodes[node.target.id] = node

    def _import(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            is_file = Path(ROOT / f"{inner.replace('.', '/')}.py").is_file()
            self.imports[alias.asname or alias.name] = (
                (inner, "") if is_file else (node.module or "", alias.name)
            )

    def methods(self, name: str, within: str = "") -> list[Place]:
        """The methods of that name, of one class or of all of them."""
        return [
            (self.name, one)
            for one in self.nodes
            if one.endswith(f".{name}") and one.startswith(f"{within}." if within else "")
        ]


@cache
def module(name: str) -> Module:
    """Each file once."""
    return Module(name)


def reached(entry: Place) -> set[str]:
    """The permissions of all operations that this place comes to."""
    seen, waiting, needed = {entry}, [entry], set[str]()
    while waiting:
        place = waiting.pop()
        needed |= _asked(place)
        for further in _named(place):
            if further not in seen and further[0].startswith(_FLOORS):
                seen.add(further)
                waiting.append(further)
    return needed


def _asked(place: Place) -> set[str]:
    node = module(place[0]).nodes.get(place[1])
    if node is None or not place[0].startswith("bot.aws"):
        return set()
    text = ast.unparse(node)
    names = re.findall(r"(?:client|_dynamodb|_cloudwatch)\.(?:get_paginator\(')?(\w+)", text)
    return {operations()[name] for name in names if name in operations()}


def _named(place: Place) -> Iterator[Place]:
    known = module(place[0])
    node, cls = known.nodes.get(place[1]), place[1].rpartition(".")[0]
    for one in ast.walk(node) if node else ():
        if isinstance(one, ast.Name):
            yield from _by_name(known, one.id)
        elif isinstance(one, ast.Attribute):
            yield from _by_attribute(known, cls, one)


def _by_name(known: Module, name: str) -> Iterator[Place]:
    if name in known.nodes:
        yield known.name, name
    elif name in known.imports and known.imports[name][1]:
        yield known.imports[name]


def _by_attribute(known: Module, cls: str, one: ast.Attribute) -> Iterator[Place]:
    owner = one.value
    if isinstance(owner, ast.Attribute) and owner.attr in ADAPTERS:
        file, adapter = ADAPTERS[owner.attr]
        yield from module(f"bot.aws.{file}").methods(one.attr, adapter)
    elif isinstance(owner, ast.Name) and known.imports.get(owner.id, ("", "-"))[1] == "":
        yield known.imports[owner.id][0], one.attr
    elif isinstance(owner, ast.Name) and owner.id == "self":
        yield from known.methods(one.attr, cls)
    elif known.name.startswith("bot.aws"):
        classes = {place for place in known.imports.values() if place[0].startswith("bot.aws") and place[1]}
        told = {place for place in classes if place[1] == _class_of(owner)}
        for where, name in told or classes:
            yield from module(where).methods(one.attr, name)


def _class_of(owner: ast.expr) -> str:
    """The class that an object is of, where its name or its making tells: `self._models`, `Traffic(…)`."""
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name):
        return owner.func.id
    return owner.attr.strip("_").title() if isinstance(owner, ast.Attribute) else ""
