"""The demo company damaged at random within what the reader lets through (docs/manual/workbook.en.md)."""

import datetime
import math
import random
from typing import Any

from hypothesis import strategies as st

from guantong.engine.calendar import day_number
from guantong.engine.company import empty_cell
from guantong.engine.tables import INTERVALS, TABLES, TREES, Column
from tests.make.cells import DAY, Cells, demo, is_empty, size_of

NEEDED = {("units", "parent"), ("people", "unit"), ("budget_entries", "to"), ("scorecards", "steps")}
"""Cells that are required only of some rows; the reader sees to these."""
PARTS = st.sampled_from([0.02, 0.5, 1.0])
CHANCE = st.integers(0, 2**32).map(random.Random)


# Empty cells

OPTIONAL = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if not column.required
    and (table.name, column.name) not in NEEDED
    and not all(is_empty(column, cell) for cell in demo()[table.name][column.name])
]


@st.composite
def emptied_cells(draw: st.DrawFn) -> Cells:
    """Draw the demo's cells with optional ones emptied."""
    cells, chance = demo(), draw(CHANCE)
    for (name, key), part in draw(st.lists(st.tuples(st.sampled_from(OPTIONAL), PARTS), min_size=1, max_size=60)):
        nothing = empty_cell(TABLES[name].by_name[key])
        cells[name][key] = [nothing if chance.random() < part else cell for cell in cells[name][key]]
    return cells


# References to anything

REFERENCES = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if column.type in ("ref", "refs") and (table.name, column.name) not in TREES
]


def redirected(cells: Cells, name: str, column: Column, chance: random.Random) -> Any:
    """Return a cell that refers to any codes of the tables that the column may meet, or to none."""
    codes = [code for target in column.targets for code in cells[target]["code"]]
    if column.type == "refs":
        return tuple(chance.sample(codes, chance.randint(0, 3)))
    return chance.choice(codes if column.required or (name, column.name) in NEEDED else [*codes, ""])


@st.composite
def redirected_cells(draw: st.DrawFn) -> Cells:
    """Draw the demo's cells with references to anything that they may meet."""
    cells, chance = demo(), draw(CHANCE)
    for (name, key), part in draw(st.lists(st.tuples(st.sampled_from(REFERENCES), PARTS), min_size=5, max_size=40)):
        column, usual = TABLES[name].by_name[key], cells[name][key]
        cells[name][key] = [
            redirected(cells, name, column, chance) if chance.random() < part else cell for cell in usual
        ]
        if not has_unique_keys(cells, name):
            cells[name][key] = usual
    return cells


# Numbers and dates at their ends

DAYS = [datetime.date(1970, 1, 1), DAY, datetime.date(2199, 12, 31)]
EXTREMES: dict[str, list[Any]] = {
    "number": [0.0, -1.0, 1e15, -1e15, 1e-9, 1e-300, math.nan],
    "integer": [0.0, -1.0, 1e15, -1e15, math.nan],
    "share": [0.0, -1.0, 1.0, 1e13, -1e15, math.nan],
    "money": [0, 1, 10**17, -1],
    "date": [*(float(day_number(day)) for day in DAYS), math.nan],
    "month": [float((day.year - 1970) * 12 + day.month - 1) for day in DAYS],
    "datetime": [day_number(day) * 86_400.0 for day in DAYS] + [math.nan],
}
EXTREME_COLUMNS = [
    (table.name, column.name) for table in TABLES.values() for column in table.columns if column.type in EXTREMES
]


def extremes(column: Column) -> list[Any]:
    """Return the cells at the ends of what the reader lets through in a column."""
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    every = EXTREMES[column.type]
    return [cell for cell in every if (not column.required if is_empty(column, cell) else low <= cell <= high)]


@st.composite
def extreme_cells(draw: st.DrawFn) -> Cells:
    """Draw the demo's cells with numbers and dates at their ends, mostly one end in a column."""
    cells, chance = demo(), draw(CHANCE)
    for name, key in draw(st.lists(st.sampled_from(EXTREME_COLUMNS), min_size=20, max_size=60)):
        usual, part = cells[name][key], draw(PARTS)
        ends = [draw(st.sampled_from(extremes(TABLES[name].by_name[key])))] * 3
        ends += [draw(st.sampled_from(extremes(TABLES[name].by_name[key])))]
        cells[name][key] = [chance.choice(ends) if chance.random() < part else cell for cell in usual]
        if not has_unique_keys(cells, name):
            cells[name][key] = usual
    for name, start, end in INTERVALS:
        columns = cells[name]
        for row, (one, other) in enumerate(zip(columns[start], columns[end], strict=True)):
            if one > other:
                columns[start][row], columns[end][row] = other, one
    return cells


def has_unique_keys(cells: Cells, name: str) -> bool:
    keys = list(zip(*(cells[name][key] for key in TABLES[name].key), strict=True))
    return TABLES[name].numbered or len(set(keys)) == size_of(cells, name)
