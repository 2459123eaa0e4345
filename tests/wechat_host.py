"""A WeChat of our own over real HTTP: it hands out tokens, takes what we ask, and fails as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class WeChat(ThreadingHTTPServer):
    """Hands out tokens, takes messages, and fails as it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.tokens = 0
        self.asked: list[tuple[str, Any]] = []  # path and body of what was taken
        self.fails: list[int | str] = []  # errcodes, or "500", or "silence", for the next messages

    @property
    def told(self) -> list[tuple[str, str]]:
        """Openid and words of each message taken."""
        return [(body["touser"], body["text"]["content"]) for _, body in self.asked]

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: WeChat

    def do_GET(self) -> None:
        self.server.tokens += 1
        self._say({"access_token": f"token-{self.server.tokens}", "expires_in": 7200})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        trouble = self.server.fails.pop(0) if self.server.fails else 0
        if trouble == "500":
            self.send_error(500)
        elif trouble == "silence":
            self.close_connection = True
        elif trouble:
            self._say({"errcode": trouble, "errmsg": "no"})
        else:
            assert parse_qs(urlsplit(self.path).query)["access_token"] == [f"token-{self.server.tokens}"]
            self.server.asked.append((urlsplit(self.path).path, body))
            self._say({"errcode": 0, "errmsg": "ok"})

    def _say(self, values: dict[str, Any]) -> None:
        data = json.dumps(values).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running() -> Iterator[WeChat]:
    with WeChat() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
