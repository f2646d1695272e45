"""Pictures by upload, against the local Slack: what arrives, and what is left out without a fuss."""

import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.domain.promotion import Card
from bot.slack import blocks as b
from bot.slack.channel import SlackChannel
from bot.slack.drawing import Drawing
from bot.slack.sending import pictured, plainer
from bot.slack.views import Message
from playground.slack import EntryAnswer, LocalSlack, make_server
from tests.contracts.benches import a_picture, a_promotion

PROCESSED_AFTER_S = 0.2
PNG = b"\x89PNG\r\n\x1a\n and so on"
CHART: b.Block = {"type": "data_visualization"}
IMAGE: b.Block = {"type": "image"}
Json = dict[str, Any]


class Slack:
    """The local Slack, and what was asked of it."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.web, self.http = WebClient("xoxb-playground", base_url=f"{url}/api/"), http

    def breaks(self, method: str, **how: Any) -> None:
        order = {"kind": "slack", "method": method, **how}
        assert self.http.post("/_control/faults", json=order).json()["ok"]

    def log(self) -> list[Json]:
        calls: list[Json] = self.http.get("/_control/log").json()
        return calls

    def called(self) -> list[str]:
        return [str(call["kind"]) for call in self.log()]

    def takes(self, blocks: list[b.Block]) -> None:
        self.web.chat_postMessage(channel="C01CHURN", text="x", blocks=blocks)


@pytest.fixture(scope="module")
def running() -> Iterator[Slack]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    local = LocalSlack(port=port, entry=lambda _: EntryAnswer(200), processed_after_s=PROCESSED_AFTER_S)
    server = make_server(local)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=10) as http:
        yield Slack(url, http)
    server.stop()
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def slack(running: Slack, monkeypatch: pytest.MonkeyPatch) -> Slack:
    running.http.post("/_control/reset", json={})
    monkeypatch.setattr("bot.slack.pictures.render.png", lambda svg: PNG + svg.encode())
    return running


def drawing(name: str = "Confusion matrix", alt: str = "TP 5, FP 3") -> Drawing:
    return Drawing(name, alt, f"<svg>{name}</svg>")


def message(*drawings: Drawing, blocks: int = 1) -> Message:
    return Message("report", [b.section(f"line {i}") for i in range(blocks)], drawings)


def pictures(slack: Slack, blocks: list[b.Block]) -> list[str]:
    """The titles of the files that the image blocks show, which have none of their own."""
    shown = [block for block in blocks if block["type"] == "image"]
    assert not any("title" in block for block in shown)
    return [slack.web.files_info(file=block["slack_file"]["id"])["file"]["title"] for block in shown]


def test_a_picture_hangs_below_the_words_and_slack_takes_it_at_once(slack: Slack) -> None:
    said = message(drawing())
    words, image = pictured(slack.web, said)
    assert words == said.blocks[0]
    assert image["alt_text"] == "TP 5, FP 3"
    assert pictures(slack, [image]) == ["Confusion matrix"]  # and none twice: the picture has its title in it
    slack.takes([words, image])
    file = slack.web.files_info(file=image["slack_file"]["id"])["file"]
    assert (file["name"], file["title"]) == ("confusion-matrix.png", "Confusion matrix")
    assert slack.http.get(file["url_private"]).content == PNG + b"<svg>Confusion matrix</svg>"


def test_pictures_come_in_the_order_in_which_they_were_drawn(slack: Slack) -> None:
    named = ["Reliability", "Slices by region", "Confusion matrix", "Drift", "One more"]
    blocks = pictured(slack.web, message(*map(drawing, named)))
    assert pictures(slack, blocks) == named
    slack.takes(blocks)


def test_pictures_wait_together(slack: Slack) -> None:
    pictured(slack.web, message(drawing("One"), drawing("Two"), drawing("Three")))
    calls = slack.log()
    begun = [i for i, call in enumerate(calls) if call["kind"] == "files.getUploadURLExternal"]
    ready = [
        i
        for i, call in enumerate(calls)
        if call["kind"] == "files.info" and call["answer"]["file"]["mimetype"]
    ]
    assert (len(begun), len(ready)) == (3, 3)
    assert begun[-1] < ready[0]


def test_without_drawings_nothing_is_asked_of_slack(slack: Slack) -> None:
    said = message(blocks=3)
    assert pictured(slack.web, said) == said.blocks
    assert slack.called() == []


FAULTS: list[tuple[str, Json, str]] = [
    ("files.getUploadURLExternal", {"error": "missing_scope"}, "missing_scope"),
    ("files.getUploadURLExternal", {"error": "ratelimited"}, "ratelimited"),
    ("files.getUploadURLExternal", {"status": 500}, "HTTP 500"),
    ("upload", {"status": 500}, "HTTPError"),
    ("files.completeUploadExternal", {"error": "file_not_found"}, "file_not_found"),
    ("files.info", {"error": "file_deleted"}, "file_deleted"),
]


@pytest.mark.parametrize(("method", "how", "reason"), FAULTS)
def test_a_picture_that_slack_does_not_take_is_left_out_and_the_others_arrive(
    slack: Slack, caplog: pytest.LogCaptureFixture, method: str, how: Json, reason: str
) -> None:
    slack.breaks(method, **how)
    blocks = pictured(slack.web, message(drawing("One"), drawing("Two")))
    assert len(pictures(slack, blocks)) == 1
    slack.takes(blocks)
    (warning,) = [record for record in caplog.records if record.name == "bot.slack.uploads"]
    assert warning.levelname == "WARNING"
    assert warning.getMessage().endswith(f"is left out: {reason}")


def test_the_log_holds_no_token_and_no_upload_address(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    for method, how, _ in FAULTS:
        slack.breaks(method, **how)
    for _ in FAULTS:
        pictured(slack.web, message(drawing()))
    told = "\n".join(record.getMessage() for record in caplog.records if record.levelno >= 30)
    assert told.count("is left out") == len(FAULTS)
    assert "xoxb" not in told
    assert "upload/v1" not in told


class Panic(BaseException):
    """What a renderer's compiled code raises when it breaks is no Exception."""


@pytest.mark.parametrize("error", [ValueError("no SVG"), ImportError("no renderer"), Panic("broken")])
def test_a_picture_that_cannot_be_drawn_is_left_out(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    def png(svg: str) -> bytes:
        if "Bad" in svg:
            raise error
        return PNG

    monkeypatch.setattr("bot.slack.pictures.render.png", png)
    blocks = pictured(slack.web, message(drawing("Bad"), drawing("Good")))
    assert pictures(slack, blocks) == ["Good"]
    assert f"the picture “Bad” is left out: {type(error).__name__}" in caplog.messages


def test_who_presses_control_c_is_heard(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    def png(_: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.slack.pictures.render.png", png)
    with pytest.raises(KeyboardInterrupt):
        pictured(slack.web, message(drawing()))


def test_a_picture_that_slack_does_not_make_ready_in_time_is_left_out(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    said = message(drawing())
    assert pictured(slack.web, said, within=0.05) == said.blocks
    assert "the picture “Confusion matrix” is left out: TimeoutError" in caplog.messages


class SlowSlack:
    """A Slack whose every call takes so many seconds, or what the caller waits for at the most."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, slow: str, seconds: float) -> None:
        self.timeout, self.ssl, self.retry_handlers = 5, None, [object()]
        self.slow, self.seconds, self.passed, self.calls = slow, seconds, [0.0], list[str]()
        clock = SimpleNamespace(monotonic=lambda: self.passed[0], sleep=self.pass_by)
        monkeypatch.setattr("bot.slack.uploads.time", clock)
        monkeypatch.setattr("bot.slack.uploads.urlopen", self.post)

    def pass_by(self, seconds: float) -> None:
        self.passed[0] += seconds

    def takes(self, call: str, timeout: float) -> None:
        self.calls.append(call)
        seconds = self.seconds if self.slow in {call, "all"} else 0.1
        self.pass_by(min(seconds, timeout))
        if seconds > timeout:
            raise TimeoutError(call)

    def post(self, _request: object, timeout: float, **_: object) -> nullcontext[None]:
        self.takes("post", timeout)
        return nullcontext()

    def files_getUploadURLExternal(self, **_: object) -> Json:  # noqa: N802 - Slack's name
        self.takes("begin", self.timeout)
        assert self.retry_handlers == []  # a second try would take the time twice
        return {"upload_url": "https://slack.test/upload", "file_id": "F1"}

    def files_completeUploadExternal(self, **_: object) -> Json:  # noqa: N802 - Slack's name
        self.takes("complete", self.timeout)
        return {}

    def files_info(self, **_: object) -> Json:
        self.takes("look", self.timeout)
        return {"file": {"mimetype": "image/png"}}


SLOW = [
    ("begin", 60, ["begin"]),
    ("post", 60, ["begin", "post"]),
    ("complete", 60, ["begin", "post", "complete"]),
    ("look", 60, ["begin", "post", "complete", "look"]),
    ("all", 0.9, ["begin", "post", "complete", "look"]),
    ("all", 1.0, ["begin", "post", "complete"]),
    ("all", 1.6, ["begin", "post"]),
    ("all", 4.9, ["begin"]),
]


@pytest.mark.parametrize(("slow", "seconds", "calls"), SLOW)
def test_pictures_take_no_more_than_a_second_beyond_their_time_whatever_is_slow(
    monkeypatch: pytest.MonkeyPatch, slow: str, seconds: float, calls: list[str]
) -> None:
    monkeypatch.setattr("bot.slack.pictures.render.png", lambda _: PNG)
    client: Any = SlowSlack(monkeypatch, slow, seconds)
    blocks = pictured(client, message(drawing()), within=3)
    assert len(blocks) == (2 if seconds < 1 else 1)
    assert client.calls == calls
    assert client.passed[0] <= 4
    assert client.timeout == 5  # other calls wait as long as ever


def test_a_line_in_a_thread_is_told_before_the_brush_of_its_card_is_lost(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    def pictured(_client: WebClient, said: Message, *, within: float) -> list[b.Block]:
        waited.append(within)
        return said.blocks

    monkeypatch.setattr("bot.slack.channel.pictured", pictured)
    card = Card("C01CHURN", str(slack.web.chat_postMessage(channel="C01CHURN", text="x")["ts"]))
    promotion = a_promotion()
    SlackChannel(slack.web).tell(card, 1, promotion.story[1], a_picture(promotion))
    (within,) = waited
    a_call, beyond, lease = 5, 1, 20  # wiring.py, uploads.py, aws/ledger.py
    assert a_call + within + beyond + a_call < lease  # painted, and told with pictures


def test_what_is_not_begun_in_time_is_not_even_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = SlowSlack(monkeypatch, "all", 0.1)
    drawn = []

    def png(svg: str) -> bytes:
        drawn.append(svg)
        client.pass_by(2)
        return PNG

    monkeypatch.setattr("bot.slack.pictures.render.png", png)
    pictured(client, message(*map(drawing, ["One", "Two", "Three"])), within=3)
    assert len(drawn) == 2


def test_where_slack_cannot_be_reached_the_words_go_on_alone() -> None:
    said = message(drawing())
    nobody = WebClient("xoxb-test", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    assert pictured(nobody, said) == said.blocks


def test_bytes_go_to_no_address_but_a_web_one(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = {"upload_url": "file:///etc/passwd", "file_id": "F1"}
    monkeypatch.setattr(slack.web, "files_getUploadURLExternal", lambda **_: answer)
    said = message(drawing())
    assert pictured(slack.web, said) == said.blocks
    assert "the picture “Confusion matrix” is left out: ValueError" in caplog.messages


@pytest.mark.parametrize(("words", "room"), [(48, 2), (49, 1), (50, 0)])
def test_there_are_never_more_than_fifty_blocks_and_nothing_is_uploaded_in_vain(
    slack: Slack, words: int, room: int
) -> None:
    blocks = pictured(slack.web, message(drawing("One"), drawing("Two"), drawing("Three"), blocks=words))
    assert (len(blocks), pictures(slack, blocks)) == (50, ["One", "Two"][:room])
    assert slack.called().count("files.getUploadURLExternal") == room
    slack.takes(blocks)


@pytest.mark.parametrize(
    ("drawn", "alt", "title"),
    [
        (drawing("t" * 2001, "a" * 2001), "a" * 1999 + "…", "t" * 999 + "…"),
        (drawing("Title", ""), "Title", "Title"),
        (drawing("„…“", "numbers"), "numbers", "„…“"),
    ],
    ids=["too long", "no words for it", "a title without letters"],
)
def test_slack_s_limits_of_an_image_are_kept(slack: Slack, drawn: Drawing, alt: str, title: str) -> None:
    (_, image) = blocks = pictured(slack.web, message(drawn))
    assert (image["alt_text"], pictures(slack, [image])) == (alt, [title])
    slack.takes(blocks)


LINE = b.section("words")


@pytest.mark.parametrize(
    ("blocks", "left"),
    [
        ([LINE, CHART, IMAGE], [LINE, IMAGE]),
        ([CHART, LINE, CHART], [LINE]),
        ([LINE, IMAGE, IMAGE], [LINE]),
        ([CHART], []),
        ([LINE], None),
        ([], None),
    ],
    ids=["charts go first", "all charts go", "then images", "even the last block", "words stay", "nothing"],
)
def test_what_slack_refuses_becomes_plainer_step_by_step(
    blocks: list[b.Block], left: list[b.Block] | None
) -> None:
    assert plainer(blocks) == left
