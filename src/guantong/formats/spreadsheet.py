"""Writes sheets with XlsxWriter: typed cells, sensible widths, frozen headings."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from guantong.engine.tables import Column
from guantong.formats.plain_values import Value

_BUILT_ON = datetime.datetime(2026, 1, 1)  # noqa: DTZ001 the file format knows no zone; fixed: same input, same bytes
_DAY_ZERO = datetime.datetime(1899, 12, 30)  # noqa: DTZ001
_WIDTHS: Mapping[str, int] = MappingProxyType(
    {
        "code": 14,
        "ref": 14,
        "text": 28,
        "texts": 28,
        "refs": 20,
        "links": 20,
        "duties": 28,
        "steps": 24,
        "date": 12,
        "month": 10,
        "datetime": 19,
        "money": 16,
        "choice": 14,
    }
)
_USUAL_WIDTH = 12
_TEXT_TYPES = frozenset({"code", "ref", "refs", "links", "duties", "steps", "month"})
_TOO_LONG = -2


class WorkbookLimitError(ValueError):
    """Something that an Excel workbook cannot hold; a CSV folder can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Write a CSV folder: a path that does not end in .xlsx")


class _Exact(float):
    """A float that is written with every digit it needs: XlsxWriter would write 16 of up to 17."""

    def __format__(self, _spec: str) -> str:
        return repr(float(self))


class Spreadsheet:
    """An .xlsx file under construction; it is on disk when the context ends."""

    def __init__(self, path: Path, decimals: int = 2, streaming: bool = True) -> None:
        """Start a workbook.

        Args:
            path: The file.
            decimals: Decimals of money.
            streaming: Rows are written in order and not kept; templates, which go back, need False.
        """
        from xlsxwriter import Workbook

        self.book: Any = Workbook(str(path), {"constant_memory": streaming})
        self.book.set_properties({"created": _BUILT_ON})
        money = "#,##0." + "0" * decimals if decimals else "#,##0"
        patterns = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss", "money": money, "share": "0.0%"}
        patterns |= dict.fromkeys(_TEXT_TYPES, "@")
        self.formats = {kind: self.book.add_format({"num_format": pattern}) for kind, pattern in patterns.items()}
        self.heading = self.book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})

    def __enter__(self) -> "Spreadsheet":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.book.close()
        else:
            self.book.fileclosed = True

    def add_sheet(self, title: str, columns: Sequence[Column], first: int = 0) -> "SpreadsheetRows":
        """Add a sheet whose declared columns begin at position `first`."""
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(columns, start=first):
            width = _WIDTHS.get(column.type, _USUAL_WIDTH)
            sheet.set_column(position, position, width, self.formats.get(column.type))
        return SpreadsheetRows(self, sheet, columns, first)


class SpreadsheetRows:
    """The rows of one sheet, written from the top."""

    def __init__(self, book: Spreadsheet, sheet: Any, columns: Sequence[Column], first: int) -> None:
        self.sheet = sheet
        self.first = first
        self.next_row = 0
        self._book = book
        self._columns = columns
        self._formats = [book.formats.get(column.type) for column in columns]

    def write_headings(self, headings: Sequence[str]) -> None:
        """Write the first row."""
        for position, heading in enumerate(headings):
            self.sheet.write_string(0, position, heading, self._book.heading)
        self.next_row = 1

    def write_row(self, values: Sequence[Value]) -> None:
        """Write the next row.

        Raises:
            WorkbookLimitError: A text is longer than an Excel cell holds.
        """
        row = self.next_row
        for position, value in enumerate(values):
            if value is not None and self._write(row, position, value) == _TOO_LONG:
                column = self._columns[position].name
                raise WorkbookLimitError(f"row {row + 1}, {column}: text longer than an Excel cell holds")
        self.next_row += 1

    def _write(self, row: int, position: int, value: Value) -> Any:
        at, form = position + self.first, self._formats[position]
        if isinstance(value, Decimal):
            number = float(value)
            value = number if Decimal(repr(number)) == value else str(value)
        if isinstance(value, str):
            return self.sheet.write_string(row, at, value, form)
        if isinstance(value, datetime.datetime):
            return self.sheet.write_datetime(row, at, value, form)
        if isinstance(value, datetime.date):
            days = datetime.datetime(value.year, value.month, value.day) - _DAY_ZERO  # noqa: DTZ001
            return self.sheet.write_number(row, at, days.days, form)
        return self.sheet.write_number(row, at, _Exact(value), form)
