"""Loads ministack and moto: late, with the environment that they read at import, and only what is used."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from types import ModuleType
from typing import Any, Final

from playground.aws.identity import ACCOUNT, REGION

_SERVICES: Final = "ministack.services."
_USED: Final = frozenset(
    {
        "cloudwatch",
        "cloudwatch_logs",
        "dynamodb",
        "eventbridge",
        "iam",
        "lambda_svc",
        "s3",
        "sqs",
        "ssm",
        "sts",
    }
)
_QUIET: Final = (
    "moto",
    "samtranslator",
    "ministack",
    "lambda",
    "events",
    "cloudformation",
    "sqs",
    "s3",
    "iam",
    "monitoring",
)


class Emulator:
    """The modules of ministack that the local AWS hooks into; their types are unknown to mypy."""

    def __init__(self) -> None:
        self.app: Any = importlib.import_module("ministack.app")
        self.responses: Any = importlib.import_module("ministack.core.responses")
        self.router: Any = importlib.import_module("ministack.core.router")
        self.lambdas: Any = self.service("lambda_svc")
        self.events: Any = self.service("eventbridge")
        self.queues: Any = self.service("sqs")
        self.alarms: Any = self.service("cloudwatch")
        self.provisioners: Any = importlib.import_module(f"{_SERVICES}cloudformation.provisioners")
        self.templates: Any = importlib.import_module(f"{_SERVICES}cloudformation.engine")

    @staticmethod
    def service(name: str) -> Any:
        """One service's module."""
        return importlib.import_module(f"{_SERVICES}{name}")

    def scope(self) -> Any:
        """A context in which the services' stores are those of the account and region."""
        return self.responses.request_scope(ACCOUNT, REGION)


def load(port: int) -> Emulator:
    """Import the emulator for this port and empty what an earlier one left behind."""
    loaded = sys.modules.get("ministack.app")
    if loaded is not None and "sagemaker" in loaded.SERVICE_HANDLERS:
        raise RuntimeError("A local AWS is running in this process already; its state is shared.")
    os.environ.update(environment(port))
    with _untouched_logging():
        if not any(isinstance(finder, _LateServices) for finder in sys.meta_path):
            sys.meta_path.insert(0, _LateServices())
        _stand_in_for_batch()
        emulator = Emulator()
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _USED:
        if (service := sys.modules.get(f"{_SERVICES}{name}")) is not None and hasattr(service, "reset"):
            service.reset()
    cloudformation = importlib.import_module(f"{_SERVICES}cloudformation")
    cloudformation.reset()
    emulator.queues.DEFAULT_PORT = str(port)
    return emulator


def environment(port: int) -> dict[str, str]:
    """What ministack reads, some of it at import, some with every request."""
    return {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_TEST_NO_AUTOSTART": "1",
        "LOG_LEVEL": "CRITICAL",
    }


@contextmanager
def _untouched_logging() -> Iterator[None]:
    """Ministack configures the root logger at import; this puts it back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


class _LateServices(importlib.abc.MetaPathFinder):
    """CloudFormation's provisioners import some forty services; those not used here load when touched."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Wrap the loader of a service module that is not used."""
        name = fullname.removeprefix(_SERVICES)
        if name == fullname or "." in name or name in _USED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None or spec.submodule_search_locations is not None:
            return None
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


class _JobStatus(str, Enum):  # noqa: UP042 - as moto's own
    """Just enough for moto's Step Functions to be imported."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


def _stand_in_for_batch() -> None:
    """Moto's interpreter imports AWS Batch for one enum, and with it EC2: a second and 100 MB."""
    if "moto.batch.utils" in sys.modules:
        return
    importlib.import_module("moto")
    package, utils = ModuleType("moto.batch"), ModuleType("moto.batch.utils")
    package.__path__ = []
    utils.JobStatus = _JobStatus  # type: ignore[attr-defined]  # a module made by hand
    sys.modules["moto.batch"], sys.modules["moto.batch.utils"] = package, utils
