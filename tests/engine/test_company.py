"""A company as columns: rows in key order, codes as positions, missing as missing."""

import pickle
from typing import Any

import numpy as np
import pytest

from guantong.engine.company import Company, Ragged, empty_cell
from guantong.engine.tables import TABLES, Table, currency_decimals
from tests.make.acme import ORGANISATION, PEOPLE, goal
from tests.make.company import CYCLES, build

EMPTY = {
    "texts": (),
    "code": "",
    "text": "",
    "ref": "",
    "refs": (),
    "links": (),
    "duties": (),
    "steps": (),
    "money": -1,
    "bool": -1,
    "choice": -1,
}
GOALS = [
    goal("G2", parent="G1", target=5),
    goal("G1", owner="ANN"),
    goal("G3", parent="G2", private=True, status="closed"),
]


def test_rows_are_sorted_by_key_and_references_are_positions() -> None:
    goals = build(**ORGANISATION, goals=GOALS).goals
    assert goals.code.tolist() == ["G1", "G2", "G3"]
    assert goals.parent.tolist() == [-1, 0, 1]
    assert np.array_equal(goals.target, [np.nan, 5, np.nan], equal_nan=True)
    assert goals.owner.tolist() == [sorted(row["code"] for row in PEOPLE).index("ANN"), -1, -1]
    assert goals.private.tolist() == [-1, -1, 1]


def test_rows_of_several_key_columns_are_sorted_by_all_of_them() -> None:
    actuals = build(
        **ORGANISATION,
        goals=GOALS,
        actuals=[
            {"goal": "G2", "date": "2026-02-01", "value": 3},
            {"goal": "G1", "date": "2026-03-01", "value": 2},
            {"goal": "G1", "date": "2026-01-01", "value": 1},
        ],
    ).actuals
    assert (actuals.goal.tolist(), actuals.value.tolist()) == ([0, 0, 1], [1, 2, 3])


def test_numbered_rows_are_ordered_by_all_their_cells_missing_ones_first() -> None:
    rows = [
        {"goal": "G1", "cause": "b", "date": "2026-01-02"},
        {"goal": "G1", "cause": "a", "date": "2026-01-02"},
        {"goal": "G1", "cause": "z"},
        {"goal": "G1", "cause": "a", "date": "2026-01-02"},
    ]
    found = [build(**ORGANISATION, goals=GOALS, retrospectives=order) for order in (rows, rows[::-1])]
    assert found[0] == found[1]
    assert found[0].retrospectives.cause.tolist() == ["z", "a", "a", "b"]


def test_a_column_with_two_targets_holds_positions_in_each() -> None:
    cards = build(
        **ORGANISATION,
        goals=GOALS,
        scorecards=[{"holder": holder, "cycle": "2026", "goal": "G1", "weight": 1} for holder in ("HQ", "ANN")],
    ).scorecards
    assert cards.holder.tolist() == [-1, 3]
    assert cards.holder_people.tolist() == [0, -1]


def test_lists_are_ragged() -> None:
    metrics = build(
        metrics=[
            {"code": "M1", "name": "1", "direction": "higher", "tension_with": ["M3", "M2"]},
            {"code": "M2", "name": "2", "direction": "higher"},
            {"code": "M3", "name": "3", "direction": "higher", "tension_with": ["M1"]},
        ]
    ).metrics
    tension = metrics.tension_with
    assert [tension.of(row) for row in range(3)] == [[2, 1], [], [0]]
    assert tension.counts.tolist() == [2, 0, 1]
    assert tension.rows.tolist() == [0, 0, 2]


def test_pairs_keep_what_is_stated() -> None:
    duties = [("D1", "delivers"), ("D2", "")]
    matrix = build(responsibilities=[{"code": "R1", "task": "Do", "collaborators": duties}]).responsibilities
    assert matrix.collaborators.of(0) == duties


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("goals", {"code": ["G"], "cycle": ["2026"], "unit": ["NOWHERE"]}),
        ("responsibilities", {"code": ["R"], "responsible": [("NOBODY",)]}),
    ],
)
def test_an_unknown_code_is_refused(table: str, cells: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        Company.build({table: cells})


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_missing_columns_are_empty(table: Table) -> None:
    cells = {"code": ["a"]} if "code" in table.by_name else {}
    rows = getattr(Company.build({table.name: cells}), table.name)
    assert len(rows) == len(cells)
    for column in table.columns if cells else ():
        values = getattr(rows, column.name)
        value = values.of(0) if isinstance(values, Ragged) else values[0]
        missing = {**EMPTY, "ref": -1, "code": "a" if column.name == "code" else ""}
        assert (tuple(value) if isinstance(value, list) else value) == missing.get(
            column.type, pytest.approx(np.nan, nan_ok=True)
        )


def test_an_empty_cell_is_missing() -> None:
    for column in (column for table in TABLES.values() for column in table.columns):
        value = empty_cell(column)
        assert value == EMPTY[column.type] if column.type in EMPTY else np.isnan(value)


def test_columns_may_be_arrays() -> None:
    cycles = {"code": ["B", "A"], "name": ["b", "a"]}
    day = [20.0, 10.0]
    listed = Company.build({"cycles": {**cycles, "start": day, "end": day}})
    assert listed == Company.build({"cycles": {**cycles, "start": np.array(day), "end": np.array(day)}})
    assert listed.cycles.start.tolist() == [10, 20]
    in_order = Company.build({"cycles": {"code": np.array(["A", "B"], dtype=object), "start": np.array(day)}})
    assert in_order.cycles.start.tolist() == [20, 10]


def test_a_number_nearer_to_nothing_than_rounding_error_is_zero() -> None:
    baselines = [1e-100, -1e-300, 5e-324, 1.1e-100, -1e-99]
    goals = [goal(f"G{place}", baseline=baseline) for place, baseline in enumerate(baselines)]
    assert build(**ORGANISATION, goals=goals).goals.baseline.tolist() == [0, 0, 0, 1.1e-100, -1e-99]


def test_absent_sheets_are_not_present() -> None:
    company = build(goals=[], **ORGANISATION)
    assert company.present == {"company", "cycles", "units", "people", "goals"}
    assert len(company.goals) == len(company.metrics) == 0
    assert [rows.table.name for rows in company] == list(TABLES)


def test_choices_by_their_code_values() -> None:
    goals = build(**ORGANISATION, goals=[goal("G0", status="draft"), *GOALS]).goals
    assert goals.is_choice("status", "closed", "draft").tolist() == [True, False, False, True]
    assert [goals.choice("status", row) for row in range(4)] == ["draft", None, None, "closed"]


def test_company_cells_with_their_defaults() -> None:
    company = build(company=[{"code": "C1", "name": "One", "stage": "growth", "currency": "JPY", "size": "large"}])
    assert company.code == "C1"
    assert [company.setting(name) for name in ("stage", "currency", "size")] == ["growth", "JPY", "large"]
    assert [company.setting(name) for name in ("language", "timezone")] == ["zh", "Asia/Shanghai"]
    assert [build().setting(name) for name in ("stage", "currency")] == ["mature", "CNY"]


def test_equal_whatever_the_order_of_rows() -> None:
    company = build(**ORGANISATION, goals=GOALS)
    assert company == build(**ORGANISATION, goals=GOALS[::-1])
    assert company == pickle.loads(pickle.dumps(company))
    assert company.__hash__ is None


@pytest.mark.parametrize(
    "other",
    [
        "a text",
        build(**ORGANISATION),
        build(**ORGANISATION, goals=GOALS[:2]),
        build(**ORGANISATION, goals=[*GOALS[:2], goal("G3", parent="G2", private=False, status="closed")]),
        build(**ORGANISATION, goals=[{**row, "target": 6} for row in GOALS]),
        build(**ORGANISATION, goals=[{**row, "name": "Other"} for row in GOALS]),
        build(**ORGANISATION, goals=GOALS, company=[{"code": "ACME", "name": "Acme", "settings": ["A"]}]),
        build(**ORGANISATION, goals=GOALS, cycles=[{**row, "name": "Other"} for row in CYCLES]),
    ],
)
def test_unequal_where_anything_differs(other: object) -> None:
    assert build(**ORGANISATION, goals=GOALS) != other


def test_lists_of_the_same_lengths_differ_by_their_values() -> None:
    one, other = (build(company=[{"code": "C", "name": "C", "settings": [text]}]) for text in "AB")
    assert one != other


def test_unknown_names_are_attribute_errors() -> None:
    company = build()
    for holder in (company, company.goals):
        with pytest.raises(AttributeError, match="nothing"):
            _ = holder.nothing


@pytest.mark.parametrize(
    ("currency", "decimals"), [("JPY", 0), ("XPF", 0), ("KWD", 3), ("TND", 3), ("CNY", 2), ("ZZZ", 2)]
)
def test_decimals_of_a_currency(currency: str, decimals: int) -> None:
    assert currency_decimals(currency) == decimals


def test_one_row_stands_for_itself_and_knows_its_place() -> None:
    goals = [{"code": code, "name": code, "cycle": "2026", "unit": "HQ", "target": 7} for code in ("B", "A")]
    units = [{"code": "HQ", "name": "HQ", "kind": "company"}]
    nodes = [
        {"process": "P", "code": "N", "name": "N", "next": [("M", 0.5), ("O", 0.5)]},
        {"process": "P", "code": "M", "name": "M"},
    ]
    company = build(units=units, goals=goals, processes=[{"code": "P", "name": "P"}], process_nodes=nodes)
    row = company.goals.at(1)
    assert (len(row), row.code.tolist(), row.target.tolist()) == (1, ["B"], [7])
    assert company.process_nodes.at(1).next.of(0) == [("M", 0.5), ("O", 0.5)]
    assert company.process_nodes.at(0).next.of(0) == []
    assert company.goals.given.tolist() == [1, 0]
    assert company.units.given is None
