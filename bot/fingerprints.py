"""What makes a version another one: fingerprints of the content, of what a matcher learns and of how phrases are read."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from intents.text import normalise
from knowledge.base import Knowledge
from knowledge.strays import OTHER_TABLES

#: Content files by their endings; others, and those that Office puts beside an open file, say nothing.
ENDINGS = frozenset({".csv", ".tsv", ".xlsx", ".toml", ".md", ".txt", ".geojson"}) | OTHER_TABLES

ROOT = Path(__file__).resolve().parent.parent


def content_files(content: Path) -> Iterator[Path]:
    """The files of a content folder, without what editors put beside them: ~$站点.xlsx, .~lock.stations.csv#."""
    for path in content.rglob("*"):
        if path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~")) and path.is_file():
            yield path


def fingerprint(content: Path) -> str:
    """What the content and the code that reads it amount to; the same fingerprint needs no new build."""
    shipped = (ROOT / "knowledge" / "content" / "texts").glob("*.toml")  # stand in for sentences left out
    return _digest([*_named(content_files(content), content), *_named(shipped, ROOT), ("code", _code())])


@functools.cache  # an upgrade on the disk is not the program that runs
def _code() -> bytes:
    pinned = ROOT / "requirements.txt"  # a newer chinesecalendar knows another year
    files = [pinned, *(ROOT / "knowledge").glob("*"), *(ROOT / "intents").rglob("*.py")]
    return _digest(_named((path for path in files if path.is_file()), ROOT)).encode()


def _named(files: Iterable[Path], folder: Path) -> list[tuple[str, bytes]]:
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(files)]


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, data in parts:
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def lesson(knowledge: Knowledge) -> str:
    """What a matcher learns from. With the same lesson one that is trained already need not learn again.

    A station is in it only where a phrase speaks of it: its name is a word that nothing else can hold. Opening
    hours, addresses, quotas, answers and the bot's own sentences are not in it.
    """
    phrases = [normalise(line) for lines in knowledge.phrases.values() for line in lines]
    spoken = "\n".join(phrases)
    begun = {spoken[at : at + 4] for at in range(len(spoken))}  # of thousands of stations few are looked for
    names = {normalise(one.name) for one in knowledge.stations}
    stations = sorted(name for name in names if (len(name) < 4 or name[:4] in begun) and name in spoken)
    events = [(one.id, one.title, one.aliases, one.starts_at) for one in knowledge.events]
    keywords = [one.keywords for one in knowledge.referrals]
    read = (knowledge.phrases, knowledge.words, knowledge.places, stations, events, keywords)
    return _digest([("content", repr(read).encode()), ("code", _code())])


def reading_of(knowledge: Knowledge) -> str:
    """What decides how a phrase is read: with the same one, what it looked like when it was read holds."""
    events = [(one.id, one.title, one.aliases, one.starts_at) for one in knowledge.events]
    names = [one.name for one in knowledge.stations]
    keywords = [one.keywords for one in knowledge.referrals]
    read = (knowledge.words, knowledge.places, names, events, keywords)
    return _digest([("content", repr(read).encode()), ("code", _code())])
