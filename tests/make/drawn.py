"""Valid companies drawn by Hypothesis: a few rows of any tables, whatever their cells may hold."""

import datetime
import math
from typing import Any

from hypothesis import strategies as st

from guantong.engine.calendar import day_number
from guantong.engine.company import NOTHING
from guantong.engine.tables import TABLES, TREES, Column, Table

MOST_ROWS_DRAWN = 4
NAN = math.nan
# Columns whose values hang on others: drawn empty, or below with care.
BOUND = {
    ("company", "schema"),
    ("company", "settings"),
    ("company", "timezone"),
    ("company", "currency"),
    ("company", "fiscal_start"),
    ("process_nodes", "next"),
    ("responsibilities", "collaborators"),
    ("waivers", "rule"),
}


def as_taken(value: float) -> float:
    """Return a number as the engine takes it: what is nearer to 0 than NOTHING is 0."""
    return value if abs(value) > NOTHING else 0.0


TEXT = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs"), blacklist_characters=";；￾￿"),
    min_size=1,
    max_size=12,
).map(lambda text: text.strip() or "x")
DAYS = st.dates(datetime.date(1901, 1, 1), datetime.date(2999, 12, 31)).map(lambda day: float(day_number(day)))
MOMENTS = st.integers(-631_152_000, 4_102_444_800).map(float)  # 1950 to 2100
SHARES = (st.floats(-1, 1) | st.floats(1, 1e6)).map(lambda value: value + 0.0)
NUMBERS = st.floats(-1e15, 1e15, allow_nan=False).map(as_taken)


def numbers_of(column: Column) -> st.SearchStrategy[float]:
    low = -1e15 if column.minimum is None else column.minimum
    high = 1e15 if column.maximum is None else column.maximum
    return st.floats(low, high, allow_nan=False).map(as_taken)


def cell(column: Column, codes: dict[str, list[str]], empty_too: bool = True) -> st.SearchStrategy[Any]:
    kind = column.type
    values: st.SearchStrategy[Any]
    if kind in ("ref", "refs"):
        known = [code for target in column.targets for code in codes.get(target, [])]
        empty: Any = "" if kind == "ref" else ()
        if not known:
            return st.just(empty)
        values = st.sampled_from(known)
        if kind == "refs":
            return st.lists(values, max_size=3).map(tuple)
        return values | st.just("") if empty_too and not column.required else values
    values, empty = {
        "text": (TEXT, ""),
        "texts": (st.lists(TEXT, max_size=3).map(tuple), ()),
        "number": (numbers_of(column), NAN),
        "integer": (st.integers(1, 12).map(float), NAN),
        "share": (SHARES, NAN),
        "money": (st.integers(0, 10**17), -1),
        "bool": (st.integers(0, 1), -1),
        "date": (DAYS, NAN),
        "month": (st.integers(-800, 12000).map(float), NAN),
        "datetime": (MOMENTS, NAN),
        "choice": (st.integers(0, max(len(column.choices) - 1, 0)), -1),
        "links": (st.just(()), ()),
        "duties": (st.just(()), ()),
        "steps": (
            st.lists(st.tuples(st.floats(0, 3), st.floats(0, 120)), min_size=1, max_size=3).map(tuple),
            (),
        ),
        "code": (st.just(""), ""),
    }[kind]
    return values if column.required or not empty_too else st.one_of(st.just(empty), values)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, dict[str, list[Any]]]:
    """Draw the cells of a valid company."""
    drawn = sorted(set(TABLES) - {"scenarios"})
    present = {"company", "cycles", "units", "people"} | draw(st.sets(st.sampled_from(drawn), max_size=9))
    present = with_what_they_need(present)
    sizes = {name: draw(st.integers(1, MOST_ROWS_DRAWN)) if name in present else 0 for name in TABLES}
    sizes["company"] = 1
    codes = {
        name: [f"{name[:3].upper()}{name[-1]}{number}" for number in range(sizes[name])]
        for name, table in TABLES.items()
        if "code" in table.by_name
    }
    return {name: draw(columns_of(TABLES[name], sizes[name], codes)) for name in sorted(present)}


def with_what_they_need(present: set[str]) -> set[str]:
    """Return tables without those whose required references have nothing to meet."""
    while lacking := {
        name
        for name in present
        for column in TABLES[name].columns
        if column.type == "ref" and column.required and not present & set(column.targets)
    }:
        present = present - lacking
    return present


@st.composite
def columns_of(draw: st.DrawFn, table: Table, size: int, codes: dict[str, list[str]]) -> dict[str, list[Any]]:
    rows: list[dict[str, Any]] = []
    keys = set()
    for number in range(size):
        row = {column.name: draw(cell(column, codes)) for column in table.columns}
        fixed(table, row, number, codes)
        key = tuple(row[name] for name in table.key)
        if table.numbered or key not in keys:
            keys.add(key)
            rows.append(row)
    return {column.name: [row[column.name] for row in rows] for column in table.columns}


def fixed(table: Table, row: dict[str, Any], number: int, codes: dict[str, list[str]]) -> None:
    """Bring a drawn row within what a file may hold."""
    name = table.name
    for column in table.columns:
        if (name, column.name) in BOUND or (name, column.name) in TREES:
            row[column.name] = {"texts": (), "refs": (), "links": (), "duties": (), "integer": NAN}.get(column.type, "")
    if name in codes and table.by_name["code"].required:
        row["code"] = codes[name][number]
    for first, last in (("start", "end"), ("start", "due"), ("joined", "left")):
        if {first, last} <= row.keys() and not math.isnan(row[first] + row[last]):
            row[first], row[last] = sorted((row[first], row[last]))
    row |= particular(row, number, codes).get(name, {})


def particular(row: dict[str, Any], number: int, codes: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Return what a row of a certain table must hold."""
    first = {name: listed[0] if listed else "" for name, listed in codes.items()}
    return {
        "units": {"parent": first["units"] if number else "", "kind": row.get("kind", 0) if number else 0},
        "people": {"unit": row.get("unit") or first["units"]},
        "budget_entries": {"code": "", "to": first["budget_requests"]},
        "scorecards": {"method": row.get("method", -1) if row.get("steps") else -1},
        "waivers": {"rule": "GOAL-OWNER"},
    }
