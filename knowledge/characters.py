"""A Chinese character: its simplified form and how it sounds, from characters.tsv beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("characters.tsv")


@cache
def _tables() -> tuple[dict[int, str], dict[str, str]]:
    lines = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    middle = lines.index("")
    pairs = "".join(lines[:middle])
    simplified = {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}
    sounds: dict[str, str] = {}
    for line in lines[middle + 1 :]:
        sound, characters = line.split("\t")
        sounds.update(dict.fromkeys(characters, sound))
    return simplified, sounds


def simplify(text: str) -> str:
    """`text` with its traditional characters replaced by simplified ones, one for one: the length stays."""
    return text.translate(_tables()[0])


def simplified() -> Mapping[int, str]:
    """The code of each traditional character → its simplified form."""
    return _tables()[0]


def traditional(text: str) -> str:
    """`text` with each character replaced by a traditional form of it, where there is one."""
    return text.translate(_traditional())


@cache
def _traditional() -> dict[int, str]:
    forms: dict[int, str] = {}
    for code, simple in _tables()[0].items():
        forms.setdefault(ord(simple), chr(code))
    return forms


def syllable(char: str) -> str:
    """The toneless pinyin that `char` is most often read as ("lv" for 绿), or "" where it is no character."""
    simplified, sounds = _tables()
    return sounds.get(simplified.get(ord(char), char), "")


def syllables(text: str) -> list[str]:
    """`syllable` of each character of `text`."""
    return [syllable(char) for char in text]


@cache
def same_sounding() -> dict[str, str]:
    """Syllable → the characters that are most often read so."""
    groups: dict[str, list[str]] = {}
    for char, sound in _tables()[1].items():
        groups.setdefault(sound, []).append(char)
    return {sound: "".join(chars) for sound, chars in groups.items()}
