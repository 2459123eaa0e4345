"""Dataclasses to database rows and back: the only place where knowledge is a dict."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")


def to_record(one: Any) -> dict[str, Any]:
    """A row: tuples as JSON, days and moments as ISO texts."""
    return {each.name: _stored(getattr(one, each.name)) for each in fields(one)}


def from_records(kind: type[T], rows: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    """The dataclasses of rows that `to_record` made."""
    # A column that a version compiled before an upgrade lacks has its default.
    known = set(rows[0].keys()) if rows else set()
    how = [(each.name, _READERS.get(str(each.type))) for each in fields(kind) if each.name in known]  # type: ignore[arg-type]
    return tuple(
        kind(**{name: read(row[name]) if read and row[name] is not None else row[name] for name, read in how})
        for row in rows
    )


def _stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _rings(text: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    return tuple(tuple((lon, lat) for lon, lat in ring) for ring in json.loads(text))


#: By a field's annotation; what is missing here is stored as it is.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "tuple[str, ...]": _words,
    "tuple[tuple[tuple[float, float], ...], ...]": _rings,
    "datetime": _moment,
    "datetime | None": _moment,
    "date": date.fromisoformat,
    "date | None": date.fromisoformat,
    "bool": bool,
}
