"""A browser sees what happens, without reloading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.playground.slack.test_deliveries import button, payload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.playground.slack.conftest import Scene

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}; apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def test_a_message_appears_and_its_button_works(scene: Scene, page: Page) -> None:
    page.goto(f"{scene.url}/?u=U02BEN&c=C01CHURN")
    page.get_by_label("Message ml-churn").fill("half a thought")
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = scene.web.chat_postMessage(channel="C01CHURN", text="card", blocks=blocks)["ts"]
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".btn.busy")).to_have_count(0)
    assert payload(scene)["actions"][0]["value"] == "p_1"
    assert payload(scene)["user"]["id"] == "U02BEN"
    scene.web.chat_update(channel="C01CHURN", ts=ts, text="approved by Ben")
    expect(page.get_by_text("approved by Ben")).to_be_visible()
    expect(page.get_by_label("Message ml-churn")).to_have_value("half a thought")
    page.get_by_label("Message ml-churn").fill("hello *all*")
    page.keyboard.press("Enter")
    expect(page.locator("article b", has_text="all")).to_be_visible()
    assert scene.seen("ana")[-1]["user"] == "U02BEN"


def test_news_do_not_move_what_is_being_read(scene: Scene, page: Page) -> None:
    for i in range(40):
        scene.say(f"line {i}\nand more")
    page.goto(f"{scene.url}/?u=U02BEN&c=C01CHURN")
    expect(page.get_by_text("line 39")).to_be_in_viewport()
    page.get_by_text("line 3", exact=False).first.scroll_into_view_if_needed()
    before = page.locator("#messages").evaluate("list => list.scrollTop")
    scene.say("<script>document.title = 'broken into'</script> news")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert page.locator("#messages").evaluate("list => list.scrollTop") == before
    page.get_by_role("button", name="New messages").click()
    expect(page.get_by_text("broken into")).to_be_in_viewport()
    assert "broken into" not in page.title()
