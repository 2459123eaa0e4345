"""What an admin saves is checked, trained and live in seconds; what is wrong changes nothing; a version comes back."""

from __future__ import annotations

import copy
import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot import alive, keeper, publishing
from bot.commands import main
from bot.fingerprints import fingerprint, lesson
from bot.publishing import current_version, needs_publishing, publish, roll_back
from bot.versions import compare, read_history, sign
from bot.watcher import watch
from bot.worker import open_state
from intents.matcher import Matcher
from knowledge.base import Knowledge
from knowledge.compiler import ContentError
from tests.test_webhook_server import free_port, wait_for
from tests.wechat_client import ENVIRON, config, message, query
from tests.wechat_client import content as text_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def content(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small / "content", tmp_path / "content"))


@pytest.fixture
def data(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small / "var", tmp_path / "var"))


@pytest.fixture
def knowledge(data: Path) -> Knowledge:
    return publishing.load(data).knowledge


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def say_in_answer(content: Path, words: str) -> None:
    """Change what the bot answers to 疗休养怎么报名 and its like."""
    path = content / "answers" / "recuperation.md"
    head, _ = path.read_text("utf-8").split("---\n", 1)
    path.write_text(f"{head}---\n{words}\n", "utf-8")


# ---------------------------------------------------------------- what a matcher learns from


def changed(knowledge: Knowledge, **fields: object) -> Knowledge:
    other = copy.copy(knowledge)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def with_nothing_to_learn(knowledge: Knowledge) -> Knowledge:
    """Everything that may change without learning again, changed."""
    return changed(
        knowledge,
        answers=(),
        contacts={},
        notices=(),
        islands=(),
        schemes=(),
        _texts={},
        version="another",
        referrals=tuple(replace(one, text="别的话") for one in knowledge.referrals),
        stations=tuple(
            replace(one, hours="24小时", address="示例地址", facilities=(), name=f"示例新站{number}")
            for number, one in enumerate(knowledge.stations)
        ),
        events=tuple(
            replace(one, quota=7, address="示例地址", description="", cancelled=True)
            for one in knowledge.events
        ),
    )


def test_what_is_not_in_the_lesson_teaches_nothing(knowledge: Knowledge, data: Path) -> None:
    other = with_nothing_to_learn(knowledge)
    assert lesson(other) == lesson(knowledge)
    cache = publishing.jieba_cache(data)
    learnt = Matcher.train(knowledge, cache_folder=cache).to_bytes()
    assert Matcher.train(other, cache_folder=cache).to_bytes() == learnt
    more = changed(knowledge, phrases={**knowledge.phrases, "greet": ("你好呀你好呀", "在不在呀")})
    assert Matcher.train(more, cache_folder=cache).to_bytes() != learnt


MORE_TO_LEARN: dict[str, Callable[[Knowledge], Knowledge]] = {
    "a phrase": lambda one: changed(one, phrases={**one.phrases, "greet": ("在不在呀",)}),
    "a word": lambda one: changed(one, words={**one.words, "concepts.new": ("示例词",)}),
    "a place": lambda one: changed(one, places=one.places[1:]),
    "an event's title": lambda one: changed(one, events=(replace(one.events[0], title="示例登山"),)),
    "a referral's keyword": lambda one: changed(
        one, referrals=(replace(one.referrals[0], keywords=("示例词",)),)
    ),
    "a station that a phrase names": lambda one: changed(
        one,
        phrases={**one.phrases, "station_find": ("示例新站在哪里",)},
        stations=(replace(one.stations[0], name="示例新站"),),
    ),
}


@pytest.mark.parametrize("what", MORE_TO_LEARN)
def test_what_changes_the_lesson_is_learnt(what: str, knowledge: Knowledge) -> None:
    assert lesson(MORE_TO_LEARN[what](knowledge)) != lesson(knowledge)


def test_an_answer_is_published_with_the_matcher_there_is(content: Path, data: Path) -> None:
    said: list[str] = []
    say_in_answer(content, "示例：改过的回答。")
    publish(content, data, said.append)
    assert not any("学习" in line for line in said)
    assert any("示例：改过的回答。" in one.text for one in publishing.load(data).knowledge.answers)
    with (content / "phrases" / "greet.txt").open("a", encoding="utf-8") as file:
        file.write("示例的新说法\n")
    publish(content, data, said.append)
    assert any("学习" in line for line in said)


# ---------------------------------------------------------------- errors, history, roll-back


def test_wrong_content_is_told_and_the_last_good_version_serves_on(content: Path, data: Path) -> None:
    before = current_version(data)
    edit(content / "stations.csv", "工会驿站,新城", "工会驿站,没有的地方")
    with pytest.raises(ContentError):
        publish(content, data)
    draft = json.loads((data / "draft.json").read_text("utf-8"))
    assert [(one["file"], one["column"], one["level"]) for one in draft["problems"]] == [
        ("stations.csv", "D", "error")
    ]
    assert current_version(data) == before
    assert not list((data / "versions").glob(".build-*"))
    edit(content / "stations.csv", "没有的地方", "新城")
    say_in_answer(content, "示例：改好了。")
    publish(content, data)
    assert not (data / "draft.json").exists()
    assert current_version(data) != before


def test_every_version_tells_what_changed(content: Path, data: Path) -> None:
    (first,) = read_history(data).versions
    assert {change.table for change in first.changes} >= {"stations", "events", "answers", "phrases"}
    edit(content / "stations.csv", "6:00-22:00", "7:00-22:00")
    edit(content / "notices.csv", "typhoon_example", "typhoon_2")
    with (content / "phrases" / "greet.txt").open("a", encoding="utf-8") as file:
        file.write("示例的新说法\n")
    publish(content, data)
    latest = read_history(data).versions[-1]
    assert (latest.version, latest.who != "") == (current_version(data), True)
    assert list(map(str, latest.changes)) == [
        "站点改动 1（s01）",
        "通知新增 1（typhoon_2）、删除 1（typhoon_example）",
        "说法新增 1（示例的新说法）",
    ]


def test_five_versions_are_kept(content: Path, data: Path) -> None:
    first = current_version(data)
    for number in range(5):
        say_in_answer(content, f"示例：第 {number} 次改。")
        publish(content, data)
    kept = [one.version for one in read_history(data).versions]
    assert len(kept) == publishing.KEPT and kept[-1] == current_version(data) and first not in kept
    assert {path.name for path in (data / "versions").iterdir()} == set(kept)
    with pytest.raises(publishing.NoSuchVersion, match=first):
        roll_back(first, content, data)
    assert current_version(data) == kept[-1]


def test_the_history_tells_who_published_and_who_rolled_back(content: Path, data: Path) -> None:
    first = current_version(data)
    say_in_answer(content, "改过了。")
    sign(data, fingerprint(content), "王芳")
    publish(content, data)
    roll_back(first, content, data, who="李明")
    acts = [(act.who, act.what, act.version) for act in read_history(data).acts[-2:]]
    assert acts == [("王芳", "publish", fingerprint(content)), ("李明", "rollback", first)]
    assert read_history(data).versions[-1].who == "王芳"
    say_in_answer(content, "又改过了。")  # not by her: nobody signed it
    publish(content, data)
    assert read_history(data).versions[-1].who == getpass.getuser()


def test_a_roll_back_holds_until_the_content_changes(content: Path, data: Path) -> None:
    first = current_version(data)
    say_in_answer(content, "示例：改错了。")
    publish(content, data)
    second = current_version(data)
    assert compare(data / "versions" / first / "knowledge.db", data / "versions" / second / "knowledge.db")
    roll_back(first[:6], content, data)
    assert current_version(data) == first
    assert not needs_publishing(content, data)
    assert [one.version for one in read_history(data).versions] == [first, second]
    say_in_answer(content, "示例：这次对了。")
    assert needs_publishing(content, data)
    publish(content, data)
    assert current_version(data) not in (first, second)
    assert read_history(data).left == ""


def test_a_version_that_cannot_be_loaded_is_not_rolled_back_to(content: Path, data: Path) -> None:
    first = current_version(data)
    say_in_answer(content, "示例：又一版。")
    publish(content, data)
    (data / "versions" / first / "matcher.npz").write_bytes(b"of another program")
    with pytest.raises(publishing.NoSuchVersion, match="读不了"):
        roll_back(first, content, data)
    assert current_version(data) != first


def test_the_commands_list_versions_and_roll_back(
    content: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--content", str(content), "--data", str(data)]
    first = current_version(data)
    edit(content / "events.csv", ",200,0,是", ",150,0,是")
    assert main(["build", *where]) == 0
    assert main(["rollback", first, *where]) == 0
    assert main(["rollback", "nothing", *where]) == 1
    capsys.readouterr()
    assert main(["versions", *where]) == 0
    shown = capsys.readouterr().out
    assert "活动改动 1（e01）" in shown
    assert "← 正在使用" in next(line for line in shown.splitlines() if line.startswith(first))
    assert "退回" in shown


def test_a_new_quota_is_a_promise_before_it_is_told(content: Path, data: Path) -> None:
    edit(content / "events.csv", ",200,0,是", ",150,0,是")
    served: list[str] = []

    def promise(events: object) -> None:
        served.append(current_version(data))

    before = current_version(data)
    publish(content, data, promise=promise)
    assert served == [before] != [current_version(data)]
    where = ["--content", str(content), "--data", str(data)]
    assert main(["build", *where]) == 0
    state = open_state(config(data=data), data)
    assert "e01" in state.signup_counts()
    state.close()


# ---------------------------------------------------------------- the watcher


def test_what_office_puts_beside_an_open_file_is_no_change(content: Path) -> None:
    before = fingerprint(content)
    for name in ("~$stations.xlsx", ".~lock.stations.csv#", ".~stations.xlsx", "stations.tmp", "1A2B3C4D"):
        (content / name).write_bytes(b"whose it is")
    assert fingerprint(content) == before
    shutil.move(content / "answers" / "human.md", content / "human.md")
    assert fingerprint(content) != before


@contextmanager
def watched(content: Path, publish: Callable[[], bool]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(content, publish, stop, 0.05))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_file_that_grows_is_published_once_and_whole(content: Path) -> None:
    path = content / "notices.csv"
    seen: list[str] = []

    def note() -> bool:
        seen.append(path.read_text("utf-8"))
        return True

    with watched(content, note):
        wait_for(lambda: seen)
        seen.clear()
        with path.open("a", encoding="utf-8") as file:
            for part in range(8):
                file.write(f"通知{part}")  # a line that is long in coming
                file.flush()
                time.sleep(0.3 if part else 0.8)
            file.write("\n")
        wait_for(lambda: seen)
        time.sleep(1)
    assert len(seen) == 1
    assert seen[0].endswith("通知7\n")


def test_a_fault_is_one_line_and_the_watcher_lives(
    content: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.watcher.RETRY_SECONDS", 0.2)
    times: list[int] = []

    def fail_at_first() -> bool:
        times.append(1)
        if len(times) == 1:
            raise OSError("disk full")
        return False

    with watched(content, fail_at_first):
        wait_for(lambda: len(times) == 2)
    assert [record.getMessage() for record in caplog.records] == [
        "content cannot be published: OSError: disk full"
    ]


def test_the_watcher_publishes_tells_and_ends_with_its_server(content: Path, data: Path) -> None:
    command = [sys.executable, "run.py", "watch", "--with-parent", "--content", str(content)]
    watcher = subprocess.Popen(
        [*command, "--data", str(data)], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert watcher.stdin is not None and watcher.stderr is not None
    before = current_version(data)
    time.sleep(2)  # it is at work by now, or finds the change when it begins
    edit(content / "stations.csv", "6:00-22:00", "任意")
    wait_for((data / "draft.json").exists)
    assert current_version(data) == before
    edit(content / "stations.csv", "任意", "7:00-22:00")
    wait_for(lambda: current_version(data) != before)
    wait_for(lambda: not (data / "draft.json").exists())
    watcher.stdin.close()
    assert watcher.wait(10) == 0
    lines = watcher.stderr.read().decode().splitlines()
    watcher.stderr.close()
    assert len(lines) == 2
    assert "1 errors" in lines[0] and "stations.csv 第 2 行" in lines[0]
    assert "content published" in lines[1]


def test_a_watcher_that_is_killed_is_started_again_and_ends_with_its_server(tmp_path: Path) -> None:
    note = tmp_path / "started"
    code = f"import os; open({str(note)!r}, 'a').write(f'{{os.getpid()}}\\n'); os.read(0, 1)"
    command = [sys.executable, "-I", keeper.__file__, sys.executable, "-c", code]

    def started() -> list[int]:
        return [int(line) for line in note.read_text().split()] if note.exists() else []

    with subprocess.Popen(command, stdin=subprocess.PIPE) as kept:
        wait_for(started)
        os.kill(started()[0], signal.SIGKILL)
        wait_for(lambda: len(started()) == 2)
        assert kept.stdin is not None
        kept.stdin.close()
        assert kept.wait(10) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in started())


# ---------------------------------------------------------------- with two workers


def ask(port: int, text: str, number: int) -> str:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        body = message(Content=text, MsgId=str(number), FromUserName=f"o-{number}")
        connection.request("POST", "/wechat" + query(), body.encode())
        return text_of(connection.getresponse().read())
    finally:
        connection.close()


def is_ready(port: int) -> bool:
    try:
        return bool(ask(port, "你好", 1))
    except OSError:
        return False


def keeper_among(children: Path) -> int:
    """The keeper among a server's children; 0 where there is none."""
    for pid in children.read_text().split():
        with suppress(OSError):
            if keeper.__file__.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    return 0


def test_a_saved_answer_is_live_in_both_workers_and_a_killed_keeper_comes_back(content: Path, data: Path) -> None:
    port = free_port()
    folders = ["--content", str(content), "--data", str(data)]
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "run.py", "serve", *folders, "--port", str(port), "--mode", "plain"],
            cwd=ROOT,
            env={**os.environ, **ENVIRON},
            stderr=log,
        )
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    try:
        wait_for(lambda: is_ready(port), 40)
        time.sleep(2)  # the watcher has had its first look
        asked = "疗休养"
        said = [ask(port, asked, number) for number in range(100, 110)]
        assert not any("示例：秋天去" in one for one in said)
        started = time.monotonic()
        say_in_answer(content, "示例：秋天去。")
        number, row = 200, 0
        while row < 12:  # so many in a row that both workers were among them
            row = row + 1 if "示例：秋天去" in ask(port, asked, number) else 0
            number += 1
            assert time.monotonic() - started < 60, "never live"
            time.sleep(0.05)
        if children.exists():
            first = keeper_among(children)
            os.kill(first, signal.SIGKILL)  # nobody else would publish or make backups
            wait_for(lambda: keeper_among(children) not in (0, first))
            before = alive.last(data, "publishing")
            assert before is not None
            wait_for(lambda: (alive.last(data, "publishing") or before) > before, 30)
        ours = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        server.send_signal(signal.SIGKILL)
        server.wait()
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in ours))
    finally:
        server.kill()
        server.wait()
