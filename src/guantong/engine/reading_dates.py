"""What a time in a goal text means: cycles, spans and due dates from the parts that `reading_times` finds."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from guantong.engine.numerals import WORDS_EN, chinese_number

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}


@dataclass(frozen=True)
class Time:
    """A time in a text: a cycle, or a start, or a due date, or both dates.

    Attributes:
        cycle: Code such as 2026, 2026-H1, 2026-Q4, 2026-03.
        start, due: Days.
        confidence: 0-1.
        begin, end: Span in the text.
    """

    begin: int
    end: int
    confidence: float
    cycle: str | None = None
    start: datetime.date | None = None
    due: datetime.date | None = None


@dataclass(frozen=True)
class Clock:
    """From which day a text is read.

    Attributes:
        day: The day on which 本季度, next month and 6 个月内 are reckoned.
        year: The year of periods without one; None: the first that is not over on `day`.
    """

    day: datetime.date
    year: int | None = None

    @property
    def this_year(self) -> int:
        """The year that 本年 and "this year" mean."""
        return self.day.year if self.year is None else self.year

    def year_of(self, stated: str | None, last: Callable[[int], datetime.date]) -> int:
        """Return the stated year; without one, the year whose `last` day is not past."""
        if stated:
            return int(stated)
        if self.year is None and last(self.day.year) < self.day:
            return self.day.year + 1
        return self.this_year


def cycle_days(cycle: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a cycle's code, calendar years."""
    year, _, part = cycle.partition("-")
    if not part:
        return datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31)
    length = {"Q": 3, "H": 6}.get(part[0], 1)
    first = (int(part.lstrip("QH")) - 1) * length + 1
    return datetime.date(int(year), first, 1), last_day(int(year), first + length - 1)


def last_day(year: int, month: int) -> datetime.date:
    """Return the last day of a month."""
    following = datetime.date(year + (month == 12), month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


def number(numeral: str) -> int:
    """Return the value of digits, a Chinese numeral or an English number word."""
    if numeral.isdecimal():
        return int(numeral)
    return WORDS_EN[numeral] if numeral in WORDS_EN else int(chinese_number(numeral))


def _month(word: str) -> int:
    return _MONTH_NAMES.index(word[:3]) + 1 if word[0].isalpha() and word[:3] in _MONTH_NAMES else number(word)


# A reader takes a match, the clock and the year stated elsewhere in the text, and gives cycle, start, due, confidence.
Found = Mapping[str, object]
Reader = Callable[[re.Match[str], Clock, str | None], Found]
_NOTHING: Found = MappingProxyType({})


def quarter_or_half(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a quarter or half: a cycle, or a due date where it is a limit."""
    groups = match.groupdict()
    digit = groups.get("n") or groups.get("n2") or "1"
    place = _ORDINALS.get(digit) or (1 if digit == "上" else 2 if digit == "下" else number(digit))
    letter = "Q" if groups.get("half") is None else "H"
    stated = groups.get("y") or groups.get("y2") or year
    at = clock.year_of(stated, lambda one: cycle_days(f"{one}-{letter}{place}")[1])
    cycle = f"{at}-{letter}{place}"
    sure = 0.95 if stated else 0.75
    if groups.get("limit") or groups.get("by"):
        return {"due": cycle_days(cycle)[1], "confidence": sure}
    return {"cycle": cycle, "confidence": sure}


def whole_date(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a date with its day."""
    stated = match["y"] or year
    try:
        month, day = _month(match["m"]), int(match["d"])
        at = clock.year_of(stated, lambda one: datetime.date(one, month, day))
        due = datetime.date(at, month, day)
    except ValueError:
        return _NOTHING
    return {"due": due, "confidence": 0.95 if stated else 0.8}


def month_alone(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a month: a cycle, or a due date where it is a limit; 7 月前 and "before July" end with June."""
    month = _month(match["m"])
    stated = match["y"] or year
    at = clock.year_of(stated, lambda one: last_day(one, month))
    limit, mark = match["limit"], match["end"]
    sure = 0.95 if stated else 0.8
    if mark and mark.startswith(("中", "mid", "上")):
        return {"due": datetime.date(at, month, 10 if mark.startswith("上") else 15), "confidence": sure - 0.1}
    if mark:
        return {"due": last_day(at, month), "confidence": sure}
    if limit and limit.strip().startswith(("前", "before", "ahead", "之前", "以前")):
        return {"due": datetime.date(at, month, 1) - datetime.timedelta(days=1), "confidence": sure - 0.2}
    if limit:
        return {"due": last_day(at, month), "confidence": sure}
    return {"cycle": f"{at}-{month:02}", "confidence": sure}


def span(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a span of months or years."""
    if match.groupdict().get("y1"):
        first, last = int(match["y1"]), int(match["y2"])
        if first > last:
            return _NOTHING
        return {"start": datetime.date(first, 1, 1), "due": datetime.date(last, 12, 31), "confidence": 0.9}
    first, last = _month(match["m1"]), _month(match["m2"])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return _NOTHING
    stated = match["y"] or year
    at = clock.year_of(stated, lambda one: last_day(one, last))
    begin = at - 1 if first > last else at
    return {"start": datetime.date(begin, first, 1), "due": last_day(at, last), "confidence": 0.9 if stated else 0.75}


def first_quarters(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read the first quarters of a year, such as 前三季度."""
    stated = match["y"] or year
    last = number(match["n"])
    at = clock.year_of(stated, lambda one: last_day(one, 3 * last))
    return {"start": datetime.date(at, 1, 1), "due": last_day(at, 3 * last), "confidence": 0.9 if stated else 0.75}


def whole_year(match: re.Match[str], _clock: Clock, _year: str | None) -> Found:
    """Read a year: a cycle, or a due date where it is a limit."""
    groups = match.groupdict()
    at = int(groups["y"]) if groups.get("y") else 2000 + int(groups["short"])
    if groups.get("limit") or groups.get("by"):
        return {"due": datetime.date(at, 12, 31), "confidence": 0.95}
    return {"cycle": str(at), "confidence": 0.95}


def relative(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read 本年, 下季度, this month, by year-end and their like."""
    words = match[0]
    ahead = int(any(word in words for word in ("下", "明", "next")))
    limit = bool(match["limit"] or match["by"])
    if "月" in words or "month" in words:
        month = clock.day.month - 1 + ahead
        cycle = f"{clock.day.year + month // 12}-{month % 12 + 1:02}"
    elif "季" in words or "quarter" in words:
        place = (clock.day.month - 1) // 3 + ahead
        cycle = f"{clock.day.year + place // 4}-Q{place % 4 + 1}"
    else:
        cycle = str(int(year) if year and not ahead else clock.this_year + ahead)
    return {"due": cycle_days(cycle)[1], "confidence": 0.85} if limit else {"cycle": cycle, "confidence": 0.85}


def lasting(match: re.Match[str], clock: Clock, _year: str | None) -> Found:
    """Read a span from the day on, such as 6 个月内 and "within six months"."""
    count, length = number(match["n"]), match["length"]
    start = clock.day
    if "月" in length or length[0] in "年ym":
        month = start.month - 1 + count * (12 if length[0] in "年y" else 1)
        last = last_day(start.year + month // 12, month % 12 + 1)
        due = last.replace(day=min(start.day, last.day)) - datetime.timedelta(days=1)
    else:
        due = start + datetime.timedelta(weeks=count, days=-1)
    return {"start": start, "due": due, "confidence": 0.8}
