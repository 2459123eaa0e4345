"""Sessions and the replies already given, both encrypted, their sender known by a keyed hash alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from bot.state.work import Work
from intents.types import Article, Choice, Form, Reply, Session


def answered(work: Work, sender: bytes, message_id: str) -> Reply | None:
    """The reply that this message got, while copies are kept."""
    message = work.keys.hash("message", sender, message_id)
    row = work.connection.execute("SELECT body FROM replies WHERE message = ?", (message,)).fetchone()
    return _reply(work.unseal(row[0], "replies", message)) if row else None


def last_replies(work: Work, sender: bytes, limit: int) -> list[Reply]:
    """What he was told last, the newest first, while copies are kept."""
    rows = work.connection.execute(
        "SELECT message, body FROM replies WHERE sender = ? ORDER BY id DESC LIMIT ?", (sender, limit)
    ).fetchall()
    return [_reply(work.unseal(body, "replies", message)) for message, body in rows]


class Stale(Exception):
    """Another message of the worker was answered since this one looked: it must look again."""


def load(work: Work, sender: bytes) -> tuple[Session, bytes | None]:
    """The session as the last message left it, or a new one; and its row as it is kept, None without one."""
    row = work.connection.execute("SELECT body FROM sessions WHERE sender = ?", (sender,)).fetchone()
    return (_session(work.unseal(row[0], "sessions", sender)), row[0]) if row else (Session(), None)


def save_reply(work: Work, sender: bytes, message_id: str, reply: Reply) -> None:
    """Keep the reply for copies of the message. Raises Stale where one is kept already."""
    message = work.keys.hash("message", sender, message_id)
    # The id may hold the openid (an event's id does), so that its hash stands for it.
    kept = work.connection.execute(
        "INSERT INTO replies (message, sender, answered_at, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (message) DO NOTHING",
        (message, sender, work.seconds, work.seal(reply, "replies", message)),
    )
    if not kept.rowcount:
        raise Stale


def save(work: Work, sender: bytes, session: Session, seen: bytes | None, sensitive: tuple[str, ...]) -> None:
    """Keep the session in the place of the one that was `seen`; an empty one leaves nothing behind.

    Raises Stale where the row is another by now. Rows are encrypted anew each time: the same bytes are the same row.
    """
    if session == Session(updated_at=session.updated_at):
        if seen is not None:
            _delete(work, sender, seen)
        return
    body, is_sensitive = work.seal(session, "sessions", sender), _is_sensitive(session, sensitive)
    if seen is None:
        kept = work.connection.execute(
            "INSERT INTO sessions (sender, body, sensitive, updated_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (sender) DO NOTHING",
            (sender, body, is_sensitive, work.seconds),
        )
    else:
        kept = work.connection.execute(
            "UPDATE sessions SET body = ?, sensitive = ?, updated_at = ? WHERE sender = ? AND body = ?",
            (body, is_sensitive, work.seconds, sender, seen),
        )
    if not kept.rowcount:
        raise Stale


def _delete(work: Work, sender: bytes, seen: bytes) -> None:
    kept = work.connection.execute("DELETE FROM sessions WHERE sender = ? AND body = ?", (sender, seen))
    if not kept.rowcount:
        raise Stale


def _is_sensitive(session: Session, services: tuple[str, ...]) -> bool:
    return bool(session.form and session.form.service in services) or any(
        name in session.memory for name in services
    )


def forget(work: Work, sender: bytes) -> None:
    """Erase a worker's session and replies."""
    work.connection.execute("DELETE FROM sessions WHERE sender = ?", (sender,))
    work.connection.execute("DELETE FROM replies WHERE sender = ?", (sender,))


def purge_replies(work: Work, minutes: int) -> int:
    """Erase the replies older than that; returns how many."""
    before = work.seconds - minutes * 60
    # Ids grow with time: the first young reply ends the search, so the time needs no index.
    return work.connection.execute(
        "DELETE FROM replies WHERE id < coalesce((SELECT id FROM replies WHERE answered_at >= ? "
        "ORDER BY id LIMIT 1), (SELECT max(id) + 1 FROM replies))",
        (before,),
    ).rowcount


def purge(work: Work, hours: int) -> int:
    """Erase the sessions that rested longer than that; returns how many."""
    before = work.seconds - hours * 3600
    return work.connection.execute("DELETE FROM sessions WHERE updated_at < ?", (before,)).rowcount


def purge_sensitive(work: Work, services: tuple[str, ...], pause: timedelta) -> int:
    """Take what was said to the sensitive services out of sessions that rested; returns how many."""
    before = work.seconds - int(pause.total_seconds())
    rows = work.connection.execute(
        "SELECT sender, body FROM sessions WHERE sensitive AND updated_at < ?", (before,)
    ).fetchall()
    for sender, body in rows:
        session = _session(work.unseal(body, "sessions", sender))
        if session.form and session.form.service in services:
            session.form = None
        for name in services:
            session.memory.pop(name, None)
        # What was shown last may repeat what he said.
        session.offered, session.more = [], ""
        work.connection.execute(
            "UPDATE sessions SET body = ?, sensitive = 0 WHERE sender = ?",
            (work.seal(session, "sessions", sender), sender),
        )
    return len(rows)


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `kind` still has a field for: rows outlive an upgrade."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _reply(values: Mapping[str, Any]) -> Reply:
    reply = _known(Reply, values)
    reply["choices"] = tuple(Choice(**_known(Choice, one)) for one in values.get("choices", ()))
    reply["article"] = Article(**_known(Article, values["article"])) if values.get("article") else None
    reply["why"], reply["counts"] = tuple(values.get("why", ())), tuple(values.get("counts", ()))
    return Reply(**reply)


def _session(values: Mapping[str, Any]) -> Session:
    session = _known(Session, values)
    session["form"] = Form(**_known(Form, values["form"])) if values.get("form") else None
    return Session(**session)
