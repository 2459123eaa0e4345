"""知识: the files downloaded, a draft uploaded, looked at, published."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot import publishing
from bot.admin.files import FOLDERS, called, listed
from bot.admin.guard import me
from bot.admin.office import Office
from bot.drafts import MAX_BYTES, Draft, DraftError
from bot.fingerprints import content_files, fingerprint
from bot.publishing import current_version
from bot.versions import TITLES, read_history
from knowledge.base import Knowledge
from knowledge.cells import Unreadable
from knowledge.schema import TABLES
from knowledge.tables import cells_by_heading, file_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file on the page: its path in the content folder, what it is called, and how many rows it has."""

    path: str
    title: str
    rows: int | None = None


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/knowledge`."""
    blueprint.record(lambda setup: setup.app.config.setdefault("MAX_CONTENT_LENGTH", MAX_BYTES + 2**20))
    _reading(blueprint, office)
    _drafting(blueprint, office)


def _reading(blueprint: Blueprint, office: Office) -> None:
    content = office.config.content

    @blueprint.get("/knowledge")
    def knowledge() -> ResponseReturnValue:
        return _front(office)

    @blueprint.get("/knowledge/table/<name>.xlsx")
    def table_file(name: str) -> ResponseReturnValue:
        from knowledge.templates import workbook  # openpyxl is loaded where it is needed

        table = next((one for one in TABLES if one.name == name), None) or abort(404)
        path, _ = file_of(table, content)
        try:
            book = workbook(table, cells_by_heading(path, table) if path else [])
        except Unreadable:
            return _sent(path) if path else abort(404)  # as it is, so that somebody can mend it
        saved = io.BytesIO()
        book.save(saved)
        saved.seek(0)
        return send_file(saved, XLSX, as_attachment=True, download_name=f"{table.title}.xlsx")

    @blueprint.get("/knowledge/file/<path:name>")
    def content_file(name: str) -> ResponseReturnValue:
        known = {path.relative_to(content).as_posix(): path for path in content_files(content)}
        return _sent(known[name]) if name in known else abort(404)


def _sent(path: Path) -> ResponseReturnValue:
    return send_file(
        io.BytesIO(path.read_bytes()), "application/octet-stream", as_attachment=True, download_name=path.name
    )


def _front(office: Office, words: str = "", status: int = 200) -> ResponseReturnValue:
    content, data = office.config.content, office.config.data
    knowledge = office.published().knowledge
    tables = [Listed(one.name, one.title, _rows(knowledge, one.name)) for one in TABLES]
    name = called(knowledge)
    texts = {
        title: [
            Listed(there, name(there))
            for there in sorted(
                path.relative_to(content).as_posix() for path in content_files(content / folder)
            )
        ]
        for folder, title in FOLDERS.items()
    }
    return render_template(
        "admin/knowledge.html",
        tables=tables,
        texts=texts,
        words=words,
        draft=Draft(office.config, me().name).begun,
        failed=publishing.read_draft(data),
        publishing=is_publishing(office),
    ), status


def _rows(knowledge: Knowledge, table: str) -> int | None:
    """How many rows are served of a table; None where they are kept in another form."""
    rows = getattr(knowledge, table, None)
    return len(rows) if isinstance(rows, tuple | dict) else None


def is_publishing(office: Office) -> bool:
    """Whether the content is not what is served yet, nor refused, nor left behind by a roll-back."""
    data = office.config.data
    here = fingerprint(office.config.content)
    refused = publishing.read_draft(data).get("content") == here
    return here not in (current_version(data), read_history(data).left or None) and not refused


def _drafting(blueprint: Blueprint, office: Office) -> None:
    def mine() -> Draft:
        return Draft(office.config, me().name)

    def draft_page(words: str = "", status: int = 200) -> ResponseReturnValue:
        draft = mine()
        if not draft.begun:
            return redirect(url_for("admin.knowledge"))
        look = draft.look()
        files = listed(look.changed, called(office.published().knowledge))
        return render_template("admin/draft.html", look=look, files=files, titles=TITLES, words=words), status

    @blueprint.get("/knowledge/draft")
    def draft() -> ResponseReturnValue:
        return draft_page()

    @blueprint.post("/knowledge/upload")
    def upload() -> ResponseReturnValue:
        files = [one for one in request.files.getlist("file") if one.filename]
        if not files:
            return _front(office, "请先选一个文件。", 400)
        try:
            for one in files:
                mine().upload(one.filename or "", one.stream.read(MAX_BYTES + 1))
        except DraftError as error:
            return _front(office, str(error), 400)
        return redirect(url_for("admin.draft"))

    @blueprint.post("/knowledge/draft/discard")
    def discard() -> ResponseReturnValue:
        mine().discard()
        return redirect(url_for("admin.knowledge"))

    @blueprint.post("/knowledge/draft/publish")
    def publish() -> ResponseReturnValue:
        draft = mine()
        if not draft.begun:
            return redirect(url_for("admin.knowledge"))
        look = draft.look()
        if not look.ready or look.errors:
            return draft_page("还没有检查完，或者还有错，没有发布。", 400)
        changed = look.changed
        try:
            draft.publish()
        except DraftError as error:
            return draft_page(str(error), 409)
        office.admins.record("publish", f"{me().name}: {len(changed)} files", office.clock())
        return redirect(url_for("admin.history"))
