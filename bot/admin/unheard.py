"""没听懂: what nobody understood, grouped; one tap teaches it, or makes an answer of it, or strikes it off."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin import trials
from bot.admin.content import add_lines, one_line, signed
from bot.admin.guard import me
from bot.admin.office import Office
from bot.files import replace_file
from intents.grouping import Group, grouped
from intents.types import LABELS
from knowledge.compiler import check_content

#: Groups on the page; the rest follows when these are done.
SHOWN = 40
#: Texts that are looked at.
MOST = 400


@dataclass(frozen=True, slots=True)
class Unheard:
    """A group as the page shows it, with the label that it came nearest to."""

    group: Group
    guess: str


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/unheard`."""

    @blueprint.get("/unheard")
    def unheard() -> ResponseReturnValue:
        groups = grouped(office.state.unmatched(MOST))
        match, now = office.published().matcher.match, office.clock()
        shown = [Unheard(one, _guess(match(one.texts[0], now).ranked)) for one in groups[:SHOWN]]
        return render_template(
            "admin/unheard.html", shown=shown, more=len(groups) - len(shown), labels=_labels(office)
        )

    @blueprint.post("/unheard/drop")
    def drop_unheard() -> ResponseReturnValue:
        _dealt_with(office, "struck off", _texts())
        return redirect(url_for("admin.unheard"))

    @blueprint.post("/unheard/try")
    def try_unheard() -> ResponseReturnValue:
        return redirect(url_for("admin.trial", identity=trials.begin(office.config, {_label(): _phrases()})))

    @blueprint.get("/unheard/try/<identity>")
    def trial(identity: str) -> ResponseReturnValue:
        found = trials.look(office.config, identity) or abort(404)
        return render_template("admin/trial.html", trial=found, labels=dict(_labels(office)))

    @blueprint.post("/unheard/teach")
    def teach_unheard() -> ResponseReturnValue:
        label, phrases = _label(), _phrases()
        add_lines(office.config.content / "phrases" / f"{label}.txt", phrases)
        signed(office, me().name)
        _dealt_with(office, f"taught {label}", _texts())
        return render_template("admin/taught.html", label=dict(_labels(office))[label], phrases=phrases)

    @blueprint.route("/unheard/answer", methods=["GET", "POST"])
    def answer_unheard() -> ResponseReturnValue:
        if request.method == "GET":
            return _answer_form(office, request.args.getlist("text"), [])
        problems = _write_answer(office)
        if problems:
            return _answer_form(office, _texts(), problems), 400
        if "phrases" in request.form:
            add_lines(office.config.content / "phrases" / f"{_label()}.txt", _phrases())
        signed(office, me().name)
        _dealt_with(office, "answered", _texts())
        return render_template("admin/taught.html", label=one_line(request.form["title"]), phrases=_texts())


def _labels(office: Office) -> list[tuple[str, str]]:
    say = office.published().knowledge.text
    return [(label, say(f"labels.{label}")) for label in LABELS]


def _guess(ranked: tuple[tuple[str, float], ...]) -> str:
    return next((label for label, _ in ranked if label != "oos"), "oos")


def _label() -> str:
    label = request.form.get("label", "")
    return label if label in LABELS else abort(400)


def _texts() -> list[str]:
    return request.form.getlist("text")[:MOST]


def _phrases() -> list[str]:
    """The phrases to teach: as the form has them, a line each, else the texts that were ticked."""
    lines = request.form["phrases"].splitlines() if "phrases" in request.form else _texts()
    phrases = [phrase for line in lines if (phrase := one_line(line).lstrip("#").strip())]
    return phrases or abort(400)


def _dealt_with(office: Office, how: str, texts: list[str]) -> None:
    now = office.clock()
    office.state.forget_unmatched(texts, now)
    office.admins.record("unheard", f"{me().name}: {how} {len(texts)}", now)


def _answer_form(office: Office, texts: list[str], problems: list[str]) -> str:
    return render_template(
        "admin/answer.html", texts=texts, problems=problems, labels=_labels(office), given=request.form
    )


def _write_answer(office: Office) -> list[str]:
    """Put the form down as a file of `answers/`; what is wrong with it, in which case there is no such file."""
    title, keywords = one_line(request.form.get("title", ""), 40), one_line(request.form.get("keywords", ""))
    words = request.form.get("answer", "").replace("\r\n", "\n").strip()
    if not (title and words):
        return ["请填标题和回答。"]
    folder = office.config.content / "answers"
    taken = {path.stem for path in folder.glob("*.md")}
    name = next(name for number in range(1, 10_000) if (name := f"staff-{number}") not in taken)
    head = f"标签: {_label()}\n标题: {title}\n关键词: {keywords}\n---\n"
    path = folder / f"{name}.md"
    replace_file(path, f"{head}{words}\n".encode())
    problems = [
        str(one)
        for one in check_content(office.config.content)
        if one.level == "error" and one.file.endswith(path.name)
    ]
    if problems:
        path.unlink(missing_ok=True)
    return problems
