"""The staff's screen in a real browser: by keyboard, on a telephone's width, with hostile words in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browser_case import ROOT, chromium, serving, troubles
from state_case import say

from bot.admin.passwords import hashed
from bot.publishing import Published
from bot.state.admins import Admins
from bot.state.keys import Keys
from bot.state.store import State
from intents.types import Reply, Session

pytestmark = pytest.mark.browser

NAME, PASSWORD = "王芳", "correct-horse-battery"
PAGES = (
    "",
    "unheard",
    "knowledge",
    "events",
    "events/e01",
    "notes",
    "claims",
    "trail",
    "health",
    "wording",
    "menu",
    "quick",
    "accounts",
)
WIDTHS = [(1280, 900), (390, 844)]

#: Ways into a page that have worked somewhere, each with a call of its own.
FORMS = (
    "<script>hit({0})</script>",
    "<img src=x onerror=hit({0})>",
    "<svg/onload=hit({0})>",
    '"><script>hit({0})</script>',
    "'><img src=x onerror='hit({0})'>",
    "</textarea><script>hit({0})</script>",
    "</title><svg onload=hit({0})>",
    "<a href=javascript:hit({0})>甲</a>",
    "<iframe srcdoc='<script>parent.hit({0})</script>'></iframe>",
    "<details open ontoggle=hit({0})>",
    "<input autofocus onfocus=hit({0})>",
    "<body onpageshow=hit({0})>",
    "{{{{hit({0})}}}}",
    "{{% print(hit({0})) %}}",
    "javascript:hit({0})//",
    "<math><mtext><style><img src=x onerror=hit({0})>",
    "<object data='javascript:hit({0})'>",
    "' onmouseover='hit({0})' x='",
    '" autofocus onfocus="hit({0})',
    "<meta http-equiv=refresh content='0;url=javascript:hit({0})'>",
)
PAYLOADS = [form.format(number) for number in range(10) for form in FORMS]


@pytest.fixture(scope="module")
def address(data_dir: Path, published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose workers have said nothing but payloads."""
    folder = tmp_path_factory.mktemp("screen")
    data = folder / "data"
    shutil.copytree(data_dir, data, ignore=shutil.ignore_patterns("state.db*", "*.key"))
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    state = State.open(data / "state.db", Keys.load(data, {}))
    Admins(state).put(NAME, "管理", hashed(PASSWORD), "测试", now)
    state.publish_events(published.knowledge.events, now)
    for number, payload in enumerate(PAYLOADS):
        with state.transaction(f"worker-{number}", now, True, say=say) as tx:
            tx.note_unmatched(payload)
            tx.people.leave_note(payload)
            tx.signups.sign_up("e01", [payload], f"199{number:08}")
            tx.save(Session(), str(number), Reply())
    state.close()
    shutil.copytree(ROOT / "knowledge" / "content", folder / "content")
    with serving(data, "--content", str(folder / "content")) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=WIDTHS, ids=["desk", "phone"])
def inside(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page logged in by keyboard alone; at its end it must have had no error and asked no other host."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    trouble = troubles(page, address)
    page.add_init_script("window.hits = []; window.hit = (number) => window.hits.push(number);")
    page.set_default_timeout(15_000)
    page.goto(f"{address}/admin")
    page.wait_for_function("document.activeElement.name === 'name'")  # it has the focus by itself, in its time
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert not trouble


def test_every_page_fits_and_runs_no_worker_s_words(inside: Any, address: str) -> None:
    for path in PAGES:
        inside.goto(f"{address}/admin/{path}")
        assert inside.locator("h1").count() == 1, path
        assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        inside.mouse.move(200, 300)
        inside.wait_for_timeout(50)
        assert inside.evaluate("window.hits") == [], path
        assert (
            inside.evaluate("document.querySelectorAll('main script, main iframe, main object').length") == 0
        )


def test_every_page_is_reached_by_keyboard(inside: Any) -> None:
    """The first Tab leads to the text, the next through the menu; what has the focus shows."""
    links = inside.locator("header nav a")
    inside.keyboard.press("Tab")
    assert inside.evaluate("document.activeElement.className") == "skip"
    for number in range(links.count()):
        inside.keyboard.press("Tab")
        assert inside.evaluate("document.activeElement.textContent") == links.nth(number).inner_text()
        assert inside.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_control_the_words_would_run_where_they_are_not_escaped(browser: Any) -> None:
    page = browser.new_page()
    page.add_init_script("window.hits = []; window.hit = (number) => window.hits.push(number);")
    page.goto("about:blank")
    page.set_content("".join(PAYLOADS[:3]))
    page.wait_for_timeout(300)
    assert page.evaluate("window.hits") == [0, 0, 0]
    page.close()


def test_a_guest_is_checked_in_by_number(inside: Any, address: str) -> None:
    inside.goto(f"{address}/admin/events/e01")
    inside.fill("[name=number]", "7")
    inside.keyboard.press("Enter")
    inside.locator("[role=status]").wait_for()
    assert "7 号" in inside.locator("[role=status]").inner_text()
