"""The Directory contract, on the fake and on the local Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain.refusals import NotFound
from bot.domain.wording import group, person
from bot.slack.directory import SlackDirectory
from bot.usecases.ports import Directory
from tests.contracts.benches import Slack
from tests.fakes.directory import FakeDirectory


@dataclass
class Bench:
    """The directory, and how to make Slack keep to itself who is in a group."""

    directory: Directory
    goes_silent: Callable[[], None]


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "fake":
        fake = FakeDirectory()
        return Bench(fake, lambda: setattr(fake, "silent", True))
    slack: Slack = request.getfixturevalue("slack")
    return Bench(
        SlackDirectory(slack.web), lambda: slack.breaks("usergroups.users.list", error="no_permission")
    )


@pytest.fixture
def directory(bench: Bench) -> Directory:
    return bench.directory


class TestMembers:
    def test_ids_stand_for_themselves(self, directory: Directory) -> None:
        assert directory.members(["U01ANA", "U05DAN"]) == {"U01ANA", "U05DAN"}

    def test_groups_stand_for_their_members(self, directory: Directory) -> None:
        assert directory.members(["U01ANA", "@ml-leads", "@model-risk"]) == {"U01ANA", "U02BEN", "U03RITA"}

    def test_nobody_is_nobody(self, directory: Directory) -> None:
        assert directory.members([]) == frozenset()

    def test_an_unknown_group_decides_nothing(self, directory: Directory) -> None:
        with pytest.raises(NotFound) as refused:
            directory.members(["U01ANA", "@typo"])
        assert refused.value.sentence == (
            "Nobody may decide: Slack has no user group @typo, which mlops.toml names. "
            "Ask your platform team to create it or to mend [groups]."
        )

    def test_a_group_that_slack_is_silent_about_decides_nothing(self, bench: Bench) -> None:
        bench.goes_silent()
        with pytest.raises(NotFound, match=r"Nobody may decide: .* who is in @ml-leads \(no_permission\)"):
            bench.directory.members(["U01ANA", "@ml-leads"])


class TestName:
    def test_a_person_has_a_name(self, directory: Directory) -> None:
        assert directory.name("U01ANA").startswith("Ana")

    def test_whom_slack_does_not_know_goes_by_their_id(self, directory: Directory) -> None:
        assert directory.name("U99NOBODY") == "U99NOBODY"


class TestMentions:
    def test_each_has_its_mark_once_and_in_order(self, directory: Directory) -> None:
        assert list(directory.mentions(["@ml-leads", "U01ANA", "@ml-leads"])) == [
            group("S01LEADS"),
            person("U01ANA"),
        ]

    def test_unknown_groups_are_left_out(self, directory: Directory) -> None:
        assert list(directory.mentions(["@typo", "U01ANA"])) == [person("U01ANA")]


class TestSlack:
    """What only Slack can show."""

    @pytest.mark.parametrize("how", [{"error": "missing_scope"}, {"error": "ratelimited"}, {"status": 500}])
    def test_without_the_list_of_groups_nobody_may_decide(self, slack: Slack, how: dict[str, Any]) -> None:
        slack.breaks("usergroups.list", **how)
        with pytest.raises(Exception, match=r"(?i)error|limit"):
            SlackDirectory(slack.web).members(["@ml-leads"])

    def test_what_passes_is_left_to_the_next_try(self, slack: Slack) -> None:
        slack.breaks("usergroups.users.list", error="internal_error")
        with pytest.raises(SlackApiError):
            SlackDirectory(slack.web).members(["@ml-leads"])

    @pytest.mark.parametrize("how", [{"error": "missing_scope"}, {"error": "ratelimited"}, {"status": 500}])
    def test_without_it_groups_are_not_mentioned_either(self, slack: Slack, how: dict[str, Any]) -> None:
        slack.breaks("usergroups.list", **how)
        assert list(SlackDirectory(slack.web).mentions(["@ml-leads", "U01ANA"])) == [person("U01ANA")]

    def test_handles_are_looked_up_once_and_members_every_time(self, slack: Slack) -> None:
        directory = SlackDirectory(slack.web)
        for _ in range(2):
            directory.members(["@ml-leads", "@model-risk"])
        assert len(slack.calls("usergroups.list")) == 1
        assert len(slack.calls("usergroups.users.list")) == 4
