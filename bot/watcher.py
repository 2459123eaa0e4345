"""The one process that notices a saved content file and publishes it; `run.py serve` starts it beside the server."""

from __future__ import annotations

import logging
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.alive import BEAT_SECONDS
from bot.fingerprints import content_files
from knowledge.compiler import ContentError

#: How often the folder is looked at.
LOOK_SECONDS = 0.25
#: How long nothing may change before what was saved counts as whole …
SETTLE_SECONDS = 0.5
#: … and a file whose end looks cut off.
SETTLE_CUT_OFF_SECONDS = 2.0
#: How long after a failure that is not the content's, such as a full disk, it is tried again.
RETRY_SECONDS = 30.0

#: Every file with its size and its time of change in nanoseconds.
Look = dict[Path, tuple[int, int]]

log = logging.getLogger("bot.watcher")


def watch(
    content: Path,
    publish: Callable[[], bool],
    stop: threading.Event,
    look_seconds: float = LOOK_SECONDS,
    alive: Callable[[], None] = lambda: None,
) -> None:
    """Call `publish` at once and after every save, until `stop` is set; `alive` every BEAT_SECONDS between.

    `publish` returns whether there was something to publish. What it raises is logged in one line, and the
    version served stays.
    """
    published: Look | None = None
    told = float("-inf")
    seen, since = look_at(content), time.monotonic()
    while not stop.wait(look_seconds):
        if time.monotonic() - told > BEAT_SECONDS:
            told = time.monotonic()
            alive()
        now = look_at(content)
        if now != seen:
            seen, since = now, time.monotonic()
        elif now != published and time.monotonic() - since >= _settling(now, published or {}):
            published = now
            if not _publish(publish):
                published, since = None, time.monotonic() + RETRY_SECONDS


def _publish(publish: Callable[[], bool]) -> bool:
    """Publish; False where it is to be tried again."""
    try:
        started = time.monotonic()
        if publish():
            log.info("content published in %.1f s", time.monotonic() - started)
    except ContentError as error:
        wrong = [one for one in error.problems if one.level == "error"]
        log.warning("content has %d errors, the version before serves on: %s", len(wrong), wrong[0])
    except Exception as error:  # a full disk, a file that vanished: the watcher must live to see it mended
        log.error("content cannot be published: %s: %s", type(error).__name__, error)
        return False
    return True


def look_at(content: Path) -> Look:
    """The files of a folder as they are now; one that vanishes meanwhile is left out."""
    found: Look = {}
    for path in content_files(content):
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _settling(now: Look, before: Look) -> float:
    changed = [path for path, status in now.items() if before and before.get(path) != status]
    return SETTLE_CUT_OFF_SECONDS if any(map(_looks_cut_off, changed)) else SETTLE_SECONDS


def _looks_cut_off(path: Path) -> bool:
    """Whether a file ends in the middle: a workbook without its table of contents, a text within a line."""
    try:
        if path.suffix.lower() == ".xlsx":
            return not zipfile.is_zipfile(path)
        return not path.read_bytes()[-2:].rstrip(b"\0").endswith(b"\n")
    except OSError:
        return True


def stop_with(parent: BinaryIO, stop: threading.Event) -> None:
    """Set `stop` when `parent`, a pipe that the server holds open, ends: no watcher outlives its server."""

    def follow() -> None:
        parent.read()
        stop.set()

    threading.Thread(target=follow, daemon=True, name="parent").start()


def log_to_stderr() -> None:
    """Lines like the server's own."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
