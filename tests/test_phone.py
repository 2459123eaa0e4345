"""The phone page in a real browser, against the real server: what a stranger does first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_case import chromium, serving, troubles

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Iterator[str]:
    """A running server on the published content, both forms of messages accepted."""
    with serving(data_dir, "--mode", "compatible") as server:
        yield f"{server}/phone/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page just opened; at its end it must have had no error and asked no other host."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    trouble = troubles(page, address)
    page.goto(address)
    page.set_default_timeout(10_000)
    page.locator(".theirs").first.wait_for()
    yield page
    page.close()
    assert not trouble


def say(page: Any, words: str) -> str:
    """Type and send; the bubble that comes back."""
    before = page.locator(".theirs").count()
    page.fill("#words", words)
    page.keyboard.press("Enter")
    page.locator(".theirs").nth(before).wait_for()
    return str(page.locator(".theirs .bubble").last.inner_text())


def test_a_stranger_is_welcomed_and_can_tap_a_choice(page: Any) -> None:
    assert "欢迎关注" in page.locator(".theirs .bubble").first.inner_text()
    page.locator("button.choice").nth(1).click()
    page.locator(".theirs").nth(1).wait_for()
    assert "您在哪儿" in page.locator(".theirs .bubble").last.inner_text()


def test_typing_gets_an_answer_and_the_drawer_shows_the_wire(page: Any) -> None:
    assert "沈家门" in say(page, "沈家门哪里有驿站")
    assert "<Content>沈家门哪里有驿站</Content>" in page.locator("#sent").text_content()
    assert re.search(r"<Content><!\[CDATA\[", page.locator("#received").text_content())
    assert "station_find" in page.locator("#why").text_content()


def test_safe_mode_goes_out_encrypted_and_comes_back_readable(page: Any) -> None:
    if not page.locator("#safe").is_visible():
        page.click("#open-drawer")
    page.check("#safe")
    if page.locator("#open-drawer").is_visible():
        page.click("#open-drawer")
    assert "12329" in say(page, "公积金怎么提取")
    assert "<Encrypt>" in page.locator("#sent").text_content()


def test_a_place_is_picked_on_the_map(page: Any) -> None:
    page.click("#plus")
    page.click("#panel >> text=位置")
    page.wait_for_selector("#islands path")
    before = page.locator(".theirs").count()
    page.fill("#typed", "29.9555,122.3025")
    page.keyboard.press("Enter")
    page.locator(".theirs").nth(before).wait_for()
    assert "直线约" in page.locator(".theirs .bubble").last.inner_text()
    page.click("#plus")
    page.click("#panel >> text=位置")
    box = page.locator("#islands").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".theirs").nth(before + 1).wait_for()


def test_a_copy_gets_the_same_reply(page: Any) -> None:
    first = say(page, "你好")
    before = page.locator(".theirs").count()
    page.click("#plus")
    page.click("#panel >> text=重发上一条")
    page.locator(".theirs").nth(before).wait_for()
    assert page.locator(".theirs .bubble").last.inner_text() == first


def test_the_menu_the_voice_and_a_picture_are_answered(page: Any) -> None:
    page.click("#menu >> text=驿站·维权")
    page.click("#menu >> text=找驿站")
    page.locator(".theirs").nth(1).wait_for()
    page.click("#voice")
    assert "我听到的是" in say(page, "谢谢你啊")
    page.click("#voice")
    page.click("#plus")
    page.click("#panel >> text=图片")
    page.locator(".theirs", has_text="图片我还看不懂").wait_for()
