"""Bolt's own way on Lambda: acknowledge, and invoke oneself again for the work (a lazy listener)."""

import os

from slack_bolt import App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_sdk import WebClient

client = WebClient("xoxb-bench", base_url=os.environ["SLACK_API_URL"])
app = App(client=client, signing_secret=os.environ["SIGNING_SECRET"], process_before_response=True)


def acknowledge(ack):  # noqa: ANN001, ANN201, D103
    ack()


def work(respond):  # noqa: ANN001, ANN201, D103
    respond("done")


app.command("/mlops")(ack=acknowledge, lazy=[work])
SlackRequestHandler.clear_all_log_handlers()
slack = SlackRequestHandler(app)


def handler(event, context):  # noqa: ANN001, ANN201, D103
    return slack.handle(event, context)
