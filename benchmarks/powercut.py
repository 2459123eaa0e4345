"""Power cuts, simulated: what was not synced when the power went is dropped, torn or kept at random; then the file is opened.

`python -m benchmarks.powercut [--cuts 2000] [--signups 300]`; `tests/test_power_cut.py` is a slice of it.

People are signed up, each said to be confirmed when he is; what SQLite asks of its files meanwhile is written down
(benchmarks/disk_watch.py). A cut takes the writes up to a random moment: synced ones are there, of the others any may be
missing. Every person confirmed before the cut must have his place, with his number, and nothing may be sold twice. The
control is the same with synchronous off. Exit status 1 where a promise does not hold.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.disk_watch import Step, watched
from benchmarks.town import KEYS, events, opened, signs_up
from bot.state.store import State

QUOTA = 100_000


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


def traced(folder: Path, signups: int, synchronous: bool) -> tuple[Disk, list[Step]]:
    """Sign people up one after another: the disk as it was before, and all that was asked of it and said, in order."""
    path = opened(folder, events(3, QUOTA))
    disk, steps = Disk({path.name: bytearray(path.read_bytes())}), list[Step]()
    with watched(steps):
        state = State.open(path, KEYS)
        state._connection.execute("PRAGMA wal_autocheckpoint = 40")  # checkpoints are part of the trial
        if not synchronous:
            state._connection.execute("PRAGMA synchronous = OFF")
            state._full = True  # and it stays off
        for number in range(signups):
            name, event = f"工人{number}", f"e{number % 3}"
            reply = signs_up(state, name, "1", event)
            steps.append(Step("said", data=f"kept {name} {event} {reply.text.split()[1]}".encode()))
        state.close()
    return disk, [one for one in steps if one.call == "said" or one.name in (path.name, f"{path.name}-wal")]


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
            told.add(step.data)
        elif step.call == "write":
            disk.write(step.name, step.at, step.data)
        elif step.call == "truncate":
            disk.truncate(step.name, step.at)
        else:
            disk.sync(step.name)
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--signups", type=int, default=100)
    options = parser.parse_args()
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
