"""A station's public page: what it says, what it draws, what its address and its links hold, how it looks on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from browser_case import chromium, serving
from flask import Flask
from flask.testing import FlaskClient

from bot.chat import Clock, message_from
from bot.config import Config, load
from bot.conversation import Bot, respond
from bot.pages import pages_blueprint
from bot.publishing import Published
from bot.station_map import WIDE, map_around

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
URL = "https://bot.example.org"


@pytest.fixture(scope="module")
def pages(published: Published) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(pages_blueprint(lambda: published.knowledge, lambda: NOW))
    return app.test_client()


@pytest.mark.parametrize(
    ("station", "said"),
    [
        ("s01", ["示例新城工会驿站", "现在开着，今天 22:00 关门", "微波炉热饭", 'href="tel:12351"', "OpenStreetMap", "GeoNames"]),
        ("s22", ["开放时间没登记", "按虾峙镇位置估计", "虚线圈"]),
        ("s26", ["近期安排", "示例装修，12月7日到12月11日关闭"]),
        ("s20", ["流动站"]),
    ],
)  # fmt: skip
def test_a_page_says_what_is_known(pages: FlaskClient, station: str, said: list[str]) -> None:
    answer = pages.get(f"/stations/{station}")
    assert answer.status_code == 200
    for words in said:
        assert words in answer.text, words


def test_an_unknown_station_has_a_kind_page(pages: FlaskClient) -> None:
    answer = pages.get("/stations/nothing")
    assert answer.status_code == 404
    assert "没有这个站点" in answer.text


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(pages: FlaskClient) -> None:
    answer = pages.get("/stations/s01")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in answer.text and "<img" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_map_links_are_https_and_only_for_a_point_that_is_exact(pages: FlaskClient) -> None:
    links = re.findall(r'href="(http[^"]+)"', pages.get("/stations/s01").text)
    assert [link.split("/")[2] for link in links] == ["apis.map.qq.com", "uri.amap.com"]
    assert all("29.98" in link and "122.2" in link for link in links)
    assert "http" not in "".join(re.findall(r'href="([^"]+)"', pages.get("/stations/s22").text))


def test_what_an_admin_wrote_is_text_and_never_markup(published: Published) -> None:
    knowledge = published.knowledge
    bad = replace(
        knowledge.stations[0], id="bad", name="<b>站</b>", address='"><script>', phone="0580-1 转 8"
    )
    other = type(knowledge).__new__(type(knowledge))
    other.__dict__.update(knowledge.__dict__)
    other.stations = (bad,)
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(pages_blueprint(lambda: other, lambda: NOW))
    text = app.test_client().get("/stations/bad").text
    assert "&lt;b&gt;站" in text and "<script" not in text
    assert 'href="tel:0580-1"' in text


def test_the_map_holds_the_station_its_island_and_the_names_around(published: Published) -> None:
    knowledge = published.knowledge
    for station in knowledge.stations:
        drawn = map_around(knowledge, station)
        assert drawn.islands and 250 <= drawn.half <= WIDE
        assert all(abs(label.x) < drawn.half and abs(label.y) < drawn.half for label in drawn.labels)
    small = map_around(knowledge, next(one for one in knowledge.stations if one.id == "s30"))
    assert {label.text for label in small.labels} >= {"嵊山岛", "枸杞岛"}


@pytest.fixture
def public(tmp_path: Path) -> Config:
    """The settings with a public address."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    (tmp_path / "config.toml").write_text(text.replace('public_url = ""', f'public_url = "{URL}"'), "utf-8")
    return load(tmp_path / "config.toml", {}, {"data": tmp_path})


def test_the_chat_links_to_the_page_by_the_id_alone(make_bot: Callable[..., Bot], public: Config) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock, config=public)
    where = message_from({"location": [29.9862, 122.2081]}, "小李", "1", clock())
    reply = respond(bot, where).text
    links = re.findall(r"https?://\S+", reply)
    assert links and all(re.fullmatch(rf"{URL}/stations/s\d\d", link) for link in links)
    assert not re.search(r"29\.9|122\.2", reply)


def test_without_a_public_address_the_chat_has_no_page_to_link_to(make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    clock.set("2026-11-23T10:00")
    bot = make_bot(clock=clock)
    assert "/stations/" not in respond(bot, message_from("沈家门的驿站", "小李", "1", clock())).text


@pytest.fixture(scope="module")
def served(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server with a public address."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = tmp_path_factory.mktemp("pages") / "config.toml"
    config.write_text(text.replace('public_url = ""', f'public_url = "{URL}"'), "utf-8")
    with serving(data_dir, "--config", str(config)) as address:
        yield address


@pytest.mark.browser
def test_on_a_phone_the_page_fits_and_asks_nobody_else(served: str) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{served}/stations/s10")
        assert page.locator("h1").inner_text() == "示例沈家门工会驿站"
        assert page.locator("svg .here").bounding_box() is not None
        wide = page.locator("html").bounding_box()
        assert wide is not None and wide["width"] <= 390
        assert page.locator("section").first.evaluate("one => getComputedStyle(one).borderRadius") == "12px"
        assert [one for one in asked if not one.startswith(served)] == []
        assert [one for one in complaints if "favicon" not in one] == []
