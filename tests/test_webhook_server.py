"""The real server over real sockets: two granian workers, stalled uploads, signals, a killed parent."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wechat_client import config, content, message, opened, query, sealed

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, body: bytes | str = b"") -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request(method, path, body.encode() if isinstance(body, str) else body)
            response = connection.getresponse()
            return response.status, response.read()

    def send(self, head: str, body: bytes = b"") -> socket.socket:
        """A raw POST that goes on as the test likes."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        line.sendall(f"POST /wechat{head}\r\n\r\n".encode() + body)
        return line

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(what: object, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def start(port: int, mode: str, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.echo_server", str(port), mode]
    with log.open("ab") as output:
        return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)


@contextmanager
def serving(mode: str, folder: Path) -> Iterator[Served]:
    port = free_port()
    served = Served(port, start(port, mode, folder / "log"), folder / "log")
    try:
        wait_for(served.is_ready)
        yield served
    finally:
        served.process.terminate()
        served.process.wait(20)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving("plain", tmp_path_factory.mktemp("plain")) as served:
        yield served


def head(length: int | str, asked: str = "") -> str:
    return f"{asked or query()} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}"


def answer(line: socket.socket) -> tuple[int, bytes]:
    with closing(line):
        response = http.client.HTTPResponse(line, method="POST")
        response.begin()
        return response.status, response.read()


def test_a_signed_message_is_answered_over_http(plain: Served) -> None:
    status, body = plain.ask("POST", "/wechat" + query(), message(Content="在吗"))
    assert (status, content(body)) == (200, "text：在吗")
    assert plain.ask("GET", "/wechat" + query(echostr="42")) == (200, b"42")


def test_a_safe_message_is_answered_over_http(tmp_path: Path) -> None:
    with serving("safe", tmp_path) as safe:
        good = sealed(message(Content="在吗"))
        status, body = safe.ask("POST", "/wechat" + good.query, good.body)
        assert (status, content(opened(body))) == (200, "text：在吗")
        assert safe.ask("POST", "/wechat" + query(), message())[0] == 403


def test_a_body_without_a_length_is_read_to_its_end(plain: Served) -> None:
    body = message(Content="分块").encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:])) + b"0\r\n\r\n"
    chunked = f"{query()} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
    assert content(answer(plain.send(chunked, chunks))[1]) == "text：分块"
    assert answer(plain.send(chunked, b"4e20\r\n" + b"x" * 20_000 + b"\r\n0\r\n\r\n"))[0] == 413


def test_what_is_too_large_is_refused_before_it_arrives(plain: Served) -> None:
    assert answer(plain.send(head(10_000_000)))[0] == 413


def test_what_is_badly_signed_is_refused_before_it_arrives(plain: Served) -> None:
    assert answer(plain.send(head(5_000, "?signature=wrong")))[0] == 403


def test_a_client_that_hangs_up_half_way_is_nothing_special(plain: Served) -> None:
    line = plain.send(head(5_000), b"<xml>")
    line.shutdown(socket.SHUT_WR)
    assert answer(line) == (200, b"success")
    plain.send(head(5_000), b"<xml>").close()
    assert plain.ask("POST", "/wechat" + query(), message())[0] == 200


def test_stalled_uploads_do_not_hold_the_server_up(plain: Served) -> None:
    """200 signed uploads that stand still at their first byte, and 100 that are not even signed."""
    stalled = [plain.send(head(5_000), b"<") for _ in range(200)]
    stalled += [plain.send(head(5_000, "?signature=wrong"), b"<") for _ in range(100)]
    for _ in range(10):
        began = time.monotonic()
        assert plain.ask("POST", "/wechat" + query(), message())[0] == 200
        assert time.monotonic() - began < 1
    for line in stalled:
        line.close()
    assert plain.is_ready()


def test_no_query_and_no_body_is_in_the_log(plain: Served) -> None:
    plain.ask("POST", "/wechat?signature=seen-query", "seen-body")
    plain.ask("POST", "/wechat" + query(nonce="seen-nonce"), "seen-body")
    written = plain.log.read_text()
    assert "ready: http://127.0.0.1:" in written
    assert "refused: wrong signature" in written
    assert "seen" not in written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    with serving("plain", tmp_path) as served:
        served.process.send_signal(number)
        assert served.process.wait(15) == 0
        assert "Traceback" not in served.log.read_text()


def test_a_message_at_work_is_answered_before_the_server_stops(tmp_path: Path) -> None:
    with serving("plain", tmp_path) as served:
        body = message(Content="慢慢来").encode()
        line = served.send(head(len(body)), body)
        time.sleep(0.3)
        served.process.terminate()
        assert content(answer(line)[1]) == "text：慢慢来"
        assert served.process.wait(15) == 0


def test_a_port_that_is_taken_is_refused_by_name(plain: Served, tmp_path: Path) -> None:
    """With SO_REUSEPORT a second server would take every other message."""
    second = start(plain.port, "plain", tmp_path / "log")
    assert second.wait(20) == 2
    assert "[server] port: found 127.0.0.1 port" in (tmp_path / "log").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing there is killed so")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    with serving("plain", tmp_path) as served:
        os.kill(served.process.pid, signal.SIGKILL)
        served.process.wait(5)
        wait_for(lambda: not served.is_ready(), 10)
        again = start(served.port, "plain", tmp_path / "log")
        wait_for(served.is_ready)
        again.terminate()
        assert again.wait(15) == 0


def test_a_host_by_name_is_served() -> None:
    from bot.server import _address

    assert _address("localhost", free_port()) in ("127.0.0.1", "::1")
    assert config(host="localhost").server.host == "localhost"
