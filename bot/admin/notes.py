"""留言: workers who asked for a human, and what became of it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line
from bot.admin.guard import me, only
from bot.admin.office import Office
from bot.state import notes as kept


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/notes`."""

    @blueprint.get("/notes")
    @only("管理")
    def notes() -> ResponseReturnValue:
        return render_template("admin/notes.html", notes=kept.left(office.state))

    @blueprint.post("/notes/<int:number>")
    @only("管理")
    def settle_note(number: int) -> ResponseReturnValue:
        remark = one_line(request.form.get("remark", "")) if request.form.get("done") == "yes" else None
        try:
            kept.settle(office.state, number, remark, me().name, office.clock())
        except KeyError:
            abort(404)
        return redirect(url_for("admin.notes"))
