"""From a raw sheet to the cells of a table: headings understood, blank and example rows left out, columns parsed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guantong.engine.tables import Column, Table
from guantong.formats.cells import Setting, shown
from guantong.formats.characters import folded
from guantong.formats.columns import read_column
from guantong.formats.names import EXAMPLE_MARKS, Headings, understand
from guantong.formats.problems import Problem, shorten
from guantong.formats.raw_sheet import RawSheet, is_blank
from guantong.formats.xml_cells import Mark, column_letters


@dataclass
class Sheet:
    """The rows of one table.

    Attributes:
        table: The declaration.
        row_numbers: (n_rows,) numbers as Excel counts.
        raw: Raw cells by column; columns without heading are not there.
        cells: Canonical cells by column, once `read_cells` has run.
        refused: Positions of cells already reported, by column; they read as empty.
        problems: Errors so far.
        warnings: Doubts so far.
        whole: Whether all its rows could be read, so that what is not here is nowhere.
    """

    table: Table
    row_numbers: np.ndarray
    raw: dict[str, Sequence[Any]]
    cells: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, set[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    whole: bool = True

    def __len__(self) -> int:
        return len(self.row_numbers)

    def row(self, position: int) -> int:
        """Return a row's number as Excel counts."""
        return int(self.row_numbers[position])

    def problem(self, kind: str, position: int, column: str | None, **more: Any) -> Problem:
        """Return a problem of one cell, with its value as the file has it unless `value` says otherwise."""
        if "value" not in more:
            more["value"] = shown(self.raw[column][position]) if column in self.raw else ""
        more["value"] = shorten(more["value"])
        return Problem(kind, self.table.name, self.row(position), column, **more)

    def is_refused(self, column: str, position: int) -> bool:
        """Return whether a cell was reported already."""
        return position in self.refused.get(column, ())


def open_sheet(table: Table, raw: RawSheet) -> Sheet | None:
    """Return a sheet's rows with their headings understood, None where it has no headings."""
    if not raw.heading:
        if not raw.problems:
            return None
        return Sheet(table, np.zeros(0, np.int64), {}, problems=list(raw.problems), whole=False)
    headings = understand(table.name, ["" if is_blank(cell) else shown(cell) for cell in raw.heading])
    sheet = _kept_rows(table, headings, raw)
    sheet.problems += [*raw.problems, *_heading_problems(table, headings, raw.heading_row, has_rows=len(sheet) > 0)]
    sheet.whole = not sheet.problems
    sheet.warnings += [
        Problem("unknown_column", table.name, raw.heading_row, None, shorten(heading), "a column of this sheet", near)
        for heading, near in headings.unknown
    ]
    sheet.warnings += _without_heading(table, raw)
    _report_marks(sheet, headings, raw)
    return sheet


def _kept_rows(table: Table, headings: Headings, raw: RawSheet) -> Sheet:
    """Return the rows that are neither blank in all known columns nor marked as an example."""
    size = len(raw.columns[0])
    known = {
        column.name: raw.columns[headings.columns[column.name]]
        for column in table.columns
        if column.name in headings.columns
    }
    dropped = _blank_rows(table, known, size) | _examples(headings, raw)
    first = raw.heading_row + 1
    numbers = np.arange(first, first + size)
    if not dropped:
        return Sheet(table, numbers, known)
    kept = [position for position in range(size) if position not in dropped]
    return Sheet(table, numbers[kept], {name: [cells[at] for at in kept] for name, cells in known.items()})


def _examples(headings: Headings, raw: RawSheet) -> set[int]:
    """Return the places of the rows that are marked as an example, the first below the heading being 0."""
    if headings.note is None:
        return set()
    return {at for at, cell in enumerate(raw.columns[headings.note]) if folded(shown(cell)) in EXAMPLE_MARKS}


def _blank_rows(table: Table, known: Mapping[str, Sequence[Any]], size: int) -> set[int]:
    if not known:
        return set(range(size))
    first = min(known, key=lambda name: not table.by_name[name].required)
    if _is_filled_throughout(known[first]):
        return set()
    blank = {position for position, cell in enumerate(known[first]) if is_blank(cell)}
    for name, cells in known.items():
        if not blank:
            break
        if name != first:
            blank = {position for position in blank if is_blank(cells[position])}
    return blank


def _is_filled_throughout(cells: Sequence[Any]) -> bool:
    """Return whether all cells are plainly visible text, in a few passes; False means only that nobody knows yet."""
    if set(map(type, cells)) != {str}:
        return False
    words = list(map(str.strip, cells))
    return all(words) and "".join(words).isprintable()


def _heading_problems(table: Table, headings: Headings, row: int, has_rows: bool) -> list[Problem]:
    twice = [
        Problem("column_twice", table.name, row, column, shorten(heading), "each column once")
        for heading, column in headings.twice
    ]
    missing = [
        Problem("missing_column", table.name, row, column.name, None, f"a column {column.name} or {column.zh}")
        for column in table.columns
        if has_rows and column.required and column.name not in headings.columns
    ]
    return twice + missing


def _without_heading(table: Table, raw: RawSheet) -> list[Problem]:
    return [
        Problem(
            "no_heading",
            table.name,
            raw.heading_row,
            None,
            column_letters(raw.first_column + at),
            "a heading above every column",
        )
        for at, heading in enumerate(raw.heading)
        if is_blank(heading) and not all(map(is_blank, raw.columns[at]))
    ]


def _report_marks(sheet: Sheet, headings: Headings, raw: RawSheet) -> None:
    """Report the error cells of known columns; those of example rows and of columns nobody reads do not matter."""
    names = {at + raw.first_column: name for name, at in headings.columns.items()}
    position_of = {int(number): position for position, number in enumerate(sheet.row_numbers)} if raw.marks else {}
    examples = {raw.heading_row + 1 + at for at in _examples(headings, raw)} if raw.marks else set()
    for mark in raw.marks:
        name = names.get(mark.column)
        if mark.row < raw.heading_row or mark.row in examples or (name is None and mark.row != raw.heading_row):
            continue
        if mark.row in position_of and name is not None:
            sheet.refused.setdefault(name, set()).add(position_of[mark.row])
        sheet.problems.append(_mark_problem(sheet.table.name, mark, name))


def _mark_problem(sheet: str, mark: Mark, column: str | None) -> Problem:
    if mark.value is None:
        expected = "a formula with its calculated value"
        return Problem("formula_without_value", sheet, mark.row, column, "", expected)
    return Problem("spreadsheet_error", sheet, mark.row, column, shorten(mark.value), "a value")


def read_cells(sheet: Sheet, setting: Setting) -> None:
    """Parse every column of a sheet; what is refused stands in its problems and reads as empty."""
    for column in sheet.table.columns:
        if column.name in sheet.raw:
            _read_column(sheet, column, setting)


def _read_column(sheet: Sheet, column: Column, setting: Setting) -> None:
    raw = sheet.raw[column.name]
    cells, faults = read_column(column, raw, setting) if len(sheet) else ([], [])
    sheet.cells[column.name] = cells
    for position, fault in faults:
        sheet.refused.setdefault(column.name, set()).add(position)
        sheet.problems.append(
            sheet.problem(
                fault.kind,
                position,
                column.name,
                value=shown(raw[position]) if fault.value is None else fault.value,
                expected=fault.expected,
                suggestion=fault.suggestion,
                details=fault.details,
            )
        )


Progress = Callable[[str, int, int], None]
"""Called with an English sheet name, how many sheets are read, how many there are."""
