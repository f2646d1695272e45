"""What several folders of tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from playground.aws import LocalAws

_TOGETHER: Final = "main_job"  # tests that share one playground


# Three workers share two cores, so a slow draw says nothing about a test.
settings.register_profile(
    "shared cores", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared cores")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """With several workers a file stays on one of them, and so does all that shares a playground."""

    def _split_scope(self, nodeid: str) -> str:
        folder, _, file = nodeid.partition("::")[0].rpartition("/")
        return folder if folder.endswith(_TOGETHER) else f"{folder}/{file}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Pytest 9 and xdist's own groups do not get on."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that the other workers have the rest meanwhile."""
    items.sort(key=lambda item: Path(item.path).parent.name != _TOGETHER)


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    """One local AWS for the whole session: a process holds no more than one."""
    local = LocalAws(port=0, fast=True, function_environment={"GIVEN_TO_ALL": "yes"})
    local.start()
    yield local
    local.stop()
