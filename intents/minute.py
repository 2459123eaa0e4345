"""What was worked out of words alone, kept while many say the same: 「报名」 in a rush.

Nothing that a worker wrote stays: `forget` is called as a minute ends (bot/hearing.py). Nobody's name is beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

#: So many texts are kept at most, by each that works something out.
REMEMBERED = 512

Work = TypeVar("Work", bound=Callable[..., object])

_forget: list[Callable[[], None]] = []


def once_a_minute(work: Work) -> Work:
    """`work`, a function of hashable arguments and nothing else, done once for the same ones until `forget`."""
    kept = lru_cache(maxsize=REMEMBERED)(work)
    _forget.append(kept.cache_clear)
    return kept  # type: ignore[return-value]


def forget() -> None:
    """Empty what is kept."""
    for one in _forget:
        one()
