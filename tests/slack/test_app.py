"""Bolt's listeners with Slack's real payloads: say, hear, click, see, and what happens on a bad day."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

import pytest
from slack_sdk import WebClient

from bot.slack.app import Failed, dispatch, make_app, serve, unescaped
from bot.slack.blocks import Block, section
from bot.slack.deliveries import ATTEMPTS, Delivery
from bot.slack.drawing import Drawing
from bot.slack.views import APPROVE, REJECT, REPORT, SHELF, Message
from tests.fakes.directory import PEOPLE
from tests.fakes.world import World

EPHEMERAL = "/api/chat.postEphemeral"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Json = dict[str, Any]


class Slack:
    """Slack's side: the Web API and response URLs, on this machine. What was heard, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Json]] = []
        self.response_url_status = 200
        self.web_api: Json = {"ok": True}
        self.refused: frozenset[str] = frozenset()  # types of blocks
        slack = self

        class Requests(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                status, answer = slack.take(self.path, body, self.headers["content-type"] or "")
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.client = WebClient("xoxb-test", base_url=f"{self.url}/api/", retry_handlers=[])

    def take(self, path: str, body: str, kind: str) -> tuple[int, bytes]:
        said: Json = json.loads(body) if "json" in kind else {k: v[0] for k, v in parse_qs(body).items()}
        self.heard.append((path, said))
        refused = {block["type"] for block in blocks_of(said)} & self.refused
        if refused:
            no = json.dumps({"ok": False, "error": "invalid_blocks"}).encode()
            return (404 if path == "/response" else 200), no
        if path == "/response":
            return self.response_url_status, b"ok" if self.response_url_status == 200 else b"expired_url"
        return 200, json.dumps(self.web_api).encode()

    @property
    def places(self) -> list[str]:
        return [path for path, _ in self.heard]

    @property
    def last(self) -> Json:
        return self.heard[-1][1]


def blocks_of(said: Json) -> list[Json]:
    """The blocks of what was said, in a form or as JSON."""
    blocks = said.get("blocks") or []
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


@pytest.fixture(scope="module")
def running() -> Iterator[Slack]:
    slack = Slack()
    thread = threading.Thread(target=slack.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield slack
    slack.server.shutdown()
    thread.join(5)
    slack.server.server_close()


@pytest.fixture
def slack(running: Slack) -> Slack:
    running.heard.clear()
    running.response_url_status, running.web_api = 200, {"ok": True}
    running.refused = frozenset()
    return running


class Scene:
    """A world with churn:1 waiting for approval, and the app between it and Slack."""

    def __init__(self, slack: Slack) -> None:
        self.world = World()
        self.world.register("churn")
        self.world.brings("churn:1", "staging")
        self.app = make_app(lambda: self.world.ports, lambda: slack.client)
        self.slack = slack

    @property
    def status(self) -> str:
        return self.world.status("churn:1", "production")

    @property
    def promotion_id(self) -> str:
        return self.world.promotion("churn:1", "production").id

    def serve(self, kind: str, body: str, name: str = "r1", attempt: int = 1, age: float = 0) -> None:
        delivery = Delivery(name, kind, body, attempt, time.time() - age)
        serve(self.app, self.world.ports.ledger, delivery)

    def say(self, text: str, who: str = "ana", **delivery: Any) -> None:
        command = {
            "token": "legacy", "team_id": "T1", "team_domain": "acme", "channel_id": "C1",
            "channel_name": "ml", "user_id": PEOPLE[who], "user_name": who, "command": "/mlops",
            "text": text, "api_app_id": "A1", "is_enterprise_install": "false",
            "response_url": f"{self.slack.url}/response", "trigger_id": "1.2.3",
        }  # fmt: skip
        self.serve(FORM, urlencode(command), **delivery)

    def click(
        self, action: str, value: str = "", who: str = "ana", *, ephemeral: bool = False, **delivery: Any
    ) -> None:
        payload = {
            "type": "block_actions", "team": {"id": "T1", "domain": "acme"}, "api_app_id": "A1",
            "user": {"id": PEOPLE[who], "username": who, "team_id": "T1"}, "token": "legacy",
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1",
                          "is_ephemeral": ephemeral},
            "channel": {"id": "C1", "name": "ml"},
            **({} if ephemeral else {"message": {"ts": "1.2", "text": "a card"}}),
            "response_url": f"{self.slack.url}/response", "trigger_id": "1.2.3",
            "actions": [{
                "type": "button", "action_id": action, "block_id": "b1", "action_ts": "1.3",
                "value": value or self.promotion_id, "text": {"type": "plain_text", "text": "Approve"},
            }],
        }  # fmt: skip
        self.serve(FORM, f"payload={quote_plus(json.dumps(payload))}", **delivery)

    def mention(self, text: str, who: str = "ana", thread: str = "", **delivery: Any) -> None:
        event = {"type": "app_mention", "user": PEOPLE[who], "text": text, "ts": "1.4", "channel": "C1"}
        event |= {"thread_ts": thread} if thread else {}
        envelope = {
            "type": "event_callback", "event_id": "Ev1", "team_id": "T1", "api_app_id": "A1",
            "event": event, "event_time": 1, "authorizations": [{"team_id": "T1", "user_id": "U0BOT"}],
        }  # fmt: skip
        self.serve(JSON, json.dumps(envelope), **delivery)


@pytest.fixture
def scene(slack: Slack) -> Scene:
    return Scene(slack)


# ---- a good day ------------------------------------------------------------------------------------


def test_a_command_is_answered_to_whoever_wrote_it(scene: Scene, slack: Slack) -> None:
    scene.say("approve churn:1 to production -- looks good")
    assert scene.world.promotion("churn:1", "production").consents[0].comment == "looks good"
    assert slack.places == ["/response"]
    assert slack.last["response_type"] == "ephemeral"
    assert slack.last["replace_original"] is False
    assert slack.last["text"].startswith("Your approval of churn:1 to production counts. Still needed: 1 of")


def test_two_clicks_of_two_people_bring_it_to_production(scene: Scene, slack: Slack) -> None:
    scene.click(APPROVE, who="ana", name="r1")
    assert (scene.status, slack.last["replace_original"]) == ("asking", False)
    scene.click(APPROVE, who="rita", name="r2")
    assert scene.status == "approved"
    assert slack.last["text"].startswith("You approved churn:1 to production.")


def test_a_click_on_reject_hears_how_to_say_why(scene: Scene, slack: Slack) -> None:
    scene.click(REJECT)
    assert scene.status == "asking"
    assert "/mlops reject churn:1 to production -- why not" in slack.last["text"]


def test_a_click_on_a_card_of_long_ago_is_refused_in_words(scene: Scene, slack: Slack) -> None:
    scene.click(APPROVE, value="p_000000000000")
    assert slack.last["text"] == "There is no promotion p_000000000000. `/mlops pending` lists what waits."


def test_the_way_back_is_a_click_to_the_shelf_and_one_on_it(scene: Scene, slack: Slack) -> None:
    for who, name in (("ana", "r1"), ("rita", "r2")):
        scene.click(APPROVE, who=who, name=name)
    scene.world.runs()
    scene.world.register("churn")
    scene.world.brings("churn:2", "staging")
    scene.world.brings("churn:2", "production")
    scene.click(SHELF, scene.world.promotion("churn:2", "production").id, name="r3")
    assert (slack.last["response_type"], slack.last["replace_original"]) == ("ephemeral", False)
    button = slack.last["blocks"][-1]["accessory"]
    scene.click(button["action_id"], button["value"], ephemeral=True, name="r4")
    assert scene.world.promotion("churn:1", "production").rollback
    assert slack.last["text"].startswith("Rolling churn back to churn:1 in production.")
    assert slack.last["replace_original"] is True  # a shelf that was taken from has no buttons any more


def test_in_a_thread_the_way_back_is_a_mention(scene: Scene, slack: Slack) -> None:
    scene.mention("<@U0BOT> rollback churn production", thread="1.1")
    assert slack.last["text"] == "Did you mean `@mlops rollback churn in production`?"
    scene.mention("<@U0BOT> rollback churn in production", thread="1.1", name="r2")
    assert slack.last["text"].startswith("There is nothing to roll back to")


@pytest.mark.parametrize("text", ["<@U0BOT> pending", "  <@U0BOT>   pending", "<@W0BOT> PENDING"])
def test_a_mention_is_answered_privately(scene: Scene, slack: Slack, text: str) -> None:
    scene.mention(text)
    assert slack.places == [EPHEMERAL]
    assert (slack.last["channel"], slack.last["user"]) == ("C1", PEOPLE["ana"])
    assert "churn:1 to production" in json.dumps(slack.last["blocks"])
    assert "thread_ts" not in slack.last


def test_a_mention_in_a_thread_is_answered_there(scene: Scene, slack: Slack) -> None:
    scene.mention("<@U0BOT> help", thread="1.1")
    assert slack.last["thread_ts"] == "1.1"


def test_where_slash_commands_do_not_work_the_answer_names_none(scene: Scene, slack: Slack) -> None:
    scene.mention("<@U0BOT> aprove churn:1", thread="1.1")
    assert "Did you mean `@mlops approve churn:1`?" in slack.last["text"]
    scene.mention("<@U0BOT> help", thread="1.1", name="r2")
    said = json.dumps(slack.last)
    assert "`@mlops approve" in said
    assert "/mlops" not in said


def test_an_answer_to_a_command_names_the_command(scene: Scene, slack: Slack) -> None:
    scene.say("help")
    assert "`/mlops approve" in json.dumps(slack.last)
    assert "@mlops" not in json.dumps(slack.last)


def test_what_slack_escaped_is_read_as_it_was_typed(scene: Scene) -> None:
    scene.say("reject churn:1 -- R&amp;D says f1 &lt; 0.5 &amp;amp; falling")
    story = scene.world.promotion("churn:1", "production").last.text
    assert story.endswith("R&D says f1 < 0.5 &amp; falling")


@pytest.mark.parametrize(
    ("escaped", "typed"), [("&lt;b&gt;", "<b>"), ("&amp;lt;", "&lt;"), ("a &amp; b", "a & b"), ("", "")]
)
def test_each_entity_is_read_once(escaped: str, typed: str) -> None:
    assert unescaped(escaped) == typed


def test_words_that_make_no_command_are_answered_with_what_to_write(scene: Scene, slack: Slack) -> None:
    scene.say("aprove churn:1")
    assert "Did you mean `/mlops approve churn:1`?" in slack.last["text"]


def test_an_empty_command_is_a_call_for_help(scene: Scene, slack: Slack) -> None:
    scene.say("")
    assert slack.last["text"] == "What I understand"


def test_slack_s_challenge_is_answered_without_a_token(slack: Slack) -> None:
    def locked() -> WebClient:
        raise AssertionError("the challenge needs no client")

    app = make_app(lambda: World().ports, locked)
    body = json.dumps({"type": "url_verification", "challenge": "3eZb", "token": "legacy"})
    answer = dispatch(app, Delivery("at-once", JSON, body))
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "3eZb"})
    assert slack.heard == []


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event": {"type": "reaction_added", "user": "U1", "item": {}}},
        {"type": "event_callback", "event": {"type": "message", "user": "U1", "text": "hello"}},
    ],
)
def test_what_nobody_listens_to_is_not_tried_again(scene: Scene, slack: Slack, payload: Json) -> None:
    scene.serve(JSON, json.dumps({**payload, "team_id": "T1"}))
    assert slack.heard == []
    assert scene.world.ledger.was_done("r1")


def test_what_nobody_listens_to_needs_no_token(caplog: pytest.LogCaptureFixture) -> None:
    def locked() -> WebClient:
        raise AssertionError("there is nothing to say")

    app = make_app(lambda: World().ports, locked)
    event = {"type": "message", "user": "U1", "channel": "C1", "text": "hello"}
    body = json.dumps({"type": "event_callback", "team_id": "T1", "event": event})
    assert dispatch(app, Delivery("r1", JSON, body)).status == 404
    assert not any(record.levelname == "ERROR" for record in caplog.records)


# ---- in pictures -----------------------------------------------------------------------------------

CHART: Block = {"type": "data_visualization", "title": "ROC"}
DRAWN = Message(
    "churn:1: every guardrail holds, `/mlops compare churn:1`",
    [section("the words"), CHART],
    (Drawing("Confusion matrix", "TP 5, FP 3", "<svg/>"), Drawing("Reliability", "0.1: 0.12", "<svg/>")),
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Every answer is this message; drawings become images unless there is none here."""
    answers = [DRAWN]
    monkeypatch.setattr("bot.slack.desk.commanded", lambda *_: answers[0])
    monkeypatch.setattr("bot.slack.desk.clicked", lambda *_: answers[0])
    upload(monkeypatch)
    return answers


def upload(monkeypatch: pytest.MonkeyPatch, *, works: bool = True) -> None:
    def images(_: WebClient, drawings: Sequence[Drawing], _within: float = 0) -> list[Block]:
        return [{"type": "image", "alt_text": drawing.alt} for drawing in drawings if works]

    monkeypatch.setattr("bot.slack.replies.images", images)
    monkeypatch.setattr("bot.slack.sending.images", images)


def kinds(said: Json) -> list[str]:
    return [block["type"] for block in blocks_of(said)]


@pytest.mark.usefixtures("drawn")
def test_an_answer_with_pictures_comes_in_words_at_once_and_in_pictures_then(
    scene: Scene, slack: Slack
) -> None:
    scene.say("report churn:1")
    assert slack.places == ["/response", "/response"]
    words, pictures = (said for _, said in slack.heard)
    assert kinds(words) == ["section", "data_visualization", "context"]
    assert "2 pictures follow." in json.dumps(words)
    assert kinds(pictures) == ["image", "image"]
    assert pictures["text"] == "Confusion matrix, Reliability"
    assert {said["response_type"] for said in (words, pictures)} == {"ephemeral"}
    assert {said["replace_original"] for said in (words, pictures)} == {False}
    assert scene.world.ledger.was_done("r1")


def test_one_picture_is_announced_as_one(scene: Scene, slack: Slack, drawn: list[Message]) -> None:
    drawn[0] = Message("x", [section("x")], DRAWN.drawings[:1])
    scene.say("report churn:1")
    assert "A picture follows." in json.dumps(slack.heard[0])


def test_a_full_message_is_not_made_fuller(scene: Scene, slack: Slack, drawn: list[Message]) -> None:
    drawn[0] = Message("x", [section("x")] * 50, DRAWN.drawings)
    scene.say("report churn:1")
    assert kinds(slack.heard[0][1]) == ["section"] * 50
    assert kinds(slack.last) == ["image", "image"]


@pytest.mark.usefixtures("drawn")
def test_where_no_picture_can_be_had_the_person_hears_that(
    scene: Scene, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(monkeypatch, works=False)
    scene.say("report churn:1")
    assert slack.last["text"].startswith("The pictures could not be shown.")
    assert (len(slack.heard), kinds(slack.last)) == (2, [])


@pytest.mark.usefixtures("drawn")
def test_pictures_that_slack_refuses_are_given_up_in_words(scene: Scene, slack: Slack) -> None:
    slack.refused = frozenset({"image"})
    scene.say("report churn:1")
    assert [kinds(said) for _, said in slack.heard][1:] == [["image", "image"], []]
    assert slack.last["text"].startswith("The pictures could not be shown.")


@pytest.mark.usefixtures("drawn")
def test_an_answer_whose_pictures_break_has_been_given_all_the_same(
    scene: Scene, slack: Slack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> list[Block]:
        raise OSError("https://files.slack.com/upload/v1/secret")

    monkeypatch.setattr("bot.slack.replies.images", broken)
    scene.say("report churn:1")
    assert slack.places == ["/response"]
    assert scene.world.ledger.was_done("r1")
    assert f"the pictures of an answer to {PEOPLE['ana']} were not taken: OSError" in caplog.messages
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("ephemeral", [False, True], ids=["on a card", "in a private message"])
def test_a_click_for_the_report_replaces_nothing(scene: Scene, slack: Slack, *, ephemeral: bool) -> None:
    scene.click(REPORT, ephemeral=ephemeral)
    assert [said["replace_original"] for _, said in slack.heard] == [False, False]
    assert {said["response_type"] for _, said in slack.heard} == {"ephemeral"}


@pytest.mark.usefixtures("drawn")
def test_a_mention_is_answered_once_with_the_pictures_in_it(scene: Scene, slack: Slack) -> None:
    scene.mention("<@U0BOT> report churn:1", thread="1.1")
    assert slack.places == [EPHEMERAL]
    assert kinds(slack.last) == ["section", "data_visualization", "image", "image"]
    assert slack.last["text"].endswith("`@mlops compare churn:1`")


@pytest.mark.usefixtures("drawn")
def test_an_answer_too_late_for_its_response_url_is_whispered_with_its_pictures(
    scene: Scene, slack: Slack
) -> None:
    slack.response_url_status = 404
    scene.say("report churn:1")
    assert slack.places == ["/response", EPHEMERAL]
    assert kinds(slack.last) == ["section", "data_visualization", "image", "image"]


@pytest.mark.usefixtures("drawn")
def test_where_slack_draws_no_charts_the_answer_comes_without_them(scene: Scene, slack: Slack) -> None:
    slack.refused = frozenset({"data_visualization"})
    scene.say("report churn:1")
    assert slack.places == ["/response"] * 3
    assert [kinds(said) for _, said in slack.heard][1:] == [["section", "context"], ["image", "image"]]


@pytest.mark.usefixtures("drawn")
def test_a_mention_goes_without_whatever_slack_refuses(scene: Scene, slack: Slack) -> None:
    slack.refused = frozenset({"data_visualization", "image"})
    scene.mention("<@U0BOT> report churn:1")
    assert [kinds(said) for _, said in slack.heard][1:] == [["section", "image", "image"], ["section"]]


@pytest.mark.parametrize(("send", "places"), [("say", ["/response", EPHEMERAL]), ("mention", [EPHEMERAL])])
def test_words_that_slack_refuses_are_not_sent_for_ever(
    scene: Scene, slack: Slack, send: str, places: list[str]
) -> None:
    slack.refused = frozenset({"section", "header"})
    getattr(scene, send)("pending")
    assert slack.places == places
    assert scene.world.ledger.was_done("r1")


# ---- a bad day -------------------------------------------------------------------------------------

Send = Callable[..., None]
WAYS: list[tuple[Send, str]] = [
    (lambda scene, **delivery: scene.say("approve churn:1", **delivery), "/response"),
    (lambda scene, **delivery: scene.click(APPROVE, **delivery), "/response"),
    (lambda scene, **delivery: scene.mention("<@U0BOT> approve churn:1", **delivery), EPHEMERAL),
]
NAMES = ["command", "click", "mention"]


@pytest.mark.parametrize(("send", "place"), WAYS, ids=NAMES)
def test_what_went_well_is_logged_as_nothing_special(
    scene: Scene, caplog: pytest.LogCaptureFixture, send: Send, place: str
) -> None:
    send(scene)
    assert scene.slack.places == [place]
    assert [record.getMessage() for record in caplog.records if record.levelname != "INFO"] == []


@pytest.mark.parametrize(("send", "place"), WAYS, ids=NAMES)
def test_a_fault_inside_is_apologised_for_and_the_delivery_tried_again(
    scene: Scene, slack: Slack, send: Send, place: str
) -> None:
    scene.world.breaks("ledger.promotion", RuntimeError("boom"))
    scene.world.breaks("ledger.of_model", RuntimeError("boom"))
    with pytest.raises(Failed):
        send(scene)
    assert slack.places == [place]
    assert slack.last["text"].startswith("Sorry, something broke on our side. I keep your request and try")
    assert "(request `" in slack.last["text"]
    assert "boom" not in json.dumps(slack.last)
    assert not scene.world.ledger.was_done("r1")


def broken(scene: Scene, attempt: int) -> None:
    scene.world.breaks("ledger.of_model", RuntimeError("boom"))
    with pytest.raises(Failed):
        scene.say("approve churn:1", attempt=attempt)


@pytest.mark.parametrize("attempt", range(2, ATTEMPTS))
def test_between_the_first_and_the_last_attempt_nobody_is_bothered(
    scene: Scene, slack: Slack, attempt: int
) -> None:
    broken(scene, attempt)
    assert slack.heard == []


def test_after_the_last_attempt_the_person_hears_that_it_is_over(scene: Scene, slack: Slack) -> None:
    broken(scene, ATTEMPTS)
    assert "I have stopped trying. `/mlops status` shows what holds." in slack.last["text"]
    assert "request `r1`" in slack.last["text"]


def test_a_fault_that_passes_is_made_good_by_the_next_attempt(scene: Scene, slack: Slack) -> None:
    broken(scene, 1)
    scene.say("approve churn:1", attempt=2)
    assert len(scene.world.promotion("churn:1", "production").consents) == 1
    assert slack.places == ["/response", "/response"]


def test_an_apology_that_slack_does_not_take_changes_nothing(scene: Scene, slack: Slack) -> None:
    slack.response_url_status, slack.web_api = 404, {"ok": False, "error": "user_not_in_channel"}
    broken(scene, 1)
    assert slack.places == ["/response", EPHEMERAL]


@pytest.mark.parametrize(("send", "place"), WAYS, ids=NAMES)
def test_the_second_delivery_of_an_answered_request_does_nothing(
    scene: Scene, slack: Slack, send: Send, place: str
) -> None:
    send(scene)
    answered = scene.world.promotion("churn:1", "production")
    send(scene, attempt=2)
    assert scene.world.promotion("churn:1", "production") == answered
    assert slack.places == [place]


@pytest.mark.parametrize("status", [404, 500])
def test_an_answer_that_the_response_url_does_not_take_is_whispered(
    scene: Scene, slack: Slack, status: int
) -> None:
    slack.response_url_status = status
    scene.say("pending")
    assert slack.places == ["/response", EPHEMERAL]
    assert (slack.last["channel"], slack.last["user"]) == ("C1", PEOPLE["ana"])
    assert scene.world.ledger.was_done("r1")


def test_an_answer_that_slack_takes_nowhere_is_done_all_the_same(scene: Scene, slack: Slack) -> None:
    slack.response_url_status, slack.web_api = 404, {"ok": False, "error": "channel_not_found"}
    scene.say("approve churn:1")
    assert len(scene.world.promotion("churn:1", "production").consents) == 1
    assert scene.world.ledger.was_done("r1")


# ---- a late day ------------------------------------------------------------------------------------

TOO_OLD = (
    "I found a request of yours that is more than an hour old and did not carry it out. "
    "If you still want it, send it again."
)


@pytest.mark.parametrize("age", [3600, 4 * 86_400])
@pytest.mark.parametrize(("send", "place"), WAYS, ids=NAMES)
def test_what_is_older_than_an_hour_is_not_carried_out_and_whoever_sent_it_is_told(
    scene: Scene, slack: Slack, send: Send, place: str, age: int
) -> None:
    before = scene.world.promotion("churn:1", "production")
    send(scene, age=age)
    assert scene.world.promotion("churn:1", "production") == before
    assert (slack.places, slack.last["text"]) == ([place], TOO_OLD)
    assert scene.world.ledger.was_done("r1")


@pytest.mark.parametrize(("send", "place"), WAYS, ids=NAMES)
def test_what_is_not_yet_an_hour_old_is_carried_out(
    scene: Scene, slack: Slack, send: Send, place: str
) -> None:
    send(scene, age=3500)
    assert len(scene.world.promotion("churn:1", "production").consents) == 1
    assert slack.places == [place]


@pytest.mark.parametrize(("send", "place"), WAYS[:2], ids=NAMES[:2])
def test_who_sent_it_is_told_though_its_response_url_is_gone_by_then(
    scene: Scene, slack: Slack, send: Send, place: str
) -> None:
    slack.response_url_status = 404
    send(scene, age=3600)
    assert slack.places == [place, EPHEMERAL]
    assert (slack.last["channel"], slack.last["user"]) == ("C1", PEOPLE["ana"])
    assert slack.last["text"] == TOO_OLD


def test_an_old_request_is_over_though_nobody_can_be_told(
    scene: Scene, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.response_url_status, slack.web_api = 404, {"ok": False, "error": "channel_not_found"}
    scene.say("approve churn:1", age=3600)
    assert scene.world.promotion("churn:1", "production").consents == ()
    assert scene.world.ledger.was_done("r1")
    assert any("was not carried out" in record.getMessage() for record in caplog.records)


def test_an_old_request_that_was_answered_in_time_is_not_heard_of_again(scene: Scene, slack: Slack) -> None:
    scene.say("approve churn:1")
    scene.say("approve churn:1", attempt=2, age=3600)
    assert slack.places == ["/response"]
