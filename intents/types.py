"""The words that every room shares: what comes in, what goes out, and what a handler may reach.

Nothing here does anything. `bot/state` implements the two Protocols, so that no handler knows SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from knowledge.base import Knowledge

#: The eighteen labels of an utterance, as the evaluation files spell them.
LABELS = (
    "claim_check",
    "claim_howto",
    "station_find",
    "event_list",
    "event_signup",
    "event_mine",
    "event_cancel",
    "aid",
    "legal",
    "recuperation",
    "skills",
    "join_union",
    "childcare",
    "human",
    "greet",
    "thanks",
    "help",
    "oos",
)

MessageKind = Literal[
    "text", "voice", "image", "video", "shortvideo", "location", "link", "miniprogram", "event", "unknown"
]


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery from a worker. Copies of it have the same `sender` and `id`."""

    sender: str  # the openid; never logged
    id: str  # MsgId, or what stands for it in an event
    kind: MessageKind
    at: datetime  # Asia/Shanghai
    text: str = ""  # as typed, or as recognised from a voice message
    point_gcj02: tuple[float, float] | None = None  # latitude, longitude as WeChat sends them
    label: str = ""  # the address that WeChat wrote beside a location
    event: str = ""  # lower case: subscribe, unsubscribe, scan, click, view, location …
    event_key: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing found in an utterance: its meaning, and the words as typed."""

    name: str  # see intents/slots/__init__.py for the list
    value: Any  # amount: 分 (int); place: a Place's name; facility, people …: see the finder
    text: str  # as typed
    start: int  # in the text as typed
    end: int
    approx: str = ""  # ">" 多 几, "<" 不到, "~" 左右


def business(label: str) -> str:
    """What labels have in common: claim, event, station, or the label's own."""
    return label.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Match:
    """What an utterance was understood as."""

    text: str
    intent: str  # one of LABELS; "oos" when refused
    decision: Literal["answer", "ask", "refuse"]
    confidence: float
    ranked: tuple[tuple[str, float], ...]
    choices: tuple[str, ...] = ()  # labels to ask about when decision is "ask"
    slots: tuple[Slot, ...] = ()
    also: tuple[str, ...] = ()  # a second wish in the same message, to be served after the first
    words: tuple[str, ...] = ()  # jieba's words of the normalised text, for full-text search
    names: frozenset[str] = (
        frozenset()
    )  # whose nouns stand in it, as `business` calls them; "oos" for others'

    def names_other_than(self, label: str) -> bool:
        """Whether it has a word of a business that is not the label's: 「要多少天」 has none of any."""
        return bool(self.names - {business(label)})

    def slot(self, name: str) -> Slot | None:
        """The first slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def all(self, name: str) -> tuple[Slot, ...]:
        """Every slot of that name, in the order of the text."""
        return tuple(slot for slot in self.slots if slot.name == name)


@dataclass(frozen=True, slots=True)
class Choice:
    """A numbered line that can be tapped; `send` is what a tap or the number stands for."""

    label: str
    send: str = ""  # the words that the tap says; the label itself where empty


@dataclass(frozen=True, slots=True)
class Article:
    """A news card; WeChat shows exactly one in a passive reply."""

    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the worker gets. An empty reply means that nothing is said (`success`)."""

    text: str = ""
    intent: str | None = None  # the label served; None for the answer to a form's question
    choices: tuple[Choice, ...] = ()
    article: Article | None = None
    why: tuple[str, ...] = ()  # for the phone's drawer and for tests, never for the worker
    counts: tuple[str, ...] = ()  # what the staff's figures count it under; nothing of a person


@dataclass(slots=True)
class Form:
    """A question in hand: which service asks, for which slot, and what it knows so far."""

    service: str  # Service.name
    awaiting: str  # the slot asked for
    slots: dict[str, Any] = field(default_factory=dict)  # JSON values only
    asked: int = 1  # how often this very question was put


@dataclass(slots=True)
class Session:
    """What is remembered between two messages of one worker; JSON values only, encrypted at rest."""

    form: Form | None = None
    offered: list[dict[str, str]] = field(
        default_factory=list
    )  # the numbered choices last shown: label, send
    memory: dict[str, Any] = field(default_factory=dict)  # one key a service, e.g. "stations", "claims"
    last_intent: str = ""
    more: str = ""  # the rest of a reply that was too long
    updated_at: str = ""  # ISO time of the last message


@dataclass(slots=True)
class Context:
    """All that a handler may use. Time is `now`; nothing else tells it."""

    message: Message
    match: Match
    session: Session
    knowledge: Knowledge
    signups: SignUps
    people: People
    now: datetime  # Asia/Shanghai
    public_url: str = ""  # without a slash at its end; empty where the bot has no pages
    made: dict[str, Any] = field(
        default_factory=dict
    )  # what a service made of it, so as not to make it twice


class Service(Protocol):
    """One service: one file in `intents/`, one line in INTENTS."""

    @property
    def name(self) -> str:
        """What forms and memory are kept under."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it serves."""

    def handle(self, context: Context) -> Reply:
        """Serve a wish, or the answer to this service's own question (`context.session.form`)."""

    def accepts(self, context: Context) -> bool:
        """Whether the message answers the question in hand; asked only while this service's form waits."""


#: The name that design.md gives to it.
Intent = Service


# ---------------------------------------------------------------- people's data, by name

SignUpStatus = Literal["confirmed", "waiting", "cancelled"]


@dataclass(frozen=True, slots=True)
class About:
    """What is kept of a person beside name and telephone."""

    answers: Mapping[str, str] = field(default_factory=dict)  # to what the event asks besides
    relation: str = ""  # 女儿: whom of his the worker signed up, where he said so
    phone: str = ""  # his own, where it is another than the one that was given for all


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's place at one event."""

    id: int
    event_id: str
    status: SignUpStatus
    name: str
    phone: str
    number: int  # told at the door; counts from 1 within the event
    rank: int  # place in the waiting list from 1; 0 when not waiting
    joined_at: datetime
    offered_until: datetime | None = None  # so long a place is held for one who waits
    about: About = field(default_factory=About)


class AlreadySignedUp(Exception):
    """This person has an active sign-up for the event; `signup` is it."""

    def __init__(self, signup: SignUp) -> None:
        super().__init__(signup.event_id)
        self.signup = signup


class NoPlaceLeft(Exception):
    """Full, and the event keeps no waiting list."""


class SignUps(Protocol):
    """Places at events. Every operation belongs to the transaction of the message at work."""

    def sign_up(
        self,
        event_id: str,
        names: Sequence[str],
        phone: str,
        about: Sequence[About] = (),
        rivals: Sequence[str] = (),
    ) -> list[SignUp]:
        """Take one place for each name, all confirmed or all waiting; `about` in the order of names.

        Nobody of them may have a place at an event of `rivals`. Raises AlreadySignedUp for the first name that has one, NoPlaceLeft when full without a waiting list.
        """

    def mine(self) -> list[SignUp]:
        """This worker's active sign-ups (confirmed and waiting), in order of joining."""

    def cancel(self, signup_ids: Sequence[int]) -> list[SignUp]:
        """Give up places that this worker holds; the next in the waiting list move up at once and get news."""

    def accept(self, signup_ids: Sequence[int]) -> list[SignUp]:
        """Take up places that are held for this worker; those whose time has passed are left out."""

    def change_phone(self, signup_ids: Sequence[int], phone: str) -> list[SignUp]:
        """Put another telephone number on this worker's sign-ups."""

    def change_name(self, signup_id: int, name: str) -> list[SignUp]:
        """Put a name right on one of this worker's sign-ups."""

    def places_left(self, event_id: str) -> int:
        """Places that are still free; 0 when full."""

    def waiting(self, event_id: str) -> int:
        """How many wait."""

    def door_token(self, signup_id: int) -> str:
        """What the QR code of a sign-up holds; it cannot be guessed."""

    def stopped(self, event_id: str) -> bool:
        """Whether the staff take no more sign-ups for it."""


class People(Protocol):
    """What is known of this worker, and only of him."""

    def news(self) -> list[str]:
        """Sentences that wait for him (a promotion, a change); taking them marks them as told."""

    def consent(self, purpose: str) -> bool:
        """Whether he has said yes to `purpose` and not taken it back."""

    def give_consent(self, purpose: str, version: str, given: bool) -> None:
        """Record a yes or a no, with the version of the notice he saw."""

    def recall(self, purpose: str) -> Mapping[str, Any] | None:
        """What was kept with his consent."""

    def keep(self, purpose: str, facts: Mapping[str, Any]) -> None:
        """Keep `facts`; raises PermissionError without a recorded yes."""

    def leave_note(self, text: str) -> int:
        """A message for the staff; returns its number."""

    def erase(self) -> None:
        """Forget everything about him: sessions, consents, notes, sign-ups (places go to the next)."""
