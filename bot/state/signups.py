"""Places at events: counted under the write lock, given in the order of joining, never given twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from bot.state import news
from bot.state.keys import Keys
from bot.state.work import SHANGHAI, Work
from intents.types import About, AlreadySignedUp, NoPlaceLeft, SignUp, SignUpStatus
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
    _standing: dict[str, Standing] | None = None  # of all events, as they were when first asked for

    def sign_up(
        self,
        event_id: str,
        names: Sequence[str],
        phone: str,
        about: Sequence[About] = (),
        rivals: Sequence[str] = (),
    ) -> list[SignUp]:
        """Take one place for each name, all confirmed or all waiting; a name given twice counts once.

        Raises AlreadySignedUp for the first name that has a place there or at an event of `rivals`, NoPlaceLeft when full without a waiting
        list, KeyError for an event that was not published.
        """
        self.work.promise()
        people = {
            person_key(self.work, name, phone): _who(name, phone, known or About())
            for name, known in zip_longest(names, about)
        }
        promise = _published(self.work, event_id)
        for person in people:
            self._refuse_second_place((event_id, *rivals), person)
        if _places_free(self.work, event_id, promise) >= len(people):
            status: SignUpStatus = "confirmed"
        elif promise.waiting_list and not promise.cancelled and not promise.stopped:
            status = "waiting"
        else:
            raise NoPlaceLeft(event_id)
        self._standing = None
        return [self._insert(event_id, status, person, who) for person, who in people.items()]

    def admit(self, event_id: str, name: str, phone: str, about: About | None = None) -> SignUp:
        """Give one person a place whatever the quota says: the staff's act.

        Raises AlreadySignedUp where he has one, KeyError for an event that was not published.
        """
        self.work.promise()
        _published(self.work, event_id)
        person = person_key(self.work, name, phone)
        self._refuse_second_place((event_id,), person)
        self._standing = None
        return self._insert(event_id, "confirmed", person, _who(name, phone, about or About()))

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
        self._standing = None
        return [replace(one, status="cancelled", rank=0, offered_until=None) for one in given_up]

    def accept(self, signup_ids: Sequence[int]) -> list[SignUp]:
        """Take up places that are held for this worker; those whose time has passed are left out."""
        self.work.promise()
        held = [one for one in self.mine() if one.id in set(signup_ids) and one.offered_until]
        for one in held:
            if one.offered_until is not None and one.offered_until > self.work.now:
                confirm(self.work, one.id, one.event_id)
        self._standing = None
        mine = {one.id: one for one in self.mine()}
        return [mine[one.id] for one in held if mine[one.id].status == "confirmed"]

    def change_phone(self, signup_ids: Sequence[int], phone: str) -> list[SignUp]:
        """Put another telephone number on this worker's active sign-ups; other ids are passed over.

        Raises AlreadySignedUp, and changes nothing, where that name has a place under the new number.
        """
        self.work.promise()
        mine = [one for one in self.mine() if one.id in set(signup_ids)]
        people = {one.id: person_key(self.work, one.name, phone) for one in mine}
        for one in mine:
            self._refuse_second_place((one.event_id,), people[one.id], but=one.id)
        for one in mine:
            self.work.connection.execute(
                "UPDATE signups SET person = ?, body = ? WHERE id = ?",
                (people[one.id], self._with_phone(one.id, normal_phone(phone)), one.id),
            )
        changed = {one.id for one in mine}
        return [one for one in self.mine() if one.id in changed]

    def places_left(self, event_id: str) -> int:
        """Places that a newcomer can have; 0 when full or while others wait, UNLIMITED without a quota.

        Raises KeyError for an event that was not published.
        """
        return self._stands(event_id).free

    def waiting(self, event_id: str) -> int:
        """How many wait."""
        return self._stands(event_id).waiting

    def door_token(self, signup_id: int) -> str:
        """What a sign-up's QR code holds: it can be shown, and not be guessed; nothing personal is in it."""
        return door_token(self.work.keys, signup_id)

    def stopped(self, event_id: str) -> bool:
        """Whether the staff take no more sign-ups for it."""
        return self._stands(event_id).stopped

    def _stands(self, event_id: str) -> Standing:
        """A list asks for all events: one statement reads them together. Raises KeyError."""
        if self._standing is None:
            self._standing = standings(self.work)
        return self._standing[event_id]

    def _insert(self, event_id: str, status: SignUpStatus, person: bytes, who: Mapping[str, Any]) -> SignUp:
        work = self.work
        id = work.next_id("signups")
        number = _next_number(work, event_id) if status == "confirmed" else 0
        body = work.seal({**who, "openid": self.openid}, "signups", id)
        work.connection.execute(
            "INSERT INTO signups (id, event, sender, status, person, body, number, joined_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                id,
                event_id,
                self.sender,
                status,
                person,
                body,
                number,
                work.seconds,
            ),
        )
        rank = _count_waiting(work, event_id) if status == "waiting" else 0
        return SignUp(id, event_id, status, who["name"], who["phone"], number, rank, work.now)

    def _with_phone(self, id: int, phone: str) -> bytes:
        """The body of a sign-up with another number in it."""
        (body,) = self.work.connection.execute("SELECT body FROM signups WHERE id = ?", (id,)).fetchone()
        return self.work.seal(self.work.unseal(body, "signups", id) | {"phone": phone}, "signups", id)

    def _refuse_second_place(self, event_ids: Sequence[str], person: bytes, but: int = 0) -> None:
        marks = ", ".join("?" * len(event_ids))
        found = self._active(f"event IN ({marks}) AND person = ? AND id <> ?", *event_ids, person, but)
        if found:
            raise AlreadySignedUp(found[0])

    def _active(self, condition: str, *values: object) -> list[SignUp]:
        rows = self.work.connection.execute(
            "SELECT id, event, status, body, number, joined_at, offered_until, CASE status WHEN 'waiting' THEN "
            "(SELECT count(*) FROM signups AS before WHERE before.event = signups.event "
            "AND before.status = 'waiting' AND before.id <= signups.id) ELSE 0 END "
            f"FROM signups WHERE {condition} AND status <> 'cancelled' ORDER BY id",
            values,
        ).fetchall()
        return [_signup(self.work, row) for row in rows]


def door_token(keys: Keys, signup_id: int) -> str:
    """What a sign-up's QR code holds."""
    return f"{signup_id}-{keys.hash('door', str(signup_id)).hex()[:20]}"


# ---------------------------------------------------------------- who is who


def _who(name: str, phone: str, about: About) -> dict[str, Any]:
    """What the body of a sign-up says of a person; nothing that was not given."""
    also = {"answers": dict(about.answers), "relation": about.relation}
    who = {"name": name.strip(), "phone": normal_phone(phone)}
    return who | {key: value for key, value in also.items() if value}


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
    if promise.cancelled or promise.stopped or _count_waiting(work, event_id):
        return 0
    return _room(work, event_id, promise)


def _room(work: Work, event_id: str, promise: Promise) -> int:
    """Places that nobody has and that are held for nobody."""
    if promise.quota is None:
        return UNLIMITED
    (taken,) = work.connection.execute(
        "SELECT count(*) FROM signups INDEXED BY signups_active "
        "WHERE event = ? AND status <> 'cancelled' AND (status = 'confirmed' OR offered_until IS NOT NULL)",
        (event_id,),
    ).fetchone()
    return max(0, promise.quota - promise.taken_elsewhere - int(taken))


def _count_waiting(work: Work, event_id: str) -> int:
    (count,) = work.connection.execute(
        "SELECT count(*) FROM signups WHERE event = ? AND status = 'waiting'", (event_id,)
    ).fetchone()
    return int(count)


class Standing(NamedTuple):
    """How an event stands for who wants to sign up."""

    free: int  # places that a newcomer can have; UNLIMITED without a quota
    waiting: int
    stopped: bool


def standings(work: Work) -> dict[str, Standing]:
    """How every published event stands."""
    rows = work.connection.execute(
        "SELECT id, quota, taken_elsewhere, cancelled, stopped, coalesce(active, 0), coalesce(waiting, 0) "
        "FROM events LEFT JOIN (SELECT event, count(*) AS active, sum(status = 'waiting') AS waiting "
        "FROM signups INDEXED BY signups_active WHERE status <> 'cancelled' GROUP BY event) ON event = id"
    ).fetchall()
    found = {}
    for id, quota, elsewhere, cancelled, stopped, active, waiting in rows:
        room = UNLIMITED if quota is None else max(0, quota - elsewhere - active)
        free = 0 if cancelled or stopped or waiting else room
        found[id] = Standing(free, waiting, bool(stopped))
    return found


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
    """Give free places to those who wait, first come first; each gets news. Returns how many.

    Where the event makes offers, the place is held for him until its time is over, but not beyond the start.
    Nobody is promoted to an event that is cancelled or over.
    """
    promise = _published(work, event_id)
    over = promise.ends_at or promise.starts_at or work.seconds
    if promise.cancelled or over < work.seconds:
        return 0
    rows = work.connection.execute(
        "SELECT id, sender, body FROM signups WHERE event = ? AND status = 'waiting' AND offered_until IS NULL "
        "ORDER BY id LIMIT ?",
        (event_id, _room(work, event_id, promise)),
    ).fetchall()
    for id, sender, body in rows:
        name = work.unseal(body, "signups", id)["name"]
        if promise.offer_minutes:
            until = _offer_ends(promise, work.seconds)
            work.connection.execute("UPDATE signups SET offered_until = ? WHERE id = ?", (until, id))
            news.write(work, sender, event_id, "offered", {"name": name, "until": until})
        else:
            number = confirm(work, id, event_id)
            news.write(work, sender, event_id, "promoted", {"name": name, "number": number})
    return len(rows)


def _offer_ends(promise: Promise, now: int) -> int:
    ends = now + (promise.offer_minutes or 0) * 60
    return min(ends, promise.starts_at) if promise.starts_at and promise.starts_at > now else ends


def confirm(work: Work, id: int, event_id: str) -> int:
    """Make a place of one who waits his own; returns his number at the door."""
    number = _next_number(work, event_id)
    work.connection.execute(
        "UPDATE signups SET status = 'confirmed', number = ?, offered_until = NULL WHERE id = ?", (number, id)
    )
    return number


def held_in_vain(work: Work, now: datetime) -> bool:
    """Whether the time of an offer has passed."""
    return (
        work.connection.execute(
            "SELECT 1 FROM signups WHERE status = 'waiting' AND offered_until <= ?", (int(now.timestamp()),)
        ).fetchone()
        is not None
    )


def lapse(work: Work) -> int:
    """Take back places that were held in vain, and hold them for the next; returns how many.

    Who did not answer has given up his turn: he may join the line again, at its end.
    """
    rows = work.connection.execute(
        "SELECT id, event, sender, body FROM signups WHERE status = 'waiting' AND offered_until <= ?",
        (work.seconds,),
    ).fetchall()
    for id, event_id, sender, body in rows:
        name = work.unseal(body, "signups", id)["name"]
        work.connection.execute(
            "UPDATE signups SET status = 'cancelled', person = NULL, body = NULL, offered_until = NULL "
            "WHERE id = ?",
            (id,),
        )
        news.write(work, sender, event_id, "lapsed", {"name": name})
    promote_all(work, (event_id for _, event_id, _, _ in rows))
    return len(rows)


def _signup(work: Work, row: tuple[int, str, SignUpStatus, bytes, int, int, int | None, int]) -> SignUp:
    id, event_id, status, body, number, joined, offered, rank = row
    who = work.unseal(body, "signups", id)
    joined_at = datetime.fromtimestamp(joined, SHANGHAI)
    until = datetime.fromtimestamp(offered, SHANGHAI) if offered else None
    about = About(who.get("answers", {}), who.get("relation", ""))
    return SignUp(id, event_id, status, who["name"], who["phone"], number, rank, joined_at, until, about)


# ---------------------------------------------------------------- publishing, erasing, counting for the staff


def publish(work: Work, events: Sequence[Event]) -> list[str]:
    """Write what the events promise now; promote where places were added, tell what changed.

    Returns a line for the audit trail for each event that changed. A lowered quota throws nobody out.
    """
    changes = []
    for event in events:
        before, after = _promise(work, event.id), _promised(event)
        if before is not None:
            after = after._replace(stopped=before.stopped)  # the staff's word, not the files'
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
    offer_minutes: int | None
    stopped: int = 0


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
        event.offer_minutes,
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
