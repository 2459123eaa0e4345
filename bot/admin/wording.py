"""不能说的词: words that must not appear in answers; changed in one's draft, which then shows where they stand."""

from __future__ import annotations

import json

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.admin.content import one_line
from bot.admin.guard import me
from bot.admin.office import Office
from bot.drafts import Draft
from knowledge.banned import FILE, KEY, read_banned

#: Words that the form takes, and characters of each.
MOST, LONGEST = 500, 30

HEAD = "# 机器人不能对职工说的词：回答、机器人自己说的话、各张表、规定和菜单里有一个，就不发布，会告诉您在哪一行。\n"


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/wording`."""

    @blueprint.get("/wording")
    def wording() -> ResponseReturnValue:
        draft = Draft(office.config, me().name)
        words, _ = read_banned(draft.content if draft.begun else office.config.content)
        return render_template("admin/wording.html", words=words)

    @blueprint.post("/wording")
    def set_wording() -> ResponseReturnValue:
        lines = request.form.get("words", "").splitlines()
        words = list(dict.fromkeys(word for line in lines if (word := one_line(line, LONGEST))))[:MOST]
        draft = Draft(office.config, me().name)
        draft.begin()
        listed = "".join(f"  {json.dumps(word, ensure_ascii=False)},\n" for word in words)
        draft.put(draft.content / FILE, f"{HEAD}{KEY} = [\n{listed}]\n".encode())
        return redirect(url_for("admin.draft"))
