"""A new world for every test."""

import pytest

from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def asking(world: World) -> World:
    """churn:1 is live in staging and asks for production."""
    world.register("churn", auc=0.9)
    world.runs()
    assert world.status("churn:1", "production") == "asking"
    return world
