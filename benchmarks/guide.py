"""The admin's guide followed step by step in Chromium: `python -m benchmarks.guide [--width 390] [--pictures docs]`.

A script that knows the guide's words alone does what it says on a real server with the shipped content: the table is
downloaded, changed by openpyxl as Excel would, uploaded. It prints how long each step took, and the clicks. A person
takes longer to read and type; the waiting is the same. `--pictures` renews those of docs/.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from benchmarks.webhook import ROOT, free_port, wait_until_ready

CHROMIUM = "/usr/bin/chromium"
NAME = "王芳"
#: What a worker says first, so that the screen has something to show.
SAID = (
    "隔壁老王养的鸡会下双黄蛋吗",
    "紫色的星期八",
    "定海哪里能充电",
    "有什么活动",
    "困难补助怎么申请",
    "工资拖欠三个月",
    "报名健步走 示例张三 19900000001",
    "快递员 住院自己付了三千",
    "转人工",
    "1",
    "请给我回电话，问疗休养的事（示例）",
)


@dataclass
class Walk:
    """One admin in one browser."""

    page: Any
    address: str
    folder: Path
    pictures: Path | None
    clicks: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what the block does."""
        began, self.clicks = time.monotonic(), 0
        yield
        print(f"{name}: {time.monotonic() - began:.1f} s, {self.clicks} clicks")

    def click(self, which: str, at: int = 0) -> None:
        self.clicks += 1
        self.page.locator(which).nth(at).click()

    def picture(self, name: str) -> None:
        if self.pictures:
            self.page.screenshot(path=str(self.pictures / f"admin-{name}.png"))

    def menu(self, words: str) -> None:
        self.click(f"header nav a:has-text('{words}')")

    # ------------------------------------------------------------ what the guide says

    def log_in(self, password: str) -> None:
        self.page.goto(f"{self.address}/admin")
        self.page.fill("[name=name]", NAME)
        self.page.fill("[name=password]", password)
        self.click("button:has-text('登录')")
        self.page.wait_for_url("**/admin/")
        self.picture("today")

    def download(self) -> Path:
        self.menu("知识")
        self.picture("knowledge")
        with self.page.expect_download() as coming:
            self.click("a:has-text('下载 站点.xlsx')")
        path = self.folder / str(coming.value.suggested_filename)
        coming.value.save_as(path)
        return path

    def upload(self, path: Path) -> None:
        self.menu("知识")
        self.clicks += 2  # the file is chosen
        self.page.set_input_files("[type=file]", str(path))
        self.click("button:has-text('上传检查')")

    def publish(self, shown: str) -> None:
        self.page.locator("button:text-is('发布')").wait_for()
        self.click("button:text-is('发布')")
        self.page.locator(f"tr:has-text('{shown}'):has-text('正在使用')").wait_for()

    def change_hours(self) -> Path:
        path = self.download()
        edit(path, {"开放时间": (2, "周一至周五 7:00-21:00")})
        self.upload(path)
        self.page.locator("button:text-is('发布')").wait_for()
        self.picture("draft")
        self.click("a:has-text('先试一试')")
        self.page.fill("[name=text]", "新城驿站几点开门")
        self.click("button:has-text('发送')")
        self.page.locator(".reply").nth(1).wait_for()
        new, old = self.page.locator(".reply").all_inner_texts()
        assert "7:00-21:00" in new and "7:00-21:00" not in old
        self.click("a:has-text('回到草稿')")
        self.publish("站点改动 1（s01）")
        return path

    def break_and_mend(self, path: Path) -> None:
        was = edit(path, {"开放时间": (3, "早上到晚上"), "类型": (4, "职工书尾"), "经度": (5, "22.9")})
        self.upload(path)
        self.page.locator(".problems").wait_for()
        self.picture("errors")
        told = self.page.locator("main").inner_text()
        assert "有 3 个错" in told and self.page.locator("button:text-is('发布')").count() == 0
        edit(path, {**was, "开放时间": (3, "8:00-20:00")})
        self.upload(path)
        self.publish("站点改动 1（s02）")

    def roll_back(self) -> None:
        self.menu("知识")
        self.click("a:has-text('历史和退回')")
        self.picture("history")
        self.click("button:has-text('退回到这个版本')")
        self.page.locator("button:has-text('确定退回')").wait_for()
        self.picture("rollback")
        self.click("button:has-text('确定退回')")
        self.page.locator("text=现在用的是退回的版本").or_(
            self.page.locator("h1:has-text('历史')")
        ).first.wait_for()

    def answer_what_was_not_understood(self) -> None:
        self.menu("没听懂")
        self.picture("unheard")
        group = self.page.locator("section.card").first
        self.clicks += 2
        group.locator("select").select_option(index=1)
        self.click("section.card button:has-text('看看教了会怎样')")
        self.page.locator("button:has-text('教会并发布')").wait_for()
        self.click("button:has-text('教会并发布')")
        self.page.locator("h1:has-text('已保存')").wait_for()

    def close_a_station(self) -> None:
        self.menu("知识")
        self.click("a:has-text('改一点小事')")
        self.picture("quick")
        self.clicks += 2
        self.page.select_option("[name=station]", index=1)
        self.page.fill("[name=reason]", "示例盘点")
        self.click("button:has-text('下一步')")
        self.publish("临时关闭新增 1")


def edit(path: Path, cells: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """Write cells, by heading and row, as one does in Excel; returns what stood there."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    was = {}
    for heading, (row, text) in cells.items():
        cell = sheet.cell(row, headings.index(heading) + 1)
        was[heading] = (row, cell.value)
        cell.value = text
    book.save(path)
    return was


def walk(walker: Walk, password: str) -> None:
    """All steps, timed."""
    with walker.step("log in"):
        walker.log_in(password)
    with walker.step("change a station's hours, try, publish"):
        path = walker.change_hours()
    with walker.step("break the table, see it told, mend, publish"):
        walker.break_and_mend(path)
    with walker.step("roll back"):
        walker.roll_back()
    with walker.step("answer a 没听懂"):
        walker.answer_what_was_not_understood()
    with walker.step("until it is live"):
        while "说法新增" not in walker.page.locator("main").inner_text():
            walker.page.goto(f"{walker.address}/admin/knowledge/history")
    with walker.step("close a station by the small form"):
        walker.close_a_station()
    for name, path_of in (("event", "events/e01"), ("menu", "menu")):
        walker.page.goto(f"{walker.address}/admin/{path_of}")
        walker.picture(name)


def say(page: Any, address: str) -> None:
    """What a worker says, in the phone."""
    page.goto(f"{address}/phone/")
    page.locator(".theirs").first.wait_for()
    for text in SAID:
        before = page.locator(".theirs").count()
        page.fill("#words", text)
        page.keyboard.press("Enter")
        page.locator(".theirs").nth(before).wait_for()
    page.wait_for_timeout(6000)  # counts are written down every five seconds


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=1000)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "knowledge" / "content", folder / "content")
        where = ["--content", str(folder / "content"), "--data", str(folder / "var")]
        run = [sys.executable, "run.py"]
        added = subprocess.run(
            [*run, "admin", "add", NAME, "--role", "管理", *where],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        [password] = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", added.stdout + added.stderr)
        port = free_port()
        server = subprocess.Popen([*run, "serve", *where, "--port", str(port)], cwd=ROOT)
        try:
            wait_until_ready(port, server)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                height = 700 if options.width > 500 else 844
                context = browser.new_context(
                    viewport={"width": options.width, "height": height}, locale="zh-CN"
                )
                page = context.new_page()
                page.set_default_timeout(90_000)
                say(page, f"http://127.0.0.1:{port}")
                walk(Walk(page, f"http://127.0.0.1:{port}", folder, options.pictures), password)
        finally:
            server.terminate()
            server.wait(30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
