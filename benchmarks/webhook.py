"""A full text reply over HTTP beside a bare Flask + wechatpy echo: the same server settings, the same run.

`python -m benchmarks.webhook [--seconds 4] [--connections 16] [--rounds 2] [--talks FILE]`

Ten questions that many ask, again and again; with `--talks` other ones (benchmarks.load): dialogues, or with `--talks
phrases` all lines of the phrase files, so many that none comes twice in a minute's memory. A reply is full: signature, (cipher,) XML, understanding, knowledge, one transaction of state, and back.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
LOADERS = 2  # processes that play WeChat

#: At least this share of the echo's requests a second, and at most this p99.
SHARE, P99_SECONDS = 0.3, 0.1


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when /healthz is 200. Raises RuntimeError when the server ends instead."""
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("the server ended")


@contextmanager
def serving(what: str, mode: str, data: Path) -> Iterator[int]:
    """Run the server before `what` (bot | bare) and yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.webhook", "--serve", what, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--mode", mode, "--data", str(data)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def serve(what: str, port: int, mode: str, data: Path) -> None:
    """Serve in this process until it is terminated."""
    from benchmarks import bare
    from bot.config import load
    from bot.server import serve as serve_http

    config = load(ROOT / "config.toml", {}, {"port": port, "mode": mode, "data": data})
    if what == "bare":
        serve_http(config, bare.load)
    else:
        from bot.worker import application, load_before_fork

        serve_http(config, application, load_before_fork)


def measured(port: int, mode: str, connections: int, seconds: float, talks: Path | None) -> list[float]:
    """The latencies of all requests that LOADERS processes got answered."""
    figures = (port, mode, connections // LOADERS, seconds, *([talks] if talks else []))
    command = [sys.executable, "-m", "benchmarks.load", *map(str, figures)]
    loaders = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(LOADERS)]
    latencies: list[float] = []
    for loader in loaders:
        output, _ = loader.communicate()
        if loader.returncode:
            raise RuntimeError("a loader failed")
        latencies += json.loads(output)
    return latencies


def built(data: Path) -> None:
    """Publish the shipped content into `data`."""
    subprocess.run([sys.executable, "run.py", "build", "--data", str(data)], cwd=ROOT, check=True)


def all_phrases(target: Path) -> Path:
    """Every line of the phrase files, shuffled, in one file."""
    files = sorted((ROOT / "knowledge" / "content" / "phrases").glob("*.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    random.Random(1).shuffle(lines)
    target.write_text("\n".join(lines), encoding="utf-8")
    return target


def main() -> int:
    options = _options()
    if options.serve:
        serve(options.serve, options.port, options.mode, options.data)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        built(data)
        if options.talks == Path("phrases"):
            options.talks = all_phrases(data / "phrases.txt")
        missed = [_compare(mode, data, options) for mode in ("plain", "safe")]
    return int(any(missed))


def _compare(mode: str, data: Path, options: argparse.Namespace) -> bool:
    """Print both, in turns so that a busy machine slows both; True when a promise is missed."""
    latencies: dict[str, list[float]] = {"bare": [], "bot": []}
    for what in ("bare", "bot") * options.rounds:
        with serving(what, mode, data) as port:
            measured(port, mode, options.connections, 1, options.talks)  # warm
            latencies[what] += measured(port, mode, options.connections, options.seconds, options.talks)
    rates = {what: len(took) / (options.seconds * options.rounds) for what, took in latencies.items()}
    for what, took in latencies.items():
        p99 = quantiles(took, n=100)[98]
        times = f"p50 {median(took) * 1e3:6.1f} ms  p99 {p99 * 1e3:6.1f} ms"
        print(f"{mode:6} {what:5} {rates[what]:7.0f} requests/s  {times}")
    share = rates["bot"] / rates["bare"]
    print(f"{mode:6} share {share:.2f} (promised {SHARE}, wanted 0.5)")
    return share < SHARE or quantiles(latencies["bot"], n=100)[98] > P99_SECONDS


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=4, help="of load a server and round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--talks", type=Path, help="what is said: a file, or `phrases`")
    parser.add_argument("--serve", choices=["bot", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--mode", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
