"""Reads a company from a workbook or a CSV folder, and writes it."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from guantong.engine.company import Company
from guantong.engine.parameters import RULES
from guantong.engine.tables import TABLES
from guantong.formats.base_sheets import base_sheet, told_problems
from guantong.formats.characters import nearest
from guantong.formats.company_sheet import setting_of
from guantong.formats.csv_folder import csv_sheets
from guantong.formats.former_codes import NewCodes, write_new_codes
from guantong.formats.integrity import check_company
from guantong.formats.names import is_help_sheet, nearest_sheet, sheet_named
from guantong.formats.problems import InputError, Problem, shorten
from guantong.formats.sheets import Progress, Sheet, open_sheet, read_cells
from guantong.formats.writing import TooManyRowsError, write_company
from guantong.formats.xlsx import xlsx_sheets

__all__ = ["InputError", "Reading", "TooManyRowsError", "read_company", "write_company"]

_TABLE_ORDER = {name: number for number, name in enumerate(TABLES)}
_COLUMN_ORDER = {
    name: {column: number for number, column in enumerate(table.by_name)} for name, table in TABLES.items()
}


@dataclass(frozen=True)
class Into:
    """A company into which a file is loaded: it supplies the sheets that the file lacks.

    Attributes:
        sheets: Names of its tables.
        read: Returns the company; called only where the file lacks one of them.
        new_codes: By table the present code of each former one.
    """

    sheets: frozenset[str]
    read: Callable[[], Company]
    new_codes: NewCodes


Base = Callable[[str], Into | None]


@dataclass(frozen=True)
class Reading:
    """A company as read, and what was passed over.

    Attributes:
        company: The company.
        warnings: What was passed over.
        row_numbers: By table that the file has, (n_rows,) int64: the number of each row of the company as Excel counts.
    """

    company: Company
    warnings: tuple[Problem, ...]
    row_numbers: Mapping[str, np.ndarray]


def read_company(path: Path | str, on_progress: Progress | None = None, base: Base | None = None) -> Reading:
    """Read a company from an .xlsx file or a folder of CSV files.

    Args:
        path: The file or folder.
        on_progress: Called as the cells of each sheet are read: English name, how many are read, how many there are.
        base: Called with the code of the file's company, "" where it has no such sheet; returns the company into which
            the file is loaded, which supplies the sheets that the file lacks, or None.

    Raises:
        InputError: With all problems of the file.
    """
    with _uncollected():
        return _read(Path(path), on_progress, base)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector still: it would walk millions of new cells again and again and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path, on_progress: Progress | None, base: Base | None) -> Reading:
    sheets, doubts, problems = _open_sheets(path)
    in_file = frozenset(sheets)
    into = base(_company_code(sheets)) if base is not None else None
    supplying = into.read() if into is not None and into.sheets - in_file else None
    if supplying is not None:
        sheets = _completed(sheets, supplying)
    _read_all(sheets, on_progress)
    if into is not None:
        write_new_codes((sheets[name] for name in in_file), into.new_codes)
    problems += [problem for sheet in sheets.values() for problem in sheet.problems]
    problems += check_company(sheets)
    problems += _rule_problems(sheets.get("waivers"))
    if problems:
        raise InputError(in_order(told_problems(problems, supplying) if supplying is not None else problems))
    for sheet in sheets.values():
        sheet.raw.clear()  # only problems show cells as the file has them
    company = Company.build({name: sheet.cells for name, sheet in sheets.items()})
    doubts += [warning for sheet in sheets.values() for warning in sheet.warnings]
    numbers = {
        name: _in_key_order(sheets[name].row_numbers, getattr(company, name).given)
        for name in TABLES
        if name in in_file
    }
    return Reading(company, tuple(in_order(doubts)), numbers)


def _company_code(sheets: dict[str, Sheet]) -> str:
    """Return the code on the company sheet, "" where there is none."""
    sheet = sheets.get("company")
    if sheet is None:
        return ""
    read_cells(sheet, setting_of(None))
    codes: Sequence[str] = sheet.cells.get("code", ())
    return codes[0] if len(codes) else ""


def _completed(sheets: dict[str, Sheet], base: Company) -> dict[str, Sheet]:
    """Return the sheets of the file and those of the base that it lacks, in declared order."""
    supplied = {name: base_sheet(base, name) for name in base.present - sheets.keys()}
    both = {**supplied, **sheets}
    return {name: both[name] for name in TABLES if name in both}


def _in_key_order(row_numbers: np.ndarray, given: np.ndarray | None) -> np.ndarray:
    return row_numbers if given is None else row_numbers[given]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by sheet, row and column; those of the file come first."""
    return sorted(problems, key=_place)


def _place(problem: Problem) -> tuple[Any, ...]:
    sheet = _TABLE_ORDER.get(problem.sheet or "", -1)
    column = _COLUMN_ORDER.get(problem.sheet or "", {}).get(problem.column or "", -1)
    return sheet, problem.row or 0, column, problem.kind, problem.value or ""


def _open_sheets(path: Path) -> tuple[dict[str, Sheet], list[Problem], list[Problem]]:
    """Return the sheets of a file by table in declared order, the doubts and the problems of the file itself."""
    source = csv_sheets(path, _meaning) if path.is_dir() else xlsx_sheets(path, _meaning)
    sheets: dict[str, Sheet] = {}
    doubts: list[Problem] = []
    problems: list[Problem] = []
    for raw in source:
        if isinstance(raw, str):
            if not is_help_sheet(raw):
                near = nearest_sheet(raw)
                doubts.append(Problem("unknown_sheet", None, None, None, shorten(raw), "a known sheet", near))
            continue
        table = TABLES[_meaning(raw.name) or ""]
        sheet = open_sheet(table, raw)
        if sheet is None:
            doubts.append(Problem("empty_sheet", table.name, expected="a row of headings"))
        elif table.name in sheets:
            problems.append(Problem("sheet_twice", table.name, None, None, raw.name, "each sheet once"))
        else:
            sheets[table.name] = sheet
    return {name: sheets[name] for name in TABLES if name in sheets}, doubts, problems


def _meaning(name: str) -> str | None:
    return sheet_named(name)


def _read_all(sheets: dict[str, Sheet], on_progress: Progress | None) -> None:
    """Parse the cells of all sheets, the company's first: its currency and zone decide how others are read."""
    setting = setting_of(None)
    for number, (name, sheet) in enumerate(sheets.items(), start=1):
        if not sheet.cells:
            read_cells(sheet, setting)
        if name == "company":
            _upper_case(sheet, "currency")
            setting = setting_of(sheet)
        if on_progress is not None:
            on_progress(name, number, len(sheets))
    if "waivers" in sheets:
        _upper_case(sheets["waivers"], "rule")


def _upper_case(sheet: Sheet, column: str) -> None:
    """Give words that are read without regard to case their one form."""
    cells: Sequence[str] | None = sheet.cells.get(column)
    if cells is not None:
        sheet.cells[column] = [cell.upper() for cell in cells]


def _rule_problems(waivers: Sheet | None) -> Iterator[Problem]:
    """Yield waivers of rules that do not exist."""
    for position, rule in enumerate(waivers.cells.get("rule", ()) if waivers is not None else ()):
        if waivers is not None and rule and rule not in RULES:
            yield waivers.problem(
                "unknown_rule", position, "rule", expected="a rule id", suggestion=nearest(rule, RULES)
            )
