"""A person in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.main_job.model import Model

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium on this machine; `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def test_a_click_on_approve_changes_the_card_without_a_reload(model: Model, page: Page) -> None:
    model.register()
    asking = model.card(1, "production", "Waiting for approval")
    model.click("rita", asking, "approve").hears("counts")
    channel = model.town.channels[model.channel]
    page.goto(f"{model.town.page}?u={model.town.users['ana']}&c={channel}")
    page.evaluate("window.neverReloaded = true")
    card = page.locator("article", has=page.get_by_role("heading", name=f"{model.name}:1 → production"))
    expect(card).to_contain_text("Still needed: 1 of leads")

    card.get_by_role("button", name="Approve").click()

    expect(card).to_contain_text("Live on", timeout=30_000)
    expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.get_by_text("You approved").first).to_be_visible()
    assert page.evaluate("window.neverReloaded") is True
