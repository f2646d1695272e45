"""A local AWS in a process of its own: nothing else is in it, and who uses it does not share its core."""

from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import boto3
import yaml

from playground.aws import LocalAws
from playground.aws.identity import KEY, REGION, SECRET

_TEMPLATE: Final = Path(__file__).parents[1] / "template.yaml"
_TABLE: Final = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_TO_START, _TO_STOP = 60, 10  # seconds


class ApartAws:
    """Started when it is made; a fast one, without a stack."""

    def __init__(self) -> None:
        """Return when it answers at `url`."""
        processes = get_context("spawn")
        self._line, theirs = processes.Pipe()
        self._process = processes.Process(target=_run, args=(theirs,), daemon=True)
        self._process.start()
        if not self._line.poll(_TO_START):
            self._process.kill()
            raise RuntimeError("The local AWS does not start.")
        self.url = str(self._line.recv())

    def client(self, service: str, **settings: Any) -> Any:
        """A new boto3 client of it; `settings` are boto3's."""
        session = boto3.Session(KEY, SECRET, region_name=REGION)
        return session.client(service, endpoint_url=self.url, **settings)  # type: ignore[call-overload]  # any service

    def ledger(self, name: str) -> str:
        """The ledger's table, empty, as template.yaml defines it."""
        template: Any = yaml.load(_TEMPLATE.read_text(), Loader=_Template)  # noqa: S506 - a SafeLoader
        properties = template["Resources"]["LedgerTable"]["Properties"]
        defined = {key: properties[key] for key in _TABLE}
        self.client("dynamodb").create_table(TableName=name, **defined)
        return name

    def breaks(self, **fault: Any) -> None:
        """Arm a fault, see docs/playground.md."""
        self._order("break", fault)

    def mends(self) -> None:
        """End all faults."""
        self._order("mend")

    def calls(self) -> Counter[str]:
        """How many calls of each operation it has had since it was last asked."""
        return Counter(self._order("calls"))

    def stop(self) -> None:
        """End it."""
        self._line.send(("stop", None))
        self._process.join(_TO_STOP)
        self._process.kill()

    def _order(self, what: str, fault: Any = None) -> Any:
        self._line.send((what, fault))
        return self._line.recv()


class _Template(yaml.SafeLoader):
    """CloudFormation's short functions as they stand."""


def _run(line: Connection) -> None:
    aws, told = LocalAws(port=0, fast=True), 0.0
    aws.start()
    line.send(aws.url)
    try:
        while (order := line.recv())[0] != "stop":
            if order[0] == "break":
                aws.faults.inject(order[1])
                line.send(None)
            elif order[0] == "mend":
                aws.faults.clear()
                line.send(None)
            else:
                calls = [call for call in aws.calls if call.time > told]
                line.send([call.operation for call in calls])
                told = max([told, *(call.time for call in calls)])
    finally:
        aws.stop()


_Template.add_multi_constructor("!", lambda _loader, _tag, node: node.value)
