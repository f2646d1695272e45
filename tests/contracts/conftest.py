"""The ledger's table in the local AWS, and one local Slack for all contracts."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml
from slack_sdk import WebClient

from playground.aws import LocalAws
from playground.slack import EntryAnswer, LocalSlack, make_server
from tests.contracts.benches import Slack
from tests.contracts.hosting_benches import Bench, OnFake
from tests.contracts.hosting_on_aws import OnAws

_ROOT: Final = Path(__file__).parents[2]


class _Template(yaml.SafeLoader):
    """CloudFormation's short functions as they stand."""


_Template.add_multi_constructor("!", lambda _loader, _tag, node: node.value)


@pytest.fixture(scope="session")
def table(aws: LocalAws) -> str:
    """The ledger's table, as template.yaml defines it."""
    template: Any = yaml.load((_ROOT / "template.yaml").read_text(), Loader=_Template)  # noqa: S506 - a SafeLoader
    properties = template["Resources"]["LedgerTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    aws.client("dynamodb").create_table(TableName="ledger", **{key: properties[key] for key in wanted})
    return "ledger"


@pytest.fixture(scope="session")
def running_slack() -> Iterator[Slack]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    local = LocalSlack(port=listener.getsockname()[1], entry=lambda _request: EntryAnswer(200))
    server = make_server(local)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{local.port}"
    with httpx.Client(base_url=url, timeout=10) as http:
        yield Slack(WebClient("xoxb-playground", base_url=f"{url}/api/"), http)
    server.stop()
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def slack(running_slack: Slack) -> Slack:
    running_slack.control("reset")
    return running_slack


@pytest.fixture(params=["fake", "real"])
def host(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Hosting, in memory and in the local AWS."""
    if request.param == "fake":
        yield OnFake()
        return
    aws: LocalAws = request.getfixturevalue("aws")
    yield OnAws(aws)
    aws.faults.clear()


@pytest.fixture
def on_aws(aws: LocalAws) -> Iterator[OnAws]:
    """Hosting in the local AWS only."""
    yield OnAws(aws)
    aws.faults.clear()
