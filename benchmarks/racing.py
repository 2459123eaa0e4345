"""Editors who save over one another, every other time something broken, while somebody asks: what the watcher must stand.

Three editors at once: one writes an answer in place, in pieces; one renames a whole file over the same answer; one
writes a table. Rounds are broken and good by turns, and stand for long enough that the watcher looks at them, and the
next one comes while it still publishes: what is broken must be met, not only passed over. A good save of the answer is numbered and ends in a last sentence, so that a
reply that is torn, old rubbish or broken shows.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ANSWER, TABLE = Path("answers") / "recuperation.md", Path("stations.csv")
ASKED = "疗休养"
_SAID = re.compile("示例第([0-9]+)次好。.*示例第([0-9]+)次完。", re.S)


@dataclass
class Race:
    """Saves into a content folder; `stand` is how long one stands, seconds from and to."""

    content: Path
    seed: int
    stand: tuple[float, float] = (0.6, 2.0)
    good: set[int] = field(default_factory=set)  # numbers that may be heard
    broken: int = 0  # saves that were

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._answer = (self.content / ANSWER).read_text("utf-8")
        self._table = (self.content / TABLE).read_text("utf-8-sig")
        self.save_good()

    def save_good(self) -> int:
        """A good answer and the good table; returns the answer's number."""
        number, text = self._numbered()
        self._rename(text.encode())
        (self.content / TABLE).write_text(self._table, "utf-8")
        return number

    def is_right(self, reply: str) -> bool:
        """Whether a reply is one that a good save held, whole."""
        said = _SAID.search(reply)
        return said is not None and said[1] == said[2] and int(said[1]) in self.good and "坏" not in reply

    def run(self, saves: int) -> None:
        """So many saves in rounds of three at once: all broken, all good, or each as chance has it."""
        chance = random.Random(self.seed)
        editors = (self._in_place, self._by_rename, self._table_in_place)
        for number in range(-(-saves // len(editors))):
            broken = [(True, False, chance.random() < 0.5)[number % 3] for _ in editors]
            self.broken += sum(broken)
            threads = [
                threading.Thread(target=save, args=(is_broken, random.Random(chance.random())))
                for save, is_broken in zip(editors, broken, strict=True)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            time.sleep(chance.uniform(*self.stand))

    def _numbered(self) -> tuple[int, str]:
        number = next(self._numbers)
        self.good.add(number)
        head, _ = self._answer.split("---\n", 1)
        return number, f"{head}---\n示例第{number}次好。\n{'示例。' * 40}\n示例第{number}次完。\n"

    def _bad(self, chance: random.Random) -> bytes:
        """An answer as nobody may hear it."""
        head, _ = self._answer.split("---\n", 1)
        return chance.choice(
            [
                f"{head}坏的一行\n---\n示例坏了。\n".encode(),
                f"{head}示例坏了，没有那条线\n".encode(),
                f"{head}---\n".encode(),
                f"{head}---\n示例坏了\0\n".encode("utf-16")[1:],
                b"\n",
            ]
        )

    def _in_place(self, is_broken: bool, chance: random.Random) -> None:
        data = self._bad(chance) if is_broken else self._numbered()[1].encode()
        cut = chance.randrange(len(data) + 1)
        with (self.content / ANSWER).open("wb") as file:
            for part in (data[:cut], data[cut:]):
                file.write(part)
                file.flush()
                time.sleep(chance.uniform(0, 0.3))

    def _by_rename(self, is_broken: bool, chance: random.Random) -> None:
        self._rename(self._bad(chance) if is_broken else self._numbered()[1].encode())

    def _rename(self, data: bytes) -> None:
        draft = (self.content / ANSWER).with_suffix(".tmp")
        draft.write_bytes(data)
        draft.replace(self.content / ANSWER)

    def _table_in_place(self, is_broken: bool, chance: random.Random) -> None:
        text = self._table.replace("工会驿站,", "坏的类型,", 1) if is_broken else self._table
        with (self.content / TABLE).open("w", encoding="utf-8") as file:
            cut = chance.randrange(len(text))
            for part in (text[:cut], text[cut:]):
                file.write(part)
                file.flush()
                time.sleep(chance.uniform(0, 0.2))


@contextmanager
def met(data: Path) -> Iterator[set[str]]:
    """The broken contents that the watcher met and refused while the block runs, by their fingerprints."""
    found: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.03):
            try:
                found.add(json.loads((data / "draft.json").read_text("utf-8"))["content"])
            except (OSError, ValueError):
                continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()
