"""Serving: granian's parent and its worker processes.

What granian 2.8 does, read and tried: it forks where multiprocessing's own choice is fork (Linux up to
Python 3.13) and spawns elsewhere, so what a worker loads is named by an importable function and its
arguments can be pickled. Each worker binds the port for itself once it has loaded (SO_REUSEPORT on
Linux), and a connection goes to one that listens. A body is read in the thread that asks for it, and a
read once begun must not be abandoned: that deadlocks the worker. So the signature is checked before a
byte is read, and threads are many: a stalled upload holds one idle thread of BLOCKING_THREADS, not the
worker.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from bot.config import Config, ConfigError

#: Loads a worker's application; `ready` tells it whether all workers have loaded.
Load = Callable[[Config, Callable[[], bool]], Flask]

BLOCKING_THREADS = 256  # started as needed
STOP_SECONDS = 10
#: How long a port may stay taken by workers whose parent was killed.
PORT_SECONDS = 5.0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {},
}

log = logging.getLogger("bot.server")


def serve(config: Config, load: Load, before_fork: Callable[[Config], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP exchanges the workers one by one.

    `load` is an importable function. `before_fork` runs once in the parent, where workers are forked: what it
    loads is shared by them; it must leave no database, thread or lock behind. Raises ConfigError for an address that cannot be listened on, SystemExit
    when workers cannot start.
    """
    address = _address(config.server.host, config.server.port)
    if before_fork is not None and _start_method() == "fork":
        before_fork(config)
        gc.collect()
        gc.freeze()  # a collection in a worker would touch, and so copy, every shared page
    loaded = multiprocessing.get_context(_start_method()).Value("i", 0)
    Server(
        "bot",
        address=address,
        port=config.server.port,
        interface=Interfaces.WSGI,
        workers=config.server.workers,
        blocking_threads=BLOCKING_THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        log_access=False,  # a query string holds the signature and, in the echo, more
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=partial(_start_worker, load, config, loaded), wrap_loader=False)


def _start_method() -> str:
    """How granian will start its workers."""
    method = multiprocessing.get_start_method()
    return method if method in ("fork", "spawn") else "spawn"


def _start_worker(load: Load, config: Config, loaded: Any) -> Flask:
    threading.Thread(target=_follow_parent, daemon=True, name="parent").start()
    workers = config.server.workers
    try:
        app = load(config, lambda: loaded.value >= workers)
    except Exception as error:
        log.critical("a worker cannot start: %s: %s", type(error).__name__, error)
        sys.exit(1)
    with loaded.get_lock():
        loaded.value += 1
        if loaded.value == workers:
            page = "phone/" if config.shows_phone else "wechat"
            log.info("ready: http://%s:%d/%s", config.server.host, config.server.port, page)
    return app


def _follow_parent() -> None:
    """A worker whose parent was killed would hold the port for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_SECONDS)
        os._exit(1)


def _address(host: str, port: int) -> str:
    """The address of `host`, free to listen on. Raises ConfigError."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise ConfigError("[server] host", repr(host), "an address or name of this machine") from None
    deadline = time.monotonic() + PORT_SECONDS
    while (problem := _taken(family, address)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if problem:
        raise ConfigError(
            "[server] port", f"{host} port {port}: {problem}", "one that is free and allowed here"
        )
    return str(address[0])


def _taken(family: int, address: tuple[Any, ...]) -> str:
    """Why one cannot listen there; "" where one can. With SO_REUSEPORT two servers would share a port."""
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.strerror or "not to be had"
    return ""
