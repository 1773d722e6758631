"""Codes that rows of the database had before they were renamed: a file that still has them means these rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from guantong.engine.tables import Column
from guantong.formats.references import targets_of
from guantong.formats.sheets import Sheet

NewCodes = Mapping[str, Mapping[str, str]]
"""By table the present code of each former one."""


def write_new_codes(sheets: Iterable[Sheet], new_codes: NewCodes) -> None:
    """Write present codes in place of former ones, in keys and references of sheets that have been read.

    A row that the file has under both codes is left as it is: it is for the load to refuse.

    Args:
        sheets: The file's sheets.
        new_codes: What is written for what.
    """
    listed = list(sheets)
    clear = {table: dict(codes) for table, codes in new_codes.items()}
    for sheet in listed:
        if sheet.table.key == ("code",) and sheet.table.name in clear:
            there = set(sheet.cells.get("code", ()))
            codes = clear[sheet.table.name]
            clear[sheet.table.name] = {old: new for old, new in codes.items() if old not in there or new not in there}
    for sheet in listed:
        for name, cells in sheet.cells.items():
            column = sheet.table.by_name[name]
            is_key = name == "code" and sheet.table.key == ("code",)
            tables = (sheet.table.name,) if is_key else targets_of(column)
            codes = {old: new for table in tables for old, new in clear.get(table, {}).items()}
            if codes:
                sheet.cells[name] = [_renewed(column, cell, codes) for cell in cells]


def _renewed(column: Column, cell: Any, codes: Mapping[str, str]) -> Any:
    if column.type == "duties":
        return tuple((codes.get(code, code), duty) for code, duty in cell)
    if column.type == "refs":
        return tuple(codes.get(code, code) for code in cell)
    return codes.get(cell, cell)
