"""Words that must not appear in what the bot says: `words/banned.toml`, held against answers, sentences and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.cells import Unreadable
from knowledge.documents import read_toml
from knowledge.problems import Problem
from knowledge.scheme_file import SchemeError, parse_scheme
from knowledge.scheme_prose import scheme_prose
from knowledge.sheets import decode
from knowledge.tables import Row

FILE = "words/banned.toml"
#: The one list in the file.
KEY = "banned"

#: Somebody who wants to say it in spite of the list puts something between.
_BETWEEN = re.compile(r"[\s·.。,，*_-]+")


def read_banned(folder: Path) -> tuple[tuple[str, ...], list[Problem]]:
    """The words of a content folder, none where it has no such file."""
    path = folder / FILE
    if not path.is_file():
        return (), []
    data, problems = read_toml(path)
    words = data.get(KEY, [])
    if not (isinstance(words, list) and all(isinstance(one, str) for one in words)):
        return (), [*problems, Problem(path.name, advice=f'请写成 {KEY} = ["词", "另一个词"]')]
    return tuple(one for one in words if _plain(one)), problems


def banned_in(text: str, words: Sequence[str]) -> str:
    """The first of `words` that `text` says, or ""."""
    said = _plain(text)
    return next((one for one in words if _plain(one) in said), "")


def _plain(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()


def check_lines(paths: Iterable[Path], words: Sequence[str]) -> list[Problem]:
    """A Problem for every line of text files that says one of them; comments are not said."""
    return [
        Problem(path.name, row=number, advice=_advice(word))
        for path in (paths if words else ())
        for number, line in enumerate(_lines(path), 1)
        if not line.lstrip().startswith("#") and (word := banned_in(line, words))
    ]


def check_schemes(paths: Iterable[Path], words: Sequence[str]) -> list[Problem]:
    """A Problem for every line of the schemes' files that says one of them, and for the sentences made of it."""
    problems = []
    for path in paths if words else ():
        found = check_lines([path], words)
        if not found and (word := banned_in(_prose(path), words)):
            found = [Problem(path.name, advice=f"讲这个规定的话里会有“{word}”，是不能对职工说的词（{FILE}），请换个说法")]
        problems += found
    return problems


def _prose(path: Path) -> str:
    try:
        return scheme_prose(parse_scheme(read_toml(path)[0]))
    except SchemeError:  # told already, where it was read
        return ""


def check_row(row: Row, words: Sequence[str]) -> list[Problem]:
    """A Problem for every cell of a table's row that says one of them."""
    return [
        row.problem(name, _advice(word))
        for name, value in (row.values.items() if words else ())
        if isinstance(value, str) and (word := banned_in(value, words))
    ]


def _lines(path: Path) -> list[str]:
    try:
        return decode(path).splitlines()
    except Unreadable:  # told already, where it was read for what it says
        return []


def _advice(word: str) -> str:
    return f"“{word}”是不能对职工说的词（{FILE}），请换个说法"
