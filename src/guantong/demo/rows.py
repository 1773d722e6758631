"""Rows as the demo declares them, turned into the columns that `Company.build` takes.

A text is a pair (Chinese, English); money is in whole currency units; dates are dates; datetimes are Beijing time.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from guantong.engine.calendar import day_number
from guantong.engine.company import Columns, empty_cell
from guantong.engine.tables import TABLES, Column

Text = tuple[str, str]
Row = Mapping[str, Any]

LANGUAGES = ("zh", "en")
_BEIJING = datetime.timezone(datetime.timedelta(hours=8))
_MINOR_UNITS = 100


def columns(table: str, rows: Iterable[Row], language: str) -> Columns:
    """Return the canonical cells of a table's rows in one language.

    Args:
        table: Name of the table.
        rows: Cells by column name; a column left out or None is empty.
        language: `zh` or `en`.
    """
    listed, side = list(rows), LANGUAGES.index(language)
    return {
        column.name: [
            empty_cell(column) if row.get(column.name) is None else _cell(column, row[column.name], side)
            for row in listed
        ]
        for column in TABLES[table].columns
    }


def _cell(column: Column, value: Any, side: int) -> Any:
    if column.type == "choice":
        return column.choice_values.index(value)
    if column.type in _CONVERTED:
        return _CONVERTED[column.type](value)
    if column.type == "texts":
        return tuple(text[side] for text in value)
    if column.type == "duties":
        return tuple((code, duty[side]) for code, duty in value)
    if column.type in ("refs", "links", "steps"):
        return tuple(value)
    return value[side] if isinstance(value, tuple) else value


_CONVERTED: Mapping[str, Any] = {
    "bool": int,
    "number": float,
    "integer": float,
    "share": float,
    "money": lambda amount: amount * _MINOR_UNITS,
    "date": lambda day: float(day_number(day)),
    "month": lambda day: float((day.year - 1970) * 12 + day.month - 1),
    "datetime": lambda moment: moment.replace(tzinfo=_BEIJING).timestamp(),
}
