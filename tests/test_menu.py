"""The account's menu: as a file, as WeChat limits it, and given to WeChat."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from state_case import NOW
from wechatpy import WeChatClient

from bot.publishing import Published
from bot.wechat import NotPushed, push_menu
from knowledge.menu import Button, as_toml, read_menu, wrong_with

ROOT = Path(__file__).resolve().parent.parent
ONE = Button("驿站", "附近的驿站")

MENUS = [
    ((Button("找地方", above=(ONE,)),), 0),
    ((), 0),
    ((Button("找地方", above=(ONE,)),) * 4, 1),
    ((Button("找地方", above=(ONE,) * 6),), 1),
    ((Button("找地方"),), 1),
    ((Button("名字太长了", above=(ONE,)),), 1),
    ((Button("找地方", above=(Button("", "好"),)),), 1),
    ((Button("找地方", above=(Button("驿站", "长" * 43),)),), 1),
]


@pytest.mark.parametrize(("menu", "wrong"), MENUS)
def test_what_wechat_would_not_show_is_told(menu: tuple[Button, ...], wrong: int) -> None:
    assert len(wrong_with(menu)) == wrong


def test_the_file_reads_back_as_the_same_menu(tmp_path: Path) -> None:
    menu = (Button('引"号\\', above=(Button("驿站", "附近：驿站"), ONE)),)
    (tmp_path / "menu.toml").write_text(as_toml(menu), encoding="utf-8")
    assert read_menu(tmp_path) == (menu, [])


@pytest.mark.parametrize(
    "text", ["menu = 3", "[[menu]]\nname = 3\nbuttons = []", "[[menu]", '[menu]\nname="x"']
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "menu.toml").write_text(text, encoding="utf-8")
    menu, problems = read_menu(tmp_path)
    assert menu == () and problems


def test_every_button_that_is_shipped_is_understood_at_once(published: Published) -> None:
    menu, problems = read_menu(ROOT / "knowledge" / "content")
    assert len(menu) == 3 and not problems
    for button in (button for one in menu for button in one.above):
        match = published.matcher.match(button.says, NOW)
        assert (match.decision, match.intent == "oos") == ("answer", False), button.says


# ---------------------------------------------------------------- given to WeChat


@contextmanager
def wechat(answer: dict[str, Any]) -> Iterator[tuple[WeChatClient, list[tuple[str, Any]]]]:
    """A server that answers as WeChat's interface does; what it was asked."""
    asked: list[tuple[str, Any]] = []

    class Interface(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Interface) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = WeChatClient("wx1", "secret", access_token="known", timeout=5)
        client.API_BASE_URL = f"http://127.0.0.1:{server.server_port}/"
        yield client, asked
        client._http.close()
        server.shutdown()


def test_the_menu_is_given_as_wechat_wants_it() -> None:
    with wechat({"errcode": 0, "errmsg": "ok"}) as (client, asked):
        push_menu(client, (Button("找地方", above=(ONE,)),))
    button = {"type": "click", "name": "驿站", "key": "附近的驿站"}
    menu = {"button": [{"name": "找地方", "sub_button": [button]}]}
    assert asked == [("/menu/create?access_token=known", menu)]


@pytest.mark.parametrize(("code", "words"), [(48001, "没有自定义菜单的权限"), (-1, "请过一会儿再试")])
def test_a_refusal_is_told_in_words(code: int, words: str) -> None:
    refusing = wechat({"errcode": code, "errmsg": "no"})
    with refusing as (client, _), pytest.raises(NotPushed, match=words) as told:
        push_menu(client, (Button("找地方", above=(ONE,)),))
    assert told.value.code == code
