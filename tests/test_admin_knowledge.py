"""知识 on the staff's screen: a table goes out, comes back changed, is looked at, tried, published and taken back."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from benchmarks.broken_files import HOSTILE
from bot import config, publishing
from bot.admin import admin_blueprint
from bot.admin.office import Office
from bot.admin.passwords import hashed
from bot.drafts import Draft
from bot.fingerprints import fingerprint
from bot.publishing import current_version, publish
from bot.state.keys import Keys
from bot.state.store import State
from bot.versions import read_history
from tests.event_case import rewrite_events, write_sessions
from tests.state_case import NOW
from tests.test_admin import PASSWORD, ROOT, Browser


class Room:
    """The screen over a content folder that is published, with two people logged in."""

    def __init__(self, content: Path, data: Path) -> None:
        self.content, self.data = content, data
        self.state = State.open(data / "state.db", Keys(bytes(32)))
        settings = config.load(ROOT / "config.toml", {}, {"content": content, "data": data})
        served = publishing.load(data)
        self.office = Office(settings, self.state, lambda: served, lambda: NOW, b"s" * 32)
        self.app = Flask("room")
        self.app.register_blueprint(admin_blueprint(self.office))
        for name in ("王芳", "李明"):
            self.office.admins.put(name, "编辑", hashed(PASSWORD), "测试", NOW)
        self.wang, self.li = self.browser("王芳"), self.browser("李明")

    def browser(self, name: str) -> Browser:
        browser = Browser(self, self.app.test_client(), "127.0.0.1")  # type: ignore[arg-type]
        assert browser.log_in(name, PASSWORD) == 302
        browser.get("knowledge")  # for its token
        return browser

    def upload(self, name: str, data: bytes, browser: Browser | None = None) -> tuple[int, str]:
        browser = browser or self.wang
        browser.get("knowledge")
        form = {"token": browser.token, "file": (io.BytesIO(data), name)}
        answer = browser.client.post("/admin/knowledge/upload", data=form)
        return answer.status_code, answer.get_data(as_text=True)

    def draft(self, browser: Browser | None = None) -> str:
        """The draft's page once it is checked and trained, or tells of errors."""
        while True:
            _, page = (browser or self.wang).get("knowledge/draft")
            if 'http-equiv="refresh"' not in page:
                return page
            time.sleep(0.2)

    def table(self, name: str) -> openpyxl.Workbook:
        answer = self.wang.client.get(f"/admin/knowledge/table/{name}.xlsx")
        return openpyxl.load_workbook(io.BytesIO(answer.data))

    def publish_draft(self, browser: Browser | None = None) -> int:
        self.draft(browser)
        status, _ = (browser or self.wang).post("knowledge/draft/publish")
        return status


def saved(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def cell(book: openpyxl.Workbook, heading: str, row: int) -> openpyxl.cell.Cell:
    sheet = book.worksheets[0]
    return sheet.cell(row, [one.value for one in sheet[1]].index(heading) + 1)  # type: ignore[no-any-return]


def plain(page: str) -> str:
    """What a page says."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.fixture
def room(small: Path, tmp_path: Path) -> Iterator[Room]:
    room = Room(
        Path(shutil.copytree(small / "content", tmp_path / "content")),
        Path(shutil.copytree(small / "var", tmp_path / "var")),
    )
    yield room
    room.state.close()


def test_a_table_comes_back_changed_and_goes_live_under_its_editors_name(room: Room) -> None:
    book = room.table("stations")
    cell(book, "开放时间", 2).value = "周一至周五 7:00-21:00"
    assert room.upload("站点 (1).xlsx", saved(book))[0] == 302  # as browsers name a second download
    page = plain(room.draft())
    assert "站点：改动 1（s01）" in page
    assert "开放时间 每天 6:00-22:00 周一至周五 7:00-21:00" in page
    assert fingerprint(room.content) == current_version(room.data)  # nothing is live yet
    assert room.publish_draft() == 302
    assert publishing.needs_publishing(room.content, room.data)
    publish(room.content, room.data)  # what the watcher does
    assert read_history(room.data).versions[-1].who == "王芳"
    assert publishing.load(room.data).knowledge.stations[0].hours == "周一至周五 7:00-21:00"
    assert not (room.content / "stations.csv").exists()  # the workbook stands in its place


def test_a_table_that_comes_back_unchanged_changes_nothing(room: Room) -> None:
    for name in ("stations", "referrals"):
        assert room.upload(f"{name}.xlsx", saved(room.table(name)))[0] == 302
    page = room.draft()
    assert "没有要发布的" in page and "发布</button>" not in page


def test_a_broken_table_is_told_by_cell_and_touches_nothing(room: Room) -> None:
    book = room.table("stations")
    cell(book, "类型", 2).value = "职工书尾"
    room.upload("站点.xlsx", saved(book))
    page = plain(room.draft())
    assert "站点.xlsx 站点 2 C「类型」 职工书尾 请从这些里选" in page and "是不是“职工书屋”" in page
    assert room.publish_draft() == 400
    assert fingerprint(room.content) == current_version(room.data)


@pytest.mark.parametrize("what", ["macros"])  # all of them: tests/test_broken_files.py
def test_a_hostile_workbook_is_told_of_like_any_other(room: Room, what: str) -> None:
    assert room.upload("站点.xlsx", HOSTILE[what]())[0] == 302
    assert "有 1 个错" in room.draft()
    assert fingerprint(room.content) == current_version(room.data)


@pytest.mark.parametrize(
    "name", ["../../config.toml", "config.toml", "无名.xlsx", "answers/.md", "a.exe", "talk.md/.."]
)
def test_a_file_that_is_nobodys_is_not_taken(room: Room, name: str) -> None:
    status, page = room.upload(name, b"x")
    assert status == 400 and "不知道" in page
    assert Draft(room.office.config, "王芳").changed() == []


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(room: Room) -> None:
    for browser, hours in ((room.wang, "24小时"), (room.li, "8:00-9:00")):
        book = room.table("stations")
        cell(book, "开放时间", 2).value = hours
        room.upload("stations.xlsx", saved(book), browser)
    assert room.publish_draft(room.li) == 302
    room.draft()
    status, page = room.wang.post("knowledge/draft/publish")
    assert status == 409 and "被别人改过了" in page


def agreed(page: str) -> str:
    return re.findall(r'name="agreed" value="(\w+)"', page)[0]


def test_a_roll_back_tells_what_goes_and_the_files_are_back_too(room: Room) -> None:
    before = {path: path.read_bytes() for path in room.content.rglob("*") if path.is_file()}
    first = current_version(room.data)
    room.upload("aid.md", "标签: aid\n标题: 帮扶\n默认: 是\n---\n示例：改过了。\n".encode())
    assert room.publish_draft() == 302
    publish(room.content, room.data)
    _, page = room.li.get("knowledge/history")
    assert "王芳" in page
    status, page = room.li.post("knowledge/rollback", version=first)
    assert status == 200 and "1 次发布会一起退掉" in page and "王芳" in page and "回答改动 1（aid）" in page
    assert current_version(room.data) != first, "nothing is done before it is agreed to"
    room.upload("human.md", "标签: human\n标题: 人工\n默认: 是\n---\n示例：还没发布。\n".encode())
    assert room.publish_draft() == 302  # saved meanwhile, and not live yet
    status, page = room.li.post("knowledge/rollback", version=first, agreed=agreed(page))
    assert status == 200 and "又有人改了" in page and "answers/human.md" in page
    assert room.li.post("knowledge/rollback", version=first, agreed=agreed(page))[0] == 302
    assert {path: path.read_bytes() for path in room.content.rglob("*") if path.is_file()} == before
    assert current_version(room.data) == first
    last = read_history(room.data).acts[-1]
    assert (last.who, last.what, last.version) == ("李明", "rollback", first)
    assert not publishing.needs_publishing(room.content, room.data)


def test_a_roll_back_to_before_an_event_with_sign_ups_is_refused_and_touches_no_file(room: Room) -> None:
    first = current_version(room.data)
    book = room.table("events")
    for heading, text in {"编号": "new", "开始": "2099-06-01 09:00", "结束": "", "报名截止": ""}.items():
        cell(book, heading, 2).value = text
    book.worksheets[0].append([one.value for one in room.table("events").worksheets[0][2]])  # e01 as before
    assert room.upload("events.xlsx", saved(book))[0] == 302
    assert room.publish_draft() == 302
    publish(room.content, room.data, promise=lambda events: room.state.replace_events(events, NOW))
    with room.state.transaction("worker", NOW, True, say=str) as tx:
        tx.signups.sign_up("new", ["李丽"], "19900000431")
    _, page = room.li.post("knowledge/rollback", version=first)
    status, page = room.li.post("knowledge/rollback", version=first, agreed=agreed(page))
    assert status == 409 and "new“示例健步走”（1 人）" in plain(page)
    assert current_version(room.data) == fingerprint(room.content) != first
    room.upload("events.xlsx", saved(room.table("events")))
    book = room.table("events")
    book.worksheets[0].delete_rows(2)
    room.upload("events.xlsx", saved(book))
    page = plain(room.draft())
    assert "少了活动 new“示例健步走”：已有 1 人报名" in page and "发布</button>" not in page


def test_a_roster_of_all_sessions_is_one_file_and_every_sessions_page_leads_to_it(
    small: Path, tmp_path: Path
) -> None:
    content = Path(shutil.copytree(small / "content", tmp_path / "content"))
    data = Path(shutil.copytree(small / "var", tmp_path / "var"))
    rewrite_events(content, {"e03": {"名额": ""}})
    days = [
        ("e03", str(n), name, "", f"2099-03-2{n} 14:00", f"2099-03-2{n} 15:30", "9") for n, name in SESSIONS
    ]
    write_sessions(content, days)
    publish(content, data)
    room = Room(content, data)
    room.state.publish_events(publishing.load(data).knowledge.occasions, NOW)
    for number, name in (("1", "李丽"), ("2", "王小舟")):
        with room.state.transaction(name, NOW, True, say=str) as tx:
            tx.signups.sign_up(f"e03~{number}", [name], "19900000541")
    room.office.admins.put("王芳", "管理", hashed(PASSWORD), "测试", NOW)
    boss = room.browser("王芳")
    _, page = boss.get("events/e03~1")
    assert "所有场次合在一张名单里" in page and "events/e03/roster.csv" in page
    lines = boss.client.get("/admin/events/e03/roster.csv").get_data(as_text=True).splitlines()
    assert [("周六场" in line, "周日场" in line) for line in lines[1:]] == [(True, False), (False, True)]
    assert "李丽" in lines[1] and "王小舟" in lines[2]
    room.state.close()


SESSIONS = ((1, "周六场"), (2, "周日场"))


SMALL = {
    "quick/station": (
        {"station": "s02", "starts": "2026-12-01", "ends": "2026-12-02", "reason": "示例盘点"},
        "临时关闭：新增 1（s02 2026-12-01）",
    ),
    "quick/quota": ({"event": "e01", "quota": "77"}, "名额 200 77"),
    "quick/answer": ({"answer": "aid", "text": "示例：新的话。"}, "回答：改动 1（aid）"),
    "quick/notice": (
        {"text": "示例停航", "starts": "2026-12-01T08:00", "ends": "2026-12-02T20:00", "label": "event_list"},
        "通知：新增 1",
    ),
}


def test_small_things_are_changed_by_forms_and_nothing_beside_them(room: Room) -> None:
    for form, (given, _) in SMALL.items():
        assert room.wang.post(form, **given)[0] == 302
    page = plain(room.draft())
    assert all(told in page for _, told in SMALL.values())
    assert page.count("改动") + page.count("新增") == len(SMALL)  # nothing else changed
    assert room.publish_draft() == 302


def test_what_a_form_cannot_do_is_told(room: Room) -> None:
    status, page = room.wang.post("quick/quota", event="e99", quota="3")
    assert status == 400 and "有 0 行" in page
    room.wang.post("quick/quota", event="e01", quota="很多")
    assert "请填整数" in room.draft()


def test_the_draft_is_tried_beside_the_live_one(room: Room) -> None:
    room.wang.post("quick/answer", answer="recuperation", text="示例：秋天去。")
    room.draft()
    _, page = room.wang.post("knowledge/try", text="疗休养怎么去")
    replies = re.findall(r'<p class="reply">(.*?)</p>', page, re.S)
    assert len(replies) == 2
    assert "示例：秋天去" in replies[0] and "示例：秋天去" not in replies[1]
    with room.state.transaction("tryout", NOW, say=lambda key, **values: key) as tx:
        assert tx.signups.mine() == []
