"""What the tables of the slot tests share: the finder on the shipped content, on one fixed afternoon."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from intents.slots import SlotFinder
from intents.types import Slot
from knowledge.base import Knowledge
from knowledge.compiler import compile_content

CONTENT = Path(__file__).resolve().parent.parent / "knowledge" / "content"

#: A Monday.
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def shipped() -> Knowledge:
    """The shipped content, compiled once for all tests."""
    target = Path(tempfile.mkdtemp()) / "knowledge.db"
    compile_content(CONTENT, target)
    return Knowledge(target)


@cache
def finder() -> SlotFinder:
    """The finder on the shipped content."""
    return SlotFinder(shipped())


def find(text: str, *names: str) -> list[Slot]:
    """The slots of those names in `text`, each checked to be the words that it says it is."""
    slots = [slot for slot in finder().find(text, NOW) if slot.name in names]
    for slot in slots:
        assert text[slot.start : slot.end] == slot.text
        assert slot.end <= len(text)
    return slots


def values(text: str, name: str) -> list[object]:
    """The values of one slot, in the order of the text."""
    return [slot.value for slot in find(text, name)]


def texts(text: str, name: str) -> list[str]:
    """The words of one slot as typed, in the order of the text."""
    return [slot.text for slot in find(text, name)]
