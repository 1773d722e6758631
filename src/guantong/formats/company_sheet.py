"""The company sheet: one row, a known format version, zone and currency, settings that name real parameters."""

import zoneinfo
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from guantong.engine.parameters import setting_fault
from guantong.engine.tables import SCHEMA_VERSION, TABLES, currency_decimals
from guantong.formats.cells import Setting
from guantong.formats.characters import nearest
from guantong.formats.problems import Problem
from guantong.formats.sheets import Sheet

_ROW = TABLES["company"].by_name


def setting_of(company: Sheet | None) -> Setting:
    """Return what the company sheet says about cells; where it is wrong, the defaults stand in."""
    currency = _text(company, "currency")
    timezone = _text(company, "timezone")
    if not is_timezone(timezone):
        timezone = _ROW["timezone"].default
    return Setting(currency_decimals(currency), zoneinfo.ZoneInfo(timezone))


def _text(company: Sheet | None, column: str) -> str:
    cells: Any = company.cells.get(column, ()) if company is not None else ()
    return str(cells[0]) if len(cells) and cells[0] else _ROW[column].default


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_timezone(name: str) -> bool:
    """Return whether a time zone of this name is known."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def company_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield what is wrong with the company's row."""
    if not len(sheet) and sheet.whole:
        yield Problem("not_one_company", "company", None, None, "0 rows", "exactly one row")
    for position in range(1, len(sheet)):
        yield sheet.problem("not_one_company", position, "code", expected="exactly one row")
    if len(sheet):
        yield from _version_problems(sheet)
        yield from _zone_problems(sheet)
        yield from _currency_problems(sheet)
        yield from _setting_problems(sheet)


def _version_problems(sheet: Sheet) -> Iterator[Problem]:
    version = sheet.cells["schema"][0] if "schema" in sheet.cells else np.nan
    if not np.isnan(version) and version != SCHEMA_VERSION:
        yield sheet.problem("unknown_schema", 0, "schema", expected=str(SCHEMA_VERSION), suggestion=str(SCHEMA_VERSION))


def _zone_problems(sheet: Sheet) -> Iterator[Problem]:
    zone = _text(sheet, "timezone")
    if not is_timezone(zone):
        expected = "a zone of the IANA list, such as Asia/Shanghai"
        yield sheet.problem(
            "unknown_timezone", 0, "timezone", expected=expected, suggestion=nearest(zone, _timezones())
        )


def _currency_problems(sheet: Sheet) -> Iterator[Problem]:
    currency = _text(sheet, "currency")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        better = currency.upper() if len(currency) == 3 and currency.isascii() and currency.isalpha() else ""
        yield sheet.problem("bad_currency", 0, "currency", expected="three letters, such as CNY", suggestion=better)


def _setting_problems(sheet: Sheet) -> Iterator[Problem]:
    for setting in sheet.cells["settings"][0] if "settings" in sheet.cells else ():
        fault = setting_fault(setting)
        if fault is None:
            continue
        what, word, known = fault
        near = nearest(word, known) if known else ""
        yield sheet.problem(
            "bad_setting",
            0,
            "settings",
            value=setting,
            expected="RULE-ID.parameter=value or RULE-ID.mode=off|warn|block",
            suggestion=setting.replace(word, near, 1) if near else "",
            details={"fault": what, "word": word},
        )
