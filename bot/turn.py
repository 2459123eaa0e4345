"""Whose turn it is: one thread of a process answers at a time.

Threads that answer side by side only fight for the interpreter: each statement of SQLite lets it go, another thread
takes it, and a message of 1.3 ms takes twice that. So a message is answered in one turn, and who waits for
something else than the interpreter (a body that trickles in, a disk) stands aside meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(slots=True)
class Turn:
    """The turn of one process. Taking it again within it changes nothing."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _holder: int = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and hand it on at the end."""
        if self._holder == threading.get_ident():
            yield
            return
        with self._lock:
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = 0

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have it while this thread waits for something else."""
        if self._holder != threading.get_ident():
            yield
            return
        self._holder = 0
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._holder = threading.get_ident()


def in_turn(
    app: WSGIApplication, turn: Turn, path: str, read: Callable[[WSGIEnvironment], bytes | None]
) -> WSGIApplication:
    """`app`, whose POSTs to `path` are answered in turn, once their body has arrived.

    `read` gives the body, or None for a request that the app refuses without it.
    """

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != path:
            return app(environ, start)
        body = read(environ)
        if body is not None:
            environ["wsgi.input"] = BytesIO(body)
        with turn.taken():
            answered = app(environ, start)
            try:
                return [b"".join(answered)]  # the server takes a list at once, and an iterator piece by piece
            finally:
                close = getattr(answered, "close", None)
                if close is not None:
                    close()

    return answer
