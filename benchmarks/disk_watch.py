"""What SQLite asks of the disk, heard inside the process: every write, truncation and sync, in order.

SQLite reaches files through its default VFS. While `watched` runs, the file that the VFS opens gets a table of methods in
which three write down what they are asked before they do it. ctypes alone: nothing to install, any system.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.state.database import driver

FILE, SIZE = ctypes.c_void_p, ctypes.c_int64
XOPEN = ctypes.CFUNCTYPE(ctypes.c_int, FILE, FILE, FILE, ctypes.c_int, FILE)
XWRITE = ctypes.CFUNCTYPE(ctypes.c_int, FILE, FILE, ctypes.c_int, SIZE)
XTRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, FILE, SIZE)
XSYNC = ctypes.CFUNCTYPE(ctypes.c_int, FILE, ctypes.c_int)

#: Of struct sqlite3_vfs, the place of xOpen; of sqlite3_io_methods, the number of pointers and the places of three.
OPEN_AT = 40
METHODS, WRITE, TRUNCATE, SYNC = 19, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Step:
    """One thing asked of a file ("write", "truncate", "sync"), or something said ("said")."""

    call: str
    name: str = ""
    data: bytes = b""
    at: int = 0


#: Callbacks must outlive the files that were opened under them.
_kept: list[Any] = []


@contextmanager
def watched(steps: list[Step]) -> Iterator[None]:
    """Whatever databases are opened inside write down into `steps` what they ask of their files."""
    library = ctypes.CDLL(_library())
    library.sqlite3_vfs_find.restype = ctypes.c_void_p
    place = ctypes.c_void_p.from_address(library.sqlite3_vfs_find(None) + OPEN_AT)
    real, tables, names = place.value, {}, {}
    assert real is not None
    really_open = XOPEN(real)

    def opens(vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        result = really_open(vfs, name, file, flags, out)
        methods = ctypes.c_void_p.from_address(file)
        if result == 0 and methods.value:
            # SQLite keeps the pointer to the name: it must be handed on, not a copy of what it points at.
            names[file] = Path(ctypes.string_at(name).decode()).name if name else ""
            if methods.value not in tables:
                tables[methods.value] = _listening(methods.value, names, steps)
            methods.value = ctypes.addressof(tables[methods.value])
        return int(result)

    callback = XOPEN(opens)
    _kept.extend((callback, tables))
    place.value = ctypes.cast(callback, ctypes.c_void_p).value
    try:
        yield
    finally:
        place.value = real


def _library() -> str:
    """The file that holds the SQLite which the state uses."""
    if driver.__name__.startswith("pysqlite3"):
        from pysqlite3 import _sqlite3 as module
    else:
        import _sqlite3 as module
    return str(module.__file__)


def _listening(methods: int, names: dict[int, str], steps: list[Step]) -> Any:
    """A copy of a table of methods, of which write, truncate and sync say what they do."""
    table = (ctypes.c_void_p * METHODS).from_buffer_copy(ctypes.string_at(methods, 8 * METHODS))
    really_write, really_cut, really_sync = (
        XWRITE(table[WRITE]),
        XTRUNCATE(table[TRUNCATE]),
        XSYNC(table[SYNC]),
    )

    def write(file: int, data: int, count: int, at: int) -> int:
        steps.append(Step("write", names[file], ctypes.string_at(data, count), at))
        return int(really_write(file, data, count, at))

    def truncate(file: int, size: int) -> int:
        steps.append(Step("truncate", names[file], b"", size))
        return int(really_cut(file, size))

    def sync(file: int, flags: int) -> int:
        steps.append(Step("sync", names[file]))
        return int(really_sync(file, flags))

    callbacks = XWRITE(write), XTRUNCATE(truncate), XSYNC(sync)
    _kept.append(callbacks)
    for at, one in zip((WRITE, TRUNCATE, SYNC), callbacks, strict=True):
        table[at] = ctypes.cast(one, ctypes.c_void_p).value
    return table
