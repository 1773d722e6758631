"""A company as a workbook or CSV folder; whatever is written reads back as the same company."""

import csv
import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from guantong.engine.calendar import date_of
from guantong.engine.company import FLOAT_TYPES, PAIR_TYPES, Company, Ragged, Rows
from guantong.engine.tables import Column, currency_decimals
from guantong.formats.cells import EXACT, SHARES_ABOVE_ONE
from guantong.formats.names import sheet_named

MOST_ROWS = 1_048_575
"""Rows below the headings of an Excel sheet."""

_LARGEST_EXACT = 1e15
_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss", "share": "0.########%"}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Cell = Any
"""None, str, float, int, Decimal, date or naive datetime in the company's time."""


class TooManyRowsError(ValueError):
    """A sheet that Excel cannot hold; the CSV folder can."""

    def __init__(self, sheet: str, rows: int) -> None:
        self.sheet = sheet
        self.rows = rows
        super().__init__(
            f"{sheet}: {rows} rows; an Excel sheet holds {MOST_ROWS}. "
            "Write a CSV folder: give a path that does not end in .xlsx"
        )


def write_company(company: Company, path: Path | str, language: str) -> None:
    """Write the sheets that a company has, whole or not at all.

    Args:
        company: The company.
        path: An .xlsx file, or else a folder for CSV files (UTF-8 with a byte order mark, so that Excel reads it).
        language: "zh" or "en", of headings and choices.

    Raises:
        TooManyRowsError: An .xlsx sheet would exceed Excel's rows.
        OSError: The path cannot be written.
    """
    target = Path(path)
    sheets = [rows for rows in company if rows.table.name in company.present]
    if target.suffix.lower() == ".xlsx":
        for rows in sheets:
            if len(rows) > MOST_ROWS:
                raise TooManyRowsError(rows.table.name, len(rows))
        _put_in_place(target, lambda place: _write_xlsx(company, sheets, place, language))
    else:
        _put_in_place(target, lambda place: _write_csv(company, sheets, place, language))


def _put_in_place(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target and move it there in one step, so that nothing half done is ever seen."""
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        place = work / target.name
        write(place)
        if place.is_dir() and target.is_dir():
            written = sorted(file.name for file in place.iterdir())
            for name in written:
                (place / name).replace(target / name)
            _remove_stale_sheets(target, written)
        else:
            place.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _remove_stale_sheets(folder: Path, written: Sequence[str]) -> None:
    """Remove the sheets of an earlier writing, so that the folder holds this company and nothing of another."""
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() == ".csv" and file.name not in written and sheet_named(file.stem) is not None:
            file.unlink()


def _write_xlsx(company: Company, sheets: Sequence[Rows], path: Path, language: str) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        heading = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        styles = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        for rows in sheets:
            sheet = book.add_worksheet(rows.table.zh if language == "zh" else rows.table.name)
            sheet.freeze_panes(1, 0)
            columns = used_columns(rows)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, heading_of(column, language), heading)
                sheet.set_column(place, place, 24 if column.type == "text" else 14)
            cells = [list(cells_of(company, rows, column, language)) for column in columns]
            for number, row in enumerate(zip(*cells, strict=True), start=1):
                for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
                    _write_cell(sheet, number, place, cell, styles.get(column.type))


def _write_cell(sheet: Any, row: int, place: int, cell: Cell, style: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell)
    elif isinstance(cell, datetime.date):
        sheet.write_datetime(row, place, cell, style)
    elif not _fits_excel(cell):
        sheet.write_string(row, place, as_text(cell))
    else:
        sheet.write_number(row, place, float(cell), style)


def _fits_excel(cell: float | Decimal) -> bool:
    """Return whether a number survives the sixteen digits of a cell; one that does not is written as text."""
    kept = float(f"{cell:.16G}")
    return kept == cell if isinstance(cell, float) else Decimal(repr(kept)) == cell


def _write_csv(company: Company, sheets: Sequence[Rows], path: Path, language: str) -> None:
    path.mkdir()
    for rows in sheets:
        name = rows.table.zh if language == "zh" else rows.table.name
        columns = used_columns(rows)
        with (path / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([heading_of(column, language) for column in columns])
            writer.writerows(
                zip(*(map(as_text, cells_of(company, rows, column, language)) for column in columns), strict=True)
            )


def as_text(cell: Cell) -> str:
    """Return a cell as a CSV file holds it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _LARGEST_EXACT else repr(cell)
    return str(cell)


def heading_of(column: Column, language: str) -> str:
    """Return a column's heading in a language."""
    return column.zh if language == "zh" else column.name


def used_columns(rows: Rows) -> list[Column]:
    """Return a table's columns that are required or hold anything."""
    return [column for column in rows.table.columns if column.required or _holds_anything(rows, column)]


def _holds_anything(rows: Rows, column: Column) -> bool:
    values = getattr(rows, column.name)
    if isinstance(values, Ragged):
        return len(values.values) > 0
    if column.type == "ref":
        names = (column.name, *(f"{column.name}_{target}" for target in column.targets[1:]))
        return any(bool((getattr(rows, name) >= 0).any()) for name in names)
    if values.dtype == object:
        return any(values)
    return bool((~(values != values)).any() if column.type in FLOAT_TYPES else (values >= 0).any())


def cell_of(company: Company, table: str, row: int, column: str, language: str) -> Cell:
    """Return one cell as it is written, None where it is empty."""
    rows = getattr(company, table).at(row)
    return next(cells_of(company, rows, rows.table.by_name[column], language))


def cells_of(company: Company, rows: Rows, column: Column, language: str) -> Iterator[Cell]:
    """Yield the cells of a column as they are written, None for empty ones."""
    values = getattr(rows, column.name)
    if column.type in ("refs", "texts") or column.type in PAIR_TYPES:
        yield from (_list_cell(company, column, values.of(row)) for row in range(len(rows)))
    elif column.type == "ref":
        yield from _reference_cells(company, rows, column)
    elif column.type == "choice":
        names = list(column.choices.values()) if language == "zh" else list(column.choices)
        yield from (names[value] if value >= 0 else None for value in values.tolist())
    elif column.type == "bool":
        words = ("否", "是") if language == "zh" else ("no", "yes")
        yield from (words[value] if value >= 0 else None for value in values.tolist())
    elif column.type == "money":
        decimals = currency_decimals(company.setting("currency"))
        yield from (Decimal(value).scaleb(-decimals) if value >= 0 else None for value in values.tolist())
    elif column.type in FLOAT_TYPES:
        convert = _converter(company, column)
        yield from (None if value != value else convert(value) for value in values.tolist())
    else:
        yield from (value or None for value in values.tolist())


def _reference_cells(company: Company, rows: Rows, column: Column) -> Iterator[Cell]:
    names = [column.name, *(f"{column.name}_{target}" for target in column.targets[1:])]
    found: list[Cell] = [None] * len(rows)
    for name, target in zip(names, column.targets, strict=True):
        codes = getattr(company, target).code
        for row, position in enumerate(getattr(rows, name).tolist()):
            if position >= 0:
                found[row] = codes[position]
    yield from found


def _list_cell(company: Company, column: Column, items: list[Any]) -> Cell:
    if column.type == "refs":
        codes = getattr(company, column.targets[0]).code
        items = [codes[item] for item in items]
    return list_text(column, items) or None


def list_text(column: Column, items: Iterable[Any]) -> str:
    """Return a list as a cell holds it, references as codes."""
    if column.type in PAIR_TYPES:
        return ";".join(_pair_text(left, right) for left, right in items)
    return ";".join(str(item) for item in items)


def _pair_text(left: Any, right: Any) -> str:
    name = as_text(left)
    if right == "" or right != right:
        return name
    return f"{name}:{as_text(_share(right) if isinstance(left, str) else right)}"


def _share(value: Any) -> Cell:
    """Return a share as it is written: above 1 it needs its percent sign, or the reader takes it for a slip."""
    if not isinstance(value, float) or value <= 1:
        return value
    return f"{Decimal(repr(value)).scaleb(2, EXACT).normalize(EXACT):f}%"


def _converter(company: Company, column: Column) -> Callable[[float], Cell]:
    if column.type == "date":
        return date_of
    if column.type == "month":
        return lambda value: f"{1970 + int(value) // 12}-{int(value) % 12 + 1:02}"
    if column.type == "datetime":
        zone = ZoneInfo(company.setting("timezone"))
        return lambda value: _moment(value, zone)
    if column.type == "share" and column.name not in SHARES_ABOVE_ONE:
        return _share
    return lambda value: value


def _moment(seconds: float, zone: ZoneInfo) -> Cell:
    """Return a moment in the company's time; as text with its offset where that time comes twice."""
    moment = (_EPOCH + datetime.timedelta(seconds=seconds)).astimezone(zone)
    naive = moment.replace(tzinfo=None, fold=0)
    if naive.replace(tzinfo=zone).timestamp() == seconds:
        return naive
    return moment.isoformat(sep=" ")
