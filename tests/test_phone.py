"""The phone page in a real browser, against the real server: what a stranger does first."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Iterator[str]:
    """A running server on the published content, both forms of messages accepted."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("WECHAT_", "BOT_"))}
    command = [
        sys.executable,
        "run.py",
        "serve",
        "--port",
        str(port),
        "--mode",
        "compatible",
        "--data",
        str(data_dir),
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}/phone/"
        finally:
            server.terminate()
            server.wait(20)


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: CI installs it")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page just opened; at its end it must have had no error and asked no other host."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else trouble.append(asked.url))
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
