"""When one station is open: its weekly hours, public holidays, and dated closures or other hours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.calendar import Calendar
from knowledge.hours import DAY, HOLIDAY, WEEKEND, WORKDAY, Hours, Span, parse_hours

#: So far ahead is looked for the next change: a beach may open in summer only.
DAYS_AHEAD = 400
#: Of so many days a schedule keeps what holds on them.
DAYS_KEPT = 32

Doubt = str  # "" none; "holiday", "workday", "year": see Schedule.doubt_on


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a station is shut, or has other hours."""

    station: str  # its id
    starts: date
    ends: date | None  # the last day; None until further notice
    hours: str  # "" shut
    reason: str

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


class Schedule:
    """Whether it is open, in local time; None stands for unknown, which is neither open nor shut."""

    def __init__(
        self, hours: Hours | None, calendar: Calendar | None = None, closures: Collection[Closure] = ()
    ) -> None:
        self.hours = hours
        self._calendar = calendar or Calendar()
        # Of two that hold on a day, the one that begins later is the newer word.
        closures = sorted(closures, key=lambda one: one.starts, reverse=True)
        self._closures = [(one, parse_hours(one.hours)) for one in closures]

        #: Whether it never closes.
        self.always = self.hours is not None and self.hours.always and not self._closures
        # What was asked is kept, for many ask in the same minute: the spans of a few days, and the last change told.
        self._spans: dict[date, list[Span] | None] = {}
        self._told: tuple[datetime, datetime] | None = None

    def closure_on(self, day: date) -> Closure | None:
        """The closure or the other hours that hold on that day."""
        return next((one for one, _ in self._closures if one.holds_on(day)), None)

    def spans_on(self, day: date) -> list[Span] | None:
        """The spans that begin on that day, empty when it is shut; None when that is unknown."""
        kept = self._spans
        if day in kept:
            return kept[day]
        spans = self._read(day)
        if len(kept) >= DAYS_KEPT:
            self._spans = kept = {}
        kept[day] = spans
        return spans

    def _read(self, day: date) -> list[Span] | None:
        for closure, other in self._closures:
            if closure.holds_on(day):
                return other.on(day, self._calendar.called(day)) if other is not None else []
        return None if self.hours is None else self.hours.on(day, self._calendar.called(day))

    def open_at(self, moment: datetime) -> bool | None:
        """Whether it is open at that moment."""
        today, minute = moment.date(), moment.hour * 60 + moment.minute
        spans = self.spans_on(today)
        if spans is None:
            return None
        return any(one.start <= minute < one.end for one in spans) or any(
            minute + DAY < one.end for one in self.spans_on(today - timedelta(days=1)) or ()
        )

    def open_on(self, day: date) -> bool | None:
        """Whether it opens at all on that day."""
        spans = self.spans_on(day)
        return None if spans is None else bool(spans)

    def next_change(self, moment: datetime) -> datetime | None:
        """When it next opens or closes after `moment`; None when that is unknown or farther off than DAYS_AHEAD."""
        told = self._told
        if told is not None and told[0] <= moment < told[1]:
            return told[1]
        change = self._next_change(moment)
        self._told = None if change is None else (moment, change)
        return change

    def _next_change(self, moment: datetime) -> datetime | None:
        state = self.open_at(moment)
        if state is None or self.always:
            return None
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        before = self.spans_on(moment.date() - timedelta(days=1)) or []
        for ahead in range(DAYS_AHEAD):
            midnight_then = midnight + timedelta(days=ahead)
            spans = self.spans_on(midnight_then.date())
            if spans is None:
                return None  # a closure ends, and what holds then is unknown
            edges = {0, *(one.start for one in spans), *(one.end for one in spans if one.end < DAY)}
            edges.update(one.end - DAY for one in before if one.end >= DAY)
            for edge in sorted(edges):
                then = midnight_then + timedelta(minutes=edge)
                if then > moment and _within(edge, spans, before) != state:
                    return then
            before = spans
        return None

    def doubt_on(self, day: date) -> Doubt:
        """Why the hours of that day may be wrong.

        "holiday": a public holiday, of which they say nothing; "workday": a weekend that is worked, of which they say
        nothing; "year": the holidays of that year are not known here; "" no doubt.
        """
        hours = self.hours
        if hours is None or hours.always or self.closure_on(day) is not None:
            return ""
        if hours.on_holidays in ("open", "lifted"):
            return ""
        special = self._calendar.holiday(day)
        if special is None:
            return "" if self._calendar.known(day) else "year"
        opens = bool(self.spans_on(day))
        if special.kind == "rest":
            silent = not (hours.on_holidays or hours.names(HOLIDAY)) and (opens or hours.names(WEEKEND))
            return "holiday" if silent else ""
        goes_by_work = hours.names(WORKDAY) or hours.names(WEEKEND)
        return "workday" if day.weekday() > 4 and not opens and not goes_by_work else ""

    def holiday_on(self, day: date) -> str:
        """The name of the public holiday, or of the one for which a weekend is worked; "" on a usual day."""
        special = self._calendar.holiday(day)
        return special.name if special else ""


def _within(minute: int, spans: Collection[Span], before: Collection[Span]) -> bool:
    """Whether a minute of a day lies in one of its spans, or in one of the day before that runs past midnight."""
    return any(one.start <= minute < one.end for one in spans) or any(
        minute + DAY < one.end for one in before
    )
