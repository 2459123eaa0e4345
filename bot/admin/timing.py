"""An event postponed or called off: the row of the events' table is changed in one's draft, and looked at before it is published."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line
from bot.admin.guard import me, only
from bot.admin.office import Office
from bot.drafts import Draft
from knowledge.cells import Unreadable
from knowledge.edits import EditError, set_event

#: Fields of the form, with the headings of their columns.
TIMES = {"starts": "开始", "ends": "结束", "closes": "报名截止"}


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/events/…/postpone` and `…/cancel`."""

    def edit(event_id: str, cells: dict[str, str]) -> ResponseReturnValue:
        if office.published().knowledge.event(event_id) is None:
            abort(404)
        draft = Draft(office.config, me().name)
        draft.begin()
        try:
            draft.put(*set_event(draft.content, event_id, cells))
        except (EditError, Unreadable) as error:
            return render_template("admin/sorry.html", words=str(error)), 400
        return redirect(url_for("admin.draft"))

    @blueprint.post("/events/<event_id>/postpone")
    @only("管理")
    def postpone(event_id: str) -> ResponseReturnValue:
        given = {heading: one_line(request.form.get(name, ""), 20) for name, heading in TIMES.items()}
        cells = {heading: text.replace("T", " ") for heading, text in given.items() if text}
        if "~" in event_id:  # sign-up for all sessions closes at once: the event's row says when
            cells.pop("报名截止", None)
        if "开始" not in cells:
            return render_template("admin/sorry.html", words="请填新的开始时间。"), 400
        return edit(event_id, cells)

    @blueprint.post("/events/<event_id>/cancel")
    @only("管理")
    def call_off(event_id: str) -> ResponseReturnValue:
        return edit(event_id, {"取消": "是"})
