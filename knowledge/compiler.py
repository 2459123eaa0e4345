"""Content files into a new SQLite file that takes the old one's place in one step, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from knowledge.base import Answer
from knowledge.dictionary import plain_tokenizer
from knowledge.problems import ContentError, Problem
from knowledge.reader import Content, jsonable, read_content
from knowledge.records import to_record

__all__ = ["ContentError", "Problem", "Report", "check_content", "compile_content"]


@dataclass(frozen=True, slots=True)
class Report:
    """A compilation that went well: its warnings, the version, and how many rows each table has."""

    problems: tuple[Problem, ...]
    version: str = ""
    counts: tuple[tuple[str, int], ...] = ()


def check_content(content: Path) -> list[Problem]:
    """Every error and warning of a content folder; nothing is written."""
    _, problems = read_content(content)
    return problems


def compile_content(
    content: Path,
    target: Path,
    progress: Callable[[str], None] = lambda line: None,
    jieba_cache: Path | None = None,
) -> Report:
    """Compile a content folder into the SQLite file `target`; `jieba_cache` is a private folder.

    Raises ContentError with every problem; whatever `target` held before then stays.
    """
    progress("正在检查知识文件……")
    found, problems = read_content(content)
    if any(problem.level == "error" for problem in problems):
        raise ContentError(problems)
    progress("正在写入知识库……")
    tables = _tables(found)
    version = _version(tables)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    os.close(handle)
    try:
        _write(Path(name), tables, _answer_words(found.answers, jieba_cache), version)
        with Path(name).open("rb+") as file:
            os.fsync(file.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return Report(tuple(problems), version, tuple((table, len(rows)) for table, rows in tables.items()))


def _tables(content: Content) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table."""
    kinds: dict[str, Iterable[Any]] = {
        "places": content.places,
        "islands": content.islands,
        "stations": content.stations,
        "closures": content.closures,
        "holidays": content.holidays,
        "bridges": content.bridges,
        "events": content.events,
        "sessions": content.sessions,
        "answers": content.answers,
        "notices": content.notices,
        "contacts": content.contacts,
        "referrals": content.referrals,
    }
    tables = {name: [to_record(one) for one in ones] for name, ones in kinds.items()}
    tables["phrases"] = [{"label": label, "lines": _json(ones)} for label, ones in content.phrases.items()]
    tables["words"] = [{"concept": concept, "words": _json(ones)} for concept, ones in content.words.items()]
    tables["texts"] = [{"key": key, "text": text} for key, text in content.texts.items()]
    tables["schemes"] = [{"id": one["id"], "data": _json(one)} for one in content.schemes]
    return tables


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=jsonable)


def _version(tables: dict[str, list[dict[str, Any]]]) -> str:
    """The same for the same knowledge, in whatever kind of file it was written."""
    return hashlib.sha256(_json(tables).encode()).hexdigest()[:16]


def _write(
    path: Path, tables: dict[str, list[dict[str, Any]]], answers: list[dict[str, str]], version: str
) -> None:
    database = sqlite_utils.Database(path)
    # Nobody reads it before it is whole: a cut in the power leaves a draft that is never served.
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA journal_mode = MEMORY")
    try:
        for name, rows in tables.items():
            if rows:
                database.table(name).insert_all(rows, pk=None if name == "closures" else next(iter(rows[0])))
        database.table("about").insert({"version": version})
        index = database.table("answer_words")
        index.create({"id": str, "title": str, "keywords": str, "body": str})
        index.insert_all(answers)
        index.enable_fts(["title", "keywords", "body"], tokenize="unicode61")
        database.execute("VACUUM")
    finally:
        database.close()


def _answer_words(answers: tuple[Answer, ...], jieba_cache: Path | None) -> list[dict[str, str]]:
    """Each answer as words with spaces between them, as SQLite's full-text search wants it."""

    tokenizer = plain_tokenizer(jieba_cache)

    def words(text: str) -> str:
        return " ".join(word for word in tokenizer.cut_for_search(text) if word.strip())

    return [
        {
            "id": one.id,
            "title": words(one.title),
            "keywords": " ".join((*one.keywords, *(words(keyword) for keyword in one.keywords))),
            "body": words(one.text),
        }
        for one in answers
    ]
