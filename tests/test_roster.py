"""Rosters: as Excel reads them, with names that would be formulas and telephones that would be numbers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from openpyxl import load_workbook
from state_case import NOW, PHONE

from bot.roster import as_csv, as_xlsx
from bot.state.door import Guest

GUESTS = [
    Guest(1, 1, "王芳", PHONE, "confirmed", NOW, NOW + timedelta(hours=1), None),
    Guest(2, 0, "=HYPERLINK(1)", "+8619900000002", "waiting", NOW, None, NOW + timedelta(hours=2)),
]


def test_a_workbook_holds_text_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx("健步走[示例]", GUESTS))).active
    assert sheet is not None
    assert sheet.title == "健步走示例"
    assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}
    assert [cell.value for cell in sheet[2]] == [
        "1",
        "王芳",
        PHONE,
        "已报上",
        "2026-11-23 09:00",
        "2026-11-23 10:00",
    ]
    assert sheet[3][1].value == "=HYPERLINK(1)"


def test_a_csv_opens_as_chinese_and_runs_nothing() -> None:
    data = as_csv(GUESTS)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1][1:3] == ["王芳", PHONE]
    assert rows[2][1:4] == ["'=HYPERLINK(1)", "'+8619900000002", "候补，留到 11-23 11:00"]
