"""Times in goal texts: where cycles, spans and due dates stand, in Chinese and English."""

import datetime
import re
from collections.abc import Iterator
from itertools import islice

from guantong.engine.numerals import MASK, MOST, WORDS_EN
from guantong.engine.reading_dates import (
    Clock,
    Reader,
    Time,
    first_quarters,
    lasting,
    month_alone,
    quarter_or_half,
    relative,
    span,
    whole_date,
    whole_year,
)

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_ORDINAL = "first|second|third|fourth|1st|2nd|3rd|4th"
_Y = r"(?:fy\s?|财年\s?)?(?P<y>(?:19|20)\d\d)(?!\d)(?:\s?年度?|\s?财年)?"
_YE = r"(?:fy\s?)?(?P<y>(?:19|20)\d\d)(?![\d.%])"
_NUMERAL = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_WORD = "|".join(WORDS_EN)
_BY = r"(?:by|before|until|no later than|not later than|ahead of)\s(?:the\s)?"


_LIMIT_ZH = r"(?P<limit>\s?(?:底|末)?\s?(?:之前|以前|前)|\s?(?:底|末)|\s?结束前)?"
_DEADLINE = (
    r"(?P<by>\b(?:by|before|until|no later than|not later than|ahead of)\s(?:the\s)?"
    r"(?:(?:end|close)\s(?:of\s)?(?:the\s)?|end-)?)?"
)

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = ("20", "19")
# Pattern, what it means, and the words without one of which a text need not be searched for it.
_PATTERNS: tuple[tuple[re.Pattern[str], Reader, tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), reader, marks)
    for pattern, reader, marks in (
        (
            r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)日?\s?(?:之前|以前|前)?",
            whole_date,
            _YEARS,
        ),
        (
            rf"(?:{_Y}\s?)?(?<![\d.])(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?[日号]\s?(?:之前|以前|前)?",
            whole_date,
            ("月",),
        ),
        (
            (
                rf"(?:{_BY}|on\s)?(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m>{_MONTHS})(?![a-z])"
                r"(?:,?\s(?P<y>20\d\d)(?!\d))?"
            ),
            whole_date,
            _NAMES,
        ),
        (
            (
                rf"(?:{_BY}|on\s)?(?<![a-z])(?P<m>{_MONTHS})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%,.]\d|\d|%)"
                r"(?:,?\s(?P<y>20\d\d)(?!\d))?"
            ),
            whole_date,
            _NAMES,
        ),
        (r"(?<!\d)(?P<y1>20\d\d)\s?年?\s?(?:-|~|至|到|—)\s?(?P<y2>20\d\d)(?!\d)\s?年?(?:期间)?", span, _YEARS),
        (r"(?:from\s|between\s)(?P<y1>20\d\d)\s(?:to|and|through)\s(?P<y2>20\d\d)(?!\d)", span, _YEARS),
        (
            (
                rf"(?:从|自)?(?:{_Y}\s?)?(?<![\d.])(?P<m1>\d{{1,2}})\s?月?份?\s?(?:-|~|至|到"
                rf"|—)\s?(?P<m2>\d{{1,2}})\s?月份?(?:期间|底)?"
            ),
            span,
            ("月",),
        ),
        (
            (
                rf"(?:from\s|between\s)?(?<![a-z])(?P<m1>{_MONTHS})\s?(?:to|and|through|until"
                rf"|-)\s?(?P<m2>{_MONTHS})(?![a-z])"
                r"(?:,?\s(?P<y>20\d\d)(?!\d))?"
            ),
            span,
            _NAMES,
        ),
        (rf"(?:{_Y}\s?)?前(?P<n>[二三23])\s?个?季度", first_quarters, ("季",)),
        (rf"(?:{_Y}\s?)?第?(?P<n>[一二三四1234])\s?季度{_LIMIT_ZH}", quarter_or_half, ("季",)),
        (rf"(?:{_Y}\s?[-]?\s?)?(?P<half>)(?P<n>上|下)半年{_LIMIT_ZH}", quarter_or_half, ("半年",)),
        (
            (
                rf"{_DEADLINE}(?:\bin\s|\bfor\s"
                rf"|\bduring\s)?(?:the\s)?(?<![a-z\d])(?:{_YE}[\s-]?)?(?P<half>h)(?P<n>[12])(?![\da-z])"
                rf"(?:\s(?:of\s)?(?:fy\s?)?(?P<y2>20\d\d)(?!\d))?{_LIMIT_ZH}"
            ),
            quarter_or_half,
            ("h1", "h2"),
        ),
        (
            (
                rf"{_DEADLINE}(?:\bin\s|\bfor\s"
                rf"|\bduring\s)?(?:the\s)?(?<![a-z\d])(?:{_Y}[\s-]?)?q(?P<n>[1-4])(?![\da-z])"
                rf"(?:\s(?:of\s)?(?:fy\s?)?(?P<y2>20\d\d)(?!\d))?{_LIMIT_ZH}"
            ),
            quarter_or_half,
            ("q",),
        ),
        (
            (
                rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?(?:the\s)?\b(?P<n>{_ORDINAL}|last)\s(?:quarter"
                rf"|(?P<half>half))"
                rf"(?:\sof\s(?:the\syear|{_YE}|this\syear)|\s(?P<y2>20\d\d)(?!\d))"
            ),
            quarter_or_half,
            ("quarter", "half"),
        ),
        (
            rf"{_DEADLINE}(?:\bin\s|\bfor\s|\bduring\s)?the\s(?P<n>{_ORDINAL})\s(?:quarter|(?P<half>half))(?![a-z-])",
            quarter_or_half,
            ("quarter", "half"),
        ),
        (
            (
                rf"(?:{_Y}\s?)?(?<![\d.个])(?P<m>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s?月(?!度|均|活|产|销"
                rf"|薪|报|结)份?"
                r"(?P<end>底|末|中旬|上旬|下旬)?(?P<limit>\s?(?:之前|以前|前|内))?"
            ),
            month_alone,
            ("月",),
        ),
        (
            (
                r"(?P<limit>(?:by|before|until|no later than|not later than|ahead of)\s)(?:the\s)?(?:(?P<end>end\sof"
                r"|end-|close\sof|mid-?)\s?)?"
                rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?:of\s)?(?P<y>20\d\d)(?!\d))?"
            ),
            month_alone,
            _NAMES,
        ),
        (
            (
                r"(?:at\s)?(?:the\s)?(?P<end>end\sof|end-)\s?(?P<limit>)"
                rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?P<y>20\d\d)(?!\d))?"
            ),
            month_alone,
            _NAMES,
        ),
        (
            (
                r"(?:in\s|for\s|during\s)(?:the\smonth\sof\s)?(?P<limit>)(?P<end>)"
                rf"(?P<m>{_MONTHS})(?![a-z])(?:,?\s(?P<y>20\d\d)(?!\d))?"
            ),
            month_alone,
            _NAMES,
        ),
        (rf"(?<![a-z])(?P<limit>)(?P<end>)(?P<m>{_MONTHS})\s(?P<y>20\d\d)(?!\d)", month_alone, _NAMES),
        (r"(?<!\d)(?P<y>20\d\d)-(?P<m>0[1-9]|1[0-2])(?!\d)(?P<limit>)(?P<end>)", month_alone, _YEARS),
        (
            (
                rf"(?:在|于)?(?:未来|今后)?(?<![\d.第])(?P<n>{_NUMERAL})\s?(?P<half>)?(?P<length>个月|年|周|个星期"
                rf"|星期)(?P<limit>之内|以内|内)"
            ),
            lasting,
            ("内",),
        ),
        (
            (
                rf"(?:within|in|over)\s(?:the\s)?(?:next\s)?(?P<n>\d{{1,3}}|{_WORD})[\s-](?P<length>months?|weeks?"
                rf"|years?)(?![a-z-])"
            ),
            lasting,
            ("month", "week", "year"),
        ),
        (r"(?:截至|到|至|于|在)?(?P<y>20\d\d)\s?年?(?P<limit>年?\s?(?:底|末|终)(?:之前|以前|前)?)", whole_year, _YEARS),
        (
            (
                r"(?P<by>到|于|在|截至|by\s(?:the\s)?|before\s(?:the\s)?)?(?P<limit>年底(?:之前|以前|前)?"
                r"|年末(?:前)?|年终前|"
                r"(?:end\sof\s(?:the\s|this\s)?year|year[\s-]end|the\syear\sis\sout)(?![a-z]))"
            ),
            relative,
            ("年", "year"),
        ),
        (
            (
                r"(?P<by>)(?:在)?(?:本|今|当|明|下)(?:一|个)?(?:年度?|季度?|月)(?!轮)(?:内)?(?P<limit>\s?(?:底"
                r"|末)(?:之前|以前|前)?)?"
            ),
            relative,
            ("年", "季", "月"),
        ),
        (r"(?P<by>)(?P<limit>季末|季度末|月底|月末)(?:之前|以前|前)?", relative, ("季末", "季度末", "月底", "月末")),
        (r"(?P<by>)(?P<limit>)(?:全年(?!龄)|年内|年度(?=内))", relative, ("全年", "年内", "年度")),
        (
            (
                r"(?P<limit>)(?P<by>\b(?:by|before|until)\s(?:the\s)?(?:(?:end|close)\s(?:of\s)?))?(?:in\s|for\s"
                r"|during\s|of\s|over\s)?"
                r"(?<![a-z])(?:this|next|the\scurrent|the\scoming)\s(?:financial\s|fiscal\s|calendar\s)?(?:year"
                r"|quarter|month)(?![a-z'])"
            ),
            relative,
            ("year", "quarter", "month"),
        ),
        (
            rf"(?:截至|到|至|于|在)?{_Y}(?<=[年度\d])(?<!财年\d\d)\s?(?P<limit>(?:底|末)(?:之前|以前|前)?|前)",
            whole_year,
            _YEARS,
        ),
        (rf"(?P<by>\b(?:by|before|until)\s(?:the\s)?(?:(?:end|close)\s(?:of\s)?)?){_YE}", whole_year, _YEARS),
        (
            (
                rf"(?:\bin\s|\bfor\s|\bduring\s|\bthroughout\s)?(?:calendar\s|fiscal\s)?{_Y}(?![-/.]?\d|%)(?:全年|年内"
                rf"|内)?"
            ),
            whole_year,
            _YEARS,
        ),
        (r"(?:\bin\s|\bfor\s|\bduring\s)?\bfy\s?'?(?P<short>\d\d)(?!\d)", whole_year, ("fy",)),
    )
)
# What marks a time: a text without any of these holds none.
MAY_BE_TIME = re.compile(
    r"[年月日季周号]|星期|20\d\d|q[1-4]|h[12]|fy|quarter|half|month|week|year|(?:by|before|until|in|end of|from|on"
    r"|to|of|mid|\d)[ -]"
    rf"(?:{_MONTHS})|(?:{_MONTHS}) \d"
)

_THEN_ZH = (
    r"(?:去年|上年|上一年|前年|上个?季度?|上个?月|上期|上半年|年初|期初|同期|(?:19|20)\d\d\s?年(?:第?[一二三四]季度"
    r"|底|末|全年|度|[上下]半年)?|基期|历史|行业)"
    r"(?:度|同期|全年|实际|水平|平均|均值|末|底|基数|值)*"
)
_THEN_EN = (
    r"(?:the\s)?(?:(?:same|prior|previous|last|preceding|current|corresponding)\s(?:year|quarter|month|period"
    r"|half)(?:'s)?"
    r"|(?:fy\s?)?(?:19|20)\d\d|q[1-4](?:\s20\d\d)?)(?:\s(?:levels?|baseline|figures?|actuals?|results?|average))?"
)
COMPARISON = re.compile(
    rf"(?:相较于?|相比于?|对比|比照|比起|较之|较|比|与|同|和|跟)\s?{_THEN_ZH}(?:相比|比较)?|在\s?{_THEN_ZH}的?基础上"
    r"|(?:同比|环比)"
    rf"|\b(?:over|vs\.?|versus|against|compared\s(?:with|to)|relative\sto|than|on)\s{_THEN_EN}(?![a-z%])"
    r"|\bfrom\s(?:the\s)?(?:(?:last|prior|previous)\s(?:year|quarter|month)|(?:19|20)\d\d)(?:'s)?\s?(?:levels?"
    r"|baseline)?(?![a-z%])"
    r"(?!\sto\s20\d\d)(?=[\s,.;)]*(?:$|[^\s\d]))"
    r"|\byear[\s-](?:on|over)[\s-]year|\bquarter[\s-](?:on|over)[\s-]quarter|\bmonth[\s-](?:on|over)[\s-]month"
    r"|\byoy\b|\bqoq\b"
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
    masked = COMPARISON.sub(lambda match: COMPARED * len(match[0]), folded, count=MOST)
    if not MAY_BE_TIME.search(masked):
        return [], masked
    stated = re.search(r"(?<!\d)(20\d\d)(?:\s?年|(?=[\s-]?[qh][1-4])|(?![\d,.%]))", masked)
    found: list[Time] = []
    for pattern, reader, marks in _PATTERNS:
        if not any(mark in folded for mark in marks):
            continue
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
    reader: Reader,
    masked: str,
    clock: Clock,
    year: str | None,
) -> Iterator[Time]:
    for match in islice(pattern.finditer(masked), MOST):
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
