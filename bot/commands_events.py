"""`run.py event` and `run.py roster`: what the staff do with an event's people, for who has the server in hand."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot import publishing
from bot.chat import SHANGHAI
from bot.commands_admin import OPERATOR
from bot.commands_content import promise_of
from bot.config import Config, ConfigError
from bot.roster import as_csv, as_xlsx
from bot.state.door import Desk, NoSuchGuest
from bot.state.door import roster as roster_of
from bot.state.store import State
from bot.terminal import say, settings
from bot.worker import open_state
from intents.event_extra import fitting
from intents.types import AlreadySignedUp
from knowledge.base import Event
from knowledge.compiler import ContentError
from knowledge.edits import EditError, set_event


def roster(options: argparse.Namespace) -> int:
    """Write who signed up for an event into a file, or print how many did."""
    config = settings(options)
    knowledge = publishing.load(config.data).knowledge
    event = _event((*knowledge.events, *knowledge.occasions), options.event)
    sessions = {one.id: one.title for one in knowledge.sessions_of(event)}
    state = open_state(config, config.data)
    try:
        guests = roster_of(state, event.id)
    finally:
        state.close()
    if options.to is None:
        confirmed = sum(one.status == "confirmed" for one in guests)
        print(f"{event.title}：已报上 {confirmed} 人，候补 {len(guests) - confirmed} 人")
        return 0
    data = (
        as_csv(guests, sessions)
        if options.to.suffix.lower() == ".csv"
        else as_xlsx(event.title, guests, sessions)
    )
    options.to.touch(mode=0o600)
    options.to.write_bytes(data)
    say(f"已写出 {options.to}：{len(guests)} 人。名单里有姓名和手机，用完请删除。")
    return 0


def event(options: argparse.Namespace) -> int:
    """Stop and reopen sign-up, check in, admit walk-ins, move and take out people, tell all, postpone and cancel."""
    config = settings(options)
    knowledge = publishing.load(config.data).knowledge
    events = knowledge.occasions
    chosen = _event((*knowledge.events, *events) if options.act in OF_ALL else events, options.event)
    if options.act in CHANGES:
        return change(config, chosen, CHANGES[options.act](chosen, options.words))
    state = open_state(config, config.data)
    now = datetime.now(SHANGHAI)
    try:
        state.publish_events(events, now)  # a new state does not know them yet
        desk = Desk(state, OPERATOR, now)
        said = ACTS[options.act](desk, chosen, options.words, events)
    except NoSuchGuest:
        said = ""
        say("没有这个号：可能没报上，或者已经取消。名单可用 run.py roster 导出核对。")
    except AlreadySignedUp:
        said = ""
        say("这个人在这个活动里已经有名额了，没有改动。")
    finally:
        state.close()
    if said:
        print(said)
    return 0 if said else 1


Act = Callable[[Desk, Event, list[str], tuple[Event, ...]], str]


def _close(desk: Desk, chosen: Event, _: list[str], __: tuple[Event, ...]) -> str:
    desk.stop(chosen.id, True)
    return f"“{chosen.title}”已停止报名；重新开放用 reopen。"


def _reopen(desk: Desk, chosen: Event, _: list[str], __: tuple[Event, ...]) -> str:
    desk.stop(chosen.id, False)
    return f"“{chosen.title}”恢复按时间和名额报名。"


def _check_in(desk: Desk, chosen: Event, words: list[str], _: tuple[Event, ...]) -> str:
    guest = desk.check_in(chosen.id, _number(words))
    return f"{guest.number} 号 {guest.name} 已签到。"


def _walk_in(desk: Desk, chosen: Event, words: list[str], _: tuple[Event, ...]) -> str:
    if len(words) != 2:
        raise ConfigError("walkin", " ".join(words) or "nothing", "a name and a telephone number")
    made = desk.walk_in(chosen.id, *words)
    return f"{made.name} 现场报名并签到，签到号 {made.number}。"


def _move(desk: Desk, chosen: Event, words: list[str], events: tuple[Event, ...]) -> str:
    if len(words) != 2:
        raise ConfigError(
            "move", " ".join(words) or "nothing", "a number at the door and the other event's id"
        )
    target = _event(events, words[1])
    guest = _guest_id(desk.state, chosen, _number(words[:1]))
    made = desk.move(guest, target.id, partial(fitting, target))
    return f"{made.name} 已从“{chosen.title}”改到“{target.title}”，签到号 {made.number}。"


def _remove(desk: Desk, chosen: Event, words: list[str], _: tuple[Event, ...]) -> str:
    desk.take_out(_guest_id(desk.state, chosen, _number(words)))
    return "已取消他的报名，空出的名额按候补顺序给下一位。"


def _tell(desk: Desk, chosen: Event, words: list[str], _: tuple[Event, ...]) -> str:
    if not words:
        raise ConfigError("tell", "nothing", "the words for everybody signed up")
    count = desk.tell(chosen.id, " ".join(words))
    return f"已留给 {count} 个微信号，他们下次发消息时先看到。"


ACTS: dict[str, Act] = {
    "close": _close,
    "reopen": _reopen,
    "checkin": _check_in,
    "walkin": _walk_in,
    "move": _move,
    "remove": _remove,
    "tell": _tell,
}


def _cancelled(_: Event, words: list[str]) -> dict[str, str]:
    if words:
        raise ConfigError("cancel", " ".join(words), "nothing after the event's id")
    return {"取消": "是"}


def _postponed(chosen: Event, words: list[str]) -> dict[str, str]:
    """The new start, and the new end: as given, or as long after the start as before."""
    try:
        times = [datetime.strptime(one, "%Y-%m-%dT%H:%M") for one in words]
    except ValueError:
        times = []
    if len(times) not in (1, 2):
        raise ConfigError("postpone", " ".join(words) or "nothing", "times, e.g. 2026-12-12T14:00")
    if len(times) == 1 and chosen.starts_at and chosen.ends_at:
        times.append(times[0] + (chosen.ends_at - chosen.starts_at))
    return {name: f"{at:%Y-%m-%d %H:%M}" for name, at in zip(("开始", "结束"), times, strict=False)}


#: What is written into the event's row → how it is said on the command line.
CHANGES: dict[str, Callable[[Event, list[str]], dict[str, str]]] = {
    "postpone": _postponed,
    "cancel": _cancelled,
}
#: What can be done to all sessions of an event at once.
OF_ALL = ("close", "reopen", "tell", "cancel")


def change(config: Config, chosen: Event, cells: dict[str, str]) -> int:
    """Write cells into the event's row and publish: who signed up gets the news. A row with errors is put back."""
    try:
        path, changed = set_event(config.content, chosen.id, cells)
    except EditError as error:
        say(str(error))
        return 1
    before = path.read_bytes()
    path.write_bytes(changed)
    try:
        publishing.publish(config.content, config.data, say, promise_of(config), config.matcher.encoder)
    except ContentError as error:
        path.write_bytes(before)
        for problem in error.problems:
            say(str(problem))
        say("没有改动。")
        return 1
    said = "，".join(f"{heading}：{text}" for heading, text in cells.items())
    print(f"“{chosen.title}”已改好并发布（{said}）。报名的人下次发消息时先看到。")
    return 0


def _event(events: tuple[Event, ...], id: str) -> Event:
    found = next((one for one in events if one.id == id), None)
    if found is None:
        known = ", ".join(one.id for one in events)
        raise ConfigError("EVENT", repr(id), f"the id of a published event: {known}")
    return found


def _number(words: list[str]) -> int:
    if len(words) != 1 or not words[0].isdecimal():
        raise ConfigError("WORDS", " ".join(words) or "nothing", "a number at the door, e.g. 12")
    return int(words[0])


def _guest_id(state: State, chosen: Event, number: int) -> int:
    for guest in roster_of(state, chosen.id):
        if guest.number == number and number:
            return guest.id
    raise NoSuchGuest(number)
