"""What the staff call the files of the content folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from intents.types import LABELS
from knowledge.base import Knowledge
from knowledge.schema import TABLES

#: The folders of texts, with what staff call them.
FOLDERS = {
    "answers": "回答",
    "phrases": "说法",
    "cases": "互助保障的案例",
    "schemes": "互助保障的规定",
    "texts": "机器人自己说的话",
    "words": "词表",
}
#: Single files, and those whose names are no word of the staff.
NAMES = {
    "menu.toml": "公众号菜单",
    "islands.geojson": "岛屿轮廓",
    "words/banned.toml": "不能说的词",
    "words/abuse.toml": "骂人的话",
    "words/care.toml": "关心人以后听的话",
    "words/claims.toml": "医疗互助的词",
    "words/concepts.toml": "同义词",
    "words/crisis.toml": "危急的话",
    "words/danger.toml": "想不开的话，一段一段的",
    "words/events.toml": "活动的词",
    "words/private.toml": "病情一类的词",
    "words/slots.toml": "站点和身份的词",
    "texts/care.toml": "关心人的话",
    "texts/claims.toml": "医疗互助",
    "texts/events.toml": "活动",
    "texts/labels.toml": "每一类事的叫法",
    "texts/news.toml": "通知报名的人",
    "texts/stations.toml": "站点",
    "texts/talk.toml": "招呼和别的话",
}


def called(knowledge: Knowledge) -> Callable[[str], str]:
    """A function from the path of a file to what it is called: 站点, 回答“帮扶”, or its name where it has no other."""
    tables = {name: table.title for table in TABLES for name in (table.name, table.title)}
    titles = {one.id: one.title for one in knowledge.answers}
    titles |= {label: knowledge.text(f"labels.{label}") for label in LABELS}
    titles |= {str(one["id"]): str(one.get("name", one["id"])) for one in knowledge.schemes}

    def name(path: str) -> str:
        file = PurePosixPath(path)
        if path in NAMES and file.parent.name:
            return NAMES[path]
        if file.parent.name in FOLDERS:
            return titles.get(file.stem, file.name)
        return NAMES.get(path) or tables.get(file.stem.lower(), file.name)

    return name


def listed(paths: Iterable[str], name: Callable[[str], str]) -> list[str]:
    """Each thing once, with its folder: 站点, 回答“帮扶”."""
    found = []
    for path in paths:
        folder = FOLDERS.get(PurePosixPath(path).parent.name, "")
        found.append(f"{folder}“{name(path)}”" if folder else name(path))
    return list(dict.fromkeys(found))
