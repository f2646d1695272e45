"""Messages as the page shows them: names, times, avatars, threads."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from playground.slack.messages import Message, Messages
from playground.slack.team import SLACKBOT, Team, User

COLOURS = ("#2b8a9e", "#c2417c", "#5c6bc0", "#3d8b5f", "#b5651d", "#7b5ea7")
SHOWN = 150  # the newest messages; older ones are in the API only
TOGETHER_S = 300  # Slack draws what one person says within 5 minutes as one


@dataclass(frozen=True)
class Author:
    """Who a message is from."""

    name: str
    initials: str
    colour: str
    is_app: bool


@dataclass(frozen=True)
class Thread:
    """The line below a message that has replies."""

    count: int
    last: str
    authors: tuple[Author, ...]


@dataclass(frozen=True)
class Picture:
    """One message, ready to be drawn."""

    message: Message
    author: Author
    time: str
    full_time: str
    compact: bool
    thread: Thread | None
    warning: str | None
    root: str
    new_day: str | None


def author(team: Team, user_id: str) -> Author:
    """The name, the initials and the colour of somebody."""
    app = team.app
    if user_id in {app.bot_user, SLACKBOT}:
        name = team.names()[user_id]
        colour = "#1d1c3c" if user_id == app.bot_user else "#4a154b"
        return Author(name, "ml" if user_id == app.bot_user else "✻", colour, is_app=user_id == app.bot_user)
    for i, user in enumerate(team.users):
        if user.id == user_id:
            letters = "".join(word[0] for word in user.real_name.split()[:2])
            return Author(user.real_name, letters, COLOURS[i % len(COLOURS)], is_app=False)
    return Author(user_id, "?", "#616061", is_app=False)


def day(ts: str, now: float) -> str:
    """The day of a time stamp in words."""
    when = time.localtime(float(ts))
    if when[:3] == time.localtime(now)[:3]:
        return "Today"
    if when[:3] == time.localtime(now - 86_400)[:3]:
        return "Yesterday"
    return time.strftime("%A, %B %-d", when)


def clock_time(ts: str) -> str:
    """The time of a time stamp in words."""
    return time.strftime("%-I:%M %p", time.localtime(float(ts)))


class Pictures:
    """Draws a channel or a thread for one person."""

    def __init__(self, team: Team, messages: Messages, now: float) -> None:
        self._team = team
        self._messages = messages
        self._now = now

    def channel(self, channel: str, viewer: User) -> list[Picture]:
        """A channel without what lives in threads only."""
        found = self._messages.in_channel(channel)
        shown = [message for message in found if message.visible_to(viewer.id) and not message.is_reply]
        return list(self._draw(shown[-SHOWN:], viewer, days=True))

    def thread(self, parent: Message, viewer: User) -> list[Picture]:
        """The parent and everything below it."""
        below = [
            message
            for message in self._messages.in_channel(parent.channel)
            if message.thread_ts == parent.ts and message is not parent and message.visible_to(viewer.id)
        ]
        return list(self._draw([parent, *below], viewer, days=False))

    def _draw(self, messages: list[Message], viewer: User, *, days: bool) -> Iterator[Picture]:
        before: Message | None = None
        for message in messages:
            today = day(message.ts, self._now)
            new_day = today if days and (before is None or day(before.ts, self._now) != today) else None
            yield Picture(
                message=message,
                author=author(self._team, message.user),
                time=clock_time(message.ts),
                full_time=time.strftime("%A, %B %-d at %-I:%M:%S %p", time.localtime(float(message.ts))),
                compact=not new_day and _together(before, message),
                thread=self._thread(message) if days else None,
                warning=message.warnings.get(viewer.id),
                root=self._root(message),
                new_day=new_day,
            )
            before = message

    def _root(self, message: Message) -> str:
        """How the thread begins that a message is a reply in."""
        if not message.broadcast or message.thread_ts is None:
            return ""
        parent = self._messages.find(message.channel, message.thread_ts)
        return parent.text if parent else ""

    def _thread(self, message: Message) -> Thread | None:
        replies = self._messages.replies(message)
        if not replies:
            return None
        last = replies[-1].ts
        when = f"{day(last, self._now).lower()} at {clock_time(last)}"
        people = dict.fromkeys(reply.user for reply in replies)
        return Thread(len(replies), when, tuple(author(self._team, user) for user in list(people)[:4]))


def _together(before: Message | None, message: Message) -> bool:
    if before is None or before.user != message.user:
        return False
    private = before.only_for is not None or message.only_for is not None
    cards = bool(before.blocks or message.blocks)
    return not private and not cards and float(message.ts) - float(before.ts) < TOGETHER_S
