"""Bolt's listeners: Slack's payloads in, answers out."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http.client import OK
from typing import Any, Final

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack import answers, desk
from bot.slack.actions import ALL
from bot.slack.deliveries import Delivery
from bot.slack.patience import patient
from bot.slack.replies import Replies, mentioned
from bot.slack.shelf import ROLL_BACK
from bot.slack.views import APPROVE, REJECT, REPORT, SHELF, Message
from bot.usecases.ports import Ledger, Ports

log: Final = logging.getLogger(__name__)
_MENTION: Final = re.compile(r"^\s*<@[UW][A-Z0-9]+>\s*")
_FAULT: Final = 500
_STALE: Final = timedelta(hours=1)
_TOO_OLD: Final = (
    "I found a request of yours that is more than an hour old and did not carry it out. "
    "If you still want it, send it again."
)
_UNUSED: Final = "xoxb-unused"  # Bolt wants a token; the listeners bring their own client, made when needed


def make_app(ports: Callable[[], Ports], client: Callable[[], WebClient]) -> App:
    """The app with its listeners; nothing is dialled before a request comes."""
    app = App(
        name="mlops",  # else Bolt reads the whole call stack's sources for one, at 30 ms
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=_UNUSED),
        signing_secret="checked at the door",  # noqa: S106 - the door checks it, before the queue
        request_verification_enabled=False,
        token_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )

    _turn_away_the_old(app, client)

    @app.command("/mlops")
    def on_command(ack: Ack, body: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        text = unescaped(body.get("text") or "")
        with patient(partial(respond, response_type="ephemeral"), text):
            said = desk.commanded(ports(), text, body["user_id"], context["delivery"].id)
        Replies(client(), body["channel_id"], body["user_id"]).respond(respond, said)
        ack()

    @app.action(re.compile("|".join(map(re.escape, (APPROVE, REJECT, SHELF, REPORT, ROLL_BACK, *ALL)))))
    def on_click(ack: Ack, body: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        action, who = body["actions"][0], body["user"]["id"]
        with patient(
            partial(respond, response_type="ephemeral", replace_original=False), action["action_id"]
        ):
            said = desk.clicked(ports(), action["action_id"], action["value"], who, context["delivery"].id)
        # The buttons of a shelf go when one of them is taken; anything else stays where it was clicked.
        shelf = action["action_id"] == ROLL_BACK and body["container"].get("is_ephemeral", False)
        Replies(client(), body["channel"]["id"], who).respond(respond, said, replaces=shelf)
        ack()

    @app.event("app_mention")
    def on_mention(context: BoltContext, event: dict[str, Any]) -> None:
        who = event.get("user")
        if not who or event.get("bot_id"):
            return  # another app mentioned us; only people are answered
        text = unescaped(_MENTION.sub("", event.get("text") or ""))
        replies, thread = Replies(client(), event["channel"], who), event.get("thread_ts")
        with patient(lambda said: replies.whisper(answers.sentence(said), thread), text):
            said = mentioned(desk.commanded(ports(), text, who, context["delivery"].id))
        replies.whisper(said, thread)

    @app.error
    def on_error(error: Exception, context: BoltContext, respond: Respond) -> BoltResponse:
        delivery: Delivery = context["delivery"]
        log.error("request %s failed", delivery.id, exc_info=error)
        if delivery.attempt == 1 or delivery.is_last:
            _tell(context, respond, client, _apology(delivery))
        return BoltResponse(status=_FAULT, body="")

    return app


def _turn_away_the_old(app: App, client: Callable[[], WebClient]) -> None:
    """A request that lay in a queue for an hour may not be wanted any more; who sent it is asked."""

    @app.middleware
    def refuse_the_old(context: BoltContext, respond: Respond, next: Callable[[], Any]) -> Any:  # noqa: A002 - Bolt's
        if context["delivery"].age < _STALE:
            return next()
        log.warning(
            "request %s is %s old and was not carried out", context["delivery"].id, context["delivery"].age
        )
        _tell(context, respond, client, answers.sentence(_TOO_OLD))
        return BoltResponse(status=int(OK), body="")


def dispatch(app: App, delivery: Delivery) -> BoltResponse:
    """Give one delivery to the app's listeners."""
    headers: dict[str, Any] = {"content-type": [delivery.kind]}
    return app.dispatch(BoltRequest(body=delivery.body, headers=headers, context={"delivery": delivery}))


class Failed(Exception):  # noqa: N818 - a delivery, not an error of ours to name
    """A delivery that must be tried again."""


def serve(app: App, ledger: Ledger, delivery: Delivery) -> None:
    """Dispatch a delivery, unless it was answered already.

    Raises:
        Failed: A fault of ours kept it from being answered; it must be tried again.
    """
    if ledger.was_done(delivery.id):
        return
    response = dispatch(app, delivery)
    if response.status >= _FAULT:
        raise Failed(delivery.id)
    ledger.done(delivery.id)


def unescaped(text: str) -> str:
    """What a person typed, as they typed it (Slack: Formatting text for app surfaces)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tell(context: BoltContext, respond: Respond, client: Callable[[], WebClient], said: Message) -> None:
    # Whatever is broken may break this too; the log has it all the same.
    try:
        if context.channel_id and context.user_id and context.response_url:
            Replies(client(), context.channel_id, context.user_id).respond(respond, said)
        elif context.channel_id and context.user_id:
            replies = Replies(client(), context.channel_id, context.user_id)
            replies.whisper(mentioned(said), context.thread_ts)
    except Exception:
        log.exception("request %s could not be told what became of it", context["delivery"].id)


def _apology(delivery: Delivery) -> Message:
    if delivery.is_last:
        return answers.sentence(
            f"Sorry, this did not work, and I have stopped trying. `/mlops status` shows what holds. "
            f"Your platform team finds the reason in the log under request `{delivery.id}`."
        )
    return answers.sentence(
        f"Sorry, something broke on our side. I keep your request and try again by myself in a few minutes "
        f"(request `{delivery.id}`)."
    )
