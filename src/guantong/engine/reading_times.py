"""Times in goal texts: cycles, spans and due dates, in Chinese and English."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from guantong.engine.numerals import MASK, WORDS_EN, chinese_number

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_ORDINAL = "first|second|third|fourth|1st|2nd|3rd|4th"
_Y = r"(?:fy\s?|财年\s?)?(?P<y>(?:19|20)\d\d)(?!\d)(?:\s?年度?|\s?财年)?"
_YE = r"(?:fy\s?)?(?P<y>(?:19|20)\d\d)(?![\d.%])"
_NUMERAL = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_WORD = "|".join(WORDS_EN)
_BY = r"(?:by|before|until|no later than|not later than|ahead of)\s(?:the\s)?"
_END = r"(?:(?:the\s)?(?:end|close)\s(?:of\s)?(?:the\s)?|end-)"


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
_NOTHING: Found = MappingProxyType({})


def _part(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a quarter or half: a cycle, or a due date where it is a limit."""
    groups = match.groupdict()
    digit = groups.get("n") or groups.get("n2") or "1"
    place = _ORDINALS.get(digit) or (1 if digit == "上" else 2 if digit == "下" else number(digit))
    letter = "Q" if groups.get("half") is None else "H"
    if not 1 <= place <= (2 if letter == "H" else 4):
        return _NOTHING
    stated = groups.get("y") or groups.get("y2") or year
    at = clock.year_of(stated, lambda one: cycle_days(f"{one}-{letter}{place}")[1])
    cycle = f"{at}-{letter}{place}"
    sure = 0.95 if stated else 0.75
    if groups.get("limit") or groups.get("by"):
        return {"due": cycle_days(cycle)[1], "confidence": sure}
    return {"cycle": cycle, "confidence": sure}


def _day(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a date with its day."""
    stated = match["y"] or year
    try:
        month, day = _month(match["m"]), int(match["d"])
        at = clock.year_of(stated, lambda one: datetime.date(one, month, day))
        due = datetime.date(at, month, day)
    except ValueError:
        return _NOTHING
    return {"due": due, "confidence": 0.95 if stated else 0.8}


def _month_only(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a month: a cycle, or a due date where it is a limit; 7 月前 and "before July" end with June."""
    month = _month(match["m"])
    if not 1 <= month <= 12:
        return _NOTHING
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


def _span(match: re.Match[str], clock: Clock, year: str | None) -> Found:
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


def _quarters(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read the first quarters of a year, such as 前三季度."""
    stated = match["y"] or year
    last = number(match["n"])
    if not 2 <= last <= 4:
        return _NOTHING
    at = clock.year_of(stated, lambda one: last_day(one, 3 * last))
    return {"start": datetime.date(at, 1, 1), "due": last_day(at, 3 * last), "confidence": 0.9 if stated else 0.75}


def _year(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a year: a cycle, or a due date where it is a limit."""
    groups = match.groupdict()
    at = int(groups["y"]) if groups.get("y") else 2000 + int(groups["short"])
    if groups.get("limit") or groups.get("by"):
        return {"due": datetime.date(at, 12, 31), "confidence": 0.95}
    return {"cycle": str(at), "confidence": 0.95}


def _relative(match: re.Match[str], clock: Clock, year: str | None) -> Found:
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


def _lasting(match: re.Match[str], clock: Clock, year: str | None) -> Found:
    """Read a span from the day on, such as 6 个月内 and "within six months"."""
    count, length = number(match["n"]), match["length"]
    half = 0.5 if match.groupdict().get("half") else 0
    start = clock.day
    if length.startswith(("年", "year")) or "月" in length or length.startswith("month"):
        months = int((count + half) * (1 if "月" in length or length.startswith("month") else 12))
        month = start.month - 1 + months
        if start.year + month // 12 > 9000:
            return _NOTHING
        last = last_day(start.year + month // 12, month % 12 + 1)
        due = last.replace(day=min(start.day, last.day)) - datetime.timedelta(days=1)
    else:
        days = count * (7 if length.startswith(("周", "week", "星期", "个星期")) else 1)
        due = start + datetime.timedelta(days=days - 1)
    return {"start": start, "due": due, "confidence": 0.8}


_LIMIT_ZH = r"(?P<limit>\s?(?:底|末)?\s?(?:之前|以前|前)|\s?(?:底|末)|\s?结束前)?"
_DEADLINE = r"(?P<by>\b(?:by|before|until|no later than|not later than|ahead of)\s(?:the\s)?(?:(?:end|close)\s(?:of\s)?(?:the\s)?|end-)?)?"

_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Clock, str | None], Found]], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)日?\s?(?:之前|以前|前)?", _day),
        (rf"(?:{_Y}\s?)?(?<![\d.])(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?[日号]\s?(?:之前|以前|前)?", _day),
        (
            rf"(?:{_BY}|on\s)?(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m>{_MONTHS})(?![a-z])"
            r"(?:,?\s(?P<y>20\d\d)(?!\d))?",
            _day,
        ),
        (
            rf"(?:{_BY}|on\s)?(?<![a-z])(?P<m>{_MONTHS})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%,.]\d|\d|%)"
            r"(?:,?\s(?P<y>20\d\d)(?!\d))?",
            _day,
        ),
        (r"(?<!\d)(?P<y1>20\d\d)\s?年?\s?(?:-|~|至|到|—)\s?(?P<y2>20\d\d)(?!\d)\s?年?(?:期间)?", _span),
        (r"(?:from\s|between\s)(?P<y1>20\d\d)\s(?:to|and|through)\s(?P<y2>20\d\d)(?!\d)", _span),
        (
            rf"(?:从|自)?(?:{_Y}\s?)?(?<![\d.])(?P<m1>\d{{1,2}})\s?月?份?\s?(?:-|~|至|到|—)\s?(?P<m2>\d{{1,2}})\s?月份?(?:期间|底)?",
            _span,
        ),
        (
            rf"(?:from\s|between\s)?(?<![a-z])(?P<m1>{_MONTHS})\s?(?:to|and|through|until|-)\s?(?P<m2>{_MONTHS})(?![a-z])"
            r"(?:,?\s(?P<y>20\d\d)(?!\d))?",
            _span,
        ),
        (rf"(?:{_Y}\s?)?前(?P<n>[二三23])\s?个?季度", _quarters),
        (rf"(?:{_Y}\s?)?第?(?P<n>[一二三四1234])\s?季度{_LIMIT_ZH}", _part),
        (rf"(?:{_Y}\s?[-]?\s?)?(?P<half>)(?P<n>上|下)半年{_LIMIT_ZH}", _part),
        (
            rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?(?:the\s)?(?<![a-z\d])(?:{_YE}[\s-]?)?(?P<half>h)(?P<n>[12])(?![\da-z])"
            rf"(?:\s(?:of\s)?(?:fy\s?)?(?P<y2>20\d\d)(?!\d))?{_LIMIT_ZH}",
            _part,
        ),
        (
            rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?(?:the\s)?(?<![a-z\d])(?:{_Y}[\s-]?)?q(?P<n>[1-4])(?![\da-z])"
            rf"(?:\s(?:of\s)?(?:fy\s?)?(?P<y2>20\d\d)(?!\d))?{_LIMIT_ZH}",
            _part,
        ),
        (
            rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?(?:the\s)?\b(?P<n>{_ORDINAL}|last)\s(?:quarter|(?P<half>half))"
            rf"(?:\sof\s(?:the\syear|{_YE}|this\syear)|\s(?P<y2>20\d\d)(?!\d))",
            _part,
        ),
        (
            rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?the\s(?P<n>{_ORDINAL})\s(?:quarter|(?P<half>half))(?![a-z-])",
            _part,
        ),
        (
            rf"(?:{_Y}\s?)?(?<![\d.个])(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月(?!度|均|活|产|销|薪|报|结)份?"
            r"(?P<end>底|末|中旬|上旬|下旬)?(?P<limit>\s?(?:之前|以前|前|内))?",
            _month_only,
        ),
        (
            r"(?P<limit>(?:by|before|until|no later than|not later than|ahead of)\s)(?:the\s)?(?:(?P<end>end\sof|end-|close\sof|mid-?)\s?)?"
            rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?:of\s)?(?P<y>20\d\d)(?!\d))?",
            _month_only,
        ),
        (
            r"(?:at\s)?(?:the\s)?(?P<end>end\sof|end-)\s?(?P<limit>)"
            rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?P<y>20\d\d)(?!\d))?",
            _month_only,
        ),
        (
            r"(?:in\s|for\s|during\s)(?:the\smonth\sof\s)?(?P<limit>)(?P<end>)"
            rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?P<y>20\d\d)(?!\d))?",
            _month_only,
        ),
        (rf"(?<![a-z])(?P<limit>)(?P<end>)(?P<m>{_MONTHS})\s(?P<y>20\d\d)(?!\d)", _month_only),
        (r"(?<!\d)(?P<y>20\d\d)-(?P<m>0[1-9]|1[0-2])(?!\d)(?P<limit>)(?P<end>)", _month_only),
        (
            rf"(?:在|于)?(?:未来|今后)?(?<![\d.第])(?P<n>{_NUMERAL})\s?(?P<half>)?(?P<length>个月|年|周|个星期|星期)(?P<limit>之内|以内|内)",
            _lasting,
        ),
        (
            rf"(?:within|in|over)\s(?:the\s)?(?:next\s)?(?P<n>\d{{1,3}}|{_WORD})[\s-](?P<length>months?|weeks?|years?)(?![a-z-])",
            _lasting,
        ),
        (r"(?:截至|到|至|于|在)?(?P<y>20\d\d)\s?年?(?P<limit>年?\s?(?:底|末|终)(?:之前|以前|前)?)", _year),
        (
            r"(?P<by>到|于|在|截至|by\s(?:the\s)?|before\s(?:the\s)?)?(?P<limit>年底(?:之前|以前|前)?|年末(?:前)?|年终前|"
            r"(?:end\sof\s(?:the\s|this\s)?year|year[\s-]end|the\syear\sis\sout)(?![a-z]))",
            _relative,
        ),
        (
            r"(?P<by>)(?:在)?(?:本|今|当|明|下)(?:一|个)?(?:年度?|季度?|月)(?!轮)(?:内)?(?P<limit>\s?(?:底|末)(?:之前|以前|前)?)?",
            _relative,
        ),
        (r"(?P<by>)(?P<limit>季末|季度末|月底|月末)(?:之前|以前|前)?", _relative),
        (r"(?P<by>)(?P<limit>)(?:全年(?!龄)|年内|年度(?=内))", _relative),
        (
            r"(?P<limit>)(?P<by>\b(?:by|before|until)\s(?:the\s)?(?:(?:end|close)\s(?:of\s)?))?(?:in\s|for\s|during\s|of\s|over\s)?"
            r"(?<![a-z])(?:this|next|the\scurrent|the\scoming)\s(?:financial\s|fiscal\s|calendar\s)?(?:year|quarter|month)(?![a-z'])",
            _relative,
        ),
        (rf"(?:截至|到|至|于|在)?{_Y}(?<=[年度\d])(?<!财年\d\d)\s?(?P<limit>(?:底|末)(?:之前|以前|前)?|前)", _year),
        (rf"(?P<by>\b(?:by|before|until)\s(?:the\s)?(?:(?:end|close)\s(?:of\s)?)?){_YE}", _year),
        (
            rf"(?:\bin\s|\bfor\s|\bduring\s|\bthroughout\s)?(?:calendar\s|fiscal\s)?{_Y}(?![-/.]?\d|%)(?:全年|年内|内)?",
            _year,
        ),
        (r"(?:\bin\s|\bfor\s|\bduring\s)?\bfy\s?'?(?P<short>\d\d)(?!\d)", _year),
    )
)
# What marks a time: a text without any of these holds none.
MAY_BE_TIME = re.compile(
    r"[年月日季周号]|星期|20\d\d|q[1-4]|h[12]|fy|quarter|half|month|week|year|(?:by|before|until|in|end of|from|on|to|of|\d) "
    rf"(?:{_MONTHS})|(?:{_MONTHS}) \d"
)

_THEN_ZH = (
    r"(?:去年|上年|上一年|前年|上个?季度?|上个?月|上期|上半年|年初|期初|同期|(?:19|20)\d\d\s?年(?:第?[一二三四]季度|底|末|全年|度|[上下]半年)?|基期|历史|行业)"
    r"(?:度|同期|全年|实际|水平|平均|均值|末|底|基数|值)*"
)
_THEN_EN = (
    r"(?:the\s)?(?:(?:same|prior|previous|last|preceding|current|corresponding)\s(?:year|quarter|month|period|half)(?:'s)?"
    r"|(?:fy\s?)?(?:19|20)\d\d|q[1-4](?:\s20\d\d)?)(?:\s(?:levels?|baseline|figures?|actuals?|results?|average))?"
)
COMPARISON = re.compile(
    rf"(?:相较于?|相比于?|对比|比照|比起|较之|较|比|与|同|和|跟)\s?{_THEN_ZH}(?:相比|比较)?|在\s?{_THEN_ZH}的?基础上"
    r"|(?:同比|环比)"
    rf"|\b(?:over|vs\.?|versus|against|compared\s(?:with|to)|relative\sto|than|on)\s{_THEN_EN}(?![a-z%])"
    r"|\bfrom\s(?:the\s)?(?:(?:last|prior|previous)\s(?:year|quarter|month)|(?:19|20)\d\d)(?:'s)?\s?(?:levels?|baseline)?(?![a-z%])"
    r"(?!\sto\s20\d\d)(?=[\s,.;)]*(?:$|[^\s\d]))"
    r"|\byear[\s-](?:on|over)[\s-]year|\bquarter[\s-](?:on|over)[\s-]quarter|\bmonth[\s-](?:on|over)[\s-]month|\byoy\b|\bqoq\b"
)
COMPARED = "\x02"
"""Takes the place of a comparison such as 较上季度: no cycle, but what follows is a change."""


def times(folded: str, clock: Clock) -> tuple[list[Time], str]:
    """Return the times of a folded text in the order in which they stand, and the text with them masked.

    Args:
        folded: As `numerals.fold` gives it.
        clock: From which day it is read.

    Returns:
        Times, and a text of the same length in which MASK stands for each of their characters, COMPARED for each of a
        comparison's.
    """
    masked = COMPARISON.sub(lambda match: COMPARED * len(match[0]), folded)
    if not MAY_BE_TIME.search(masked):
        return [], masked
    stated = re.search(r"(?<!\d)(20\d\d)(?:\s?年|(?=[\s-]?[qh][1-4])|(?![\d,.%]))", masked)
    found: list[Time] = []
    for pattern, reader in _PATTERNS:
        spans: list[tuple[int, int]] = []
        for time in _read(pattern, reader, masked, clock, stated[1] if stated else None):
            found.append(time)
            spans.append((time.begin, time.end))
        masked = _without(masked, spans)
    return sorted(found, key=lambda time: time.begin), masked


def masked_times(folded: str) -> str:
    """Return a folded text without the characters of its times; the cheap half of `times`."""
    return times(folded, Clock(datetime.date(2000, 1, 1)))[1]


def _read(
    pattern: re.Pattern[str],
    reader: Callable[[re.Match[str], Clock, str | None], Found],
    masked: str,
    clock: Clock,
    year: str | None,
) -> Iterator[Time]:
    for match in pattern.finditer(masked):
        try:
            fields = reader(match, clock, year)
        except (ValueError, OverflowError):  # beyond the calendar
            continue
        if fields:
            yield Time(match.start(), match.end(), **fields)  # type: ignore[arg-type]


def _without(masked: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return masked
    pieces, place = [], 0
    for begin, end in spans:
        pieces += [masked[place:begin], MASK * (end - begin)]
        place = end
    return "".join([*pieces, masked[place:]])
