"""A term: a value with the formula that makes it, the terms of that formula, and the cells on which it rests.

A formula is written as it is read, with the names of its terms in braces: `1 − {gap} ÷ {target}`. `Σ{value}`,
`max{value}`, `min{value}` and `last{value}` stand for all terms of a name. A formula with a comparison does not make
the value but says why it is so. Terms open their own terms only when asked, so the tree of a large company costs what
is looked at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from guantong.engine.company import FLOAT_TYPES, Company, Ragged
from guantong.engine.snapshot import Snapshot

KINDS = (
    "number",
    "ratio",
    "money",
    "score",
    "count",
    "date",
    "month",
    "text",
    "status",
    "verdict",
    "rating",
)
"""How a value is written. Money is minor units, also fractions of one; dates are day numbers, months as in Company."""

COMPARISONS = (" > ", " < ", " ≥ ", " ≤ ")


class Cell(NamedTuple):
    """A cell of the workbook: table, position of the row in the company, column."""

    table: str
    row: int
    column: str


@dataclass(frozen=True, eq=False)
class Term:
    """A value and how it came about.

    Attributes:
        name: Key of its word.
        value: Value of its kind; None = missing.
        kind: One of KINDS.
        about: What it is about, as (type, value): a subject type with a code, `day`, `month`, a choice with its value.
        unit: Unit of measure of a number, as the company writes it.
        formula: How the terms make the value; "" where it is read or said in `note`.
        note: Key of a sentence beside the formula, "" = none.
        cells: Filled cells that the value rests on directly.
        opened: Makes the terms.
    """

    name: str
    value: Any
    kind: str = "number"
    about: tuple[tuple[str, Any], ...] = ()
    unit: str = ""
    formula: str = ""
    note: str = ""
    cells: tuple[Cell, ...] = ()
    opened: Callable[[], Iterable["Term"]] = tuple

    @cached_property
    def terms(self) -> tuple["Term", ...]:
        """The terms of the formula, and others that belong here, in the order in which they are read."""
        return tuple(self.opened())

    @property
    def is_reason(self) -> bool:
        """Return whether the formula is a comparison: it says why the value is so."""
        return any(sign in self.formula for sign in COMPARISONS)


def known(value: Any) -> Any:
    """Return a number as plain Python, None where it is NaN."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if plain != plain else plain


def closed(term: Term, name: str = "") -> Term:
    """Return a term without what it came from, for a place where that is told elsewhere; with another name if given."""
    return replace(term, name=name or term.name, formula="", note="", opened=tuple)


def filled_cells(company: Company, table: str, row: int, *columns: str) -> tuple[Cell, ...]:
    """Return the cells of a row that are filled, in the order of the columns; none where the row is -1."""
    if row < 0:
        return ()
    return tuple(Cell(table, int(row), column) for column in columns if is_filled(company, table, int(row), column))


def is_filled(company: Company, table: str, row: int, column: str) -> bool:
    """Return whether a cell holds anything."""
    rows = getattr(company, table)
    declared = rows.table.by_name[column]
    if declared.type == "ref":
        names = [column, *(f"{column}_{target}" for target in declared.targets[1:])]
        return any(getattr(rows, name)[row] >= 0 for name in names)
    values = getattr(rows, column)
    if isinstance(values, Ragged):
        return bool(values.counts[row])
    if declared.type in FLOAT_TYPES:
        return not np.isnan(values[row])
    return bool(values[row]) if values.dtype == object else bool(values[row] >= 0)


def parameter_term(snapshot: Snapshot, name: str, rule: str, parameter: str, kind: str = "ratio") -> Term:
    """Return a parameter of a rule: the company's own setting, else the default."""
    own = (rule, parameter) in snapshot.parameters.values
    return Term(
        name,
        snapshot.parameters.value(rule, parameter),
        kind,
        note="" if own else "by_default",
        about=(("setting", f"{rule}.{parameter}"),),
        cells=filled_cells(snapshot.company, "company", 0, "settings") if own else (),
    )
