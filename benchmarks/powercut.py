"""Power cuts, simulated: what was not synced when the power went is dropped, torn or kept at random; then the file is opened.

`python -m benchmarks.powercut [--cuts 2000] [--signups 300]` needs strace (Linux).

A process signs people up, two at a time, and says each that is confirmed; strace writes down every write and sync of its
database and journal. A cut takes the writes up to a random moment: synced ones are there, of the others any may be missing.
Every person confirmed before the cut must have his place, with his number, and nothing may be sold twice. The control
is the same process with synchronous off. Exit status 1 where a promise does not hold.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.town import KEYS, events, opened, signs_up
from bot.state.store import State

ROOT = Path(__file__).resolve().parent.parent
QUOTA = 100_000

CALL = re.compile(
    r"^(?:\[pid +\d+\] |\d+ +)?(?P<call>pwrite64|ftruncate|fsync|fdatasync|write)\((?P<fd>\d+)<(?P<path>[^>]*)>(?:, (?P<rest>.*))?\) = (?P<result>\d+)"
)
RESUMED = re.compile(r"^(?:\[pid +)?(?P<pid>\d+)\]? +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)$")
UNFINISHED = re.compile(r"^(?:\[pid +)?(?P<pid>\d+)\]? +(?P<start>.*) <unfinished \.\.\.>$")
HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class Disk:
    """The files as they surely are, and the writes that only the system's memory holds."""

    synced: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[tuple[str, int, bytes]]] = field(default_factory=dict)

    def write(self, name: str, at: int, data: bytes) -> None:
        self.pending.setdefault(name, []).append(("write", at, data))

    def truncate(self, name: str, size: int) -> None:
        self.pending.setdefault(name, []).append(("truncate", size, b""))

    def sync(self, name: str) -> None:
        content = self.synced.setdefault(name, bytearray())
        for step in self.pending.pop(name, []):
            _apply(content, *step)

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """What may be on the disk: each pending write whole, torn at a sector, or not at all."""
        found = {name: bytearray(content) for name, content in self.synced.items()}
        for name, steps in self.pending.items():
            content = found.setdefault(name, bytearray())
            for kind, at, data in steps:
                luck = chance.random()
                if luck < 0.4:
                    continue
                torn = data[: 512 * chance.randrange(len(data) // 512 + 1)] if luck < 0.6 and data else data
                _apply(content, kind, at, torn)
        return {name: bytes(content) for name, content in found.items()}


def _apply(content: bytearray, kind: str, at: int, data: bytes) -> None:
    if kind == "truncate":
        del content[at:]
        content.extend(bytes(max(0, at - len(content))))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


@dataclass(frozen=True)
class Step:
    """One call of the process: a write or sync of a file, or something said."""

    call: str
    name: str
    data: bytes
    at: int


def traced(folder: Path, signups: int, synchronous: bool) -> tuple[Disk, list[Step]]:
    """Run the process under strace: the disk as it was before, and its calls in order."""
    path = opened(folder, events(3, QUOTA))
    disk = Disk({path.name: bytearray(path.read_bytes())})
    trace = folder / "trace"
    calls = "trace=pwrite64,ftruncate,fsync,fdatasync,write"
    # Only a whole string shows every byte; -xx writes all of them as hex.
    command = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000",
        "-e",
        calls,
        "-e",
        "signal=none",
        "-o",
        str(trace),
    ]
    command += [
        sys.executable,
        "-m",
        "benchmarks.powercut",
        "--process",
        str(path),
        "--signups",
        str(signups),
    ]
    subprocess.run(
        [*command, *([] if synchronous else ["--off"])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return disk, list(_steps(trace, path.name))


def _steps(trace: Path, name: str) -> Iterator[Step]:
    waiting: dict[str, str] = {}
    for line in trace.read_text(encoding="utf-8").splitlines():
        if begun := UNFINISHED.match(line):
            waiting[begun["pid"]] = begun["start"]
            continue
        if resumed := RESUMED.match(line):
            whole = f"{resumed['pid']} {waiting.pop(resumed['pid'])}{resumed['rest']}"
        else:
            whole = line
        found = CALL.match(re.sub(r"\)\s+= ", ") = ", whole))
        if found is None:
            continue
        path = _unhex(found["path"])
        file = Path(path.decode(errors="replace")).name
        data = b"".join(map(_unhex, HEX.findall(found["rest"] or "")))
        if found["call"] == "write" and data.startswith(b"kept "):
            yield Step("said", "", data, 0)
        elif file in (name, f"{name}-wal"):
            at = (
                int((found["rest"] or "0").rpartition(", ")[2])
                if found["call"] in ("pwrite64", "ftruncate")
                else 0
            )
            yield Step(found["call"], file, data, at)


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def lost(disk: Disk, told: set[bytes], folder: Path, chance: random.Random) -> str:
    """What a cut at this moment broke; "" where everything that was told is there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in disk.after_a_cut(chance).items():
        (folder / name).write_bytes(content)
    try:
        state = State.open(folder / "state.db", KEYS)
        try:
            rows = state.read(
                lambda work: [
                    (work.unseal(body, "signups", id)["name"], event, number)
                    for id, event, number, body in work.connection.execute(
                        "SELECT id, event, number, body FROM signups WHERE status = 'confirmed'"
                    )
                ]
            )
            (sound,) = state.read(lambda work: work.connection.execute("PRAGMA integrity_check").fetchone())
        finally:
            state.close()
    except Exception as error:
        return f"cannot be opened: {type(error).__name__}"
    kept = {f"kept {name} {event} {number}".encode() for name, event, number in rows}
    numbers = [(event, number) for _, event, number in rows]
    if sound != "ok":
        return "not sound"
    if len(set(numbers)) != len(numbers):
        return "a number given twice"
    return "" if told <= kept else f"{len(told - kept)} confirmed places lost"


def cuts(folder: Path, count: int, signups: int, synchronous: bool) -> list[str]:
    """Cut the power at `count` random moments; what each broke."""
    disk, steps = traced(folder, signups, synchronous)
    chance = random.Random(7)
    moments = sorted(chance.choices(range(len(steps)), k=count))
    told: set[bytes] = set()
    broken = []
    for at, step in enumerate(steps):
        while moments and moments[0] == at:
            moments.pop(0)
            if trouble := lost(disk, told, folder / "cut", chance):
                broken.append(trouble)
        if step.call == "said":
            told |= {line for line in step.data.splitlines() if line.startswith(b"kept ")}
        elif step.call == "pwrite64":
            disk.write(step.name, step.at, step.data)
        elif step.call == "ftruncate":
            disk.truncate(step.name, step.at)
        else:
            disk.sync(step.name)
    if len(told) != signups:
        raise RuntimeError(f"{len(told)} of {signups} heard in the trace")
    return broken


def process(path: Path, signups: int, off: bool) -> None:
    """Sign people up and say each that is confirmed, only once he is."""
    if off:
        State._synchronise = lambda self, connection, durable: connection.execute(  # type: ignore[method-assign, assignment]
            "PRAGMA synchronous = OFF"
        )
    state = State.open(path, KEYS)
    state._connection.execute("PRAGMA wal_autocheckpoint = 40")  # checkpoints are part of the trial
    for number in range(signups):
        name, event = f"工人{number}", f"e{number % 3}"
        reply = signs_up(state, name, "1", event)
        sys.stdout.buffer.write(f"kept {name} {event} {reply.text.split()[1]}\n".encode())
        sys.stdout.flush()
    state.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--signups", type=int, default=100)
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--off", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        process(options.process, options.signups, options.off)
        return 0
    if shutil.which("strace") is None:
        print("strace is missing: apt-get install strace")
        return 2
    found = {}
    for words, synchronous in (("synchronous as it is", True), ("the control, synchronous off", False)):
        with tempfile.TemporaryDirectory() as folder:
            found[synchronous] = cuts(Path(folder), options.cuts, options.signups, synchronous)
        kinds = {kind: found[synchronous].count(kind) for kind in set(found[synchronous])}
        print(
            f"{options.cuts} cuts in {options.signups} sign-ups, {words}: {len(found[synchronous])} broken {kinds or ''}"
        )
    return int(bool(found[True]) or not found[False])


if __name__ == "__main__":
    sys.exit(main())
