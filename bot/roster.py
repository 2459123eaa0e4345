"""An event's roster as files that open right in Excel and WPS: telephones stay text, and nothing becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from bot.state.door import Guest

HEADINGS = ("签到号", "姓名", "手机", "状态", "报名时间", "签到时间")
WIDTHS = (8, 14, 16, 18, 18, 18)

#: What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_xlsx(title: str, guests: Sequence[Guest], sessions: Mapping[str, str] | None = None) -> bytes:
    """A workbook of one sheet; `sessions` names those of an event that has some, by id."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(one for one in title if one not in r"[]:*?/\'")[:31] or "名单"
    for row, values in enumerate(_table(guests, sessions or {}), 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            # Said to be text: openpyxl would take 「=1+1」 for a formula, and Excel a telephone for a number.
            cell.data_type, cell.number_format = "s", "@"
    for column, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = WIDTHS[min(column, len(WIDTHS) - 1)]
    sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_csv(guests: Sequence[Guest], sessions: Mapping[str, str] | None = None) -> bytes:
    """CSV with the mark by which Excel knows UTF-8; what could be a formula has an apostrophe before it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for line in _table(guests, sessions or {}):
        writer.writerow([f"'{value}" if value.startswith(FORMULA) else value for value in line])
    return target.getvalue().encode("utf-8-sig")


def _table(guests: Sequence[Guest], sessions: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Headings and lines, with a column for the session and one for each thing that the event asked besides."""
    asked = list(dict.fromkeys(name for guest in guests for name in guest.answers))
    held = ("场次",) if sessions else ()

    def also(guest: Guest) -> tuple[str, ...]:
        session = (sessions.get(guest.event_id, ""),) if sessions else ()
        return (*session, *(guest.answers.get(name, "") for name in asked))

    return [(*HEADINGS, *held, *asked), *((*_line(guest), *also(guest)) for guest in guests)]


def _line(guest: Guest) -> tuple[str, ...]:
    if guest.status == "confirmed":
        stands = "已报上"
    elif guest.offered_until is not None:
        stands = f"候补，留到 {guest.offered_until:%m-%d %H:%M}"
    else:
        stands = "候补"
    arrived = f"{guest.arrived_at:%Y-%m-%d %H:%M}" if guest.arrived_at else ""
    number = str(guest.number) if guest.number else ""
    return number, guest.name, guest.phone, stands, f"{guest.joined_at:%Y-%m-%d %H:%M}", arrived
