"""What understanding a message costs, beside jieba alone: `python -m benchmarks.understanding [--rounds 9]`.

Messages are phrases of the shipped content. Each (its first 200 characters) is cut by `jieba.lcut` and understood by the matcher in turns, in the
same run; what is told is the median over the messages of each one's best round. A first build is one where nothing was learnt
before, whatever lies in this checkout's data folder; then another after one phrase was added. Memory is what a process holds that
understood some messages, beyond one that only loaded Flask, wechatpy and jieba; with the encoder (where it is installed) all of them were
put to it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import jieba

from benchmarks.start import LOADED, memory
from bot import publishing
from bot.publishing import load, publish
from intents.matcher import Matcher
from intents.opinion import installed

CONTENT = Path(__file__).resolve().parent.parent / "knowledge" / "content"
NOW = datetime(2026, 11, 23, 14, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Milliseconds at most for 20 and for 200 characters; seconds for a first training and for another.
SHORT, LONG, FIRST, AGAIN = 0.6, 12.0, 30.0, 5.0
#: MB at most beside jieba, without the encoder and with it.
ALONE, ENCODER = 60.0, 160.0

#: Understands what it reads, as a worker does, and waits.
UNDERSTANDS = """
import flask, json, sys, wechatpy
from datetime import datetime
from pathlib import Path
from bot.publishing import give_back, load
from bot.wechat import SHANGHAI
data, texts = Path(sys.argv[1]), json.loads(sys.stdin.readline())
matcher = load(data).matcher
if sys.argv[2]:
    from bot import opinions
    version = data / "versions" / (data / "current").read_text()
    matcher.opinion = opinions.load(version, data, sys.argv[2])
    matcher.opinion.wait()
    for text in texts:
        matcher.opinion.scores(text)
for text in texts:
    matcher.match(text, datetime.now(SHANGHAI))
give_back()
print("ready", flush=True)
sys.stdin.readline()
"""


def milliseconds(act: Callable[[str], object], text: str) -> float:
    """How long `act` takes on a text."""
    began = time.perf_counter()
    act(text)
    return (time.perf_counter() - began) * 1000


def beside_jieba(matcher: Matcher, texts: Sequence[str], rounds: int) -> tuple[float, float]:
    """Milliseconds of jieba and of the matcher, the median over the texts."""
    cut, understood = ([float("inf")] * len(texts) for _ in range(2))
    for _ in range(rounds):
        for i, text in enumerate(texts):
            cut[i] = min(cut[i], milliseconds(jieba.lcut, text[:200]))
            understood[i] = min(understood[i], milliseconds(lambda text: matcher.match(text, NOW), text))
    return median(cut), median(understood)


def megabytes(code: str, *arguments: str, said: str = "") -> float:
    """The memory of a process that runs `code` until it has said a line; `said` is what it reads first."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=CONTENT.parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(said)
    process.stdin.flush()
    process.stdout.readline()
    held, _ = memory(process.pid)
    process.communicate("\n")
    return held


def memory_beside_jieba(content: Path, data: Path, texts: Sequence[str]) -> bool:
    """Tell it, without the encoder and with it; whether it is more than promised."""
    floor = megabytes(LOADED)
    missed = False
    for encoder, most in (("", ALONE), ("use", ENCODER)):
        if encoder and not installed(encoder):
            continue
        publish(content, data, encoder=encoder)
        held = megabytes(UNDERSTANDS, str(data), encoder, said=json.dumps(texts) + "\n") - floor
        print(f"memory beside jieba ({floor:.0f} MB){' with the encoder' * bool(encoder)}: {held:.0f} MB")
        missed |= held > most
    return missed


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rounds", type=int, default=9)
    rounds = options.parse_args().rounds
    jieba.setLogLevel("WARNING")
    jieba.initialize()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        content, data = Path(folder) / "content", Path(folder) / "data"
        shutil.copytree(CONTENT, content)
        publishing.LEARNT = data
        first = seconds(lambda: publish(content, data))
        published = load(data)
        phrases = [text for texts in published.knowledge.phrases.values() for text in texts]
        short = [text for text in phrases if 18 <= len(text) <= 22][:400]
        long = ["，".join(phrases[i::97])[:200] for i in range(20)]
        for name, texts, most in (
            ("20 characters", short, SHORT),
            ("200 characters", long, LONG),
            ("100,000 characters", [(text * 500)[:100_000] for text in long[:5]], LONG),
        ):
            cut, took = beside_jieba(published.matcher, texts, rounds)
            print(f"{name}: {took:.3f} ms, {took / cut:.1f} × jieba ({cut:.3f} ms)", flush=True)
            missed |= took > most
        with (content / "phrases" / "aid.txt").open("a", encoding="utf-8") as file:
            file.write("\n家里实在揭不开锅了工会管不管\n")
        again = seconds(lambda: publish(content, data))
        print(f"first build {first:.1f} s, one phrase more {again:.1f} s")
        missed |= first > FIRST or again > AGAIN
        if Path("/proc/self/smaps_rollup").exists():
            missed |= memory_beside_jieba(content, data, [*short, *long])
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
