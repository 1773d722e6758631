"""Files as others write them: sheets of rows as .xlsx or as a folder of CSV files."""

import csv
from pathlib import Path
from typing import Any

import openpyxl

from guantong.formats.problems import InputError, Problem
from guantong.formats.workbook import read_company

Sheets = dict[str, list[list[Any]]]

SOUND: Sheets = {
    "company": [["code", "name"], ["ACME", "Acme"]],
    "cycles": [["code", "name", "start", "end"], ["2026", "2026", "2026-01-01", "2026-12-31"]],
    "units": [["code", "name", "parent", "kind"], ["C", "Acme", "", "company"], ["U1", "R&D", "C", "department"]],
    "people": [["code", "name", "unit"], ["P1", "Li", "C"], ["P2", "Wu", "U1"]],
}
"""A small company without fault."""


def as_xlsx(sheets: Sheets, path: Path) -> Path:
    """Write sheets as an .xlsx file."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path


def as_csv(sheets: Sheets, path: Path, encoding: str = "utf-8") -> Path:
    """Write sheets as a folder of CSV files."""
    path.mkdir()
    for name, rows in sheets.items():
        with (path / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    return path


def problems_of(path: Path) -> list[Problem]:
    """Return the problems of a file that must not be readable."""
    try:
        read_company(path)
    except InputError as error:
        return list(error.problems)
    raise AssertionError(f"{path.name} was read")
