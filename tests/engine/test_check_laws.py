"""Laws of the whole check: order of rows, choice of codes and units, and what is dated later, do not matter."""

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engine.calendar import day_number
from guantong.engine.check import Report
from guantong.engine.company import empty_cell
from guantong.engine.findings import RULES
from guantong.engine.tables import TABLES
from tests.make.acme import PEOPLE
from tests.make.broken import BROKEN
from tests.make.cells import DAY, Cells, checked, demo, is_empty, keep_rows, size_of
from tests.make.company import CYCLES, build, report
from tests.make.plain import numbers, renamed, unordered

RICH: dict[str, Any] = {
    **BROKEN,
    "cycles": CYCLES,
    "milestones": [
        {"of": "LOOSE", "name": "First", "due": "2026-03-31", "done": "2026-03-30"},
        {"of": "LOOSE", "name": "Last", "due": "2026-05-31", "weight": 2},
        {"of": "TASK", "name": "Signed", "due": "2026-05-31"},
    ],
    "adjustments": [
        {
            "goal": "PART",
            "effective": day,
            "old": 60,
            "new": new,
            "cause": "market",
            "proposer": "DAN",
            "approver": "ANN",
        }
        for day, new in (("2026-02-01", 70), ("2026-03-01", 55), ("2026-09-01", 10))
    ],
    "actuals": [
        *BROKEN["actuals"],
        *({"goal": "MINE", "date": f"2026-0{month}-28", "value": 3.3 * month} for month in range(1, 6)),
    ],
    "scorecards": [
        *BROKEN["scorecards"],
        {"holder": "TOM", "cycle": "2026", "goal": "MINE", "weight": 0.7},
        {"holder": "TOM", "cycle": "2026", "goal": "PART", "weight": 0.2},
        {"holder": "B1", "cycle": "2026", "goal": "UNIT", "weight": 1, "collaboration": True},
    ],
    "collaborations": [
        *BROKEN["collaborations"],
        {"from_goal": "COMPANY", "to_goal": "UNIT", "helping_unit": "B1"},
        {"from_goal": "UNIT", "to_goal": "PART", "duty": "Sells"},
    ],
    "responsibilities": [
        {"code": "R1", "task": "Do", "key_task": "TASK", "responsible": ["TOM", "UMA"], "collaborators": [("D2", "")]},
        {"code": "R2", "task": "Do", "key_task": "TASK", "responsible": ["DAN"]},
    ],
    "budget_envelopes": [{"cycle": "2026", "amount": 1000}],
    "budget_requests": [
        {
            "code": f"B-{n}",
            "name": "Ask",
            "cycle": "2026",
            "unit": "D1",
            "key_task": "TASK",
            "requested": 300,
            "allocated": n,
        }
        for n in (100, 200)
    ],
    "reward_schemes": [{"code": "BONUS", "name": "Bonus", "cycle": "2026", "pool": 10_000, "published": "2026-01-01"}],
    "reward_members": [{"scheme": "BONUS", "person": row["code"], "base": 100} for row in PEOPLE],
    "waivers": [{"rule": "GOAL-NOBODY", "subject": "FAY", "approver": "BOSS", "reason": "New"}],
}
LEAVES = {name for name in RICH if not any(name in c.targets for table in TABLES.values() for c in table.columns)}
"""Tables to which nothing refers."""
CODES = sorted({str(row["code"]) for rows in RICH.values() for row in rows if "code" in row})


@given(st.data())
@settings(max_examples=25)
def test_the_order_of_rows_is_irrelevant(data: st.DataObject) -> None:
    shuffled: dict[str, Any] = {name: data.draw(st.permutations(list(rows)), label=name) for name, rows in RICH.items()}
    assert build(**shuffled) == build(**RICH)
    assert report(**shuffled) == report(**RICH)


@given(st.permutations(range(len(CODES))))
@settings(max_examples=25)
def test_the_choice_of_codes_is_irrelevant(order: list[int]) -> None:
    names = {code: f"X{place:03}" for code, place in zip(CODES, order, strict=True)}
    back = {new: code for code, new in names.items()}
    renamed_rows: dict[str, Any] = {name: renamed(list(rows), names) for name, rows in RICH.items()}
    other = report(**renamed_rows)
    assert unordered(renamed(other, back)) == unordered(renamed(report(**RICH), {}))


OPTIONAL = [
    (name, place, key)
    for name, rows in RICH.items()
    for place, row in enumerate(rows)
    for key in row
    if not TABLES[name].by_name[key].required and (name, key) != ("units", "parent")
]


@given(st.sets(st.sampled_from(OPTIONAL), max_size=40), st.sets(st.sampled_from(sorted(set(RICH) - {"cycles"}))))
def test_what_is_missing_never_becomes_a_number(cells: set[tuple[str, int, str]], empty: set[str]) -> None:
    left: dict[str, Any] = {
        name: []
        if name in empty and name in LEAVES
        else [
            {key: cell for key, cell in row.items() if (name, place, key) not in cells}
            for place, row in enumerate(rows)
        ]
        for name, rows in RICH.items()
    }
    found = renamed(report(**left), {})
    assert all(math.isfinite(number) for number in numbers(found))
    targets = {row["code"]: "target" in row for row in left["goals"]}
    assert all(targets[row["code"]] or row["code"] == "PART" for row in found["goals"] if row["target"] is not None)


def test_the_rich_company_reaches_every_part_of_the_report() -> None:
    found = report(**RICH)
    assert all(getattr(found, part) for part in ("funnel", "losses", "findings", "waived", "goals", "scorecards"))
    assert all(getattr(found, part) for part in ("rewards", "reward_schemes"))


# The demo company fills every sheet and breaks every rule.

DEMO_CODES = sorted({code for columns in demo().values() for code in columns.get("code", []) if code})


def test_the_demo_fills_every_sheet_and_breaks_every_rule() -> None:
    assert [name for name in TABLES if not size_of(demo(), name)] == []
    assert {finding.rule for finding in checked(demo()).findings} == set(RULES)


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_the_demos_rows_is_irrelevant(seed: int) -> None:
    cells, chance = demo(), random.Random(seed)
    for name in cells:
        keep_rows(cells, name, chance.sample(range(size_of(cells, name)), size_of(cells, name)))
    assert checked(cells) == checked(demo())


def demo_with_other_codes(places: list[int]) -> Any:
    """Return the plain report of the demo under other codes, these turned back."""
    names = {code: f"X{place:04}" for code, place in zip(DEMO_CODES, places, strict=True)}
    return renamed(checked(renamed(demo(), names)), {new: code for code, new in names.items()})


def test_codes_in_the_same_order_change_nothing() -> None:
    assert demo_with_other_codes(list(range(len(DEMO_CODES)))) == renamed(checked(demo()), {})


@pytest.mark.parametrize("seed", range(8))
def test_codes_in_another_order_only_rename(seed: int) -> None:
    places = random.Random(seed).sample(range(len(DEMO_CODES)), len(DEMO_CODES))
    assert without_transfers(demo_with_other_codes(places)) == without_transfers(renamed(checked(demo()), {}))


def without_transfers(report: Any) -> Any:
    """Return a report in no order, without the transfers of idle money: needs of one rank take it by their codes."""
    del report["figures"]["transfers"]
    for finding in report["findings"]:
        for key in ("transfers", "receivers"):
            finding["evidence"].pop(key, None)
    return unordered(report)


IN_UNITS_OF_THE_METRIC = {
    "metrics": ("best", "tolerance"),
    "goals": ("baseline", "target", "target_high", "retained", "capacity"),
    "target_plans": ("planned",),
    "adjustments": ("old", "new"),
    "actuals": ("value", "numerator"),
    "scorecards": ("threshold", "stretch"),
}


def test_another_unit_of_measure_changes_no_ratio_and_no_finding() -> None:
    cells, usual = demo(), checked(demo())
    for name, columns in IN_UNITS_OF_THE_METRIC.items():
        for column in columns:
            cells[name][column] = [1024 * number for number in cells[name][column]]
    found = checked(cells)
    for key in ("code", "gap_ratio", "attainment", "known_weight", "status"):
        assert [goal[key] for goal in found.goals] == [goal[key] for goal in usual.goals]
    for mine, other in zip(found.goals, usual.goals, strict=True):
        # Milestones and objectives have no actual: their plan and gap are parts of 1.
        scale = 1 if other["actual"] is None else 1024
        for key in ("actual", "plan", "gap"):
            assert mine[key] == (other[key] if other[key] is None else scale * other[key])
    assert spoken(found) == spoken(usual)
    assert (found.scorecards, found.rewards, found.repair) == (usual.scorecards, usual.rewards, usual.repair)
    assert (found.funnel, found.losses, found.budget) == (usual.funnel, usual.losses, usual.budget)


def spoken(report: Report) -> list[tuple[Any, ...]]:
    """Return what is found, without evidence."""
    return [(finding.rule, finding.severity, finding.subject, finding.owner) for finding in report.findings]


def test_another_currency_changes_no_share_and_no_finding() -> None:
    cells, usual = demo(), checked(demo())
    for name, table in TABLES.items():
        for column in table.columns:
            if column.type == "money":
                cells[name][column.name] = [money if money < 0 else 1000 * money for money in cells[name][column.name]]
    found = checked(cells)
    assert spoken(found) == spoken(usual)
    assert (found.goals, found.scorecards, found.funnel) == (usual.goals, usual.scorecards, usual.funnel)
    assert found.budget.core_share == usual.budget.core_share
    assert found.budget.allocated == 1000 * (usual.budget.allocated or 0)
    for mine, other in zip(found.rewards, usual.rewards, strict=True):
        assert (mine["person"], mine["amount"] is None) == (other["person"], other["amount"] is None)
        assert abs((mine["amount"] or 0) - 1000 * (other["amount"] or 0)) <= 1000  # a minor unit of the smaller money


# What is dated later is not there yet.

DATED = {
    "actuals": "date",
    "checkins": "date",
    "budget_entries": "date",
    "retrospectives": "date",
    "corrective_plans": "raised",
    "feedback": "received",
    "people": "joined",
    "amoeba": "month",
}
"""The date from which a row is there."""
DONE = {
    "goals": ("confirmed",),
    "milestones": ("done",),
    "responsibilities": ("done",),
    "actions": ("done",),
    "corrective_plans": ("filed",),
    "feedback": ("answered",),
    "reward_schemes": ("published", "approved", "paid"),
}
"""Dates of what a day may bring."""
TOMORROW = float(day_number(DAY) + 1)


def later(name: str, column: str, place: int) -> float:
    """Return a date, moment or month after DAY, another one for each place."""
    kind = TABLES[name].by_name[column].type
    month = (DAY.year - 1970) * 12 + DAY.month
    return float(month + place) if kind == "month" else (TOMORROW + place) * {"date": 1, "datetime": 86_400}[kind]


def add_later_rows(cells: Cells, name: str, column: str) -> None:
    """Repeat every row of a table with later dates."""
    columns, size = cells[name], size_of(cells, name)
    for key, column_cells in columns.items():
        if key == column:
            column_cells += [later(name, column, place) for place in range(size)]
        elif key == "code":
            column_cells += [code and f"{code}-LATER" for code in column_cells]
        else:
            column_cells += column_cells[:size]


@pytest.mark.parametrize("name", DATED)
def test_rows_dated_later_are_not_there_yet(name: str) -> None:
    cells = demo()
    add_later_rows(cells, name, DATED[name])
    assert checked(cells) == checked(demo())


def test_agreements_dated_later_are_not_there_yet() -> None:
    cells = demo()
    for goal in cells["goals"]["code"]:
        for scope in range(2):
            row = {"goal": goal, "scope": scope, "approver": cells["people"]["code"][0], "evidence": "Sales of May"}
            add_row(cells, "calibrations", **row, date=TOMORROW)
        people = cells["people"]["code"][:2]
        add_row(cells, "adjustments", goal=goal, effective=TOMORROW, old=1.0, new=2.0, cause=0,
                proposer=people[0], approver=people[1])  # fmt: skip
    assert checked(cells) == checked(demo())


def add_row(cells: Cells, name: str, **row: Any) -> None:
    """Add a row, unless one of the same key is there."""
    columns, key = cells[name], TABLES[name].key
    if tuple(row[part] for part in key) in set(zip(*(columns[part] for part in key), strict=True)):
        return
    for column in TABLES[name].columns:
        columns[column.name].append(row.get(column.name, empty_cell(column)))


@pytest.mark.parametrize("name", DONE)
def test_what_is_done_later_is_not_done_yet(name: str) -> None:
    """Leaving is no such date for rewards: days employed run to the period's end whatever the day."""
    cells = demo()
    for key in DONE[name]:
        column = TABLES[name].by_name[key]
        cells[name][key] = [later(name, key, 0) if is_empty(column, cell) else cell for cell in cells[name][key]]
    assert checked(cells) == checked(demo())
