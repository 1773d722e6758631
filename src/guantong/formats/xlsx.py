"""An .xlsx file as raw sheets: judged part by part first, then read by python-calamine."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

from guantong.formats.package import DamagedError, Package, check_file
from guantong.formats.problems import InputError, Problem
from guantong.formats.raw_sheet import RawSheet, raw_sheet
from guantong.formats.xml_cells import (
    FREE_CELLS,
    MOST_CELLS,
    MOST_EMPTY,
    Extent,
    Mark,
    inspect,
    is_filled,
    is_plain,
    tall_extent,
)

LARGEST_OTHER_PART = 512 << 20
"""Unpacked bytes of a part that is no worksheet, such as the shared texts."""

_LARGEST_UNCOUNTED = 512 << 20
_READ_WHOLE = 1 << 20
"""Unpacked bytes up to which a worksheet is read as XML at once: so small a part may not ask for a large grid."""

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_OF_WORKSHEET = "/worksheet"

SheetNamed = Callable[[str], str | None]


def xlsx_sheets(path: Path, sheet_named: SheetNamed) -> Iterator[RawSheet | str]:
    """Yield the sheets of a workbook that have a meaning, and the names of filled ones that have none.

    Args:
        path: The file.
        sheet_named: Returns the English name of a sheet, None where it has no meaning.

    Raises:
        InputError: The file as a whole cannot be read.
    """
    check_file(path)
    try:
        marks, unknown = _judged(path, sheet_named)
        yield from unknown
        yield from _read(path, marks)
    except DamagedError:
        raise InputError([Problem("damaged", value=path.name, expected="an undamaged .xlsx file")]) from None
    except OSError:
        raise InputError([Problem("unreadable_file", value=path.name, expected="a file that can be read")]) from None


def _judged(path: Path, sheet_named: SheetNamed) -> tuple[dict[str, list[Mark]], list[str]]:
    """Return the marks of every sheet with a meaning, and the filled sheets without one."""
    marks: dict[str, list[Mark]] = {}
    unknown: list[str] = []
    with Package(path) as package:
        if _WORKBOOK not in package.entries:
            raise InputError([Problem("not_a_workbook", value=path.name, expected="an .xlsx file or a folder of CSV")])
        parts = _sheet_parts(package)
        for name in set(package.entries) - set(parts.values()):
            _check_other_part(package, name)
        for sheet, part in parts.items():
            table = sheet_named(sheet)
            if table is not None:
                marks[sheet] = _judge_sheet(package, part, table)
            elif is_filled(package.blocks(part)):
                unknown.append(sheet)
    return marks, unknown


def _check_other_part(package: Package, name: str) -> None:
    if package.entries[name].file_size > LARGEST_OTHER_PART:
        raise package.too_large(
            f"{name}: {package.entries[name].file_size} bytes", f"at most {LARGEST_OTHER_PART} bytes"
        )
    for _ in package.blocks(name):
        pass


def _judge_sheet(package: Package, part: str, table: str) -> list[Mark]:
    size = package.entries[part].file_size
    if _READ_WHOLE < size <= _LARGEST_UNCOUNTED and is_plain(package.blocks(part)):
        return []
    extent, marks = tall_extent(package.blocks(part)) if size > _READ_WHOLE else None, list[Mark]()
    if extent is None:
        extent, marks = inspect(package.blocks(part))
    _check_extent(package, extent, table)
    return marks


def _check_extent(package: Package, extent: Extent, table: str) -> None:
    if extent.beyond:
        raise package.too_large(extent.beyond, "cells within column CZ and row 1048576", table)
    if extent.rows * extent.columns > MOST_CELLS or extent.cells > MOST_CELLS:
        raise package.too_large(
            f"{extent.rows} rows × {extent.columns} columns", f"at most {MOST_CELLS} cells up to the last one", table
        )
    if extent.rows * extent.columns > max(FREE_CELLS, extent.cells * MOST_EMPTY):
        raise package.too_large(
            f"{extent.rows} rows × {extent.columns} columns for {extent.cells} filled cells",
            f"at most {MOST_EMPTY} times as many cells up to the last one as are filled",
            table,
        )


def _sheet_parts(package: Package) -> dict[str, str]:
    """Return the part of each worksheet by sheet name."""
    targets: dict[str, str] = {}
    for tag, attributes in _tags(package, _RELATIONS):
        if tag == "Relationship" and attributes.get("Type", "").endswith(_OF_WORKSHEET):
            targets[attributes.get("Id", "")] = _part_name(package, attributes.get("Target", ""))
    parts: dict[str, str] = {}
    for tag, attributes in _tags(package, _WORKBOOK):
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.rsplit(" ", 1)[-1] == "id"), "")
            if relation in targets:
                parts[attributes.get("name", "")] = targets[relation]
    return parts


def _part_name(package: Package, target: str) -> str:
    if target.startswith("/"):
        name = target[1:]
    elif target.startswith("xl/"):
        name = target
    else:
        name = posixpath.normpath("xl/" + target)
    for each in (name, *(entry for entry in package.entries if entry.casefold() == name.casefold())):
        if each in package.entries:
            return each
    raise DamagedError


def _tags(package: Package, part: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the elements of a small part with their attributes."""
    found: list[tuple[str, Mapping[str, str]]] = []
    parser = expat.ParserCreate(None, " ")
    parser.StartElementHandler = lambda name, attributes: found.append((name.rsplit(" ", 1)[-1], attributes))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for block in package.blocks(part):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise DamagedError from None
    return found


def _refuse_doctype(*_: Any) -> None:
    raise DamagedError


def _read(path: Path, marks: Mapping[str, list[Mark]]) -> Iterator[RawSheet]:
    from python_calamine import CalamineWorkbook

    book = _guarded(lambda: CalamineWorkbook.from_path(str(path)))
    try:
        for name in _guarded(lambda: list(book.sheet_names)):
            if name in marks:
                yield _guarded(partial(_raw_sheet, book, name, marks[name]))
    finally:
        book.close()


def _raw_sheet(book: Any, name: str, marks: list[Mark]) -> RawSheet:
    sheet = book.get_sheet_by_name(name)
    row, column = sheet.start or (0, 0)
    return raw_sheet(name, sheet.to_python(), (row + 1, column + 1), marks)


def _guarded[Result](read: Callable[[], Result]) -> Result:
    """Call into the library; whatever it fails with, its panics included, means a damaged file."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        raise DamagedError from None
