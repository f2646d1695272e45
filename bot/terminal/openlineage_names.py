"""What jobs, runs and data sets are called in OpenLineage (OpenLineage: Naming conventions)."""

import re
import uuid
from typing import Final

from bot.domain.lineage import keys, telling
from bot.domain.lineage.graph import Kind, Node
from bot.domain.wording import plain

CATALOG: Final = "sagemaker"
"""The namespace of jobs, and of whatever SageMaker has by name and not by address."""
_ADDRESS: Final = re.compile(r"([a-z][a-z0-9+.-]*://[^/]*)/?(.*)", re.DOTALL)
_DVC: Final = "data:dvc:"


def job(node: Node) -> tuple[str, str]:
    """A job's namespace and name, such as `training-job/churn-train-12`: of two kinds two jobs may have one
    name.
    """
    kind, _, key = node.key.removeprefix("job:").partition("/")
    name = node.name if node.name.lower() == key else key
    return CATALOG, f"{plain(kind)}-job/{plain(name)}"


def run(node: Node) -> str:
    """The run of a job, which has only one: the same UUID whenever it is told of."""
    key = node.key.encode(errors="replace").decode()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{CATALOG}/{key}"))


def dataset(node: Node) -> tuple[str, str]:
    """A data set's namespace and name: bucket and key of what lies in S3, the root as `/`."""
    if node.key.startswith(_DVC):
        path, mark, digest = node.key.removeprefix(_DVC).rpartition("@")
        return "dvc", plain(path if mark else digest) or "/"
    if match := _ADDRESS.fullmatch(node.key.removeprefix("data:")):
        return plain(match[1]), plain(match[2]) or "/"
    if version := keys.version_of(node.key):
        return CATALOG, f"model-package/{plain(version.model)}/{version.number}"
    kind = "feature-group" if node.kind is Kind.FEATURES else node.kind.value
    return CATALOG, f"{kind}/{plain(keys.name_of(node.key))}"


def version_of(node: Node) -> str:
    """Which content it had; empty where nobody knows."""
    if node.key.startswith(_DVC):
        _, mark, digest = node.key.rpartition("@")
        return digest if mark else ""
    return telling.content(node)
