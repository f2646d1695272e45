"""template.yaml, read with CloudFormation's short tags."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
Json = dict[str, Any]


class Cfn(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, each as one key: `!Ref X` is `{"Ref": "X"}`."""


def _tagged(loader: Cfn, tag: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.MappingNode):
        return {tag: loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    return {tag: loader.construct_scalar(node)}  # type: ignore[arg-type]  # the third kind of node


Cfn.add_multi_constructor("!", _tagged)

TEMPLATE: Json = yaml.load((ROOT / "template.yaml").read_text(), Cfn)  # noqa: S506 - a SafeLoader
RESOURCES: dict[str, Json] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, Json]:
    return {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
ALARMS = of_type("AWS::CloudWatch::Alarm")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
