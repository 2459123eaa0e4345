"""Texts that say nearly the same, brought together, so that staff see each wish once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intents.text import normalise

#: Texts share a group from this likeness to its first text on.
ALIKE = 0.34


@dataclass(slots=True)
class Group:
    """Texts of one wish; the first is the most frequent."""

    texts: list[str] = field(default_factory=list)
    count: int = 0


def grouped(texts: Sequence[tuple[str, int]]) -> list[Group]:
    """Texts with how often each came, the most frequent first, as groups, the largest first."""
    groups: list[tuple[frozenset[str], Group]] = []
    for text, count in texts:
        pairs = _pairs(text)
        likeness, group = max(
            ((_likeness(pairs, first), group) for first, group in groups),
            key=lambda one: one[0],
            default=(0.0, Group()),
        )
        if likeness < ALIKE:
            group = Group()
            groups.append((pairs, group))
        group.texts.append(text)
        group.count += count
    return sorted((group for _, group in groups), key=lambda one: -one.count)


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters: for Chinese what words are elsewhere, and robust to a wrong one."""
    plain = "".join(filter(str.isalnum, normalise(text)))
    return frozenset(_windows(plain)) or frozenset((plain,))


def _windows(text: str) -> Iterable[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs among all pairs, or most of the shorter text within a longer one."""
    shared = len(one & other)
    return max(shared / len(one | other), 0.7 * shared / max(min(len(one), len(other)), 3))
