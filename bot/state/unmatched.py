"""What nobody understood, masked and without its sender, so that staff can teach the bot."""

from __future__ import annotations

from collections.abc import Iterable

from bot.state.work import Work


def note(work: Work, text: str) -> None:
    """Put down a text that the caller has masked, and never one that speaks of illness."""
    clean = text.encode("utf-8", "replace").decode()
    work.connection.execute("INSERT INTO unmatched (text, at) VALUES (?, ?)", (clean, work.seconds))


def grouped(work: Work, limit: int) -> list[tuple[str, int]]:
    """The texts not understood and how often, the most frequent first."""
    rows = work.connection.execute(
        "SELECT text, count(*) FROM unmatched GROUP BY text ORDER BY count(*) DESC, max(id) DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [(text, count) for text, count in rows]


def forget(work: Work, texts: Iterable[str]) -> None:
    """Strike texts off: they were taught, answered or are nobody's matter."""
    work.connection.executemany("DELETE FROM unmatched WHERE text = ?", [(text,) for text in texts])


def purge(work: Work, days: int) -> int:
    """Erase what is older; returns how many."""
    return work.connection.execute(
        "DELETE FROM unmatched WHERE at < ?", (work.seconds - days * 86400,)
    ).rowcount
