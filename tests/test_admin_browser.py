"""The staff's screen in a real browser: every page there is, by keyboard, on a telephone's width, with hostile words in it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browser_case import ROOT, chromium, serving, troubles
from screen_case import filled, pages, routes
from state_case import say
from werkzeug.routing import Map, Rule

from bot import config, publishing
from bot.admin import trials
from bot.admin.passwords import hashed
from bot.drafts import Draft
from bot.state import figures
from bot.state.admins import Admins
from bot.state.keys import Keys
from bot.state.signups import door_token
from bot.state.store import State
from intents.types import Reply, Session

pytestmark = pytest.mark.browser

NAME, OTHER, PASSWORD = "王芳", "李明", "correct-horse-battery"
WIDTHS = {"desk": (1200, 900), "phone": (390, 844)}

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

#: What can be reached by Tab, in the order of the page; a closed <details> shows its summary alone.
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((one) => one.type !== 'hidden' && !one.disabled && one.checkVisibility({visibilityProperty: true}))"""
UNUSABLE = f"""() => ({STOPS})().filter((one) => {{
    one.focus();
    const seen = getComputedStyle(one).outlineStyle !== 'none' || one.className === 'skip';
    const named = one.innerText || one.labels?.length || one.ariaLabel;
    return document.activeElement !== one || one.tabIndex !== 0 || !seen || !named;
}}).map((one) => one.outerHTML)"""
#: Parts of a page that can only be read by moving them sideways.
SIDEWAYS = """() => [...document.querySelectorAll('main *')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
    .filter((one) => !['INPUT', 'TEXTAREA', 'SELECT'].includes(one.tagName)).map((one) => one.outerHTML.slice(0, 200))"""
LISTENING = "window.hits = []; window.hit = (number) => window.hits.push(number);"


@dataclass(frozen=True, slots=True)
class Screen:
    """A running server whose workers have said nothing but payloads, and all pages of its screen."""

    address: str
    pages: list[str]
    rules: list[Rule]


@pytest.fixture(scope="module")
def screen(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    folder = tmp_path_factory.mktemp("screen")
    shutil.copytree(small / "var", folder / "var")
    shutil.copytree(small / "content", folder / "content")
    settings = config.load(ROOT / "config.toml", {}, {"content": folder / "content", "data": folder / "var"})
    places = {"event_id": "e01", "token": hostile_workers(settings)}
    hostile_draft(settings, NAME, good=True)
    hostile_draft(settings, OTHER, good=False)
    places["identity"] = trials.begin(settings, {"aid": PAYLOADS[:20]})
    (folder / "routes").mkdir()
    rules = routes(folder / "routes", publishing.load(folder / "var"))
    with serving(folder / "var", "--content", str(folder / "content")) as address:
        wait_for_children(settings, places["identity"])
        yield Screen(address, pages(rules, places), rules)


def hostile_workers(settings: config.Config) -> str:
    """Payloads as what was not understood, as notes, as names in a roster; returns the door's token of one of them."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    keys = Keys.load(settings.data, {})
    state = State.open(settings.data / "state.db", keys)
    for name in (NAME, OTHER):
        Admins(state).put(name, "管理", hashed(PASSWORD), "测试", now)
    state.publish_events(publishing.load(settings.data).knowledge.events, now)
    for number, payload in enumerate(PAYLOADS):
        with state.transaction(f"worker-{number}", now, True, say=say) as tx:
            tx.note_unmatched(payload)
            tx.people.leave_note(payload)
            [made] = tx.signups.sign_up("e01", [payload], f"199{number:08}")
            tx.save(Session(), str(number), Reply())
    figures.add(
        state, {"messages": 40, "intent aid": 30, "claim eligible": 3, "rule 起付线": 2, "ms 5": 40}, now
    )
    state.close()
    return door_token(keys, made.id)


def hostile_draft(settings: config.Config, who: str, good: bool) -> None:
    """Payloads in a draft: as an answer's text that will be published, or as cells that are wrong."""
    draft = Draft(settings, who)
    draft.begin()
    if good:
        head, _ = (draft.content / "answers" / "recuperation.md").read_text("utf-8").split("---\n", 1)
        text = "".join(f"{one}\n" for one in PAYLOADS[:20])
        draft.upload("recuperation.md", f"{head}---\n示例：\n{text}".encode())
    else:
        cells = "".join(
            f'n{at},x,"{one.replace(chr(34), chr(34) * 2)}",,\n' for at, one in enumerate(PAYLOADS)
        )
        draft.upload("notices.csv", f"编号,内容,开始,结束,服务\n{cells}".encode())
    draft.look()


def wait_for_children(settings: config.Config, trial: str) -> None:
    """Until the drafts are looked at and the trial is over."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        look, wrong, tried = (
            Draft(settings, NAME).look(),
            Draft(settings, OTHER).look(),
            trials.look(settings, trial),
        )
        if look.ready and wrong.checked and tried and tried.result:
            assert not look.errors and wrong.errors >= len(PAYLOADS)
            return
        time.sleep(0.2)
    raise TimeoutError("drafts")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=WIDTHS)
def inside(browser: Any, screen: Screen, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page logged in by keyboard alone; at its end it must have had no error and asked no other host."""
    width, height = WIDTHS[request.param]
    context, page, trouble = logged_in(browser, screen, NAME, {"width": width, "height": height})
    yield page
    context.close()
    assert not trouble


def logged_in(
    browser: Any, screen: Screen, name: str, viewport: dict[str, int]
) -> tuple[Any, Any, list[str]]:
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    trouble = troubles(page, screen.address)
    page.add_init_script(LISTENING)
    page.set_default_timeout(15_000)
    page.goto(f"{screen.address}/admin")
    page.wait_for_function(
        "document.activeElement.name === 'name'"
    )  # it has the focus by itself, in its time
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    return context, page, trouble


# ---------------------------------------------------------------- every page


def test_a_page_that_is_added_is_among_them(screen: Screen) -> None:
    """All that a GET shows; a route with a place that no test fills is an error, not a page left out."""
    assert {"", "unheard", "knowledge", "knowledge/draft", "knowledge/try", "quick", "menu", "wording"} < {
        *screen.pages
    }
    assert {"health", "events/e01", "knowledge/history", "accounts", "trail", "claims", "notes"} < {
        *screen.pages
    }
    new = Rule("/admin/new/<of_what>", endpoint="admin.new", methods=["GET"])
    Map([new])
    with pytest.raises(KeyError, match="of_what"):
        pages([new], {"event_id": "e01"})


def test_every_page_fits_is_used_by_keyboard_and_runs_no_worker_s_words(inside: Any, screen: Screen) -> None:
    for path in screen.pages:
        answer = inside.goto(f"{screen.address}/admin/{path}")
        assert answer.status == 200, path
        is_sound(inside, path)


def is_sound(page: Any, path: str) -> None:
    """It fits, no word of a worker ran, and whatever can be used takes the focus, shows that it has it, and has a name."""
    assert page.locator("h1").count() == 1, path
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert page.evaluate(SIDEWAYS) == [], path
    assert page.evaluate(UNUSABLE) == [], path
    page.mouse.move(200, 300)
    page.wait_for_timeout(50)
    assert page.evaluate("window.hits") == [], path
    assert page.evaluate("document.querySelectorAll('main script, main iframe, main object').length") == 0, (
        path
    )


def test_what_a_click_leads_to_runs_nothing_either(inside: Any, screen: Screen) -> None:
    """Pages that only a POST shows: taught, tried beside the live one, an answer refused, a roll-back asked about."""
    inside.goto(f"{screen.address}/admin/knowledge/try")
    inside.fill("[name=text]", "疗休养")
    inside.keyboard.press("Enter")
    inside.locator(".reply").first.wait_for()
    assert "hit(" in inside.locator(".reply").first.inner_text()
    is_sound(inside, "tried")
    inside.goto(f"{screen.address}/admin/unheard")
    inside.locator("button:has-text('直接教会')").first.click()
    inside.locator("h1:has-text('已保存')").wait_for()
    is_sound(inside, "taught")
    inside.goto(f"{screen.address}/admin/unheard")
    inside.locator("button:has-text('写一条新回答')").first.click()
    inside.locator("[name=title]").wait_for()
    is_sound(inside, "answer")


def test_wrong_cells_of_a_table_run_nothing(browser: Any, screen: Screen) -> None:
    context, page, trouble = logged_in(browser, screen, OTHER, {"width": 390, "height": 844})
    page.goto(f"{screen.address}/admin/knowledge/draft")
    assert page.locator(".problems tr").count() > len(PAYLOADS)
    is_sound(page, "errors")
    context.close()
    assert not trouble


def test_the_control_the_words_would_run_where_they_are_not_escaped(browser: Any) -> None:
    page = browser.new_page()
    page.add_init_script(LISTENING)
    page.goto("about:blank")
    page.set_content("".join(PAYLOADS[:3]))
    page.wait_for_timeout(300)
    assert page.evaluate("window.hits") == [0, 0, 0]
    page.close()


# ---------------------------------------------------------------- by keyboard


def test_tab_goes_through_a_page_in_its_order(inside: Any, screen: Screen) -> None:
    for path in ("", "unheard", "knowledge", "quick", "menu", "events/e01"):
        inside.goto(f"{screen.address}/admin/{path}")
        count = min(inside.evaluate(f"({STOPS})().length"), 25)
        walked: list[int] = []
        while len(walked) < count:
            inside.keyboard.press("Tab")
            at = inside.evaluate(f"({STOPS})().indexOf(document.activeElement)")
            if walked[-1:] != [at]:  # a date has a stop for its year, its month and its day
                walked.append(at)
        assert walked == list(range(count)), path


def test_a_guest_is_checked_in_by_number(inside: Any, screen: Screen) -> None:
    inside.goto(f"{screen.address}/admin/events/e01")
    inside.focus("[name=number]")
    inside.keyboard.type("7")
    inside.keyboard.press("Enter")
    inside.locator("[role=status]").wait_for()
    assert "7 号" in inside.locator("[role=status]").inner_text()


# ---------------------------------------------------------------- tokens


def test_every_post_without_its_token_is_refused_by_the_running_server(inside: Any, screen: Screen) -> None:
    """With the cookie of who is logged in, as another site would send it; the control: with the token one is taken."""
    inside.goto(f"{screen.address}/admin/accounts")
    token = inside.locator("[name=token]").first.input_value()
    posts = [rule for rule in screen.rules if "POST" in (rule.methods or ())]
    assert len(posts) > 20
    places = {"event_id": "e01", "act": "checkin", "number": "1"}
    for rule in posts:
        for given in ({}, {"token": ""}, {"token": "0" * 64}):
            answer = inside.request.post(f"{screen.address}/admin/{filled(rule, places)}", form=given)
            assert answer.status == 400, (rule, given)
    path = f"{screen.address}/admin/events/e01/checkin"
    assert inside.request.post(path, form={"token": token, "number": "8"}).status == 200
