"""Places at events: counted under the write lock, given in the order of joining, never given twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from bot.state import news
from bot.state.work import SHANGHAI, Work
from intents.types import AlreadySignedUp, NoPlaceLeft, SignUp, SignUpStatus
from knowledge.base import Event

#: What `places_left` says of an event without a quota.
UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class SignUpCounts:
    """How an event stands, for the staff. `over` counts confirmed places beyond a quota that was lowered."""

    confirmed: int
    waiting: int
    over: int


@dataclass(slots=True)
class SignUps:
    """The sign-ups of one worker, and what they leave for others; implements intents.types.SignUps."""

    work: Work
    sender: bytes
    openid: str

    def sign_up(self, event_id: str, names: Sequence[str], phone: str) -> list[SignUp]:
        """Take one place for each name, all confirmed or all waiting; a name given twice counts once.

        Raises AlreadySignedUp for the first name that has a place, NoPlaceLeft when full without a waiting
        list, KeyError for an event that was not published.
        """
        self.work.promise()
        people = {person_key(self.work, name, phone): name.strip() for name in names}
        promise = _published(self.work, event_id)
        for person in people:
            self._refuse_second_place(event_id, person)
        if _places_free(self.work, event_id, promise) >= len(people):
            status: SignUpStatus = "confirmed"
        elif promise.waiting_list and not promise.cancelled:
            status = "waiting"
        else:
            raise NoPlaceLeft(event_id)
        return [self._insert(event_id, status, person, name, phone) for person, name in people.items()]

    def mine(self) -> list[SignUp]:
        """This worker's active sign-ups (confirmed and waiting), in order of joining."""
        return self._active("sender = ?", self.sender)

    def cancel(self, signup_ids: Sequence[int]) -> list[SignUp]:
        """Give up places that this worker holds; the next in the waiting list move up at once and get news.

        Ids that are not active sign-ups of his are passed over.
        """
        self.work.promise()
        given_up = [one for one in self.mine() if one.id in set(signup_ids)]
        for one in given_up:
            # A place given up needs no name any more; the row stays for the count.
            self.work.connection.execute(
                "UPDATE signups SET status = 'cancelled', person = NULL, body = NULL WHERE id = ?",
                (one.id,),
            )
        promote_all(self.work, (one.event_id for one in given_up))
        return [replace(one, status="cancelled", rank=0) for one in given_up]

    def change_phone(self, signup_ids: Sequence[int], phone: str) -> list[SignUp]:
        """Put another telephone number on this worker's active sign-ups; other ids are passed over.

        Raises AlreadySignedUp, and changes nothing, where that name has a place under the new number.
        """
        self.work.promise()
        mine = [one for one in self.mine() if one.id in set(signup_ids)]
        people = {one.id: person_key(self.work, one.name, phone) for one in mine}
        for one in mine:
            self._refuse_second_place(one.event_id, people[one.id], but=one.id)
        for one in mine:
            self.work.connection.execute(
                "UPDATE signups SET person = ?, body = ? WHERE id = ?",
                (people[one.id], self._body(one.id, one.name, normal_phone(phone)), one.id),
            )
        changed = {one.id for one in mine}
        return [one for one in self.mine() if one.id in changed]

    def places_left(self, event_id: str) -> int:
        """Places that a newcomer can have; 0 when full or while others wait, UNLIMITED without a quota.

        Raises KeyError for an event that was not published.
        """
        return _places_free(self.work, event_id, _published(self.work, event_id))

    def waiting(self, event_id: str) -> int:
        """How many wait."""
        return _count_waiting(self.work, event_id)

    def _insert(self, event_id: str, status: SignUpStatus, person: bytes, name: str, phone: str) -> SignUp:
        work = self.work
        id = work.next_id("signups")
        number = _next_number(work, event_id) if status == "confirmed" else 0
        phone = normal_phone(phone)
        work.connection.execute(
            "INSERT INTO signups (id, event, sender, status, person, body, number, joined_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                id,
                event_id,
                self.sender,
                status,
                person,
                self._body(id, name, phone),
                number,
                work.seconds,
            ),
        )
        rank = _count_waiting(work, event_id) if status == "waiting" else 0
        return SignUp(id, event_id, status, name, phone, number, rank, work.now)

    def _body(self, id: int, name: str, phone: str) -> bytes:
        return self.work.seal({"name": name, "phone": phone, "openid": self.openid}, "signups", id)

    def _refuse_second_place(self, event_id: str, person: bytes, but: int = 0) -> None:
        found = self._active("event = ? AND person = ? AND id <> ?", event_id, person, but)
        if found:
            raise AlreadySignedUp(found[0])

    def _active(self, condition: str, *values: object) -> list[SignUp]:
        rows = self.work.connection.execute(
            "SELECT id, event, status, body, number, joined_at, CASE status WHEN 'waiting' THEN "
            "(SELECT count(*) FROM signups AS before WHERE before.event = signups.event "
            "AND before.status = 'waiting' AND before.id <= signups.id) ELSE 0 END "
            f"FROM signups WHERE {condition} AND status <> 'cancelled' ORDER BY id",
            values,
        ).fetchall()
        return [_signup(self.work, row) for row in rows]


# ---------------------------------------------------------------- who is who


def person_key(work: Work, name: str, phone: str) -> bytes:
    """What tells one person from another: name and telephone, for children share a telephone."""
    return work.keys.hash("person", normal_name(name), normal_phone(phone))


def normal_name(name: str) -> str:
    """A name without spaces, dots, width and case, as two people would agree that it is the same."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(one for one in folded if one.isalnum())


def normal_phone(phone: str) -> str:
    """The digits of a number, without the country's code."""
    digits = "".join(str(unicodedata.digit(one)) for one in phone if unicodedata.digit(one, None) is not None)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            return digits.removeprefix(prefix)
    return digits


# ---------------------------------------------------------------- counting and promoting


def _places_free(work: Work, event_id: str, promise: Promise) -> int:
    """Places for a newcomer; none while somebody waits, for a free place belongs to the first in line."""
    if promise.cancelled or _count_waiting(work, event_id):
        return 0
    return _room(work, event_id, promise)


def _room(work: Work, event_id: str, promise: Promise) -> int:
    if promise.quota is None:
        return UNLIMITED
    # The index that keeps a person from a second place holds the active ones: no other is needed to count.
    (active,) = work.connection.execute(
        "SELECT count(*) FROM signups INDEXED BY signups_one_place_a_person "
        "WHERE event = ? AND status <> 'cancelled'",
        (event_id,),
    ).fetchone()
    confirmed = int(active) - _count_waiting(work, event_id)
    return max(0, promise.quota - promise.taken_elsewhere - confirmed)


def _count_waiting(work: Work, event_id: str) -> int:
    (count,) = work.connection.execute(
        "SELECT count(*) FROM signups WHERE event = ? AND status = 'waiting'", (event_id,)
    ).fetchone()
    return int(count)


def _next_number(work: Work, event_id: str) -> int:
    (number,) = work.connection.execute(
        "UPDATE events SET last_number = last_number + 1 WHERE id = ? RETURNING last_number", (event_id,)
    ).fetchall()[0]
    return int(number)


def promote_all(work: Work, event_ids: Iterable[str]) -> None:
    """Fill what became free in these events."""
    for event_id in sorted(set(event_ids)):
        promote(work, event_id)


def promote(work: Work, event_id: str) -> int:
    """Give free places to those who wait, first come first; each gets a number and news. Returns how many.

    Nobody is promoted to an event that is cancelled or over.
    """
    room = _room(work, event_id, _published(work, event_id))
    rows = work.connection.execute(
        "SELECT signups.id, sender, body FROM signups JOIN events ON events.id = event "
        "WHERE event = ? AND status = 'waiting' AND NOT cancelled AND coalesce(ends_at, starts_at, ?) >= ? "
        "ORDER BY signups.id LIMIT ?",
        (event_id, work.seconds, work.seconds, room),
    ).fetchall()
    for id, sender, body in rows:
        number = _next_number(work, event_id)
        work.connection.execute(
            "UPDATE signups SET status = 'confirmed', number = ? WHERE id = ?", (number, id)
        )
        name = work.unseal(body, "signups", id)["name"]
        news.write(work, sender, event_id, "promoted", {"name": name, "number": number})
    return len(rows)


def _signup(work: Work, row: tuple[int, str, SignUpStatus, bytes, int, int, int]) -> SignUp:
    id, event_id, status, body, number, seconds, rank = row
    who = work.unseal(body, "signups", id)
    joined_at = datetime.fromtimestamp(seconds, SHANGHAI)
    return SignUp(id, event_id, status, who["name"], who["phone"], number, rank, joined_at)


# ---------------------------------------------------------------- publishing, erasing, counting for the staff


def publish(work: Work, events: Sequence[Event]) -> list[str]:
    """Write what the events promise now; promote where places were added, tell what changed.

    Returns a line for the audit trail for each event that changed. A lowered quota throws nobody out.
    """
    changes = []
    for event in events:
        before, after = _promise(work, event.id), _promised(event)
        if before == after:
            continue
        _write(work, event.id, after)
        if before is not None:
            _tell_changes(work, event.id, before, after)
        promoted = promote(work, event.id)
        quota = f"quota {event.quota}, elsewhere {event.taken_elsewhere}"
        changes.append(f"{event.id}: {quota}, cancelled {event.cancelled}, promoted {promoted}")
    return changes


class Promise(NamedTuple):
    """What an event promises, as the table `events` keeps it; times in seconds."""

    title: str
    place: str
    starts_at: int | None
    ends_at: int | None
    quota: int | None
    taken_elsewhere: int
    waiting_list: int
    cancelled: int
    erase_at: int | None


def _promise(work: Work, event_id: str) -> Promise | None:
    row = work.connection.execute(
        f"SELECT {', '.join(Promise._fields)} FROM events WHERE id = ?", (event_id,)
    ).fetchone()
    return Promise(*row) if row else None


def _published(work: Work, event_id: str) -> Promise:
    promise = _promise(work, event_id)
    if promise is None:
        raise KeyError(event_id)
    return promise


def _write(work: Work, event_id: str, promise: Promise) -> None:
    columns = Promise._fields
    work.connection.execute(
        f"INSERT INTO events (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) "
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}",
        (event_id, *promise),
    )


def _promised(event: Event) -> Promise:
    over = event.ends_at or event.starts_at or event.signup_closes_at
    return Promise(
        event.title,
        event.address or event.place,
        _seconds(event.starts_at),
        _seconds(event.ends_at),
        event.quota,
        event.taken_elsewhere,
        int(event.waiting_list),
        int(event.cancelled),
        int(over.timestamp()) + event.retention_days * 86400 if over else None,
    )


def _seconds(time: datetime | None) -> int | None:
    return int(time.timestamp()) if time else None


def _tell_changes(work: Work, event_id: str, before: Promise, after: Promise) -> None:
    """News for everybody signed up: cancelled, or another time or place. Silence about what is over."""
    ends_at = after.ends_at or after.starts_at
    if ends_at is not None and ends_at < work.seconds:
        return
    if after.cancelled:
        kind = "cancelled" if not before.cancelled else ""
    else:
        told = ("place", "starts_at", "ends_at", "cancelled")
        kind = "changed" if any(getattr(before, name) != getattr(after, name) for name in told) else ""
    if not kind:
        return
    rows = work.connection.execute(
        "SELECT DISTINCT sender FROM signups WHERE event = ? AND status <> 'cancelled'", (event_id,)
    ).fetchall()
    for (sender,) in rows:
        news.replace(work, sender, event_id, kind)


def erase(work: Work, sender: bytes) -> None:
    """Erase a worker's sign-ups and their news; the places go to the next."""
    rows = work.connection.execute(
        "SELECT DISTINCT event FROM signups WHERE sender = ?", (sender,)
    ).fetchall()
    work.connection.execute("DELETE FROM signups WHERE sender = ?", (sender,))
    work.connection.execute("DELETE FROM news WHERE sender = ?", (sender,))
    promote_all(work, (event_id for (event_id,) in rows))


def purge(work: Work) -> int:
    """Erase the sign-ups and news of events whose retention is over; returns how many sign-ups."""
    over = "SELECT id FROM events WHERE erase_at < ?"
    work.connection.execute(f"DELETE FROM news WHERE event IN ({over})", (work.seconds,))
    return work.connection.execute(f"DELETE FROM signups WHERE event IN ({over})", (work.seconds,)).rowcount


def counts(work: Work) -> dict[str, SignUpCounts]:
    """How every published event stands."""
    rows = work.connection.execute(
        "SELECT events.id, quota, taken_elsewhere, coalesce(sum(status = 'confirmed'), 0), "
        "coalesce(sum(status = 'waiting'), 0) FROM events LEFT JOIN signups ON event = events.id "
        "GROUP BY events.id"
    ).fetchall()
    return {
        id: SignUpCounts(
            confirmed, waiting, max(0, confirmed + elsewhere - quota) if quota is not None else 0
        )
        for id, quota, elsewhere, confirmed, waiting in rows
    }
