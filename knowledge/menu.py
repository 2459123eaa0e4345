"""The official account's menu: `menu.toml`, at most three buttons with at most five below each, as WeChat has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.documents import read_toml
from knowledge.problems import Problem

FILE = "menu.toml"

#: What WeChat shows: buttons of the bar, buttons above one of them, and the characters of their names.
BAR, ABOVE = 3, 5
BAR_LETTERS, ABOVE_LETTERS = 4, 8
#: What a button may say, in bytes of UTF-8 (EventKey).
SAYS_BYTES = 128


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its name, what tapping it says, or the buttons that it opens."""

    name: str
    says: str = ""
    above: tuple[Button, ...] = ()


def read_menu(folder: Path) -> tuple[tuple[Button, ...], list[Problem]]:
    """The menu of a content folder, none where it has no such file."""
    path = folder / FILE
    if not path.is_file():
        return (), []
    data, problems = read_toml(path)
    sections = data.get("menu", [])
    if not isinstance(sections, list) or not all(map(_is_section, sections)):
        advice = '每个菜单写成 [[menu]]，下面 name = "名字"，buttons = ["名字：点了等于说的话"]'
        return (), [*problems, Problem(path.name, advice=advice)]
    menu = tuple(Button(one["name"].strip(), above=tuple(map(_button, one["buttons"]))) for one in sections)
    return menu, problems + [Problem(path.name, advice=advice) for advice in wrong_with(menu)]


def wrong_with(menu: tuple[Button, ...]) -> list[str]:
    """What WeChat would not take or show, in the staff's words."""
    found = []
    if len(menu) > BAR:
        found.append(f"最多 {BAR} 个菜单，现在有 {len(menu)} 个")
    for one in menu:
        if not 1 <= len(one.name) <= BAR_LETTERS:
            found.append(f"菜单“{one.name}”的名字要 1 到 {BAR_LETTERS} 个字")
        if not 1 <= len(one.above) <= ABOVE:
            found.append(f"菜单“{one.name}”下面要 1 到 {ABOVE} 个按钮，现在有 {len(one.above)} 个")
        for button in one.above:
            if not 1 <= len(button.name) <= ABOVE_LETTERS:
                found.append(f"按钮“{button.name}”的名字要 1 到 {ABOVE_LETTERS} 个字")
            if len(button.says.encode()) > SAYS_BYTES:
                found.append(f"按钮“{button.name}”说的话太长，最多 {SAYS_BYTES // 3} 个字")
    return found


def as_toml(menu: tuple[Button, ...]) -> str:
    """The file's text, which reads back as the same menu."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = ["# 公众号底部的菜单。buttons 里一项是“名字：点了等于说的话”；没有冒号，说的就是名字。"]
    for one in menu:
        lines += ["", "[[menu]]", f"name = {quoted(one.name)}", "buttons = ["]
        lines += [f"  {quoted(f'{button.name}：{button.says}')}," for button in one.above]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _is_section(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("buttons"), list)
        and all(isinstance(text, str) for text in one["buttons"])
    )


def _button(text: str) -> Button:
    name, _, says = text.replace(":", "：", 1).partition("：")
    return Button(name.strip(), says.strip() or name.strip())
