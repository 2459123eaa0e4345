"""A conversation without WeChat: lines of text or of JSON become messages for `respond`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intents.types import Message, Reply

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Clock:
    """Real time, or a time that was set and runs on from there."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(SHANGHAI) + self.offset

    def set(self, at: str) -> None:
        """Set by an ISO time; without an offset it is Asia/Shanghai. Raises ValueError."""
        moment = datetime.fromisoformat(at)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        self.offset = moment.astimezone(SHANGHAI) - datetime.now(SHANGHAI)


@dataclass(slots=True)
class Lines:
    """Reads `{"from", "user", "at"?, "id"?}` lines; remembers each sender's last message, which may be repeated."""

    clock: Clock
    last: dict[str, Message] = field(default_factory=dict)
    count: int = 0

    def message(self, line: dict[str, Any]) -> Message:
        """The message that a line stands for. Raises ValueError or KeyError for a line that is none."""
        if line.get("at"):
            self.clock.set(line["at"])
        sender, user = str(line["from"]), line["user"]
        if isinstance(user, dict) and user.get("repeat_of_previous"):
            return self.last[sender]
        self.count += 1
        identity = str(line.get("id") or f"line-{self.count}")
        message = message_from(user, sender, identity, self.clock())
        self.last[sender] = message
        return message


def message_from(user: Any, sender: str, identity: str, at: datetime) -> Message:
    """A text, or an object: voice, location [latitude, longitude in GCJ-02], menu_click, image, event, any other kind."""
    if isinstance(user, str):
        return Message(sender, identity, "text", at, text=user)
    if not isinstance(user, dict):
        raise ValueError(f"user must be a text or an object, not {user!r}")
    if "voice" in user:
        return Message(sender, identity, "voice", at, text=str(user["voice"] or ""))
    if "location" in user:
        latitude, longitude = (float(number) for number in user["location"])
        return Message(
            sender,
            identity,
            "location",
            at,
            point_gcj02=(latitude, longitude),
            label=str(user.get("label", "")),
        )
    if "menu_click" in user:
        return Message(sender, identity, "event", at, event="click", event_key=str(user["menu_click"]))
    if "event" in user:
        event = str(user["event"]).lower()
        return Message(sender, identity, "event", at, event=event, event_key=str(user.get("event_key", "")))
    for kind in ("image", "video", "shortvideo", "link", "miniprogram"):
        if kind in user:
            return Message(sender, identity, kind, at)
    if "text" in user:
        return Message(sender, identity, "text", at, text=str(user["text"]))
    return Message(sender, identity, "unknown", at)


def answer_lines(
    lines: Iterable[str],
    clock: Clock,
    respond: Callable[[Message], Reply],
    plain_text: Callable[[Reply], str],
) -> Iterator[str]:
    """One JSON line for each JSON line; one that cannot be read gets an empty reply with `error`."""
    reader = Lines(clock)
    for line in lines:
        if not line.strip():
            continue
        try:
            reply = respond(reader.message(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            fault = {"error": f"{type(error).__name__}: {error}"}
            yield json.dumps(as_line(Reply(), "") | fault, ensure_ascii=False)
            continue
        yield json.dumps(as_line(reply, plain_text(reply)), ensure_ascii=False)


def as_line(reply: Reply, text: str) -> dict[str, Any]:
    """What `chat --jsonl` writes for a reply."""
    kind = "none" if not (text or reply.article) else "news" if reply.article else "text"
    return {
        "reply": text,
        "kind": kind,
        "intent": reply.intent,
        "choices": [choice.label for choice in reply.choices],
    }
