"""The staff's screen over the application itself: doors, roles, tokens, headers, and what each page does."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from state_case import NOW, say

from bot import alive, backups, config
from bot.admin import admin_blueprint
from bot.admin.office import Office, load_secret
from bot.admin.passwords import hashed
from bot.config import ConfigError
from bot.drafts import Draft
from bot.fingerprints import fingerprint
from bot.publishing import Published
from bot.state import figures
from bot.state import notes as kept_notes
from bot.state.admins import Role
from bot.state.keys import Keys
from bot.state.store import State
from bot.tally import Tally
from bot.versions import signed_by
from intents.types import Message, Reply
from knowledge.banned import read_banned
from knowledge.menu import Button, read_menu

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "一二三四五六七八九十"


class Screen:
    """A screen with two accounts, and a clock that can be set."""

    def __init__(self, folder: Path, published: Callable[[], Published]) -> None:
        self.now = NOW
        self.state = State.open(folder / "state.db", Keys(bytes(range(32))))
        self.content = folder / "content"
        (self.content / "phrases").mkdir(parents=True)
        settings = config.load(ROOT / "config.toml", {}, {"content": self.content, "data": folder})
        self.office = Office(settings, self.state, published, lambda: self.now, b"s" * 32)
        self.app = Flask("screen")
        self.app.register_blueprint(admin_blueprint(self.office))
        people: tuple[tuple[str, Role], ...] = (("王芳", "管理"), ("李小编", "编辑"))
        for name, role in people:
            self.office.admins.put(name, role, hashed(PASSWORD), "测试", NOW)

    def browser(self, address: str = "127.0.0.1") -> Browser:
        return Browser(self, self.app.test_client(), address)

    def logged_in(self, name: str = "王芳") -> Browser:
        browser = self.browser()
        assert browser.log_in(name, PASSWORD) == 302
        return browser


class Browser:
    """Somebody's browser: it keeps cookies and sends the token of the last page."""

    def __init__(self, screen: Screen, client: FlaskClient, address: str) -> None:
        self.screen, self.client, self.address = screen, client, address
        self.token = ""

    def get(self, path: str) -> tuple[int, str]:
        response = self.client.get(f"/admin/{path}", environ_overrides={"REMOTE_ADDR": self.address})
        text = response.get_data(as_text=True)
        found = re.search(r'name="token" value="([0-9a-f]+)"', text)
        self.token = found[1] if found else self.token
        return response.status_code, text

    def post(self, path: str, **form: str | list[str]) -> tuple[int, str]:
        response = self.client.post(
            f"/admin/{path}",
            data={"token": self.token} | form,
            environ_overrides={"REMOTE_ADDR": self.address},
        )
        return response.status_code, response.get_data(as_text=True)

    def log_in(self, name: str, password: str) -> int:
        self.get("login")
        status, _ = self.post("login", name=name, password=password)
        return status


@pytest.fixture
def screen(tmp_path: Path, published: Published) -> Iterator[Screen]:
    screen = Screen(tmp_path, lambda: published)
    yield screen
    screen.state.close()


# ---------------------------------------------------------------- the doors

PAGES = ("", "unheard", "unheard/answer", "notes", "claims", "trail", "wording", "menu", "health", "accounts")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_logging_in(screen: Screen, page: str) -> None:
    assert screen.browser().get(page)[0] == 302
    assert screen.logged_in().get(page)[0] == 200


def test_every_route_is_behind_the_door_and_every_post_behind_a_token(screen: Screen) -> None:
    """Walks over all routes there are, so that one that is added is held to it too."""
    stranger, inside = screen.browser(), screen.logged_in()
    inside.get("")
    for rule in screen.app.url_map.iter_rules():
        if not rule.rule.startswith("/admin/") or rule.endpoint == "admin.static":
            continue
        path = re.sub(r"<[^>]*>", "1", rule.rule).removeprefix("/admin/")
        methods = rule.methods or set()
        if "POST" in methods:
            inside.token, stranger.token = "", ""
            assert inside.post(path)[0] == 400, rule
            inside.token = "0" * 64
            assert inside.post(path)[0] == 400, rule
            assert stranger.post(path)[0] == 400, rule
        if "GET" in methods and path != "login":
            assert stranger.get(path)[0] == 302, rule


def test_the_token_of_one_is_not_that_of_another(screen: Screen) -> None:
    mine, yours = screen.logged_in("王芳"), screen.logged_in("李小编")
    mine.get("")
    yours.token = mine.token
    assert yours.post("unheard/drop", text="甲")[0] == 400


def test_pages_for_the_role_of_managers_are_closed_to_editors(screen: Screen) -> None:
    editor = screen.logged_in("李小编")
    assert [editor.get(page)[0] for page in ("", "unheard", "notes", "trail", "accounts")] == [
        200,
        200,
        403,
        403,
        200,
    ]
    assert editor.post("accounts/add", name="赵六", role="管理")[0] == 403
    assert "所有账号" not in editor.get("accounts")[1]


def test_who_does_nothing_for_half_an_hour_is_logged_out(screen: Screen) -> None:
    browser = screen.logged_in()
    screen.now += timedelta(minutes=29)
    assert browser.get("")[0] == 200
    screen.now += timedelta(minutes=29)
    assert browser.get("")[0] == 200
    screen.now += timedelta(minutes=31)
    assert browser.get("")[0] == 302


def test_log_out_ends_it_for_the_cookie_too(screen: Screen) -> None:
    browser = screen.logged_in()
    stolen = browser.client.get_cookie("union_admin", path="/admin")
    browser.get("")
    assert browser.post("logout")[0] == 302
    thief = screen.browser()
    assert stolen is not None
    thief.client.set_cookie("union_admin", stolen.value, path="/admin")
    assert thief.get("")[0] == 302


def test_a_removed_account_is_out_at_once(screen: Screen) -> None:
    editor, manager = screen.logged_in("李小编"), screen.logged_in()
    manager.get("accounts")
    assert "已删除" in manager.post("accounts/remove", name="李小编")[1]
    assert editor.get("")[0] == 302
    assert "不能删除自己" in manager.post("accounts/remove", name="王芳")[1]


def test_a_log_in_is_ended_from_elsewhere_and_no_other(screen: Screen) -> None:
    """Everybody sees and ends his own; 管理 sees and ends all."""
    editor, forgotten, manager = screen.logged_in("李小编"), screen.logged_in("李小编"), screen.logged_in()
    _, page = editor.get("accounts")
    assert (page.count("就是这里"), page.count(">让它退出<")) == (1, 1), "the manager's is not shown"
    [other] = re.findall(r'name="id" value="(\w+)"', page)
    ids = re.findall(r'name="id" value="(\w+)"', manager.get("accounts")[1])
    assert len(ids) == 2
    [managers] = {log_in.id for log_in in screen.office.admins.log_ins(NOW, timedelta(1))} - set(ids)
    assert editor.post("accounts/end", id=managers)[0] == 403
    assert "已经退出" in editor.post("accounts/end", id=other)[1]
    assert "那边已经退出了" in editor.post("accounts/end", id=other)[1]
    assert (forgotten.get("")[0], editor.get("")[0], manager.get("")[0]) == (302, 200, 200)
    assert "已经退出" in manager.post("accounts/end", id=(set(ids) - {other}).pop())[1]
    assert editor.get("")[0] == 302
    assert "让人退出登录" in manager.get("trail")[1]


def test_silence_of_the_process_that_publishes_is_told(screen: Screen) -> None:
    manager, data = screen.logged_in(), screen.office.config.data
    for work in alive.WORKS:
        alive.beat(data, work)
    assert "停了" not in manager.get("")[1] + manager.get("health")[1]
    assert "还在工作" in manager.get("health")[1]
    long_ago = NOW.timestamp() - 400
    os.utime(data / "publishing.alive", (long_ago, long_ago))
    assert "自动发布停了" in manager.get("")[1]
    assert "改了的文件现在不会生效" in manager.get("health")[1]


def test_a_new_password_takes_effect_and_ends_older_log_ins(screen: Screen) -> None:
    one, other = screen.logged_in(), screen.logged_in()
    one.get("accounts")
    assert "原来的密码不对" in one.post("accounts/password", before="x" * 12, password="y" * 12)[1]
    assert "至少" in one.post("accounts/password", before=PASSWORD, password="短")[1]
    assert one.post("accounts/password", before=PASSWORD, password="y" * 12)[0] == 302
    assert other.get("")[0] == 302
    assert screen.browser().log_in("王芳", PASSWORD) == 403
    assert screen.browser().log_in("王芳", "y" * 12) == 302


def test_a_generated_password_opens_the_door(screen: Screen) -> None:
    manager = screen.logged_in()
    manager.get("accounts")
    _, text = manager.post("accounts/add", name="赵六", role="编辑")
    found = re.search(r"密码是 (\S+) ", text)
    assert found is not None
    assert screen.browser().log_in("赵六", found[1]) == 302


def test_every_answer_forbids_scripts_from_elsewhere(screen: Screen) -> None:
    for path in ("/admin/login", "/admin/", "/admin/static/admin.css"):
        with screen.app.test_client().get(path) as response:
            policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
    cookies = screen.browser()
    cookies.log_in("王芳", PASSWORD)
    kept = cookies.client.get_cookie("union_admin", path="/admin")
    assert kept is not None
    assert (kept.http_only, kept.same_site) == (True, "Strict")


# ---------------------------------------------------------------- guessing


def test_who_guesses_waits_ever_longer(screen: Screen) -> None:
    guesser = screen.browser("203.0.113.7")
    statuses = [guesser.log_in("王芳", f"wrong-{number}") for number in range(8)]
    assert statuses == [403] * 5 + [429] * 3
    screen.now += timedelta(seconds=31)
    assert guesser.log_in("王芳", "wrong") == 403
    screen.now += timedelta(seconds=31)
    assert guesser.log_in("王芳", "wrong") == 429, "the wait doubles"


def test_the_owner_gets_in_while_ten_thousand_guess(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a thousand addresses; the owner's own browser logged in once before."""
    owner = screen.logged_in()
    owner.get("")
    owner.post("logout")
    compared: list[str] = []

    def never_right(password: str, _: str | None) -> bool:
        compared.append(password)
        return False

    monkeypatch.setattr("bot.admin.doors.is_right", never_right)
    for number in range(10_000 // 40):
        browser = screen.browser(f"198.51.100.{number % 250}")
        for guess in range(40):
            browser.log_in("王芳", f"{number}-{guess}") if guess < 2 else browser.post(
                "login", name="王芳", password=f"{number}-{guess}"
            )
    assert len(compared) <= 60, "the account is not tried from unknown devices for long"
    monkeypatch.undo()
    stranger = screen.browser("192.0.2.9")
    assert stranger.log_in("王芳", PASSWORD) == 429
    assert owner.log_in("王芳", PASSWORD) == 302


def test_the_control_another_account_is_not_held_up_by_it(screen: Screen) -> None:
    guesser = screen.browser("203.0.113.7")
    for number in range(6):
        guesser.log_in("王芳", f"wrong-{number}")
    assert screen.browser("192.0.2.9").log_in("李小编", PASSWORD) == 302


def test_a_device_cookie_of_one_account_does_not_serve_another(screen: Screen) -> None:
    known = screen.logged_in("李小编")
    for number in range(6):
        known.log_in("王芳", f"wrong-{number}")
    assert known.log_in("王芳", PASSWORD) == 429
    assert known.log_in("李小编", PASSWORD) == 302


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(screen: Screen) -> None:
    def status(forwarded: str, password: str) -> int:
        client = screen.app.test_client()
        token = re.search(
            r'name="token" value="([0-9a-f]+)"', client.get("/admin/login").get_data(as_text=True)
        )
        assert token is not None
        form = {"token": token[1], "name": "王芳", "password": password}
        return client.post("/admin/login", data=form, headers={"X-Forwarded-For": forwarded}).status_code

    settings = replace(screen.office.config, admin=config.Admin(behind_proxy=True))
    screen.app = Flask("behind")
    screen.app.register_blueprint(admin_blueprint(replace(screen.office, config=settings)))
    for number in range(5):
        assert status(f"10.9.9.{number}, 203.0.113.7", "wrong") == 403, (
            "what the client claims counts nothing"
        )
    assert status("203.0.113.7", PASSWORD) == 429
    assert status("203.0.113.8", PASSWORD) == 302


# ---------------------------------------------------------------- the pages


def test_what_was_counted_is_on_the_first_page(screen: Screen) -> None:
    tally = Tally()
    answer = tally.counting(lambda message: Reply("好", intent=message.text, why=("asked back",)))
    for intent in ("aid", "aid", "oos"):
        answer(Message("甲", "1", "text", NOW, text=intent))
    figures.add(screen.state, tally.taken(), NOW)
    figures.add(screen.state, {"messages": 2}, NOW - timedelta(days=1))
    assert figures.since(screen.state, NOW.date())[NOW.date()]["intent aid"] == 2
    _, page = screen.logged_in().get("")
    assert re.search(r"收到消息</dt><dd>3</dd>", page)
    assert re.search(r"反问确认</dt><dd>3</dd>", page)
    assert "22 2" in page, "yesterday's bar, as it is read aloud"


def test_what_threads_count_is_all_written_down(screen: Screen) -> None:
    tally = Tally()
    answer = tally.counting(lambda message: Reply("好"))
    threads = [
        threading.Thread(target=lambda: [answer(Message("甲", "1", "text", NOW)) for _ in range(200)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tally.taken().values()) == 2 * 800


def unmatched(screen: Screen, *texts: str) -> None:
    for number, text in enumerate(texts):
        with screen.state.transaction("甲", NOW, say=say) as tx:
            tx.note_unmatched(text)
            tx.save(tx.session(), f"{text}{number}", Reply())


def test_what_was_not_understood_is_taught_in_one_tap(screen: Screen) -> None:
    phrases = screen.content / "phrases" / "aid.txt"
    phrases.write_bytes("# 帮扶\r\n困难补助怎么申请".encode("gb18030"))
    unmatched(screen, "月亮补贴哪里领", "月亮补贴在哪里领", "火星话")
    browser = screen.logged_in("李小编")
    _, page = browser.get("unheard")
    assert page.index("月亮补贴哪里领") < page.index("共 2 次") < page.index("火星话")
    status, _ = browser.post("unheard/teach", label="aid", text=["月亮补贴哪里领", "月亮补贴在哪里领"])
    assert status == 200
    assert phrases.read_bytes().decode("gb18030").splitlines() == [
        "# 帮扶",
        "困难补助怎么申请",
        "月亮补贴哪里领",
        "月亮补贴在哪里领",
    ]
    assert signed_by(screen.office.config.data, fingerprint(screen.content)) == "李小编", "as the history will say"
    browser.post("unheard/drop", text="火星话")
    assert "一条也没有" in browser.get("unheard")[1]


def test_a_phrase_cannot_break_out_of_its_line(screen: Screen) -> None:
    browser = screen.logged_in()
    browser.get("unheard")
    browser.post("unheard/teach", label="aid", text=["# 注释\n第二行\x00"])
    assert (screen.content / "phrases" / "aid.txt").read_text(encoding="utf-8") == "注释 第二行\n"
    assert browser.post("unheard/teach", label="../../etc/passwd", text=["甲"])[0] == 400
    assert [path.name for path in screen.content.rglob("*") if path.is_file()] == ["aid.txt"]


def test_a_note_is_settled_with_a_word_and_can_be_opened_again(screen: Screen) -> None:
    with screen.state.transaction("甲", NOW, True, say=say) as tx:
        number = tx.people.leave_note("请给我回电话")
    browser = screen.logged_in()
    assert "请给我回电话" in browser.get("notes")[1]
    browser.post(f"notes/{number}", done="yes", remark="已打过电话")
    [note] = kept_notes.left(screen.state)
    assert (note.done_by, note.remark) == ("王芳", "已打过电话")
    browser.post(f"notes/{number}", done="no")
    assert kept_notes.left(screen.state)[0].done_at is None
    assert browser.post("notes/999", done="yes")[0] == 404


def test_the_trail_tells_who_did_what_and_whether_it_was_tampered_with(screen: Screen) -> None:
    browser = screen.logged_in()
    screen.state.publish_events(screen.office.published().knowledge.events, NOW)
    _, page = browser.get("trail")
    assert "没有被改动" in page and "登录" in page
    assert "示例健步走: 名额 200</td>" in page, "told in the staff's words"
    screen.state._connection.execute("UPDATE audit SET about = '别人' WHERE id = 1")
    assert "第 1 条被人改动过" in browser.get("trail")[1]


def test_a_backup_is_made_by_a_button_and_shown_on_the_first_page(screen: Screen) -> None:
    browser = screen.logged_in()
    assert re.search(r"上次备份</dt><dd>还没有", browser.get("")[1])
    assert "还没有备份" in browser.get("health")[1]
    assert browser.post("health/backup")[0] == 302
    [made] = backups.all_backups(screen.office.config)
    assert made.path.name in browser.get("health")[1]
    assert f"{NOW:%m-%d %H:%M}" in browser.get("")[1]
    editor = screen.logged_in("李小编")
    assert editor.get("health")[0] == 403
    assert "/admin/health" not in editor.get("")[1], "a menu shows only what opens"


def test_errors_in_the_content_are_counted_on_the_first_page(screen: Screen) -> None:
    problems = [{"level": "error"}, {"level": "warning"}]
    (screen.office.config.data / "draft.json").write_text(json.dumps({"problems": problems}))
    assert re.search(r"知识里的错</dt><dd><a [^>]*>1</a>", screen.logged_in().get("")[1])


def test_an_event_is_postponed_or_called_off_in_the_table(screen: Screen) -> None:
    shutil.copy(ROOT / "knowledge" / "content" / "events.csv", screen.content)
    screen.state.publish_events(screen.office.published().knowledge.events, NOW)
    browser = screen.logged_in()
    assert "下一步" in browser.get("events/e01")[1]
    times = {"starts": "2027-11-07T09:00", "ends": "2027-11-07T11:00", "closes": ""}
    assert browser.post("events/e01/postpone", **times)[0] == 302
    assert browser.post("events/e01/cancel")[0] == 302
    draft = Draft(screen.office.config, "王芳").content / "events.csv"
    [row] = [line for line in draft.read_text("utf-8-sig").splitlines() if line.startswith("e01,")]
    assert ",2027-11-07 09:00,2027-11-07 11:00,2026-10-01 09:00,2027-10-31 17:00," in row
    assert row.endswith(",是")
    assert "2027-11-06 08:30" in (screen.content / "events.csv").read_text("utf-8-sig"), "nothing is live yet"
    assert browser.post("events/e01/postpone", starts="")[0] == 400
    assert browser.post("events/e99/cancel")[0] == 404


def test_words_that_must_not_be_said_are_kept_as_a_file(screen: Screen) -> None:
    browser = screen.logged_in("李小编")
    browser.get("wording")
    assert browser.post("wording", words='包 赔\r\n"引号"\\\r\n\r\n包 赔')[0] == 302
    words, problems = read_banned(Draft(screen.office.config, "李小编").content)
    assert (words, problems) == (("包 赔", '"引号"\\'), [])
    assert "包 赔" in browser.get("wording")[1]


def test_the_menu_is_saved_as_a_file_and_told_what_wechat_would_not_show(screen: Screen) -> None:
    browser = screen.logged_in("李小编")
    browser.get("menu")
    form = {
        "name0": "找地方",
        "name0-0": '书"屋',
        "says0-0": "附近的书屋\\",
        "name0-3": "驿站",
        "says0-3": "",
    }
    assert browser.post("menu", **form)[0] == 302
    menu, problems = read_menu(screen.content)
    wanted = (Button("找地方", above=(Button('书"屋', "附近的书屋\\"), Button("驿站", "驿站"))),)
    assert (menu, problems) == (wanted, [])
    status, page = browser.post("menu", name0="名字太长了", **{"name0-0": "驿站"})
    assert status == 400 and "要 1 到 4 个字" in page
    assert read_menu(screen.content)[0] == wanted
    assert browser.post("menu/push")[0] == 403
    assert screen.logged_in().post("menu/push")[0] == 400, "its token is another's"


# ---------------------------------------------------------------- the secret


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = load_secret(tmp_path, {})
    assert load_secret(tmp_path, {}) == made
    assert len(made) == 32
    assert (tmp_path / "admin.key").stat().st_mode & 0o077 == 0
    assert load_secret(tmp_path, {"BOT_ADMIN_SECRET": "x" * 32}) == b"x" * 32
    with pytest.raises(ConfigError, match="BOT_ADMIN_SECRET"):
        load_secret(tmp_path, {"BOT_ADMIN_SECRET": "short"})


def test_times_are_the_towns(screen: Screen) -> None:
    assert [one.added_at for one in screen.office.admins.all()] == [NOW.replace(microsecond=0)] * 2
    assert isinstance(screen.office.admins.all()[0].added_at, datetime)
