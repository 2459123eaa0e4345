"""The sub-commands for content: check, build, watch, versions, rollback, export."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime

from bot import alive, backups, publishing
from bot import keeper as keeping
from bot.cases import check_cases, export_cases
from bot.config import Config
from bot.missing import left_out, missing
from bot.terminal import ROOT, say, settings
from bot.versions import Version, read_history
from bot.watcher import log_to_stderr, stop_with
from bot.watcher import watch as watch_content
from bot.wechat import SHANGHAI
from bot.worker import open_state
from knowledge.base import Event, occasions_of
from knowledge.reader import read_content

#: How often it is looked whether the keeper still runs.
SUPERVISE_SECONDS = 2.0
#: How long after its start the watcher makes itself ready to publish.
WARM_SECONDS = 20.0


def published(config: Config) -> publishing.Published:
    """What is served, the content compiled where it changed. Raises ContentError."""
    if publishing.needs_publishing(config.content, config.data):
        publishing.publish(config.content, config.data, say, promise_of(config), config.matcher.encoder)
    return publishing.load(config.data, levels=config.matcher)


def build(options: argparse.Namespace) -> int:
    config = settings(options)
    report = publishing.publish(config.content, config.data, say, promise_of(config), config.matcher.encoder)
    for problem in report.problems:
        say(str(problem))
    say(f"已发布，版本 {publishing.current_version(config.data)}。")
    return 0


def preview(options: argparse.Namespace) -> int:
    """For the staff's screen: what publishing a draft would make, beside what is served."""
    if hasattr(os, "nice"):
        os.nice(10)  # workers' messages come first
    config = settings(options)
    publishing.preview(config.content, config.data, options.to)
    return 0


def promise_of(config: Config) -> publishing.Promise:
    """Copies events' quotas and times into the state, whose counting goes by them. It raises SignUpsLeft."""

    def promise(events: Sequence[Event]) -> None:
        with closing(open_state(config, config.data)) as state:
            state.replace_events(events, datetime.now(SHANGHAI))

    return promise


def check(options: argparse.Namespace) -> int:
    config = settings(options)
    found, problems = read_content(config.content)
    if not any(one.level == "error" for one in problems):  # else nothing can be said to be missing
        held = left_out(config.data, occasions_of(found.events, found.sessions))
        problems += missing(held, config.content)
    problems += check_cases(config.content)
    for problem in problems:
        print(problem)
    errors = sum(problem.level == "error" for problem in problems)
    print(f"检查完毕：{errors} 个错误，{len(problems) - errors} 个提醒。")
    return 1 if errors else 0


# ---------------------------------------------------------------- watching


def watch(options: argparse.Namespace) -> int:
    config = settings(options)
    if hasattr(os, "nice"):
        os.nice(10)  # workers' messages come first
    log_to_stderr()
    stop = threading.Event()
    if options.with_parent:
        stop_with(sys.stdin.buffer, stop)

    later = threading.Timer(WARM_SECONDS, publishing.warm, (config.data,))  # workers start first
    later.daemon = True
    later.start()
    threading.Thread(target=backups.keep_making, args=(config, stop), daemon=True, name="backups").start()

    def publish() -> bool:
        if not publishing.needs_publishing(config.content, config.data):
            return False
        publishing.publish(
            config.content, config.data, promise=promise_of(config), encoder=config.matcher.encoder
        )
        return True

    watch_content(config.content, publish, stop, alive=lambda: alive.beat(config.data, "publishing"))
    return 0


@contextmanager
def watching(options: argparse.Namespace) -> Iterator[None]:
    """A watcher in a process of its own for as long as the block runs, started again when it or its keeper is killed."""
    kept = [sys.executable, "-I", keeping.__file__, *command_line("watch", options, "--with-parent")]
    keeper = subprocess.Popen(kept, stdin=subprocess.PIPE)

    def look(*_: object) -> None:
        nonlocal keeper
        if keeper.poll() is not None:
            say("发布和备份的进程停了，重新启动。")
            keeper = subprocess.Popen(kept, stdin=subprocess.PIPE)

    try:
        with _every(SUPERVISE_SECONDS, look):
            yield
    finally:
        assert keeper.stdin is not None
        with suppress(OSError):
            keeper.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            keeper.wait(10)
        keeper.terminate()
        keeper.wait()


@contextmanager
def _every(seconds: float, look: Callable[..., None]) -> Iterator[None]:
    """Call `look` every so often by a timer's signal: a thread must not be there when the server forks.

    Where there are no such timers (Windows) it is not called. What forks inherits no timer.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)


def run_beside(command: str, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    """Start `run.py command` on the same content and data."""
    return subprocess.Popen(command_line(command, options))


def command_line(command: str, options: argparse.Namespace, *more: str) -> list[str]:
    """`run.py command` on the same content and data."""
    config = settings(options)
    folders = ["--content", str(config.content), "--data", str(config.data)]
    return [sys.executable, str(ROOT / "run.py"), command, "--config", str(options.config), *folders, *more]


# ---------------------------------------------------------------- versions


def versions(options: argparse.Namespace) -> int:
    config = settings(options)
    history = read_history(config.data)
    current = publishing.current_version(config.data)
    for one in reversed(history.versions):
        for line in _told(one, one.version == current):
            print(line)
    for act in history.acts:
        if act.what == "rollback":
            print(f"{act.when:%Y-%m-%d %H:%M}  {act.who} 退回到 {act.version}")
    if history.left:
        print("现在用的是退回的版本；内容文件再有改动时，会照新的内容发布。")
    if not history.versions:
        print("还没有发布过。")
    return 0


def _told(one: Version, is_current: bool) -> list[str]:
    mark = "  ← 正在使用" if is_current else ""
    head = f"{one.version}  {one.published_at:%Y-%m-%d %H:%M}  {one.who}{mark}"
    return [head, *(f"    {change}" for change in one.changes or ("知识内容没有变化",))]


def rollback(options: argparse.Namespace) -> int:
    config = settings(options)
    try:
        publishing.roll_back(options.version, config.content, config.data, promise_of(config))
    except publishing.NoSuchVersion as error:
        say(str(error))
        return 1
    say(f"已退回版本 {publishing.current_version(config.data)}，内容文件再有改动以前一直用它。")
    return 0


# ---------------------------------------------------------------- templates


def export(options: argparse.Namespace) -> int:
    from knowledge.templates import ExportError, export_tables  # openpyxl is loaded where it is needed

    config = settings(options)
    try:
        for path in (
            *export_tables(config.content, options.to),
            *export_cases(config.content, options.to / "cases"),
        ):
            print(path)
    except ExportError as error:
        say(str(error))
        return 1
    return 0
