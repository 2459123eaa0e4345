"""The one screen, `/admin`: the state of the service seen and mended by the union's staff, in Chinese.

A page is one file here: a function `pages(blueprint, office)` that adds its routes, one line in PAGES, one in
NAVIGATION, one template. It needs no guard of its own: nobody gets in without logging in, a POST counts only
with its token, and every answer carries the headers of `guard.py`. `@only("管理")` keeps the role 编辑 out.
"""

from __future__ import annotations

from flask import Blueprint

from bot.admin import (
    accounts,
    claims,
    doors,
    events,
    going_back,
    guard,
    health,
    knowledge,
    menu,
    notes,
    quick,
    timing,
    today,
    trail,
    tryout,
    unheard,
    wording,
)
from bot.admin.office import Office

#: The pages, in files of their own.
PAGES = (
    doors,
    today,
    unheard,
    knowledge,
    going_back,
    quick,
    wording,
    menu,
    tryout,
    events,
    timing,
    notes,
    claims,
    trail,
    health,
    accounts,
)

#: The main menu: endpoint, words, and the role that alone sees it ("" for everybody).
NAVIGATION = (
    ("admin.today", "今日一览", ""),
    ("admin.unheard", "没听懂", ""),
    ("admin.knowledge", "知识", ""),
    ("admin.events", "活动", ""),
    ("admin.notes", "留言", "管理"),
    ("admin.claims", "互助", ""),
    ("admin.trail", "操作记录", "管理"),
    ("admin.health", "运行", "管理"),
    ("admin.accounts", "账号", ""),
)


def admin_blueprint(office: Office) -> Blueprint:
    """The blueprint of `/admin`."""
    blueprint = Blueprint(
        "admin", __name__, url_prefix="/admin", template_folder="templates", static_folder="static"
    )
    guard.protect(blueprint, office)
    blueprint.context_processor(lambda: {"navigation": NAVIGATION})
    for page in PAGES:
        page.pages(blueprint, office)
    return blueprint
