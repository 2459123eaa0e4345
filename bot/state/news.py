"""News that waits for a worker's next message: a promotion, a change; each is told once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.state.work import SHANGHAI, Say, Work

#: A sender that died leaves its claim on news; after that it is told before the next reply.
CLAIM_SECONDS = 120


def write(work: Work, sender: bytes, event_id: str, kind: str, body: Mapping[str, Any]) -> None:
    """Put news down; `kind` names the sentence `news.<kind>`, `body` what it needs beside the event."""
    id = work.next_id("news")
    work.connection.execute(
        "INSERT INTO news (id, sender, event, kind, body, at) VALUES (?, ?, ?, ?, ?, ?)",
        (id, sender, event_id, kind, work.seal(body, "news", id), work.seconds),
    )


def replace(work: Work, sender: bytes, event_id: str, kind: str) -> None:
    """Put down a change of the event in the place of an earlier change that he has not heard of."""
    work.connection.execute(
        "DELETE FROM news WHERE sender = ? AND event = ? AND kind IN ('changed', 'cancelled')",
        (sender, event_id),
    )
    write(work, sender, event_id, kind, {})


def take(work: Work, sender: bytes, say: Say) -> list[str]:
    """The sentences that wait, oldest first, with the event as it stands now; they wait no longer.

    What is on its way out at this moment is left to that. Raises NeedsDurable where there are some.
    """
    rows = work.connection.execute(
        "SELECT id FROM news WHERE sender = ? AND (claimed_at IS NULL OR failed IS NOT NULL OR claimed_at < ?) "
        "ORDER BY id",
        (sender, work.seconds - CLAIM_SECONDS),
    ).fetchall()
    if rows:
        work.promise()
    sentences = [sentence(work, id, say) for (id,) in rows]
    for row in rows:
        work.connection.execute("DELETE FROM news WHERE id = ?", row)
    return sentences


def sentence(work: Work, id: int, say: Say) -> str:
    """One piece of news in words."""
    kind, body, title, place, starts_at = work.connection.execute(
        "SELECT kind, body, title, place, starts_at FROM news JOIN events ON events.id = event WHERE news.id = ?",
        (id,),
    ).fetchone()
    return say(
        f"news.{kind}",
        title=title,
        when=_when(starts_at, say),
        place=place or say("news.unknown"),
        **_told(work.unseal(body, "news", id), say),
    )


def facts(work: Work, id: int, say: Say) -> dict[str, str]:
    """One piece of news in a few words each, for the fields of a template."""
    kind, title, place, starts_at = work.connection.execute(
        "SELECT kind, title, place, starts_at FROM news JOIN events ON events.id = event WHERE news.id = ?",
        (id,),
    ).fetchone()
    when, unknown = _when(starts_at, say), say("news.unknown")
    return {"title": title, "when": when, "place": place or unknown, "words": say(f"news.short_{kind}")}


def _told(body: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """What the news says beside the event; times in words."""
    until = {"until": _when(body["until"], say)} if "until" in body else {}
    return {**body, **until}


def _when(starts_at: int | None, say: Say) -> str:
    if starts_at is None:
        return say("news.unknown")
    return say("news.when", at=datetime.fromtimestamp(starts_at, SHANGHAI))
