"""The columns of a company as plain values, ready for a cell of any kind of file."""

import datetime
import math
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np

from guantong.engine.company import Company, Ragged
from guantong.engine.tables import Column, Table, currency_decimals
from guantong.formats.cells import EXACT, SHARES_ABOVE_ONE, Setting

Value = str | float | Decimal | datetime.date | None
"""A number, an amount in major units, a day or local moment, or the text that stands for anything else."""

_DAY_ZERO = datetime.date(1970, 1, 1)
_MOMENT_ZERO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_BOOLS: Mapping[str, tuple[str, str]] = MappingProxyType({"zh": ("否", "是"), "en": ("no", "yes")})
_LIST_JOINT = "; "


def setting_of_company(company: Company) -> Setting:
    """Return how a company's cells are written."""
    return Setting(currency_decimals(company.setting("currency")), zoneinfo.ZoneInfo(company.setting("timezone")))


def column_values(company: Company, table: Table, column: Column, language: str, setting: Setting) -> list[Value]:
    """Return one column as plain values, None for empty cells."""
    rows = getattr(company, table.name)
    cells = getattr(rows, column.name)
    if column.type == "ref":
        return _codes(company, rows, column)
    if isinstance(cells, Ragged):
        return _lists(company, column, cells)
    if column.type == "choice":
        words = tuple(column.choices.values()) if language == "zh" else column.choice_values
        return [words[cell] if cell >= 0 else None for cell in cells]
    if column.type == "bool":
        return [_BOOLS[language][cell] if cell >= 0 else None for cell in cells]
    if column.type == "money":
        return [Decimal(int(cell)).scaleb(-setting.decimals, EXACT) if cell >= 0 else None for cell in cells]
    if cells.dtype == object:
        return [cell or None for cell in cells]
    convert = _FLOATS.get(column.type, _number)
    return [None if math.isnan(cell) else convert(cell, column, setting) for cell in cells.tolist()]


def number_text(value: float) -> str:
    """Return a number as the shortest text that reads back as the same float."""
    return str(int(value)) if value.is_integer() and abs(value) <= 1e15 else repr(float(value))


def share_text(value: float) -> str:
    """Return a share as text; above 1 it needs its percent sign."""
    if value <= 1:
        return number_text(value)
    return f"{Decimal(repr(float(value))).scaleb(2, EXACT).normalize(EXACT):f}%"


def _codes(company: Company, rows: Any, column: Column) -> list[Value]:
    first, *others = column.targets
    found: list[Value] = [None] * len(rows)
    for target, name in ((first, column.name), *((other, f"{column.name}_{other}") for other in others)):
        codes = getattr(company, target).code
        positions = getattr(rows, name)
        for row in np.flatnonzero(positions >= 0):
            found[row] = str(codes[positions[row]])
    return found


def _lists(company: Company, column: Column, cells: Ragged) -> list[Value]:
    items: list[str]
    if column.type == "refs":
        codes = getattr(company, column.targets[0]).code
        items = [str(codes[position]) for position in cells.values]
    else:
        items = [_ITEMS[column.type](value) for value in cells.values]
    bounds = cells.offsets.tolist()
    return [_joined(items[bounds[row] : bounds[row + 1]]) for row in range(len(bounds) - 1)]


def _joined(items: Iterable[str]) -> str | None:
    return _LIST_JOINT.join(items) or None


def _link_text(link: tuple[str, float]) -> str:
    code, share = link
    return code if math.isnan(share) else f"{code}:{share_text(share)}"


def _duty_text(duty: tuple[str, str]) -> str:
    code, text = duty
    return f"{code}:{text}" if text else code


def _step_text(step: tuple[float, float]) -> str:
    return ":".join(map(number_text, step))


_ITEMS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {"texts": str, "links": _link_text, "duties": _duty_text, "steps": _step_text}
)


def _number(value: float, _column: Column, _setting: Setting) -> Value:
    return value


def _share(value: float, column: Column, _setting: Setting) -> Value:
    return value if value <= 1 or column.name in SHARES_ABOVE_ONE else share_text(value)


def _date(value: float, _column: Column, _setting: Setting) -> Value:
    return _DAY_ZERO + datetime.timedelta(days=value)


def _month(value: float, _column: Column, _setting: Setting) -> Value:
    year, month = divmod(int(value), 12)
    return f"{1970 + year}-{month + 1:02}"


def _moment(value: float, _column: Column, setting: Setting) -> Value:
    """Return a moment in the company's time; one that its clocks show twice is written with its zone."""
    moment = _MOMENT_ZERO + datetime.timedelta(seconds=value)
    local = moment.astimezone(setting.zone).replace(tzinfo=None)
    if local.replace(tzinfo=setting.zone).timestamp() == value:
        return local
    return moment.replace(tzinfo=None).isoformat(sep=" ") + "Z"


_FLOATS: Mapping[str, Callable[[float, Column, Setting], Value]] = MappingProxyType(
    {"share": _share, "date": _date, "month": _month, "datetime": _moment}
)
