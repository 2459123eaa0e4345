"""Which road groups are one: those of places.csv, joined by bridges from the day on which they open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge or tunnel between two road groups."""

    name: str
    one: str  # a road group
    other: str
    opens: date  # its first day
    closes: date | None  # its last day; None where it stays open

    def carries_on(self, day: date) -> bool:
        """Whether it can be crossed on that day."""
        return self.opens <= day and (self.closes is None or day <= self.closes)


class Roads:
    """What is reached by road from where, on a day."""

    def __init__(self, bridges: Iterable[Bridge] = ()) -> None:
        self._bridges = tuple(bridges)

    def reached(self, group: str, day: date) -> frozenset[str]:
        """Every road group that is reached from one without a boat, itself among them; nothing where it is unknown."""
        if not group:
            return frozenset()
        found = {group}
        crossed = [one for one in self._bridges if one.carries_on(day)]
        while near := [one for one in crossed if (one.one in found) != (one.other in found)]:
            found.update(end for one in near for end in (one.one, one.other))
        return frozenset(found)
