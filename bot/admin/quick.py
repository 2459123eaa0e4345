"""改一点小事: forms for what is changed most often; each writes one cell, row or text into the draft's own files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line
from bot.admin.guard import me
from bot.admin.office import Office
from bot.drafts import Draft
from intents.types import LABELS
from knowledge.cells import Unreadable
from knowledge.edits import EditError, add_row, set_cell
from knowledge.schema import CLOSURES, EVENTS, NOTICES, Table
from knowledge.sheets import decode

#: What a form does to a draft's folder: the file and its bytes. Raises EditError.
Edit = Callable[[Path], tuple[Path, bytes]]


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/quick`."""

    def page(words: str = "", status: int = 200) -> ResponseReturnValue:
        return _page(office, words, status)

    def edit(change: Edit) -> ResponseReturnValue:
        draft = Draft(office.config, me().name)
        draft.begin()
        try:
            draft.put(*change(draft.content))
        except (EditError, Unreadable) as error:
            return page(str(error), 400)
        return redirect(url_for("admin.draft"))

    @blueprint.get("/quick")
    def quick() -> ResponseReturnValue:
        return page()

    @blueprint.post("/quick/station")
    def close_station() -> ResponseReturnValue:
        row = _row(CLOSURES, station="station", starts="starts", ends="ends", hours="hours", reason="reason")
        return edit(lambda content: add_row(content, CLOSURES, row))

    @blueprint.post("/quick/quota")
    def set_quota() -> ResponseReturnValue:
        event, quota = one_line(request.form.get("event", "")), one_line(request.form.get("quota", ""), 10)
        return edit(lambda content: set_cell(content, EVENTS, event, "名额", quota))

    @blueprint.post("/quick/answer")
    def set_answer() -> ResponseReturnValue:
        known = {one.id for one in office.published().knowledge.answers}
        name = request.form.get("answer", "")
        if name not in known:
            abort(400)
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        return edit(lambda content: _answer(content / "answers" / f"{name}.md", text))

    @blueprint.post("/quick/notice")
    def add_notice() -> ResponseReturnValue:
        row = _row(NOTICES, text="text", starts_at="starts", ends_at="ends")
        now = office.clock()
        row |= {"编号": f"n{now:%Y%m%d%H%M%S}", "服务": "、".join(_labels())}
        row["开始"], row["结束"] = row["开始"].replace("T", " "), row["结束"].replace("T", " ")
        return edit(lambda content: add_row(content, NOTICES, row))


def _page(office: Office, words: str, status: int) -> ResponseReturnValue:
    knowledge, now = office.published().knowledge, office.clock()
    chosen = next((one for one in knowledge.answers if one.id == request.args.get("answer")), None)
    return render_template(
        "admin/quick.html",
        words=words,
        stations=knowledge.stations,
        events=[one for one in knowledge.events if not _is_over(one.ends_at, now)],
        answers=sorted(knowledge.answers, key=lambda one: one.title),
        chosen=chosen,
        labels=[(label, knowledge.text(f"labels.{label}")) for label in LABELS if label != "oos"],
        today=f"{now:%Y-%m-%d}",
        now=f"{now:%Y-%m-%dT%H:%M}",
    ), status


def _is_over(ends_at: datetime | None, now: datetime) -> bool:
    return ends_at is not None and ends_at < now


def _row(table: Table, **names: str) -> dict[str, str]:
    """The form's values by the table's headings; `names` gives the form's name of each field."""
    headings = {one.name: one.heading for one in table.fields}
    given = {headings[field]: one_line(request.form.get(name, ""), 300) for field, name in names.items()}
    return {heading: text for heading, text in given.items() if text}


def _labels() -> list[str]:
    return [one for one in request.form.getlist("label") if one in LABELS]


def _answer(path: Path, text: str) -> tuple[Path, bytes]:
    """An answer's file with another text under the same head."""
    if not path.is_file() or not text:
        raise EditError("没有这一条，或者文字空着")
    head, mark, _ = decode(path).replace("\r\n", "\n").partition("\n---\n")
    if not mark:
        raise EditError(f"{path.name} 里没有单独一行 ---，请用记事本改")
    return path, f"{head}{mark}{text}\n".encode()
