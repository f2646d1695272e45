"""The page: everything escaped, everything drawn, and a server that ends at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.playground.slack.conftest import Scene

EVIL = "<script>alert(1)</script> \"quoted\" 'too' &amp; <img src=x onerror=alert(1)>"
SERVE = """
from playground.slack import EntryAnswer, LocalSlack, make_server, open_socket
listener = open_socket()
port = listener.getsockname()[1]
print(port, flush=True)
make_server(LocalSlack(port=port, entry=lambda request: EntryAnswer(200))).run(sockets=[listener])
print("cleaned up")
"""


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def evil_blocks() -> list[dict[str, Any]]:
    mark = {"type": "mrkdwn", "text": EVIL}
    short = EVIL[:60]
    option = {"text": plain(short), "value": EVIL}
    confirm = {"title": plain(short), "text": mark, "confirm": plain("</b>"), "deny": plain("<i>")}
    button = {"type": "button", "text": plain(short), "value": EVIL, "action_id": EVIL, "confirm": confirm}
    link = {"type": "button", "text": plain("x"), "action_id": "u", "url": "javascript:alert(1)"}
    image = {"type": "image", "image_url": "javascript:alert(1)", "alt_text": EVIL}
    cell = {"type": "raw_text", "text": EVIL}
    points = [{"label": "<script>", "value": 1}]
    words = [
        {"type": "text", "text": EVIL, "style": {"bold": True}},
        {"type": "link", "url": "javascript:alert(1)", "text": EVIL},
        {"type": "emoji", "name": "<script>"},
    ]
    return [
        {"type": "header", "text": plain(EVIL)},
        {"type": "section", "text": mark, "fields": [mark, plain(EVIL)], "accessory": image},
        {"type": "context", "elements": [mark, image]},
        {
            "type": "actions",
            "elements": [button, link, {"type": "overflow", "action_id": "o", "options": [option]}],
        },
        {
            "type": "section",
            "text": mark,
            "accessory": {"type": "static_select", "action_id": "s", "options": [option]},
        },
        {**image, "title": plain(EVIL)},
        {"type": "table", "rows": [[cell]]},
        {"type": "markdown", "text": EVIL},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]},
        {
            "type": "data_visualization",
            "title": "<script>alert(1)</script>",
            "chart": {
                "type": "bar",
                "series": [{"name": "<script>", "data": points}],
                "axis_config": {"categories": ["<script>"], "x_label": "<script>", "y_label": "<img>"},
            },
        },
    ]


def feed(scene: Scene, user: str = "U01ANA", **more: str) -> str:
    return scene.http.get("/ui/channel", params={"u": user, "c": "C01CHURN", **more}).text


def test_nothing_that_is_said_becomes_html(scene: Scene) -> None:
    scene.say(EVIL)
    scene.web.chat_postMessage(channel="C01CHURN", text=EVIL)
    scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=evil_blocks())
    html = feed(scene)
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "javascript:" not in html.replace("javascript:alert(1)&gt;", "")
    assert "&lt;script&gt;" in html
    assert html.count("onerror=alert(1)&gt;") > 10


def test_names_in_the_address_are_escaped(scene: Scene) -> None:
    html = scene.http.get("/", params={"u": "U01ANA", "c": EVIL, "t": EVIL, "m": EVIL}).text
    assert "<script>alert" not in html
    assert 'data-channel="C01CHURN"' in html


def test_typed_text_is_kept_as_typed(scene: Scene) -> None:
    scene.say("a < b & c > d, see @ben in #general, @ml-leads, @nobody")
    (text,) = scene.texts()
    assert text == (
        "a &lt; b &amp; c &gt; d, see <@U02BEN> in <#C03GENERAL|general>, "
        "<!subteam^S01LEADS|@ml-leads>, @nobody"
    )


def test_the_feed_shows_threads_reactions_and_edits(scene: Scene) -> None:
    ts = scene.web.chat_postMessage(channel="C01CHURN", text="card")["ts"]
    for i in range(3):
        scene.say(f"reply {i}", user="ben", thread_ts=ts)
    scene.web.reactions_add(channel="C01CHURN", timestamp=ts, name="eyes")
    html = feed(scene)
    assert "3 replies" in html
    assert "👀" in html
    assert "reply 1" not in html
    assert "(edited)" not in html
    scene.web.chat_update(channel="C01CHURN", ts=ts, text="card 2")
    assert "(edited)" in feed(scene)
    thread = scene.http.get("/ui/thread", params={"u": "U01ANA", "c": "C01CHURN", "t": ts}).text
    assert "reply 1" in thread


def test_a_mention_is_yellow_for_its_person(scene: Scene) -> None:
    scene.say("ping @ben and @ml-leads", user="ana")
    assert feed(scene, "U02BEN").count('class="mention mine"') == 2
    assert 'class="mention mine"' not in feed(scene, "U01ANA")


def test_an_ephemeral_message_is_marked(scene: Scene) -> None:
    scene.web.chat_postEphemeral(channel="C01CHURN", user="U01ANA", text="psst")
    assert "Only visible to you" in feed(scene)
    assert "psst" not in feed(scene, "U02BEN")


def test_a_reply_that_is_shown_in_the_channel_leads_to_its_thread(scene: Scene) -> None:
    parent = scene.web.chat_postMessage(channel="C01CHURN", text="churn:12 &lt;3 :tada: " + "word " * 40)[
        "ts"
    ]
    scene.web.chat_postMessage(channel="C01CHURN", text="news", thread_ts=parent, reply_broadcast=True)
    html = feed(scene)
    assert f'data-open-thread="{parent}">churn:12 &lt;3 🎉 word' in html
    assert "word …</button>" in html
    thread = scene.http.get("/ui/thread", params={"u": "U01ANA", "c": "C01CHURN", "t": parent}).text
    assert "Also sent to #ml-churn" in thread
    scene.web.chat_delete(channel="C01CHURN", ts=parent)
    assert "a message that is gone" in feed(scene)


def test_a_table_aligns_its_numbers(scene: Scene) -> None:
    rows = [[{"type": "raw_text", "text": "auc"}, {"type": "raw_number", "value": 0.874, "text": "0.874"}]]
    table = {"type": "table", "rows": rows * 2, "column_settings": [{}, {"align": "right"}]}
    scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=[table])
    assert '<td class="right">0.874</td>' in feed(scene)


def test_the_inspector_lists_calls_newest_first(scene: Scene) -> None:
    scene.web.auth_test()
    scene.say("/mlops help")
    html = scene.http.get("/ui/calls").text
    assert html.index("slash_command") < html.index("auth.test")
    assert scene.http.get("/inspector").status_code == 200


def test_control_sentences(scene: Scene) -> None:
    assert "ana, ben" in scene.say("x", user="zoe")["error"]
    assert "ml-churn" in scene.say("x", channel="zoo")["error"]
    assert scene.control("say", user="ana", channel="ml-churn")["ok"] is False
    assert scene.http.post("/_control/say", content=b"[1]").json() == {
        "ok": False,
        "error": "send a JSON object",
    }
    assert scene.control("clock", advance="soon")["ok"] is False
    assert scene.http.get("/_control/seen", params={"user": "ana"}).status_code == 400


def test_the_clock_moves_message_times(scene: Scene) -> None:
    scene.control("clock", advance=3600)
    assert float(scene.say("later")["ts"]) > time.time() + 3500


def test_reset_forgets_everything(scene: Scene) -> None:
    scene.say("@mlops x")
    scene.control("reset")
    assert scene.seen() == []
    assert scene.http.get("/_control/log").json() == []


def test_sigterm_ends_it_while_a_page_listens() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- this test's own words
        assert process.stdout
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        transport = httpx.HTTPTransport(retries=5)
        client = httpx.Client(transport=transport, timeout=10)
        with client.stream("GET", f"{url}/ui/events") as news:
            assert next(news.iter_lines()) == "retry: 500"
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(5)
        assert time.monotonic() - began < 2
        assert (process.returncode, process.stdout.read()) == (0, "cleaned up\n")
