"""Places at events: counted under the write lock, given in the order of joining, never given twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from bot.state.keys import Keys
from bot.state.line import (
    Standing,
    confirm,
    count_waiting,
    next_number,
    places_free,
    promote_all,
    standings,
)
from bot.state.promises import published
from bot.state.work import SHANGHAI, Work
from intents.types import About, AlreadySignedUp, NoPlaceLeft, SignUp, SignUpStatus


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
            person_key(self.work, name, known.phone or phone): _who(name, known.phone or phone, known)
            for name, known in zip(names, chain(about, repeat(About())), strict=False)
        }
        promise = published(self.work, event_id)
        for person in people:
            self._refuse_second_place((event_id, *rivals), person)
        if places_free(self.work, event_id, promise) >= len(people):
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
        published(self.work, event_id)
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
        return self._change(signup_ids, phone=normal_phone(phone))

    def change_name(self, signup_id: int, name: str) -> list[SignUp]:
        """Put a name right on one of this worker's active sign-ups; returns it, or nothing where it is not his.

        Raises AlreadySignedUp, and changes nothing, where who is called so has a place under that number.
        """
        return self._change([signup_id], name=name.strip())

    def _change(self, signup_ids: Sequence[int], **changes: str) -> list[SignUp]:
        self.work.promise()
        mine = [one for one in self.mine() if one.id in set(signup_ids)]
        people = {
            one.id: person_key(self.work, changes.get("name", one.name), changes.get("phone", one.phone))
            for one in mine
        }
        for one in mine:
            self._refuse_second_place((one.event_id,), people[one.id], but=one.id)
        for one in mine:
            self.work.connection.execute(
                "UPDATE signups SET person = ?, body = ? WHERE id = ?",
                (people[one.id], self._body_with(one.id, changes), one.id),
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
        number = next_number(work, event_id) if status == "confirmed" else 0
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
        rank = count_waiting(work, event_id) if status == "waiting" else 0
        return SignUp(id, event_id, status, who["name"], who["phone"], number, rank, work.now)

    def _body_with(self, id: int, changes: Mapping[str, str]) -> bytes:
        """The body of a sign-up with another name or number in it."""
        (body,) = self.work.connection.execute("SELECT body FROM signups WHERE id = ?", (id,)).fetchone()
        return self.work.seal(self.work.unseal(body, "signups", id) | changes, "signups", id)

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


def _signup(work: Work, row: tuple[int, str, SignUpStatus, bytes, int, int, int | None, int]) -> SignUp:
    id, event_id, status, body, number, joined, offered, rank = row
    who = work.unseal(body, "signups", id)
    joined_at = datetime.fromtimestamp(joined, SHANGHAI)
    until = datetime.fromtimestamp(offered, SHANGHAI) if offered else None
    about = About(who.get("answers", {}), who.get("relation", ""))
    return SignUp(id, event_id, status, who["name"], who["phone"], number, rank, joined_at, until, about)


# ---------------------------------------------------------------- erasing


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
