"""What must hold between the cells of a company: nothing required empty, keys once, references known, no circles.

Each check reports everything it finds and nothing that an earlier problem explains: a cell that could not be read is
not also empty, a reference into a sheet that could not be read is not also unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from guantong.engine.company import FLOAT_TYPES, NOTHING, empty_cell
from guantong.engine.tables import INTERVALS, SHARED_CODE_SPACES, TABLES, Column
from guantong.formats.cells import shown
from guantong.formats.circles import circle_problems
from guantong.formats.company_sheet import company_problems
from guantong.formats.problems import Problem
from guantong.formats.references import reference_problems
from guantong.formats.sheets import Sheet

Sheets = Mapping[str, Sheet]


def check_company(sheets: Sheets) -> list[Problem]:
    """Return everything wrong between the cells of a company's sheets."""
    found = [
        *missing_sheets(sheets),
        *(problem for sheet in sheets.values() for problem in sheet_problems(sheet)),
        *shared_code_problems(sheets),
        *reference_problems(sheets),
        *circle_problems(sheets),
        *root_problems(sheets),
    ]
    if "company" in sheets:
        found += company_problems(sheets["company"])
    return found


def missing_sheets(sheets: Sheets) -> Iterator[Problem]:
    """Yield the required sheets that are not there."""
    for table in TABLES.values():
        if table.required and table.name not in sheets:
            yield Problem("missing_sheet", table.name, expected=f"a sheet {table.name} or {table.zh}")


def sheet_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield what is wrong within one sheet."""
    for column in sheet.table.columns:
        if column.name in sheet.cells:
            yield from _required(sheet, column)
            yield from _limits(sheet, column)
    yield from key_problems(sheet)
    yield from interval_problems(sheet)
    yield from _CONDITIONS.get(sheet.table.name, _nothing)(sheet)


# --- Required cells and limits --------------------------------------------------------------------


def empty_at(column: Column, cells: Any) -> Sequence[int]:
    """Return the positions of empty cells."""
    if isinstance(cells, np.ndarray):
        empty = np.isnan(cells) if column.type in FLOAT_TYPES else cells == -1
        return [int(position) for position in np.flatnonzero(empty)]
    nothing = empty_cell(column)
    return [position for position, cell in enumerate(cells) if cell == nothing] if nothing in cells else []


def _required(sheet: Sheet, column: Column) -> Iterator[Problem]:
    if column.required:
        for position in empty_at(column, sheet.cells[column.name]):
            if not sheet.is_refused(column.name, position):
                yield sheet.problem("required_empty", position, column.name, value="", expected=expected_of(column))


def expected_of(column: Column) -> str:
    """Return what a cell of a column should hold, in a few words."""
    if column.targets:
        return "a code of sheet " + " or ".join(column.targets)
    if column.choices:
        return "one of: " + ", ".join(column.choice_values)
    return {"bool": "yes or no", "texts": "a list", "money": "an amount"}.get(column.type, f"a {column.type}")


def _limits(sheet: Sheet, column: Column) -> Iterator[Problem]:
    low, high = column.minimum, column.maximum
    if low is None and high is None:
        return
    values = np.asarray(sheet.cells[column.name], dtype=np.float64)
    outside = (values < (-np.inf if low is None else low)) | (values > (np.inf if high is None else high))
    expected = f"at least {low:g}" if high is None else f"at most {high:g}"
    if low is not None and high is not None:
        expected = f"from {low:g} to {high:g}"
    for position in np.flatnonzero(outside):
        yield sheet.problem("out_of_range", int(position), column.name, expected=expected)


# --- Keys -----------------------------------------------------------------------------------------


def key_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield rows whose key an earlier row has already; rows with an unreadable key are left out."""
    key = sheet.table.key
    if sheet.table.numbered:
        key = ("code",) if sheet.table.name == "budget_entries" else ()
    if key == ("code",):
        yield from _repeated(sheet, key, skip_empty=True)
    elif key and any(name in sheet.cells for name in key):
        yield from _repeated(sheet, key, skip_empty=False)


def _repeated(sheet: Sheet, key: tuple[str, ...], skip_empty: bool) -> Iterator[Problem]:
    size = len(sheet)
    parts = [_plain(sheet, name) for name in key]
    values: Sequence[Any] = parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))
    if len(set(values)) == size:
        return
    unusable = _unusable_keys(sheet, key)
    first: dict[Any, int] = {}
    for position, value in enumerate(values):
        if position in unusable or (skip_empty and value == ""):
            continue
        if value in first:
            yield _key_problem(sheet, key, position, first[value])
        else:
            first[value] = position


def _plain(sheet: Sheet, name: str) -> list[Any]:
    cells = sheet.cells.get(name)
    if cells is None:
        return [""] * len(sheet)
    if isinstance(cells, np.ndarray) and cells.dtype == np.float64:
        cells = np.where(np.abs(cells) <= NOTHING, 0.0, cells)  # as engine/company.py takes them
    return cells.tolist() if isinstance(cells, np.ndarray) else list(cells)


def _unusable_keys(sheet: Sheet, key: tuple[str, ...]) -> set[int]:
    """Return the rows with a key cell that was refused or is required and empty: reported already."""
    unusable: set[int] = set()
    for name in key:
        unusable |= sheet.refused.get(name, set())
        column = sheet.table.by_name[name]
        if column.required:
            unusable |= set(empty_at(column, sheet.cells[name])) if name in sheet.cells else set(range(len(sheet)))
    return unusable


def _key_problem(sheet: Sheet, key: tuple[str, ...], position: int, earlier: int) -> Problem:
    words = [shown(sheet.raw[name][position]) if name in sheet.raw else "" for name in key]
    return sheet.problem(
        "key_twice",
        position,
        key[0],
        value=", ".join(words),
        expected="each " + " + ".join(key) + " once",
        details={"row": str(sheet.row(earlier)), "key": ", ".join(key)},
    )


def shared_code_problems(sheets: Sheets) -> Iterator[Problem]:
    """Yield codes that another sheet of the same code space has already."""
    for space in SHARED_CODE_SPACES:
        owner: dict[str, str] = {}
        for name in space:
            cells = sheets[name].cells.get("code", ()) if name in sheets else ()
            shared = (owner.keys() & set(cells)) - {""}
            for position, code in enumerate(cells if shared else ()):
                if code in shared:
                    yield sheets[name].problem(
                        "code_shared",
                        position,
                        "code",
                        expected=f"a code that sheet {owner[code]} does not use",
                        details={"other": owner[code]},
                    )
            owner |= {code: name for code in cells if code not in owner}


# --- Order in time, roots, conditions -------------------------------------------------------------


def interval_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield ends that lie before their start."""
    for table, start, end in INTERVALS:
        if table != sheet.table.name or start not in sheet.cells or end not in sheet.cells:
            continue
        starts, ends = (np.asarray(sheet.cells[name], dtype=np.float64) for name in (start, end))
        for position in np.flatnonzero(ends < starts):
            at = int(position)
            begun = shown(sheet.raw[start][at])
            yield sheet.problem(
                "end_before_start",
                at,
                end,
                expected=f"not before {start} {begun}",
                details={"start": begun, "of": start},
            )


def root_problems(sheets: Sheets) -> Iterator[Problem]:
    """Yield what keeps the units from hanging under exactly one root of kind company."""
    units = sheets.get("units")
    if units is None or not units.whole:
        return
    parents = units.cells.get("parent", [""] * len(units))
    roots = [at for at, parent in enumerate(parents) if parent == "" and not units.is_refused("parent", at)]
    expected = "exactly one unit without parent, of kind company"
    if not roots and not _explained(units, parents):
        yield Problem("no_root", "units", None, "parent", None, expected)
    for position in roots[1:]:
        details = {"first": str(units.cells["code"][roots[0]]), "code": str(units.cells["code"][position])}
        yield units.problem("many_roots", position, "parent", value="", expected=expected, details=details)
    if len(roots) == 1 and units.cells["kind"][roots[0]] > 0:
        yield units.problem("root_kind", roots[0], "kind", expected="company", suggestion="company")


def _explained(units: Sheet, parents: Sequence[str]) -> bool:
    """Return whether the missing root follows from a refused parent cell or from a circle, reported as such."""
    return bool(units.refused.get("parent")) or bool(parents)


def _nothing(_sheet: Sheet) -> Iterator[Problem]:
    yield from ()


def _of_kind(sheet: Sheet, column: str, value: str) -> list[int]:
    position = sheet.table.by_name[column].choice_values.index(value)
    return [at for at, cell in enumerate(sheet.cells.get(column, ())) if cell == position]


def _people_without_unit(sheet: Sheet) -> Iterator[Problem]:
    column = sheet.table.by_name["unit"]
    unit = sheet.cells.get("unit", [""] * len(sheet))
    left = sheet.cells.get("left", np.full(len(sheet), np.nan))
    for position in empty_at(column, unit):
        is_reported = sheet.is_refused("unit", position) or sheet.is_refused("left", position)
        if np.isnan(left[position]) and not is_reported:
            expected = "a code of sheet units, or a date in left"
            yield sheet.problem("required_empty", position, "unit", value="", expected=expected)


def _transfers_without_target(sheet: Sheet) -> Iterator[Problem]:
    to = sheet.cells.get("to", [""] * len(sheet))
    for position in _of_kind(sheet, "kind", "transfer"):
        if to[position] == "" and not sheet.is_refused("to", position):
            expected = "the request that receives the money"
            yield sheet.problem("transfer_without_target", position, "to", value="", expected=expected)


def _steps_missing(sheet: Sheet) -> Iterator[Problem]:
    steps = sheet.cells.get("steps", [()] * len(sheet))
    for position in _of_kind(sheet, "method", "steps"):
        if not steps[position] and not sheet.is_refused("steps", position):
            expected = "attainment:points, such as 80%:60; 100%:100"
            yield sheet.problem("steps_missing", position, "steps", value="", expected=expected)


_CONDITIONS = {
    "people": _people_without_unit,
    "budget_entries": _transfers_without_target,
    "scorecards": _steps_missing,
}
