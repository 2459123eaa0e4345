"""What a worker process counts as it answers, until it is written down: how often, how long, never who or what."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from intents.types import Message, Reply

#: Upper ends of the classes of response times, in milliseconds.
MILLISECONDS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)

#: A reply's reason that makes it a question back.
ASKED_BACK = "asked back"


@dataclass(slots=True)
class Tally:
    """Counts of one process. Safe between threads: a count lost in a race would be one of thousands."""

    counts: Counter[str] = field(default_factory=Counter)

    def counting(self, answer: Callable[[Message], Reply]) -> Callable[[Message], Reply]:
        """`answer`, counted."""

        def counted(message: Message) -> Reply:
            began = time.perf_counter()
            reply = answer(message)
            self._note(reply, (time.perf_counter() - began) * 1000)
            return reply

        return counted

    def _note(self, reply: Reply, milliseconds: float) -> None:
        if not reply.text and reply.article is None:
            return
        counts = self.counts
        counts["messages"] += 1
        if ASKED_BACK in reply.why:
            counts["asked back"] += 1
        if reply.intent:
            counts[f"intent {reply.intent}"] += 1
        for name in reply.counts:
            counts[name] += 1
        longest = next((one for one in MILLISECONDS if milliseconds <= one), "more")
        counts[f"ms {longest}"] += 1

    def taken(self) -> Mapping[str, int]:
        """What was counted since the last time."""
        counts, self.counts = self.counts, Counter()
        return counts
