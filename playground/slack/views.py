"""Modals and Home tabs: what is open for whom."""

import secrets
from dataclasses import dataclass, field

from playground.slack.clock import Clock
from playground.slack.feed import Feed
from playground.slack.flaws import SlackError
from playground.slack.messages import with_ids
from playground.slack.team import Team
from playground.slack.wire import Json

DEEPEST = 3  # "Modals": a stack holds three views


@dataclass
class OpenView:
    """A view as its app made it, and what its person sees besides: errors by block, and a notice."""

    user: str
    content: Json
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""

    @property
    def id(self) -> str:
        """The view_id."""
        return str(self.content["id"])

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, every one with an id."""
        blocks: list[Json] = self.content["blocks"]
        return blocks


class Views:
    """One stack of modals and one Home tab for each person."""

    def __init__(self, team: Team, clock: Clock, feed: Feed) -> None:
        self._team = team
        self._clock = clock
        self._feed = feed
        self._stacks: dict[str, list[OpenView]] = {}
        self._homes: dict[str, OpenView] = {}

    def _dress(self, view: Json, old: Json | None = None, parent: OpenView | None = None) -> Json:
        name = old["id"] if old else "V" + secrets.token_hex(5).upper()
        root = parent.content["root_view_id"] if parent else name
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            **view,
            "id": name,
            "team_id": self._team.id,
            "app_id": self._team.app.id,
            "bot_id": self._team.app.bot_id,
            "blocks": with_ids(view["blocks"]),
            "hash": f"{self._clock.now():.6f}.{secrets.token_hex(4)}",
            "state": {"values": {}},
            "root_view_id": old["root_view_id"] if old else root,
            "previous_view_id": old["previous_view_id"] if old else parent.id if parent else None,
        }

    def open(self, user: str, view: Json) -> OpenView:
        """Show a modal in place of all others of this person."""
        opened = OpenView(user, self._dress(view))
        self._stacks[user] = [opened]
        self._changed(user)
        return opened

    def push(self, user: str, view: Json) -> OpenView:
        """Put a modal on top of the open one."""
        stack = self._stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        opened = OpenView(user, self._dress(view, parent=stack[-1]))
        stack.append(opened)
        self._changed(user)
        return opened

    def update(self, opened: OpenView, view: Json, view_hash: str | None = None) -> OpenView:
        """Replace what an open view shows, and forget errors of the old one."""
        if view_hash and view_hash != opened.content["hash"]:
            raise SlackError("hash_conflict")
        opened.content = self._dress(view, old=opened.content)
        opened.errors, opened.notice = {}, ""
        self._changed(opened.user)
        return opened

    def publish(self, user: str, view: Json) -> OpenView:
        """Show a Home tab."""
        old = self._homes.get(user)
        opened = self.update(old, view) if old else OpenView(user, self._dress(view))
        self._homes[user] = opened
        self._changed(user)
        return opened

    def close(self, opened: OpenView) -> None:
        """Close one modal; the one below shows again."""
        stack = self._stacks.get(opened.user, [])
        self._stacks[opened.user] = [other for other in stack if other is not opened]
        self._changed(opened.user)

    def close_all(self, user: str) -> None:
        """Close all modals of a person."""
        self._stacks.pop(user, None)
        self._changed(user)

    def complain(self, opened: OpenView, *, errors: dict[str, str] | None = None, notice: str = "") -> None:
        """Keep the modal open and say what is wrong with it."""
        opened.errors, opened.notice = errors or {}, notice
        self._changed(opened.user)

    def top(self, user: str) -> OpenView | None:
        """The modal that this person sees."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> OpenView | None:
        """The Home tab that was published for this person."""
        return self._homes.get(user)

    def find(self, view_id: str, external_id: str = "") -> OpenView | None:
        """An open view by its id or by the app's own id for it."""
        everything = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        for view in everything:
            if view.id == view_id or (external_id and view.content["external_id"] == external_id):
                return view
        return None

    def clear(self) -> None:
        """Close everything."""
        self._stacks.clear()
        self._homes.clear()

    def _changed(self, user: str) -> None:
        self._feed.publish("views", user=user)
