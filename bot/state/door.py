"""What the staff do with an event's people: the roster, the door, walk-ins, moving, stopping, a message to all.

Every act stands in the audit trail, by who did it, never with a worker's name or number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.state import audit, line, news, signups
from bot.state.signups import SignUps
from bot.state.store import State
from bot.state.work import SHANGHAI, Work
from intents.types import About, SignUp, SignUpStatus

#: An event, and each of its sessions (knowledge.base.session_id).
OF_EVENT = "({0} = :event OR {0} BETWEEN :event || '~' AND :event || char(127))"

#: Stands for the sender of a walk-in, whom no message reaches.
NOBODY = b"walk-in"


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of a roster."""

    id: int
    number: int  # told at the door; 0 while he waits
    name: str
    phone: str
    status: SignUpStatus
    joined_at: datetime
    arrived_at: datetime | None
    offered_until: datetime | None
    answers: Mapping[str, str] = field(default_factory=dict)  # to what the event asks besides
    event_id: str = ""  # of the event, or of the session


#: Of the answers to what one event asks those that answer what another asks.
Fitting = Callable[[Mapping[str, str]], Mapping[str, str]]


class NoSuchGuest(Exception):
    """Nobody with that number has a place at the event."""


def roster(state: State, event_id: str) -> list[Guest]:
    """Who has a place, by number, then who waits, in order."""
    return state.read(lambda work: _roster(work, event_id))


def _roster(work: Work, event_id: str) -> list[Guest]:
    rows = work.connection.execute(
        "SELECT id, number, status, body, joined_at, arrived_at, offered_until, event FROM signups "
        f"WHERE {OF_EVENT.format('event')} AND status <> 'cancelled' "
        "ORDER BY event, status = 'waiting', number, id",
        {"event": event_id},
    ).fetchall()
    guests = []
    for id, number, status, body, joined, arrived, offered, event in rows:
        who = work.unseal(body, "signups", id)
        times = (_moment(joined), arrived and _moment(arrived), offered and _moment(offered))
        guests.append(
            Guest(id, number, who["name"], who["phone"], status, *times, who.get("answers", {}), event)
        )
    return guests


def at_the_door(state: State, token: str) -> tuple[str, Guest] | None:
    """The event and the guest of a QR code; None where it is not one of ours or was given up."""
    id, _, _ = token.partition("-")
    if not id.isdecimal() or len(id) > 15 or token != signups.door_token(state.keys, int(id)):
        return None

    def find(work: Work) -> tuple[str, Guest] | None:
        row = work.connection.execute("SELECT event FROM signups WHERE id = ?", (int(id),)).fetchone()
        return (
            next(((row[0], one) for one in _roster(work, row[0]) if one.id == int(id)), None) if row else None
        )

    return state.read(find)


@dataclass(frozen=True, slots=True)
class Desk:
    """One of the staff at work: `by` stands in the audit trail."""

    state: State
    by: str
    now: datetime

    def check_in(self, event_id: str, number: int) -> Guest:
        """Note that the guest of that number came; the first time counts. Raises NoSuchGuest."""
        with self.state.work(self.now, durable=True) as work:
            changed = work.connection.execute(
                "UPDATE signups SET arrived_at = coalesce(arrived_at, ?) "
                "WHERE event = ? AND number = ? AND status = 'confirmed'",
                (work.seconds, event_id, number),
            )
            if not changed.rowcount:
                raise NoSuchGuest(number)
            audit.record(work, "check-in", f"{self.by}: {event_id} {number}")
            return next(one for one in _roster(work, event_id) if one.number == number)

    def walk_in(self, event_id: str, name: str, phone: str) -> SignUp:
        """Give a place at the door to somebody who did not sign up, and check him in, whatever the quota says.

        Raises AlreadySignedUp where he has one, KeyError for an event that was not published.
        """
        with self.state.work(self.now, durable=True) as work:
            made = SignUps(work, NOBODY, "").admit(event_id, name, phone)
            work.connection.execute("UPDATE signups SET arrived_at = ? WHERE id = ?", (work.seconds, made.id))
            audit.record(work, "walk-in", f"{self.by}: {event_id} {made.number}")
            return made

    def move(self, signup_id: int, to_event: str, fitting: Fitting = dict) -> SignUp:
        """Give a person a place at another event, whatever its quota says, in place of the one he has; he hears of it.

        Of his answers those stay that `fitting` leaves.

        Raises NoSuchGuest, AlreadySignedUp where he has a place there, KeyError for an event that was not published.
        """
        with self.state.work(self.now, durable=True) as work:
            row = work.connection.execute(
                "SELECT event, sender, body FROM signups WHERE id = ? AND status <> 'cancelled'", (signup_id,)
            ).fetchone()
            if row is None:
                raise NoSuchGuest(signup_id)
            event_id, sender, body = row
            who = work.unseal(body, "signups", signup_id)
            about = About(fitting(who.get("answers", {})), who.get("relation", ""))
            made = SignUps(work, sender, who["openid"]).admit(to_event, who["name"], who["phone"], about)
            _give_up(work, signup_id)
            line.promote(work, event_id)
            news.write(work, sender, to_event, "moved", {"name": who["name"], "number": made.number})
            audit.record(work, "move", f"{self.by}: {event_id} to {to_event} {made.number}")
            return made

    def take_out(self, signup_id: int) -> None:
        """Cancel somebody's sign-up for him (he telephoned); the next moves up. Raises NoSuchGuest."""
        with self.state.work(self.now, durable=True) as work:
            row = work.connection.execute(
                "SELECT event FROM signups WHERE id = ? AND status <> 'cancelled'", (signup_id,)
            ).fetchone()
            if row is None:
                raise NoSuchGuest(signup_id)
            _give_up(work, signup_id)
            line.promote(work, row[0])
            audit.record(work, "taken out", f"{self.by}: {row[0]} {signup_id}")

    def stop(self, event_id: str, stopped: bool) -> None:
        """Take no more sign-ups for an event, or take them again. Raises KeyError."""
        with self.state.work(self.now, durable=True) as work:
            changed = work.connection.execute(
                f"UPDATE events SET stopped = :stopped WHERE {OF_EVENT.format('id')}",
                {"stopped": stopped, "event": event_id},
            )
            if not changed.rowcount:
                raise KeyError(event_id)
            audit.record(work, "stopped" if stopped else "reopened", f"{self.by}: {event_id}")

    def tell(self, event_id: str, words: str) -> int:
        """Put a message before the next reply to everybody signed up; returns to how many."""
        with self.state.work(self.now, durable=True) as work:
            rows = work.connection.execute(
                "SELECT sender, min(event) FROM signups "
                f"WHERE {OF_EVENT.format('event')} AND status <> 'cancelled' AND sender <> :nobody GROUP BY sender",
                {"event": event_id, "nobody": NOBODY},
            ).fetchall()
            for sender, event in rows:
                news.write(work, sender, event, "told", {"words": words})
            audit.record(work, "told", f"{self.by}: {event_id} {len(rows)}")
            return len(rows)


def _give_up(work: Work, signup_id: int) -> None:
    work.connection.execute(
        "UPDATE signups SET status = 'cancelled', person = NULL, body = NULL, offered_until = NULL WHERE id = ?",
        (signup_id,),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, SHANGHAI)
