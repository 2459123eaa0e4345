"""Start and memory, each beside its floor: `python -m benchmarks.start [--rounds 3]`.

Start: from the command to the first answered message, with the knowledge built; the floor is a process
that does nothing but `jieba.initialize()`, with jieba's cache at hand and without. Memory: of a worker
that has answered; the floor is a process that has only loaded Flask, wechatpy and jieba. Memory is told
twice: all that a worker sees (RSS), and its share where the pages of the parent are counted once for
all who use them (PSS).
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

from benchmarks.load import TEXTS, request, talk
from benchmarks.webhook import ROOT, built, free_port

#: At most so many times the floor.
START, MEMORY = 3.0, 2.0

JIEBA = "import jieba; jieba.dt.tmp_dir = {folder!r}; jieba.initialize()"
LOADED = "import flask, wechatpy, jieba; jieba.initialize(); print('loaded', flush=True); input()"


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def initialize_jieba(folder: Path) -> None:
    """jieba alone, in a process of its own; its cache lives in `folder`."""
    code = JIEBA.format(folder=str(folder))
    subprocess.run([sys.executable, "-c", code], check=True, stderr=subprocess.DEVNULL)


def answer_once(port: int) -> None:
    """Return when a message has been answered."""
    first = int(time.time() * 1000)
    while True:
        with suppress(OSError, asyncio.IncompleteReadError):
            latencies: list[float] = []
            asyncio.run(talk(port, [request(first, "plain", 1, TEXTS[0])], time.perf_counter() + 5, latencies))
            if latencies:
                return
        time.sleep(0.01)


def memory(process: int) -> tuple[float, float]:
    """(RSS, PSS) of a process in MB; Linux only."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    sizes = dict(line.split(":") for line in rollup.splitlines()[1:])
    return tuple(int(sizes[name].split()[0]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[return-value]


def workers_of(parent: int) -> list[int]:
    """The children of a process."""
    return [int(number) for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def started(data: Path) -> tuple[float, list[tuple[float, float]]]:
    """Seconds to the first answer, and the memory of every worker after some messages."""
    port = free_port()
    command = [sys.executable, "run.py", "serve", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        took = seconds(lambda: answer_once(port))
        for _ in range(20):
            answer_once(port)
        time.sleep(2)  # both workers have loaded
        return took, [memory(worker) for worker in workers_of(process.pid)]
    finally:
        process.terminate()
        process.wait(20)


def loaded() -> tuple[float, float]:
    """The memory of a process that only loaded Flask, wechatpy and jieba."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()
    sizes = memory(process.pid)
    process.communicate(b"\n")
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description="Start and memory beside their floors.")
    parser.add_argument("--rounds", type=int, default=3)
    rounds = range(parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as folder:
        data, cache = Path(folder) / "var", Path(folder) / "jieba"
        cache.mkdir()
        built(data)
        runs = [(seconds(lambda: initialize_jieba(cache)), *started(data)) for _ in rounds]
    cold, warm = runs[0][0], median([run[0] for run in runs[1:]] or [runs[0][0]])
    start = median(run[1] for run in runs)
    print(f"jieba.initialize() alone  {cold:5.2f} s without its cache, {warm:5.2f} s with it")
    times = f"{start / cold:.1f}x and {start / warm:.1f}x (promised {START:.0f}x)"
    print(f"first answered message    {start:5.2f} s: {times}")
    if not Path("/proc/self/smaps_rollup").exists():
        return int(start > START * cold)
    rss, pss = loaded()
    worker_rss = max(size[0] for run in runs for size in run[2])
    worker_pss = max(size[1] for run in runs for size in run[2])
    print(f"Flask, wechatpy, jieba    {rss:5.0f} MB (PSS {pss:.0f})")
    share = f"{worker_rss / rss:.1f}x (promised {MEMORY:.0f}x)"
    print(f"a worker                  {worker_rss:5.0f} MB (PSS {worker_pss:.0f}): {share}")
    return int(start > START * cold or worker_rss > MEMORY * rss)


if __name__ == "__main__":
    sys.exit(main())
