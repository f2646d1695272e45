"""What several folders of tests share."""

from collections.abc import Iterator

import pytest

from playground.aws import LocalAws


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    """One local AWS for the whole session: a process holds no more than one."""
    local = LocalAws(port=0, fast=True, function_environment={"GIVEN_TO_ALL": "yes"})
    local.start()
    yield local
    local.stop()
