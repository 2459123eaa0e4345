"""The history of what was published: who, when, and which rows it added, changed or removed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from knowledge.schema import TABLES, Field

#: The compiled tables that admins know, with the names they have for them.
TITLES: Mapping[str, str] = {
    "stations": "站点",
    "closures": "临时关闭",
    "holidays": "节假日",
    "events": "活动",
    "answers": "回答",
    "contacts": "联系电话",
    "notices": "通知",
    "referrals": "不归工会管的事",
    "places": "地名",
    "bridges": "桥",
    "islands": "岛屿轮廓",
    "phrases": "说法",
    "words": "词表",
    "texts": "机器人的话",
    "schemes": "互助保障规定",
}
#: How many names of rows are kept of each kind of change; the counts are always whole.
NAMED = 20
#: How many changed cells are shown.
DIFFERENCES = 200
#: How many publications and roll-backs stay in the history.
ACTS = 100
#: How long a publisher waits for another one; a training takes less.
WAIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were all added, all changed or all removed."""

    count: int
    first: tuple[str, ...]  # their ids or names, NAMED at most


@dataclass(frozen=True, slots=True)
class Change:
    """What a version did to one table."""

    table: str
    added: Rows
    changed: Rows
    removed: Rows

    def __str__(self) -> str:
        parts = (("新增", self.added), ("改动", self.changed), ("删除", self.removed))
        told = [f"{verb} {rows.count}（{_listed(rows)}）" for verb, rows in parts if rows.count]
        return f"{TITLES[self.table]}{'、'.join(told)}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was published."""

    version: str
    published_at: datetime
    who: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody made a version the one that is served."""

    when: datetime
    who: str
    what: str  # "publish" or "rollback"
    version: str


@dataclass(frozen=True, slots=True)
class History:
    """Every version kept, the oldest first."""

    versions: tuple[Version, ...] = ()
    #: After a roll-back: the content that was left behind. It is not published again until it, or the
    #: program, changes.
    left: str = ""
    #: Who published and rolled back, the latest last; ACTS at most.
    acts: tuple[Act, ...] = ()


def read_history(data: Path) -> History:
    """What `write_history` kept; empty where nothing was."""
    try:
        kept = json.loads((data / "versions.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return History()
    acts = (replace(Act(**one), when=datetime.fromisoformat(one["when"])) for one in kept.get("acts", ()))
    return History(tuple(map(_version, kept["versions"])), kept["left"], tuple(acts))


def write_history(data: Path, history: History) -> None:
    """Keep the history; a reader sees the old one or the new one whole."""
    kept = asdict(history)
    for one in kept["versions"]:
        one["published_at"] = one["published_at"].isoformat(timespec="seconds")
    for one in kept["acts"]:
        one["when"] = one["when"].isoformat(timespec="seconds")
    replace_text(data / "versions.json", json.dumps(kept, ensure_ascii=False, indent=1))


def sign(data: Path, fingerprint: str, who: str) -> None:
    """Say who saved the content that has this fingerprint, before the watcher publishes it."""
    replace_text(data / "saved_by.json", json.dumps({"fingerprint": fingerprint, "who": who}))


def signed_by(data: Path, fingerprint: str) -> str:
    """Who saved that content on the staff's screen; "" where it was saved in another way."""
    try:
        saved = json.loads((data / "saved_by.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    return str(saved["who"]) if saved["fingerprint"] == fingerprint else ""


def replace_text(path: Path, text: str) -> None:
    """Write a file in one step."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """One publisher at a time among all processes; the lock goes when its holder does."""
    with closing(
        sqlite3.connect(data / "publishing.lock", isolation_level=None, timeout=WAIT_SECONDS)
    ) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


# ---------------------------------------------------------------- what changed


def compare(old: Path | None, new: Path) -> tuple[Change, ...]:
    """Which rows of which tables differ between two compiled files; None: there was nothing before."""
    before, after = (_tables(old) if old else {}), _tables(new)
    found = []
    for table in TITLES:
        was, now = before.get(table, {}), after.get(table, {})
        change = Change(
            table,
            _rows([key for key in now if key not in was]),
            _rows([key for key in now if key in was and now[key] != was[key]]),
            _rows([key for key in was if key not in now]),
        )
        if change.added.count or change.changed.count or change.removed.count:
            found.append(change)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of a row that was there before and is there now."""

    table: str
    row: str
    heading: str
    was: str
    now: str


def differences(old: Path, new: Path) -> tuple[Difference, ...]:
    """The cells that differ in rows of tables that admins know, DIFFERENCES at most."""
    before, after = _tables(old), _tables(new)
    found = []
    for table in TABLES:
        columns = _columns(new, table.name)
        for key, row in after.get(table.name, {}).items():
            was = before.get(table.name, {}).get(key)
            if not isinstance(was, tuple) or not isinstance(row, tuple) or len(was) != len(row):
                continue
            for name, one, other in zip(columns, was, row, strict=False):
                if one != other:
                    field = next((each for each in table.fields if each.name == name), None)
                    heading = field.heading if field else name
                    found.append(
                        Difference(
                            table.name,
                            _row_called(key, columns, row),
                            heading,
                            _said(one, field),
                            _said(other, field),
                        )
                    )
            if len(found) >= DIFFERENCES:
                return tuple(found[:DIFFERENCES])
    return tuple(found)


def _row_called(key: str, columns: Sequence[str], row: Sequence[object]) -> str:
    """A row by its id and, where it has one, its name."""
    name = next((str(row[columns.index(one)]) for one in ("name", "title") if one in columns), "")
    return key if name in ("", key) else f"{key} {name}"


def _columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return [row[1] for row in database.execute(f"PRAGMA table_info([{table}])")]


def _said(value: object, field: Field | None) -> str:
    """A compiled value as an admin wrote it."""
    text = "" if value is None else str(value)
    if field is None:
        return text
    words = {meant: word for word, meant in reversed(list(field.choices.items()))}
    if field.kind == "flag":
        return "是" if text == "1" else "否"
    if text.startswith("["):
        return "、".join(words.get(one, str(one)) for one in json.loads(text))
    if field.kind in ("time", "from", "until"):
        return text[:16].replace("T", " ")
    return str(words.get(text, text))


def _id(table: str, row: Sequence[object]) -> str:
    """What names a row: its first column, and of a station's closures the day on which it begins."""
    return f"{row[0]} {row[1]}" if table == "closures" else str(row[0])


def _tables(path: Path) -> dict[str, dict[str, object]]:
    """Every row of every table under its id, which is its first column; each phrase is a row of its own."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        tables = {
            table: {_id(table, row): row for row in database.execute(f"SELECT * FROM [{table}]")}
            for table in TITLES
            if table in names
        }
    tables["phrases"] = {
        line: label for label, (_, lines) in tables.get("phrases", {}).items() for line in json.loads(lines)
    }
    return {table: dict(rows) for table, rows in tables.items()}


def _rows(keys: Sequence[str]) -> Rows:
    return Rows(len(keys), tuple(keys[:NAMED]))


def _listed(rows: Rows, most: int = 5) -> str:
    return "、".join(rows.first[:most]) + (" 等" if rows.count > most else "")


def _version(kept: Mapping[str, object]) -> Version:
    changes = kept["changes"]
    assert isinstance(changes, list)
    return Version(
        str(kept["version"]),
        datetime.fromisoformat(str(kept["published_at"])),
        str(kept["who"]),
        tuple(
            Change(
                one["table"],
                *(
                    Rows(one[kind]["count"], tuple(one[kind]["first"]))
                    for kind in ("added", "changed", "removed")
                ),
            )
            for one in changes
        ),
    )
