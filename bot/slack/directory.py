"""The Directory port over Slack's Web API."""

from collections.abc import Sequence
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.refusals import NotFound
from bot.domain.wording import group, person

TRANSIENT: Final = frozenset(
    {"ratelimited", "internal_error", "service_unavailable", "request_timeout", "fatal_error"}
)
"""Errors of Slack's that pass; whoever asked tries again."""


class SlackDirectory:
    """People and user groups. Handles are looked up once per process; members are always fresh."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def members(self, names: Sequence[str]) -> frozenset[str]:
        """See the port."""
        found: set[str] = set()
        for name in names:
            if name.startswith("@"):
                found.update(self._members(name))
            else:
                found.add(name)
        return frozenset(found)

    def mentions(self, names: Sequence[str]) -> Sequence[str]:
        """See the port."""
        marks = []
        for name in dict.fromkeys(names):
            if not name.startswith("@"):
                marks.append(person(name))
            elif known := self._id_if_told(name):
                marks.append(group(known))
        return marks

    def name(self, slack_id: str) -> str:
        """See the port."""
        if slack_id not in self._names:
            try:
                self._names[slack_id] = str(self._client.users_info(user=slack_id)["user"]["real_name"])
            except (SlackClientError, OSError, KeyError):
                return slack_id
        return self._names[slack_id]

    def _id_if_told(self, name: str) -> str:
        # To be pinged is not worth failing for.
        try:
            return self._id(name)
        except (SlackClientError, OSError):
            return ""

    def _members(self, name: str) -> Sequence[str]:
        known = self._id(name)
        if not known:
            raise NotFound(
                f"Nobody may decide: Slack has no user group {name}, which mlops.toml names. "
                f"Ask your platform team to create it or to mend [groups]."
            )
        try:
            return list(self._client.usergroups_users_list(usergroup=known)["users"])
        except SlackApiError as error:
            if error.response["error"] in TRANSIENT:
                raise
            raise NotFound(
                f"Nobody may decide: Slack does not tell who is in {name} ({error.response['error']})."
            ) from None

    def _id(self, name: str) -> str:
        handle = name.removeprefix("@")
        if handle not in self._ids:
            groups = self._client.usergroups_list()["usergroups"]
            self._ids = {known["handle"]: known["id"] for known in groups}
        return self._ids.get(handle, "")
