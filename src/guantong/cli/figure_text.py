"""A table of figures for a terminal: words fold, numbers stay whole on the right."""

from collections.abc import Sequence
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.messages.labels import label


def figure_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], numeric_from: int, language: str) -> Padding:
    """Return a table, indented by two cells.

    Args:
        columns: Keys of `columns` in the labels.
        rows: Cells as text or as styled text.
        numeric_from: The first column of numbers; those before it but the first fold.
        language: Of the headings.
    """
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        numeric = place >= numeric_from
        table.add_column(
            label(f"columns.{column}", language),
            justify="right" if numeric else "left",
            no_wrap=numeric or not place,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else str(cell) for cell in row))
    return Padding(table, (0, 0, 0, 2), expand=False)
