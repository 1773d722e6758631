"""One cell: from what a file holds to the canonical value of `Company.build`, or the reason why not.

A parser takes the cell as a file gives it (text, float, bool, date, datetime), its column and the company's
setting, and returns the value; it never sees blank cells. `read_cell` chooses the parser by type.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from guantong.engine.tables import Column
from guantong.formats.characters import (
    LONGEST_CODE,
    LONGEST_TEXT,
    code_form,
    folded,
    has_control,
    has_hidden,
    narrow,
    nearest,
    one_line_ends,
)

LARGEST_NUMBER = 1e15
FIRST_YEAR, LAST_YEAR = 1901, 2999
MONEY_TOLERANCE = Decimal("1e-6")
"""Part of a minor unit by which a money cell may miss it."""

CODE_SIGNS = ";:/"
SHARES_ABOVE_ONE = frozenset({"rework"})
"""Share columns whose bare numbers may exceed 1."""

EXACT = Context(prec=120)
_EPOCH = datetime.date(1970, 1, 1)
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_LONGEST_NUMBER = 64
_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)(e[+-]?[0-9]{1,3})?\s*(%?)", re.IGNORECASE
)
_DAY = (
    r"(?P<year>[0-9]{4})(?:-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})|/(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})"
    r"|\s*年\s*(?P<m3>[0-9]{1,2})\s*月\s*(?P<d3>[0-9]{1,2})\s*日)"
)
_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.0+)?)?"
    r"\s*(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?"
)
_DATE = re.compile(rf"{_DAY}(?:(?:\s*t|\s+|(?<=日)){_TIME})?", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})|/([0-9]{1,2})|\s*年\s*([0-9]{1,2})\s*月)")
_BOOLS: Mapping[str, int] = MappingProxyType(
    {"yes": 1, "是": 1, "true": 1, "1": 1, "no": 0, "否": 0, "false": 0, "0": 0}
)

DATE_FORMS = "a date: 2026-03-05, 2026/3/5, 2026年3月5日 or an Excel date"
MONTH_FORMS = "a month: 2026-03, 2026/3, 2026年3月 or any date in it"
DATETIME_FORMS = "a date with time: 2026-03-05 09:30 or an Excel date with time"
NUMBER_FORMS = "a number: 1250, 1,250.5, 12% or 1.25e3"
SHARE_FORMS = "a share: 0.2 or 20%"
CODE_FORMS = "a code: text without ; : /"
BOOL_FORMS = "yes/no, 是/否, true/false or 1/0"


@dataclass(frozen=True)
class Fault:
    """Why a cell, or one item of its list, is refused; `value` is the item where it is not the whole cell."""

    kind: str
    expected: str = ""
    suggestion: str = ""
    value: str | None = None
    details: Mapping[str, str] = field(default_factory=dict, hash=False)


class RefusedError(Exception):
    """A cell that cannot be understood, with all its faults."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(", ".join(fault.kind for fault in faults))


@dataclass(frozen=True)
class Setting:
    """What the company sheet says about cells: decimals of its currency, zone of its moments."""

    decimals: int = 2
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


def shown(raw: Any) -> str:
    """Return a raw cell as text."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) <= LARGEST_NUMBER else repr(raw)
    if isinstance(raw, datetime.datetime):
        return raw.isoformat(sep=" ", timespec="seconds")
    return raw if isinstance(raw, str) else str(raw)


# --- Texts and codes ----------------------------------------------------------------------------


def text_cell(raw: Any, _column: Column, _setting: Setting) -> str:
    """Return a text; a number or date in a text cell is what it shows."""
    if not isinstance(raw, str):
        return shown(raw)
    text = one_line_ends(raw)
    if has_control(text):
        raise RefusedError(Fault("control_character", "a text without control characters"))
    _check_length(text, LONGEST_TEXT)
    return text


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        details = {"length": f"{len(text):,}", "most": f"{most:,}"}
        raise RefusedError(Fault("too_long", f"at most {most} characters", details=details))


def code_cell(raw: Any, _column: Column, _setting: Setting) -> str:
    """Return a code; a whole number is its digits."""
    if isinstance(raw, bool | datetime.date | datetime.time | datetime.timedelta):
        raise RefusedError(Fault("not_a_code", f"{CODE_FORMS}; format the cell as text"))
    if isinstance(raw, int | float):
        if not float(raw).is_integer() or abs(raw) > LARGEST_NUMBER:
            raise RefusedError(Fault("not_a_code", f"{CODE_FORMS}; format the cell as text"))
        return str(int(raw))
    return code_text(raw)


def code_text(text: str) -> str:
    """Return a code written as text."""
    code = code_form(text)
    if any(sign in code for sign in CODE_SIGNS):
        better = code
        for sign in CODE_SIGNS:
            better = better.replace(sign, "-")
        raise RefusedError(Fault("code_sign", CODE_FORMS, better.strip("- ")))
    if has_hidden(code):
        raise RefusedError(Fault("control_character", "a code of visible characters"))
    _check_length(code, LONGEST_CODE)
    return code


# --- Numbers ------------------------------------------------------------------------------------


def decimal_of(text: str) -> tuple[Decimal, bool] | None:
    """Return the number a text states and whether it is a percentage, None where it states none."""
    word = narrow(text)
    match = _NUMBER.fullmatch(word) if len(word) <= _LONGEST_NUMBER else None
    if match is None:
        return None
    value = Decimal(match[1].replace(",", "") + (match[2] or ""))
    return (value.scaleb(-2, EXACT), True) if match[3] else (value, False)


def _decimal(raw: Any, expected: str) -> tuple[Decimal, bool]:
    found: tuple[Decimal, bool] | None = None
    if isinstance(raw, str):
        found = decimal_of(raw)
    elif isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
        found = Decimal(repr(raw)), False
    if found is None:
        raise RefusedError(Fault("not_a_number", expected))
    if abs(found[0]) > Decimal(LARGEST_NUMBER):
        raise RefusedError(Fault("number_too_large", "a number within ±1e15"))
    return found


def number_cell(raw: Any, _column: Column, _setting: Setting) -> float:
    """Return a number."""
    return float(_decimal(raw, NUMBER_FORMS)[0]) + 0.0


def integer_cell(raw: Any, _column: Column, _setting: Setting) -> float:
    """Return a whole number."""
    value = float(_decimal(raw, "a whole number")[0])
    if not value.is_integer():
        raise RefusedError(Fault("not_whole", "a whole number"))
    return value + 0.0


def share_cell(raw: Any, column: Column, _setting: Setting) -> float:
    """Return a share, 1 = 100%."""
    return share_of(raw, may_exceed_one=column.name in SHARES_ABOVE_ONE)


def share_of(raw: Any, may_exceed_one: bool = False) -> float:
    """Return a share; a bare number above 1 is taken for a forgotten percent sign and refused."""
    value, percent = _decimal(raw, SHARE_FORMS)
    if value > 1 and not percent and not may_exceed_one:
        meant = value if value >= 2 else value.scaleb(2, EXACT)
        raise RefusedError(Fault("share_above_one", SHARE_FORMS, f"{meant.normalize(EXACT):f}%"))
    return float(value) + 0.0


def money_cell(raw: Any, _column: Column, setting: Setting) -> int:
    """Return money in minor units."""
    value, _ = _decimal(raw, "an amount of money, such as 1250.00")
    minor = value.scaleb(setting.decimals, EXACT)
    whole = minor.to_integral_value()
    if abs(minor - whole) > _money_tolerance(raw, setting):
        expected = f"at most {setting.decimals} decimals" if setting.decimals else "no decimals"
        rounded = f"{whole.scaleb(-setting.decimals, EXACT):f}"
        details = {"decimals": str(setting.decimals)}
        raise RefusedError(Fault("money_decimals", expected, rounded, details=details))
    if whole < 0:
        raise RefusedError(Fault("negative_money", "zero or more"))
    return int(whole)


def _money_tolerance(raw: Any, setting: Setting) -> Decimal:
    """Return how far from a minor unit an amount may lie; a float may be one float off, however large."""
    if not isinstance(raw, float):
        return MONEY_TOLERANCE
    return max(MONEY_TOLERANCE, Decimal(math.ulp(raw)).scaleb(setting.decimals, EXACT))


# --- Days, months, moments, yes and no, choices ---------------------------------------------------


def date_cell(raw: Any, _column: Column, _setting: Setting) -> float:
    """Return a day as days since 1970-01-01."""
    return float((_day(raw, "not_a_date", DATE_FORMS) - _EPOCH).days)


def month_cell(raw: Any, _column: Column, _setting: Setting) -> float:
    """Return a month as months since 1970-01."""
    match = _MONTH.fullmatch(narrow(raw)) if isinstance(raw, str) else None
    if match is None:
        day = _day(raw, "not_a_month", MONTH_FORMS)
        return float((day.year - 1970) * 12 + day.month - 1)
    year, month = int(match[1]), int(match[2] or match[3] or match[4])
    if not 1 <= month <= 12:
        raise RefusedError(Fault("not_a_month", MONTH_FORMS))
    _check_year(year)
    return float((year - 1970) * 12 + month - 1)


def datetime_cell(raw: Any, _column: Column, setting: Setting) -> float:
    """Return a moment as UTC seconds since 1970; without a zone it is the company's time, without a time 00:00."""
    day = _day(raw, "not_a_datetime", DATETIME_FORMS)
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=setting.zone)
    if isinstance(raw, datetime.datetime):
        moment = raw.replace(tzinfo=raw.tzinfo or setting.zone)
    elif isinstance(raw, str):
        moment = _moment(moment, _DATE.fullmatch(narrow(raw)))
    return float(round(moment.timestamp()))


def _moment(midnight: datetime.datetime, match: re.Match[str] | None) -> datetime.datetime:
    if match is None or match["hour"] is None:
        return midnight
    zone = (match["zone"] or "").upper().replace(":", "")
    try:
        moment = midnight.replace(
            hour=int(match["hour"]), minute=int(match["minute"]), second=int(match["second"] or 0)
        )
        return moment.replace(tzinfo=_offset(zone)) if zone else moment
    except ValueError:
        raise RefusedError(Fault("not_a_datetime", DATETIME_FORMS)) from None


def _offset(zone: str) -> datetime.timezone:
    if zone == "Z":
        return datetime.UTC
    size = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return datetime.timezone(-size if zone[0] == "-" else size)


def _day(raw: Any, kind: str, expected: str) -> datetime.date:
    if isinstance(raw, datetime.datetime):
        day = raw.date()
    elif isinstance(raw, datetime.date):
        day = raw
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        raise RefusedError(Fault("date_as_number", expected, _excel_day(raw)))
    else:
        day = _day_of_text(raw if isinstance(raw, str) else "", kind, expected)
    _check_year(day.year)
    return day


def _day_of_text(text: str, kind: str, expected: str) -> datetime.date:
    match = _DATE.fullmatch(narrow(text))
    if match is None:
        raise RefusedError(Fault(kind, expected))
    month, day = match["m1"] or match["m2"] or match["m3"], match["d1"] or match["d2"] or match["d3"]
    try:
        return datetime.date(int(match["year"]), int(month), int(day))
    except ValueError:
        raise RefusedError(Fault(kind, expected)) from None


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RefusedError(Fault("date_out_of_range", f"a year from {FIRST_YEAR} to {LAST_YEAR}"))


def _excel_day(number: float) -> str:
    """Return the day that Excel would show for a number, where it is a likely one."""
    if not 18_264 <= number < 73_051:  # 1950 to 2099
        return ""
    return (_EXCEL_EPOCH + datetime.timedelta(days=int(number))).isoformat()


def bool_cell(raw: Any, _column: Column, _setting: Setting) -> int:
    """Return 1 for yes, 0 for no."""
    word = folded(raw) if isinstance(raw, str) else shown(raw).casefold()
    if word not in _BOOLS:
        raise RefusedError(Fault("not_a_bool", BOOL_FORMS))
    return _BOOLS[word]


def choice_cell(raw: Any, column: Column, _setting: Setting) -> int:
    """Return the position of a choice."""
    words = _choice_words(column)
    position = words.get(folded(shown(raw)))
    if position is None:
        expected = "one of: " + ", ".join(column.choice_values)
        found = nearest(shown(raw)[:LONGEST_TEXT], words)
        raise RefusedError(Fault("unknown_choice", expected, column.choice_values[words[found]] if found else ""))
    return position


def _choice_words(column: Column) -> Mapping[str, int]:
    return _words(tuple(column.choices.items()))


@cache
def _words(choices: tuple[tuple[str, str], ...]) -> Mapping[str, int]:
    chinese = {folded(zh): position for position, (_, zh) in enumerate(choices)}
    return MappingProxyType(chinese | {folded(code): position for position, (code, _) in enumerate(choices)})


Parser = Callable[[Any, Column, Setting], Any]

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "text": text_cell,
        "code": code_cell,
        "ref": code_cell,
        "number": number_cell,
        "integer": integer_cell,
        "share": share_cell,
        "money": money_cell,
        "date": date_cell,
        "month": month_cell,
        "datetime": datetime_cell,
        "bool": bool_cell,
        "choice": choice_cell,
    }
)
"""Parsers of single values by type; lists are in lists.py."""
