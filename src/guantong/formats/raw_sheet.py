"""A sheet as its file gives it, before anybody asks what its headings mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guantong.formats.characters import trim
from guantong.formats.problems import Problem
from guantong.formats.xml_cells import Mark


@dataclass(frozen=True)
class RawSheet:
    """One sheet or CSV file.

    Attributes:
        name: Name as the file has it.
        rows: Cells by row, all rows equally long; "" is an empty cell.
        first_row: Number of the first of `rows` as Excel counts.
        first_column: Number of the first cell of each row, A = 1.
        marks: Cells that read as empty and are not.
        problems: What the file's form showed already.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    first_row: int = 1
    first_column: int = 1
    marks: Sequence[Mark] = ()
    problems: Sequence[Problem] = field(default=())


def is_blank(cell: Any) -> bool:
    """Return whether a raw cell is empty."""
    return cell is None or (isinstance(cell, str) and not trim(cell))
