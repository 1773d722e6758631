"""Whose a finding is."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.owners import owners
from guantong.engine.snapshot import Snapshot
from tests.make.acme import ORGANISATION, PEOPLE, UNITS, changed, goal
from tests.make.company import Row, snapshot

GONE = {"left": "2026-06-30"}
HEADLESS = changed(UNITS, "D1", head=None)


def owner(seen: Snapshot, table: str, code: str, rule: str = "ANY-RULE") -> str | None:
    """Return who mends a finding of a rule on one subject."""
    company = seen.company
    row = list(getattr(company, table).code).index(code)
    person = owners(seen, rule, table, np.array([row]))[0]
    return str(company.people.code[person]) if person >= 0 else None


@pytest.mark.parametrize(
    ("cells", "tables", "expected"),
    [
        ({"owner": "UMA"}, {}, "UMA"),
        ({}, {}, "DAN"),  # the head of its unit
        ({}, {"units": HEADLESS}, "BOSS"),  # the root's head
        ({"owner": "UMA"}, {"people": changed(PEOPLE, "UMA", **GONE)}, "DAN"),
        ({}, {"people": changed(PEOPLE, "DAN", **GONE)}, "BOSS"),
        ({}, {"people": [{**row, **GONE} for row in PEOPLE]}, None),
        ({}, {"units": [{**row, "head": None} for row in UNITS]}, None),
    ],
)
def test_a_goals_owner_else_the_head_of_its_unit(
    cells: dict[str, Any], tables: dict[str, Any], expected: str | None
) -> None:
    seen = snapshot(**{**ORGANISATION, "goals": [goal("G", "D1", **cells)], **tables})
    assert owner(seen, "goals", "G") == expected


@pytest.mark.parametrize(
    ("person", "people", "expected"),
    [
        ("UMA", PEOPLE, "TOM"),
        ("BOSS", PEOPLE, "BOSS"),
        ("UMA", changed(PEOPLE, "TOM", **GONE), "BOSS"),
    ],
)
def test_a_persons_manager_else_the_roots_head(person: str, people: Any, expected: str) -> None:
    assert owner(snapshot(units=UNITS, people=people), "people", person) == expected


def test_a_card_is_its_holders_or_its_heads() -> None:
    seen = snapshot(**ORGANISATION)
    assert owner(seen, "people", "UMA", "BSC-WEIGHT") == "UMA"
    assert owner(seen, "units", "D1", "BSC-WEIGHT") == "DAN"
    assert owner(seen, "people", "UMA", "BSC-OFF-CARD") == "TOM"


def test_a_unit_is_its_heads_else_the_roots_heads() -> None:
    seen = snapshot(units=HEADLESS, people=PEOPLE)
    assert [owner(seen, "units", unit) for unit in ("HQ", "D1", "D2")] == ["BOSS", "BOSS", "EVE"]


def test_a_plan_entrys_own_owner() -> None:
    plan = [
        {"code": "OWNED", "element": "key_task", "text": "Do", "owner": "FAY", "unit": "D1"},
        {"code": "UNITS", "element": "key_task", "text": "Do", "unit": "D1"},
        {"code": "NOBODYS", "element": "key_task", "text": "Do"},
    ]
    seen = snapshot(**ORGANISATION, plan=plan)
    assert [owner(seen, "plan", code) for code in ("OWNED", "UNITS", "NOBODYS")] == ["FAY", "BOSS", "BOSS"]


def test_a_responsibility_is_the_responsible_persons() -> None:
    rows: list[Row] = [
        {"code": "ONE", "task": "Do", "responsible": ["UMA"]},
        {"code": "TWO", "task": "Do", "responsible": ["FAY", "EVE"]},
        {"code": "UNIT", "task": "Do", "responsible_unit": "D1"},
        {"code": "NONE", "task": "Do"},
    ]
    seen = snapshot(**ORGANISATION, responsibilities=rows)
    found = [owner(seen, "responsibilities", code) for code in ("ONE", "TWO", "UNIT", "NONE")]
    assert found == ["UMA", "FAY", "BOSS", "BOSS"]


def test_what_belongs_to_the_company_is_the_roots_heads() -> None:
    seen = snapshot(
        **ORGANISATION,
        priorities=[{"code": "P", "name": "P", "cycle": "2026"}],
        metrics=[{"code": "M", "name": "M", "direction": "higher"}],
        processes=[{"code": "X", "name": "X"}],
    )
    subjects = {"company": "ACME", "priorities": "P", "metrics": "M", "processes": "X"}
    assert {owner(seen, table, code) for table, code in subjects.items()} == {"BOSS"}


def test_without_units_and_people_it_is_nobodys() -> None:
    assert owner(snapshot(), "company", "ACME") is None
