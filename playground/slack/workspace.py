"""Everything that one local Slack remembers."""

from collections import deque
from dataclasses import dataclass

from playground.slack.calls import CallLog
from playground.slack.clock import Clock
from playground.slack.faults import Faults
from playground.slack.feed import Feed
from playground.slack.files import PROCESSED_AFTER_S, Files
from playground.slack.flaws import SlackError
from playground.slack.messages import Messages
from playground.slack.team import Team
from playground.slack.tickets import Tickets
from playground.slack.views import Views

REFUSALS_KEPT = 20


@dataclass(frozen=True)
class Refusal:
    """A call of the app that Slack did not take, for the strip on the page."""

    number: int
    sentence: str


class Workspace:
    """One team and its state; used on one event loop only, so it needs no locks."""

    def __init__(self, team: Team, base_url: str, processed_after_s: float = PROCESSED_AFTER_S) -> None:
        self.team = team
        self.base_url = base_url
        self.clock = Clock()
        self.feed = Feed()
        self.log = CallLog(self.clock, self.feed)
        self.messages = Messages(team, self.clock, self.feed)
        self.views = Views(team, self.clock, self.feed)
        self.tickets = Tickets(self.clock, base_url)
        self.files = Files(self.clock, base_url, processed_after_s)
        self.faults = Faults()
        self.refusals: deque[Refusal] = deque(maxlen=REFUSALS_KEPT)
        self._refused = 0

    def refused(self, method: str, error: SlackError) -> None:
        """Show on the page that a call was not taken."""
        self._refused += 1
        reason = "; ".join([error.code, *error.messages])
        self.refusals.append(Refusal(self._refused, f"Slack refused {method}: {reason}"))
        self.feed.publish("refusal", number=self._refused)

    def reset(self) -> None:
        """An empty workspace, in real time again."""
        self.log.clear()
        self.views.clear()
        self.tickets.clear()
        self.faults.clear()
        self.files.clear()
        self.refusals.clear()
        self.clock.reset()
        self.messages.clear()
