"""The bot's own sentences: those of the code, with those of the content in their place."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path

from knowledge.documents import read_toml
from knowledge.problems import Level, Problem, nearest
from knowledge.scheme_file import line_of
from knowledge.sheets import decode

#: What the code ships: a production content may override any of them and need have none.
SHIPPED = Path(__file__).parent / "content" / "texts"

#: A name, or a part of one such as at.month; nothing private can be reached through it.
_PLACE = re.compile(r"[^\W\d_]\w*(\.[^\W\d_]\w*)*")


def read_sentences(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """Every sentence by its key "<file>.<name>", and what is wrong with those in `folder`."""
    shipped, _ = _texts_in(SHIPPED)
    own, problems = _texts_in(folder)
    for key, text in own.items():
        problems += _check(key, text, shipped, folder)
    return shipped | own, problems


def places_of(text: str) -> set[str]:
    """The names in braces. Raises ValueError for a lone brace, or anything but a plain name in a pair."""
    names = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            if not _PLACE.fullmatch(name) or conversion or "{" in (spec or ""):
                raise ValueError(name)
            names.add(name)
    return names


def _texts_in(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems = []
    for path in sorted(folder.glob("*.toml")):
        data, found = read_toml(path)
        problems += found
        for name, text in data.items():
            if isinstance(text, str):
                texts[f"{path.stem}.{name}"] = text
            else:
                row = line_of(decode(path), name)
                problems.append(
                    Problem(path.name, row=row, advice=f'“{name}”要写成一句话，例如 {name} = "您好"')
                )
    return texts, problems


def _check(key: str, text: str, shipped: Mapping[str, str], folder: Path) -> list[Problem]:
    stem, _, name = key.partition(".")
    path = folder / f"{stem}.toml"

    def problem(advice: str, level: Level = "error") -> Problem:
        return Problem(path.name, row=line_of(decode(path), name), advice=f"“{name}”{advice}", level=level)

    try:
        places = places_of(text)
    except ValueError:
        return [problem("里的花括号写得不对，要成对，里面只写名字，例如 {title}")]
    if key not in shipped:
        return [problem(f"这句话机器人不会说到{nearest(key, list(shipped))}", "warning")]
    allowed = places_of(shipped[key])
    listed = "、".join(f"{{{one}}}" for one in sorted(allowed))
    advice = f"这句话里只能用 {listed}" if allowed else "这句话里不能用花括号"
    unknown = [problem(f"里的 {{{one}}} 没有内容可填，{advice}") for one in sorted(places - allowed)]
    left_out = [
        problem(f"里少了 {{{one}}}，这部分内容就不会说了", "warning") for one in sorted(allowed - places)
    ]
    return unknown + left_out
