"""A rush through the real server: thousands sign up by webhook within a minute for a few hundred places.

`python -m benchmarks.rush [--workers 5000] [--seconds 60] [--places 200]`    everyone answered inside 5 s, the first confirmed
`python -m benchmarks.rush kill [--kills 300]`      kill -9 of all its processes under that load, again and again: nothing confirmed is lost

Exit status 1 where a promise does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.webhook import ROOT, free_port, wait_until_ready
from bot.config import DEMO
from bot.state.door import roster
from bot.state.keys import Keys
from bot.state.store import State

CONFIRMED = re.compile(rb"\xe7\xad\xbe\xe5\x88\xb0\xe5\x8f\xb7\xef\xbc\x9a(\d+)")  # 签到号：12
#: Before each kill so many write for the first time, and so many whom earlier kills left unanswered.
NEW, WAITING = 12, 24
WAITS, FULL = "候补".encode(), "满".encode()


@dataclass
class Answer:
    """What a worker was told, and after how long."""

    worker: int
    seconds: float
    said: bytes


def name_of(worker: int) -> str:
    """王 and two characters; some workers share it, their telephones differ."""
    characters = "安宝春丹恩芳刚海江康兰明宁平青荣山天文新"
    return "王" + characters[worker // 20 % 20] + characters[worker % 20]


def phone_of(worker: int) -> str:
    return f"199{worker:08}"


def delivery(worker: int, message: int) -> bytes:
    """One signed message by which a worker signs up outright."""
    text = f"报名示例抢票活动 {name_of(worker)} {phone_of(worker)}"
    body = (
        f"<xml><ToUserName><![CDATA[gh_demo]]></ToUserName><FromUserName><![CDATA[rush-{worker}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{message}</MsgId></xml>"
    ).encode()
    timestamp = "1795400000"
    signature = hashlib.sha1("".join(sorted((DEMO.token, timestamp, "n"))).encode()).hexdigest()
    head = (
        f"POST /wechat?signature={signature}&timestamp={timestamp}&nonce=n HTTP/1.1\r\nHost: a\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, worker: int, message: int) -> bytes:
    """The body of the answer; b"" where there is none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(delivery(worker, message))
        answer = await reader.read()
        writer.close()
    except OSError:
        return b""
    return answer.partition(b"\r\n\r\n")[2]


async def rush(port: int, workers: int, seconds: float) -> list[Answer]:
    """Everybody once, at random moments of `seconds`; like people, most at the beginning."""
    chance = random.Random(1)
    moments = sorted(min(chance.expovariate(4 / seconds), seconds) for _ in range(workers))
    began, answers = time.monotonic(), []

    async def one(worker: int, at: float) -> None:
        await asyncio.sleep(max(0.0, began + at - time.monotonic()))
        asked = time.monotonic()
        said = await send(port, worker, 10_000_000 + worker)
        answers.append(Answer(worker, time.monotonic() - asked, said))

    await asyncio.gather(*(one(worker, at) for worker, at in enumerate(moments)))
    return answers


# ---------------------------------------------------------------- the server


def prepared(folder: Path, places: int) -> tuple[Path, Path]:
    """Content with one event of so many places and a waiting list, published; and its data."""
    content, data = folder / "content", folder / "data"
    shutil.copytree(ROOT / "knowledge" / "content", content)
    table = content / "events.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    ours = dict(zip(headings, rows[0], strict=False)) | {
        "编号": "rush", "名称": "示例抢票活动", "类别": "抢票", "名额": str(places), "已占名额": "0", "候补": "是", "别名": "抢票活动",
    }  # fmt: skip
    rows.append([ours.get(heading, "") for heading in headings])
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    subprocess.run(
        [sys.executable, "run.py", "build", "--content", str(content), "--data", str(data)],
        cwd=ROOT,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return content, data


def served(content: Path, data: Path, port: int) -> subprocess.Popen[bytes]:
    """The real server in a session of its own, ready."""
    command = [sys.executable, "run.py", "serve", "--port", str(port), "--mode", "plain"]
    command += ["--content", str(content), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    wait_until_ready(port, process)
    return process


def told_numbers(answers: dict[int, bytes]) -> dict[int, int]:
    """worker → the number at the door that he was told."""
    return {worker: int(found[1]) for worker, said in answers.items() if (found := CONFIRMED.search(said))}


def held_numbers(data: Path) -> dict[str, int]:
    """telephone → number, of all who have a place."""
    state = State.open(data / "state.db", Keys.load(data, os.environ))
    guests = roster(state, "rush")
    state.close()
    return {one.phone: one.number for one in guests if one.status == "confirmed"}


# ---------------------------------------------------------------- the two trials


def once(folder: Path, options: argparse.Namespace) -> bool:
    content, data = prepared(folder, options.places)
    port = free_port()
    process = served(content, data, port)
    try:
        answers = asyncio.run(rush(port, options.workers, options.seconds))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    took = [one.seconds for one in answers]
    for one in answers:
        if not (CONFIRMED.search(one.said) or WAITS in one.said or FULL in one.said):
            print(f"not to the point: {name_of(one.worker)}: {one.said.decode()[-300:]!r}")
    told = told_numbers({one.worker: one.said for one in answers})
    held = held_numbers(data)
    right = {phone_of(worker): number for worker, number in told.items()} == held
    understood = sum(
        bool(CONFIRMED.search(one.said)) or WAITS in one.said or FULL in one.said for one in answers
    )
    print(
        f"{options.workers} workers in {options.seconds:.0f} s for {options.places} places: {understood} answered to the point, "
        f"{len(told)} confirmed, {'as the state holds' if right else 'NOT AS THE STATE HOLDS'}; "
        f"p50 {quantiles(took, n=2)[0]:.2f} s, p99 {quantiles(took, n=100)[98]:.2f} s, longest {max(took):.2f} s (5 promised)"
    )
    numbers = sorted(told.values()) == list(range(1, options.places + 1))
    return right and numbers and understood == options.workers and max(took) < 5


def kill(folder: Path, options: argparse.Namespace) -> bool:
    """The server dies in the middle of sign-ups; each worker's copies come again until he is answered."""
    content, data = prepared(folder, options.kills * 4)
    chance, answers = random.Random(2), dict[int, bytes]()
    began = time.monotonic()
    worker = 0
    for number in range(options.kills):
        port = free_port()
        process = served(content, data, port)
        # Of those whom a kill left without an answer WeChat's copies go on, a few at a time: a crowd that
        # only grew would be killed before anybody in it is answered.
        unanswered = [one for one in range(worker) if not answers.get(one)][:WAITING]
        crowd = [*unanswered, *range(worker, worker + NEW)]
        worker += NEW
        answers |= asyncio.run(_until_killed(port, process, crowd, answers, chance.uniform(0.02, 0.3)))
        if (number + 1) % 20 == 0:
            print(
                f"{number + 1} kills, {sum(map(bool, answers.values()))} answered, {time.monotonic() - began:.0f} s",
                flush=True,
            )
    told, held = told_numbers(answers), held_numbers(data)
    lost = [one for one, number in told.items() if held.get(phone_of(one)) != number]
    twice = len(set(held.values())) != len(held) or len(held) > options.kills * 4
    print(
        f"{options.kills} kills, {len(told)} confirmed, {len(lost)} lost or changed, {'SOLD TWICE' if twice else 'none sold twice'}"
    )
    return not lost and not twice


async def _until_killed(
    port: int, process: subprocess.Popen[bytes], crowd: list[int], before: dict[int, bytes], after: float
) -> dict[int, bytes]:
    answers: dict[int, bytes] = {}

    async def one(worker: int) -> None:
        said = await send(port, worker, 20_000_000 + worker)
        if said:
            answers[worker] = said

    tasks = [asyncio.create_task(one(worker)) for worker in crowd]
    await asyncio.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    await asyncio.gather(*tasks)
    return {worker: said for worker, said in answers.items() if not before.get(worker)}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=["once", "kill"], default="once")
    parser.add_argument("--workers", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return int(not (kill if options.what == "kill" else once)(Path(folder), options))


if __name__ == "__main__":
    sys.exit(main())
