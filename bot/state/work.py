"""What the parts of one transaction share: its connection, keys and time, and for whom it works."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.state.keys import Keys

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: `Knowledge.text`: the sentence of a key with its places filled in.
Say = Callable[..., str]


class NeedsDurable(Exception):
    """A promise is about to change where a power cut may undo it: run the message again, durable."""


@dataclass(slots=True)
class Work:
    """One transaction at work. `erased` tells State to clear the journal after the commit."""

    connection: sqlite3.Connection
    keys: Keys
    now: datetime
    durable: bool
    erased: bool = False

    @property
    def seconds(self) -> int:
        """`now` as the database keeps it."""
        return int(self.now.timestamp())

    def promise(self) -> None:
        """Called before a promise changes. Raises NeedsDurable."""
        if not self.durable:
            raise NeedsDurable

    def next_id(self, table: str) -> int:
        """The id of the table's next row, needed before it is written: encryption binds the content to it.

        Of an AUTOINCREMENT table it was never used before, else it is above those that are there.
        """
        (id,) = self.connection.execute(
            f"SELECT max(coalesce((SELECT max(id) FROM {table}), 0), "
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)) + 1",
            (table,),
        ).fetchone()
        return int(id)

    def seal(self, value: Any, table: str, row: object) -> bytes:
        """`value` as encrypted JSON; dataclasses become objects."""
        return self.keys.encrypt(_JSON.encode(value).encode(), table, row)

    def unseal(self, body: bytes, table: str, row: object) -> Any:
        """What `seal` was given, in JSON's types."""
        return json.loads(self.keys.decrypt(body, table, row))


def sender_hash(keys: Keys, sender: str) -> bytes:
    """What stands for an openid everywhere but in active sign-ups, which hold it encrypted."""
    return keys.hash("sender", sender)


def _fields(value: object) -> dict[str, Any]:
    names = getattr(type(value), "__dataclass_fields__", None)
    if names is None:
        raise TypeError(f"{type(value).__name__} is no JSON value")
    return {name: getattr(value, name) for name in names}


_JSON = json.JSONEncoder(default=_fields, separators=(",", ":"))
