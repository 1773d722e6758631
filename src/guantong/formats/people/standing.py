"""The company into which people are loaded, as lists that can grow, and codes that are still free in it."""

from collections.abc import Container, Mapping
from typing import Any

from guantong.engine.company import Company, empty_cell
from guantong.engine.tables import TABLES
from guantong.formats.base_sheets import base_sheet
from guantong.formats.cells import CODE_SIGNS
from guantong.formats.characters import code_form, trim

Cells = dict[str, list[Any]]

_LONGEST = 100


def table_cells(company: Company, name: str) -> Cells:
    """Return the canonical cells of a table as lists."""
    cells = base_sheet(company, name).cells
    return {column: values if isinstance(values, list) else values.tolist() for column, values in cells.items()}


class KnownPeople:
    """The people of the company before the file is loaded.

    Attributes:
        cells: Their cells by column, in key order.
        place: Position by code.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.place: Mapping[str, int] = {code: at for at, code in enumerate(cells["code"])}

    def value(self, code: str, column: str) -> Any:
        """Return a cell of a person, an empty one where the person is new."""
        at = self.place.get(code)
        return empty_cell(TABLES["people"].by_name[column]) if at is None else self.cells[column][at]


def append_row(cells: Cells, table: str, values: Mapping[str, Any]) -> None:
    """Add a row; columns that are not stated are empty."""
    for column in TABLES[table].columns:
        cells[column.name].append(values[column.name] if column.name in values else empty_cell(column))


def free_code(name: str, *taken: Container[str]) -> str:
    """Return a code made of a name: blanks and what a code may not hold as hyphens, numbered where it is taken."""
    form = "".join("-" if sign in CODE_SIGNS or sign.isspace() else sign for sign in code_form(name))
    code = trim("".join(sign for sign in form if sign.isprintable()))[:_LONGEST].strip("-") or "1"
    number, candidate = 1, code
    while any(candidate in codes for codes in taken):
        number += 1
        candidate = f"{code}-{number}"
    return candidate
