"""Days, weekdays and times, counted from now: 明天, 下周六, 28号, 晚上八点半."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from intents.slots.numerals import DIGITS, numbers
from intents.slots.utterance import Utterance
from intents.types import Slot

_RELATIVE = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨晚": -1, "昨日": -1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今朝": 0, "今儿": 0,
    "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明朝": 1, "明儿": 1, "后天": 2, "后日": 2, "后儿": 2, "大后天": 3, "大后日": 3,
}  # fmt: skip
_DAY_WORD = re.compile("|".join(sorted(_RELATIVE, key=len, reverse=True)))
_WEEKDAY = re.compile(
    r"(?P<week>下下个?|(?<!一)下个?|这个?|本|上个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-7](?![\d月]))"
)
_WEEK = re.compile(
    r"(?P<week>下下个?|(?<!一)下个?|这个?|本|上个?)(?:周|星期|礼拜)(?![一二三四五六日天末1-7岁])"
)
_MONTH = re.compile(
    r"(?P<which>下个?|这个?|本|上个?)月(?!\d)|(?P<year>[去今明前](?=年)年)?(?<![\d个一二三四五六七八九十])(?P<number>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![\d一二三四五六七八九十])"
)
_N = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_FULL = re.compile(
    rf"(?<!\d)(?:(?P<year>20\d\d(?=[年\-/.])|[去今明前](?=年))[年\-/.])?(?P<month>{_N})(?:月|(?<=\d)[-/.](?=\d))(?P<day>{_N})(?P<sign>[日号])?(?![\d元块万千百])"
)
_DAY_ALONE = re.compile(
    rf"(?<![\d一二三四五六七八九十第月])(?P<day>{_N})[号日](?![楼线码门车桌窗口床机院店库台泊坞船位])"
)
#: Every day, week and month has one of these.
_OF_DAYS = frozenset("天日号晚早朝儿周星礼月年-/.")
_PAST = re.compile(r"住院|入院|出院|参保|开的刀|做的手术|那天|那会|之前|上个?月")
_WEEKS = {"下下": 2, "下": 1, "这": 0, "本": 0, "上": -1}
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1}


def find_days(utterance: Utterance) -> list[Slot]:
    """`date` (a datetime.date), `weekday` (1 Monday … 7), `period` (first and last date)."""
    if not utterance.has_any(_OF_DAYS):
        return []
    text, today = utterance.text, utterance.now.date()
    slots: list[Slot] = []

    def free(found: re.Match[str]) -> bool:
        return not any(slot.start < found.end() and slot.end > found.start() for slot in slots)

    for found in _FULL.finditer(text):
        if (found["sign"] or "月" in found.group() or found["year"]) and (
            day := _full_date(found, today, text)
        ):
            slots.append(utterance.slot("date", day, *found.span()))
    for found in _DAY_WORD.finditer(text):
        slots.append(utterance.slot("date", today + timedelta(_RELATIVE[found.group()]), *found.span()))
    for found in _WEEKDAY.finditer(text):
        if free(found):
            slots += _weekday(utterance, found, today)
    for found in _WEEK.finditer(text):
        if free(found):
            monday = today - timedelta(today.weekday()) + timedelta(weeks=_WEEKS[found["week"].rstrip("个")])
            slots.append(utterance.slot("period", (monday, monday + timedelta(6)), *found.span()))
    for found in _DAY_ALONE.finditer(text):
        if free(found) and (day := _day_of_month(_value(found["day"]), today, text)):
            slots.append(utterance.slot("date", day, *found.span()))
    for found in _MONTH.finditer(text):
        if free(found):
            slots.append(utterance.slot("period", _month(found, today, text), *found.span()))
    return slots


def _value(text: str) -> int:
    return int(next(numbers(text)).value)


def _full_date(found: re.Match[str], today: date, text: str) -> date | None:
    """The day named; without a year, the nearest one, or the last one where he tells what happened."""
    month, day, year = _value(found["month"]), _value(found["day"]), found["year"]
    if year:
        years = [int(year) if year.isdigit() else today.year + _YEARS[year]]
    else:
        years = [today.year - 1, today.year, today.year + 1]
    days = [one for year_ in years if (one := _date(year_, month, day))]
    return _likely(days, today, text) if days else None


def _likely(days: list[date], today: date, text: str) -> date:
    past = [one for one in days if one <= today]
    if past and _PAST.search(text):
        return past[-1]
    return min(days, key=lambda one: abs((one - today).days))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(utterance: Utterance, found: re.Match[str], today: date) -> list[Slot]:
    week, name = (found["week"] or "").rstrip("个"), found["day"]
    monday = today - timedelta(today.weekday()) + timedelta(weeks=_WEEKS.get(week, 0))
    if name == "末":
        return [utterance.slot("period", (monday + timedelta(5), monday + timedelta(6)), *found.span())]
    number = 7 if name in "日天7" else DIGITS[name] if name in DIGITS else int(name)
    day = monday + timedelta(number - 1)
    if not week and day < today:
        day += timedelta(7)
    return [utterance.slot("date", day, *found.span()), utterance.slot("weekday", number, *found.span())]


def _day_of_month(day: int, today: date, text: str) -> date | None:
    """28号: of this month, or of the next when it is over; of the last where he tells what happened."""
    this, following = today.replace(day=1), (today.replace(day=1) + timedelta(32)).replace(day=1)
    before = (this - timedelta(1)).replace(day=1)
    days = [one for month in (before, this, following) if (one := _date(month.year, month.month, day))]
    if _PAST.search(text):
        return next((one for one in reversed(days) if one <= today), None)
    return next((one for one in days if one >= today), None)


def _month(found: re.Match[str], today: date, text: str) -> tuple[date, date]:
    if found["which"]:
        shift = {"下": 1, "这": 0, "本": 0, "上": -1}[found["which"].rstrip("个")]
        index = today.year * 12 + today.month - 1 + shift
        first = date(index // 12, index % 12 + 1, 1)
    else:
        number = _value(found["number"])
        if found["year"]:
            first = date(today.year + _YEARS[found["year"][0]], number, 1)
        else:
            first = _likely([date(today.year + step, number, 1) for step in (-1, 0, 1)], today, text)
    return first, (first + timedelta(32)).replace(day=1) - timedelta(1)


# ---------------------------------------------------------------- times of day

_PART = r"凌晨|早上|早晨|大清早|清早|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|今晚|明晚|昨晚|今早|明早|晚|早"
_TIME = re.compile(
    rf"(?P<part>{_PART})?的? ?(?:(?P<clock>[01]?\d|2[0-4])[::](?P<clock_minute>[0-5]\d)(?!\d)"
    rf"|(?<![\d几第.])(?P<hour>[01]?\d|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九])点"
    rf"(?P<minute>半|一刻|三刻|[0-5]?\d分?|[二三四五]?十[一二三四五六七八九]?分?|零[一二三四五六七八九]分?|钟)?(?P<around>多|左右|以?后|之后|以前|前)?)"
)
_OF_TIMES = frozenset("点:")
_NO_TIME = re.compile(r"[近远快慢早晚多少好大小便宜一有哪这那]$")


def find_times(utterance: Utterance) -> list[Slot]:
    """`time`, as "20:30"."""
    if not utterance.has_any(_OF_TIMES):
        return []
    slots = []
    for found in _TIME.finditer(utterance.text):
        moment = _clock(utterance.text, found)
        if moment is not None:
            slots.append(utterance.slot("time", moment.strftime("%H:%M"), *found.span()))
    return slots


def _clock(text: str, found: re.Match[str]) -> time | None:
    part = found["part"] or ""
    if found["clock"]:
        hour, minute = int(found["clock"]), int(found["clock_minute"])
    else:
        vague = found["hour"] in "一二两三" and not part and not found["minute"]
        if vague and (
            found["hour"] in "一二" or _NO_TIME.search(text[: found.start()]) or not found["around"]
        ):
            # 近一点, 有两点, 三点要求: not a time of day, unless 开 or 关 follows.
            if not re.match(r"(?:还|开|关|能|到|钟|下班|结束)", text[found.end() :]) or found["hour"] == "一":
                return None
        hour, minute = _value(found["hour"]), _minute(found["minute"])
    if (
        hour < 12
        and part in ("下午", "傍晚", "晚上", "今晚", "明晚", "昨晚", "晚", "夜里")
        and not (hour < 5 and part == "夜里")
    ):
        hour += 12
    if hour == 12 and part in ("晚上", "今晚", "明晚", "半夜", "深夜", "夜里", "晚", "凌晨"):
        hour = 0
    if part == "中午" and hour < 5:
        hour += 12
    return time(hour % 24, minute) if minute < 60 else None


def _minute(text: str | None) -> int:
    if not text or text == "钟":
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    return fixed[text] if text in fixed else _value(text.rstrip("分").lstrip("零"))


# ---------------------------------------------------------------- open now, open then

_NOW = re.compile(
    r"(?:现在|这会儿?|这时候?|此刻|这个点|这么晚|大半夜|半夜三更|深更半夜|三更半夜|眼下|当下|目前|马上|立刻|今晚|这辰光)[^,。?!]{0,10}?"
    r"(?:开|亮|营业|有人|能进|能用|没关|不关|去得了|可以进|可以去|有地方|哪)"
    r"|(?:开门|开着|能去|能用|没关)的[^,。?!]{0,6}现在|现在能去|开门的(?:点|站|驿站|地方)|还开(?:着|门|吗|不|没)|(?<!空调)(?<!灯)开着(?:的|门|吗|没|不|空调|灯)|(?:哪[个家些里]|哪几[个家]|有没有)(?:还|现在)?(?:开着|开门|在开)|还亮着|还没关|没关门|没打烊|还营业|还有人(?:在|吗|值班)|开门(?:了没|没|了吗|着)|开了没"
)
_OPEN = re.compile(r"开|关门|亮|营业|打烊|有人|进得去|能进|能去|能用|上班")


_OF_OPENING = frozenset("开关亮营打人进去用哪上")
_MORNING_OR_NIGHT = re.compile(rf"(?:{_PART})|0|\d{{1,2}}[::]")
_LATE = re.compile(r"晚|夜|下班")


_ALL_DAY = re.compile(
    r"(?:24|二十四|廿四) ?个?(?:小?时|钟头|h)|全天候|全天(?:都|也)?(?:开|营业)|通宵(?:都|也)?(?:开|营业|的|能|驿站|站|书屋|呢|吗|$)|整[夜晚](?:都|也)?(?:开|营业|亮)|(?:昼夜|日夜)(?:都|也|不)?(?:开|营业|关)|不关门的|不打烊"
)


def find_all_day(utterance: Utterance) -> list[Slot]:
    """`all_day`: he looks for what never shuts."""
    found = _ALL_DAY.search(utterance.text)
    return [utterance.slot("all_day", True, *found.span())] if found else []


def find_opening(utterance: Utterance, slots: list[Slot]) -> list[Slot]:
    """`open_now`, or `open_at` (an ISO date and time) where a time of day is named with it."""
    text = utterance.text
    if not utterance.has_any(_OF_OPENING):
        return []
    at = next((slot for slot in slots if slot.name == "time"), None)
    if at is not None and _OPEN.search(text) and not re.search(r"报名|开始|比赛|讲座|开课|上课", text):
        day = next((slot.value for slot in slots if slot.name == "date"), utterance.now.date())
        hour = time.fromisoformat(at.value)
        if _MORNING_OR_NIGHT.match(at.text) is None and (
            hour.hour < 8 or (hour.hour < 12 and _LATE.search(text))
        ):
            hour = hour.replace(hour=(hour.hour + 12) % 24)  # 六点以后还开 is this evening
        moment = datetime.combine(day, hour, utterance.now.tzinfo)
        return [utterance.slot("open_at", moment.isoformat(timespec="minutes"), at.start, at.end)]
    found = _NOW.search(text)
    return [utterance.slot("open_now", True, *found.span())] if found else []
