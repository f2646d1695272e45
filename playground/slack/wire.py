"""Arguments as Slack's clients send them: query strings, forms, JSON, and JSON inside forms."""

import json
from typing import Any

from starlette.requests import Request

from playground.slack.flaws import Flaw, SlackError
from playground.slack.team import Channel, Team, User

Json = dict[str, Any]
NESTED = ("blocks", "attachments", "metadata", "view", "unfurls", "files")


async def read_arguments(request: Request) -> Json:
    """All arguments of a Web API call ("Using the Slack Web API")."""
    found: Json = dict(request.query_params)
    if request.method == "POST":
        if "json" in request.headers.get("content-type", ""):
            found |= _read_json(await request.body())
        else:
            found |= {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    for name in NESTED:
        if isinstance(found.get(name), str):
            found[name] = _unnest(name, found[name])
    return found


def _read_json(body: bytes) -> Json:
    try:
        read = json.loads(body or b"{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(read, dict):
        raise SlackError("json_not_object")
    return read


def _unnest(name: str, text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}.get(
            name, "invalid_arguments"
        )
        raise SlackError(code) from error


class Arguments:
    """The arguments of one call, read by the names and refused by the codes that Slack uses."""

    def __init__(self, values: Json, team: Team) -> None:
        self.values = values
        self._team = team

    def get(self, name: str) -> Any:
        """The raw value, None when it is missing."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """A required string."""
        value = self.values.get(name)
        if value in (None, ""):
            raise SlackError("invalid_arguments", [Flaw(f"missing required field: {name}", f"/{name}")])
        return str(value)

    def flag(self, name: str) -> bool:
        """A boolean: true and false, or "true" and "1" in a form."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError) as error:
            raise SlackError("invalid_arguments", [Flaw("must provide an integer", f"/{name}")]) from error

    def channel(self, name: str = "channel") -> Channel:
        """A channel by id or #name."""
        channel = self._team.channel(str(self.values.get(name) or ""))
        if channel is None:
            raise SlackError("channel_not_found")
        return channel

    def user(self, name: str = "user") -> User:
        """A person by id."""
        wanted = self.values.get(name)
        user = next((user for user in self._team.users if user.id == wanted), None)
        if user is None:
            raise SlackError("user_not_found")
        return user
