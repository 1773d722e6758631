"""A sheet as its file gives it, before anybody asks what its headings mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guantong.formats.characters import trim
from guantong.formats.problems import Problem
from guantong.formats.xml_cells import Mark


@dataclass(frozen=True)
class RawSheet:
    """One sheet or CSV file, column by column: a million rows as lists of their own would take gigabytes.

    Attributes:
        name: Name as the file has it.
        heading: Cells of the first row that is not blank; none where there is no such row.
        columns: Cells below each cell of the heading, all equally many; "" is an empty cell.
        heading_row: Number of the heading's row as Excel counts.
        first_column: Number of the first column, A = 1.
        marks: Cells that read as empty and are not.
        problems: What the file's form showed already.
    """

    name: str
    heading: Sequence[Any] = ()
    columns: Sequence[Sequence[Any]] = ()
    heading_row: int = 1
    first_column: int = 1
    marks: Sequence[Mark] = ()
    problems: Sequence[Problem] = field(default=())


def raw_sheet(name: str, rows: Sequence[Sequence[Any]], first: tuple[int, int], marks: Sequence[Mark]) -> RawSheet:
    """Return a sheet that is there row by row.

    Args:
        name: Name as the file has it.
        rows: Cells by row, all rows equally long.
        first: Numbers of the first row and of the first column.
        marks: Cells that read as empty and are not.
    """
    top = heading_place(rows)
    if top is None:
        return RawSheet(name, marks=marks)
    columns = list(zip(*rows[top + 1 :], strict=True)) or [()] * len(rows[top])
    return RawSheet(name, rows[top], columns, first[0] + top, first[1], marks)


def heading_place(rows: Sequence[Sequence[Any]]) -> int | None:
    """Return the place of the first row that is not blank, None where all are."""
    return next((place for place, row in enumerate(rows) if not all(map(is_blank, row))), None)


def is_blank(cell: Any) -> bool:
    """Return whether a raw cell is empty."""
    return cell is None or (isinstance(cell, str) and not trim(cell))
