"""A file of people as others keep it: one row of headings in anybody's words, one row a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guantong.formats.cells import shown
from guantong.formats.characters import trim
from guantong.formats.csv_folder import read_csv
from guantong.formats.package import check_file
from guantong.formats.problems import InputError, Problem
from guantong.formats.raw_sheet import RawSheet, is_blank
from guantong.formats.xlsx import xlsx_sheets
from guantong.formats.xml_cells import column_letters

DELIMITERS = ",;\t|；，"
_EXPECTED = "a .csv or .xlsx file"


@dataclass(frozen=True)
class PeopleFile:
    """The rows of a file of people that are not blank.

    Attributes:
        name: Name of the file.
        headings: Text above each column; a column without one has its letter.
        columns: Cells by column, as the file gives them; "" is an empty one.
        row_numbers: Number of each row as Excel counts.
        marked: (row, column) positions of cells that read as empty and are not: spreadsheet errors.
    """

    name: str
    headings: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    row_numbers: Sequence[int]
    marked: frozenset[tuple[int, int]] = frozenset()

    def __len__(self) -> int:
        return len(self.row_numbers)


def read_people_file(path: Path) -> PeopleFile:
    """Read a CSV of any usual delimiter and encoding, or the first filled sheet of an .xlsx file.

    Raises:
        InputError: It cannot be read, or it has no headings or no rows.
    """
    raw = _workbook_sheet(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    if raw.problems:
        raise InputError(raw.problems)
    found = _kept(path.name, raw)
    if not len(found):
        raise InputError([Problem("empty_file", value=path.name, expected="a row of headings and rows of people")])
    return found


def _csv(path: Path) -> RawSheet:
    if not path.exists():
        raise InputError([Problem("missing_file", value=str(path), expected=_EXPECTED)])
    return read_csv(path, DELIMITERS)


def _workbook_sheet(path: Path) -> RawSheet:
    check_file(path)
    sheets = (sheet for sheet in xlsx_sheets(path, lambda _: "people") if isinstance(sheet, RawSheet))
    return next((sheet for sheet in sheets if sheet.heading), RawSheet(path.stem))


def _kept(name: str, raw: RawSheet) -> PeopleFile:
    """Return the rows of a sheet that hold anything."""
    size = len(raw.columns[0]) if raw.columns else 0
    marked = {(mark.row - raw.heading_row - 1, mark.column - raw.first_column) for mark in raw.marks}
    blank = set(range(size)) - {row for row, _ in marked}
    for column in raw.columns:
        blank = {row for row in blank if is_blank(column[row])}
        if not blank:
            break
    rows = [row for row in range(size) if row not in blank]
    columns = raw.columns if not blank else [[column[row] for row in rows] for column in raw.columns]
    place = {row: at for at, row in enumerate(rows)}
    return PeopleFile(
        name,
        tuple(_heading(cell, raw.first_column + at) for at, cell in enumerate(raw.heading)),
        tuple(columns),
        [raw.heading_row + 1 + row for row in rows],
        frozenset((place[row], column) for row, column in marked if row in place),
    )


def _heading(cell: Any, number: int) -> str:
    return column_letters(number) if is_blank(cell) else trim(shown(cell))
