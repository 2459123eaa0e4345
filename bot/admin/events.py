"""活动: how each stands, its roster, the door, and what the staff can do with its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line
from bot.admin.guard import me, only
from bot.admin.office import Office
from bot.roster import as_csv, as_xlsx
from bot.state.door import Desk, Guest, NoSuchGuest, at_the_door, roster
from intents.event_extra import fitting
from intents.types import AlreadySignedUp
from knowledge.base import Event

#: The kinds of file that a roster comes as.
FILES: dict[str, tuple[Callable[[str, Sequence[Guest], Mapping[str, str]], bytes], str]] = {
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (lambda title, guests, sessions: as_csv(guests, sessions), "text/csv; charset=utf-8"),
}


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/events` and `/admin/door`."""

    def known(event_id: str) -> Event:
        found: Event = office.published().knowledge.event(event_id) or abort(404)
        return found

    def desk() -> Desk:
        return Desk(office.state, me().name, office.clock())

    def page(chosen: Event, words: str = "", status: int = 200) -> ResponseReturnValue:
        others = [one for one in office.published().knowledge.occasions if one.id != chosen.id]
        return render_template(
            "admin/event.html",
            event=chosen,
            guests=roster(office.state, chosen.id),
            stopped=office.state.stopped(chosen.id),
            others=others,
            words=words,
            fine=status < 400,
        ), status

    @blueprint.get("/events")
    def events() -> ResponseReturnValue:
        counts, now = office.state.signup_counts(), office.clock()
        listed = sorted(
            office.published().knowledge.occasions, key=lambda one: (_over(one, now), _start(one))
        )
        return render_template(
            "admin/events.html", events=listed, counts=counts, over=lambda one: _over(one, now)
        )

    @blueprint.get("/events/<event_id>")
    @only("管理")
    def event(event_id: str) -> ResponseReturnValue:
        return page(known(event_id))

    @blueprint.get("/events/<event_id>/roster.<kind>")
    @only("管理")
    def roster_file(event_id: str, kind: str) -> ResponseReturnValue:
        """Of a session, or of an event with all its sessions in one."""
        chosen = known(event_id)
        write, mimetype = FILES.get(kind) or abort(404)
        sessions = {one.id: one.title for one in office.published().knowledge.sessions_of(chosen)}
        office.admins.record("roster", f"{me().name}: {event_id}", office.clock())
        response = Response(write(chosen.title, roster(office.state, event_id), sessions), mimetype=mimetype)
        name = quote(f"{chosen.title}名单.{kind}")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response

    @blueprint.post("/events/<event_id>/<act>")
    @only("管理")
    def event_act(event_id: str, act: str) -> ResponseReturnValue:
        chosen = known(event_id)
        try:
            words = _act(desk(), chosen, act, known)
        except NoSuchGuest:
            return page(chosen, "没有这个签到号：可能没报上，或者已经取消。", 400)
        except AlreadySignedUp:
            return page(chosen, "这个人在那个活动里已经有名额了，没有改动。", 400)
        return page(chosen, words)

    @blueprint.get("/door/<token>")
    @only("管理")
    def door(token: str) -> ResponseReturnValue:
        found = at_the_door(office.state, token)
        if found is None:
            return render_template("admin/sorry.html", words="这个码不对，或者报名已经取消。"), 404
        return render_template("admin/door.html", event=known(found[0]), guest=found[1])

    @blueprint.post("/door")
    @only("管理")
    def check_in() -> ResponseReturnValue:
        chosen = known(request.form.get("event", ""))
        try:
            guest = desk().check_in(chosen.id, _number())
        except NoSuchGuest:
            return render_template("admin/sorry.html", words="没有这个签到号，或者还在候补。"), 400
        return render_template("admin/door.html", event=chosen, guest=guest)


def _act(desk: Desk, event: Event, act: str, known: Callable[[str], Event]) -> str:
    """Do it; returns what to say. Aborts with 400 for an act that there is not."""
    if act == "checkin":
        guest = desk.check_in(event.id, _number())
        return f"{guest.number} 号 {guest.name} 已签到。"
    if act == "walkin":
        name, phone = one_line(request.form.get("name", ""), 20), one_line(request.form.get("phone", ""), 20)
        if not (name and phone):
            return "请填姓名和手机号。"
        return f"{name} 已现场报名并签到，签到号 {desk.walk_in(event.id, name, phone).number}。"
    if act == "move":
        target = known(request.form.get("to", ""))
        made = desk.move(_id(), target.id, partial(fitting, target))
        return f"{made.name} 已改到别的活动，签到号 {made.number}；他下次发消息时会看到。"
    if act == "remove":
        desk.take_out(_id())
        return "已取消这个人的报名，空出的名额按候补顺序给下一位。"
    if act in ("close", "reopen"):
        desk.stop(event.id, act == "close")
        return "已停止报名。" if act == "close" else "已恢复报名。"
    if act == "tell":
        words = one_line(request.form.get("words", ""), 300)
        return f"已留给 {desk.tell(event.id, words)} 个微信号。" if words else "请写要说的话。"
    abort(400)


def _number() -> int:
    written = one_line(request.form.get("number", ""), 9)
    return int(written) if written.isdecimal() else 0


def _id() -> int:
    written = request.form.get("id", "")
    return int(written) if written.isdecimal() and len(written) < 16 else 0


def _over(event: Event, now: datetime) -> bool:
    ends = event.ends_at or event.starts_at
    return ends is not None and ends < now


def _start(event: Event) -> float:
    return event.starts_at.timestamp() if event.starts_at else 0.0
