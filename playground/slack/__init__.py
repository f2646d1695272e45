"""A local Slack: its Web API, its signed deliveries to one app, and a page to look at."""

from playground.slack.entry import EntryAnswer, EntryRequest
from playground.slack.server import LocalSlack
from playground.slack.serving import make_server, open_socket
from playground.slack.team import ACME, Team

__all__ = ["ACME", "EntryAnswer", "EntryRequest", "LocalSlack", "Team", "make_server", "open_socket"]
