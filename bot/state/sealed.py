"""A backup as one encrypted file: pieces that belong to one another, in their order, and to one key.

Layout: MAGIC, the key's id (4 bytes), 16 random bytes that name this file; then for each piece its length (4 bytes)
and what Keys.encrypt makes of it, bound to the file's name, its number, and whether it is the last one.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.state import backup
from bot.state.database import StateError, driver
from bot.state.keys import KeyProblem, Keys

MAGIC = b"UNIONBK1"
PIECE = 2**20  # bytes


def write(database: Path, target: Path, keys: Keys) -> None:
    """Copy a database in use, check the copy, encrypt it, read it back, and only then give it its name; 0600.

    Raises StateError when the copy is not sound.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    clear = draft.with_name(f"{draft.name}.clear")
    try:
        backup.write(database, clear)
        _seal(clear, draft, keys)
        with opened(draft, keys) as copy:
            _check(copy)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
        clear.unlink(missing_ok=True)


@contextmanager
def opened(source: Path, keys: Keys) -> Iterator[Path]:
    """The database of an encrypted backup, in the clear beside it and for as long as the block runs.

    Raises StateError for a file that is not whole, KeyProblem for one of another key.
    """
    handle, name = tempfile.mkstemp(dir=source.parent, prefix=f".{source.name}.")  # 0600
    try:
        with os.fdopen(handle, "wb") as clear, source.open("rb") as file:
            for piece in _pieces(file, source, keys):
                clear.write(piece)
        yield Path(name)
    finally:
        Path(name).unlink()


def is_sealed(source: Path) -> bool:
    """Whether a file is such a backup, and not a database in the clear."""
    with source.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _seal(clear: Path, target: Path, keys: Keys) -> None:
    name = os.urandom(16)
    opener = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opener, "wb") as file, clear.open("rb") as source:
        file.write(MAGIC + keys.id + name)
        number, piece = 0, source.read(PIECE)
        while True:
            following = source.read(PIECE)
            body = keys.encrypt(piece, "backup", _place(name, number, not following))
            file.write(len(body).to_bytes(4, "big") + body)
            if not following:
                break
            number, piece = number + 1, following
        file.flush()
        os.fsync(file.fileno())


def _pieces(file: BinaryIO, source: Path, keys: Keys) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + 20)
    if len(head) != len(MAGIC) + 20 or not head.startswith(MAGIC):
        raise StateError(f"{source}：不是备份文件，或者不完整")
    if head[len(MAGIC) : -16] != keys.id:
        raise KeyProblem("BOT_DATA_KEY：备份是用另一把密钥加密的，请换回当时的密钥")
    number, length = 0, file.read(4)
    while length:
        body = file.read(int.from_bytes(length, "big"))
        length = file.read(4)
        try:
            yield keys.decrypt(body, "backup", _place(head[-16:], number, not length))
        except KeyProblem:
            raise StateError(f"{source}：备份被改动过，或者不完整") from None
        number += 1
    if not number:
        raise StateError(f"{source}：备份不完整")


def _place(name: bytes, number: int, last: bool) -> str:
    return f"{name.hex()} {number} {'last' if last else 'more'}"


def _check(copy: Path) -> None:
    with closing(driver.connect(f"file:{copy.resolve()}?mode=ro", uri=True)) as database:
        found: sqlite3.Connection = database
        backup.check(found, copy)
