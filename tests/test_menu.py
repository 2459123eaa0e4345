"""The account's menu: as a file, as WeChat limits it, and given to WeChat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from state_case import NOW, Town
from wechat_host import running

from bot.admin.menu import refused
from bot.publishing import Published
from bot.state.outbox import Tokens
from bot.wechat_api import Api, NotSent
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


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.state.close()


def test_the_menu_is_given_as_wechat_wants_it_with_the_token_that_all_share(town: Town) -> None:
    with running() as wechat:
        api = Api("wx1", "secret", Tokens(town.state, lambda: NOW), wechat.host)
        api.tell("甲", "你好")
        api.set_menu((Button("找地方", above=(ONE,)),))
    button = {"type": "click", "name": "驿站", "key": "附近的驿站"}
    assert wechat.asked[1:] == [
        ("/cgi-bin/menu/create", {"button": [{"name": "找地方", "sub_button": [button]}]})
    ]
    assert wechat.tokens == 1


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (48001, "没有自定义菜单的权限"),
        (-1, "请过一会儿再试"),
        ("500", "请过一会儿再试"),
        ("silence", "请过一会儿再试"),
    ],
)
def test_a_refusal_is_told_in_words(town: Town, trouble: int | str, words: str) -> None:
    with running() as wechat:
        wechat.fails = [trouble]
        api = Api("wx1", "secret", Tokens(town.state, lambda: NOW), wechat.host)
        with pytest.raises(NotSent) as told:
            api.set_menu((Button("找地方", above=(ONE,)),))
    assert told.value.code == (trouble if isinstance(trouble, int) else 0)
    assert words in refused(told.value.code)
