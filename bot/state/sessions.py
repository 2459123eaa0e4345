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


def load(work: Work, sender: bytes) -> Session:
    """The session as the last message left it, or a new one."""
    row = work.connection.execute("SELECT body FROM sessions WHERE sender = ?", (sender,)).fetchone()
    return _session(work.unseal(row[0], "sessions", sender)) if row else Session()


def save_reply(work: Work, sender: bytes, message_id: str, reply: Reply) -> None:
    """Keep the reply for copies of the message."""
    message = work.keys.hash("message", sender, message_id)
    # The id may hold the openid (an event's id does), so that its hash stands for it.
    work.connection.execute(
        "INSERT INTO replies (message, sender, answered_at, body) VALUES (?, ?, ?, ?)",
        (message, sender, work.seconds, work.seal(reply, "replies", message)),
    )


def save(work: Work, sender: bytes, session: Session, sensitive: tuple[str, ...]) -> None:
    """Keep the session; an empty one leaves nothing behind."""
    if session == Session(updated_at=session.updated_at):
        work.connection.execute("DELETE FROM sessions WHERE sender = ?", (sender,))
        return
    _write(work, sender, session, _is_sensitive(session, sensitive), work.seconds)


def _write(work: Work, sender: bytes, session: Session, sensitive: bool, at: int) -> None:
    work.connection.execute(
        "INSERT INTO sessions (sender, body, sensitive, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (sender) DO UPDATE SET body = excluded.body, sensitive = excluded.sensitive, "
        "updated_at = excluded.updated_at",
        (sender, work.seal(session, "sessions", sender), sensitive, at),
    )


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
        "SELECT sender, body, updated_at FROM sessions WHERE sensitive AND updated_at < ?", (before,)
    ).fetchall()
    for sender, body, updated_at in rows:
        session = _session(work.unseal(body, "sessions", sender))
        if session.form and session.form.service in services:
            session.form = None
        for name in services:
            session.memory.pop(name, None)
        # What was shown last may repeat what he said.
        session.offered, session.more = [], ""
        _write(work, sender, session, False, updated_at)
    return len(rows)


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `kind` still has a field for: rows outlive an upgrade."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _reply(values: Mapping[str, Any]) -> Reply:
    reply = _known(Reply, values)
    reply["choices"] = tuple(Choice(**_known(Choice, one)) for one in values.get("choices", ()))
    reply["article"] = Article(**_known(Article, values["article"])) if values.get("article") else None
    reply["why"] = tuple(values.get("why", ()))
    return Reply(**reply)


def _session(values: Mapping[str, Any]) -> Session:
    session = _known(Session, values)
    session["form"] = Form(**_known(Form, values["form"])) if values.get("form") else None
    return Session(**session)
