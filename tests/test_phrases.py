"""Phrases are read once: what they looked like is kept, and gives the same when it is taken up again."""

import numpy as np

from bot.publishing import Published
from intents.matcher import Reader
from intents.phrases import from_bytes, mistyped, to_bytes


def test_what_was_read_stays_the_same_when_kept(published: Published) -> None:
    reader = Reader(published.knowledge)
    read = {text: reader.both_ways(text) for text in ("定海哪里能充电", "自己付了3万2", "a", "🙂")}
    again = from_bytes(to_bytes(read))
    assert list(again) == list(read)
    for text, pair in read.items():
        for one, other in zip(pair, again[text], strict=True):
            assert one.names == other.names
            assert np.array_equal(one.meaning, other.meaning) or one.meaning is other.meaning is None


def test_nothing_read_is_kept_as_nothing() -> None:
    assert from_bytes(to_bytes({})) == {}


def test_a_phrase_is_always_mistyped_alike() -> None:
    assert mistyped("附近哪里有驿站") == mistyped("附近哪里有驿站") != "附近哪里有驿站"
