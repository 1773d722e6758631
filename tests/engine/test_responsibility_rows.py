"""What a row of the responsibility matrix must state, and how many rows one person can lead."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, PEOPLE, changed, settings
from tests.make.company import Row, found

PLAN: list[Row] = [
    {"code": "K1", "element": "key_task", "text": "One", "owner": "ANN"},
    {"code": "K2", "element": "key_task", "text": "Two"},
    {"code": "C1", "element": "csf", "text": "No task", "owner": "ANN"},
    {"code": "OLD", "element": "key_task", "text": "Past", "owner": "ANN", "cycle": "2025"},
]
COMPLETE: Row = {"target": "100 stores", "due": "2026-12-31", "authority": "Budget of 3 M"}
STATED = [
    ("RESP-TARGET", "error", "target"),
    ("RESP-DEADLINE", "error", "due"),
    ("RESP-AUTHORITY", "warning", "authority"),
]
ROW_RULES = ("RESP-DUTY", "RESP-TARGET", "RESP-DEADLINE", "RESP-AUTHORITY", "RESP-MISMATCH")


def row(code: str, *people: str, **cells: Any) -> Row:
    return {"code": code, "task": code, "responsible": people, **COMPLETE, **cells}


def broken(rule: str, *rows: Row, setting: str = "", people: Any = PEOPLE) -> dict[str, Any]:
    tables = {**ORGANISATION, "people": people, **settings(*filter(None, [setting])), "plan": PLAN}
    findings = found(rule, **tables, responsibilities=rows)
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


@pytest.mark.rule("RESP-DUTY")
def test_each_collaborator_has_a_duty() -> None:
    rows = [
        row("R1", "ANN", collaborators=[("D1", "Sells"), ("EVE", ""), ("D2", "")]),
        row("R2", "ANN", collaborators=[("D1", "Sells"), ("EVE", "Trains")]),
        row("R3", "ANN"),
        row("R4", collaborators=[("FAY", "")]),
        row("R5", collaborators=[("FAY", "")], cycle="2025"),
    ]
    expected = {
        "R1": ("error", "responsibility", {"count": 1, "collaborators": ["EVE", "D2"]}),
        "R4": ("error", "responsibility", {"count": 0, "collaborators": ["FAY"]}),
    }
    assert broken("RESP-DUTY", *rows) == expected
    assert broken("RESP-DUTY", *rows[::-1]) == expected
    assert broken("RESP-DUTY", *rows, setting="RESP-DUTY.mode=off") == {}


@pytest.mark.rule("RESP-TARGET", "RESP-DEADLINE", "RESP-AUTHORITY")
@pytest.mark.parametrize(("rule", "severity", "column"), STATED)
def test_each_row_states_target_deadline_and_authority(rule: str, severity: str, column: str) -> None:
    rows = [row("R1", "ANN"), row("R2", "ANN", "DAN", collaborators=[("D1", "Sells")], **{column: None})]
    expected = {"R2": (severity, "responsibility", {"count": 2, "collaborators": ["D1"]})}
    assert broken(rule, *rows) == expected
    assert broken(rule, *rows, setting=f"{rule}.mode=off") == {}
    for other in {name for name, _, _ in STATED} - {rule}:
        assert broken(other, *rows) == {}


@pytest.mark.rule("RESP-DUTY", "RESP-TARGET", "RESP-DEADLINE", "RESP-AUTHORITY", "RESP-MISMATCH")
@pytest.mark.parametrize("rule", ROW_RULES)
@pytest.mark.parametrize(
    ("cycle", "there"), [("2026", True), ("2026-Q1", True), ("2026-28", True), (None, True), ("2025", False)]
)
def test_rows_of_other_cycles_are_not_there(rule: str, cycle: str | None, there: bool) -> None:
    bare = {"code": "R1", "task": "R1", "key_task": "K1", "responsible": ["DAN"], "collaborators": [("D1", "")]}
    assert bool(broken(rule, {**bare, "cycle": cycle})) == there


@pytest.mark.rule("RESP-DUTY", "RESP-TARGET", "RESP-DEADLINE", "RESP-AUTHORITY", "RESP-MISMATCH", "RESP-LOAD")
@pytest.mark.parametrize("rule", [*ROW_RULES, "RESP-LOAD"])
def test_without_rows_the_matrix_is_silent(rule: str) -> None:
    assert broken(rule, setting="RESP-LOAD.max=-1").keys() == (
        {p["code"] for p in PEOPLE} if rule == "RESP-LOAD" else set()
    )
    assert not found(rule, **ORGANISATION, **settings("RESP-LOAD.max=-1"), plan=PLAN)


@pytest.mark.rule("RESP-MISMATCH")
@pytest.mark.parametrize(
    ("task", "people", "owner"),
    [
        ("K1", ("DAN",), "ANN"),
        ("K1", ("ANN",), None),
        ("K1", (), None),
        ("K1", ("DAN", "EVE"), None),
        ("K2", ("DAN",), None),  # nobody owns the key task
        ("C1", ("DAN",), None),  # no key task
        ("OLD", ("DAN",), None),  # a key task of another cycle
        (None, ("DAN",), None),
    ],
)
def test_the_responsible_person_owns_the_key_task(task: str | None, people: tuple[str, ...], owner: str | None) -> None:
    rows = [row("R0", "EVE"), row("R1", *people, key_task=task), row("R2", "FAY")]
    evidence = {"count": 1, "collaborators": [], "owner": owner, "responsible": "DAN"}
    assert broken("RESP-MISMATCH", *rows) == ({"R1": ("warning", "responsibility", evidence)} if owner else {})
    assert broken("RESP-MISMATCH", *rows, setting="RESP-MISMATCH.mode=off") == {}


@pytest.mark.rule("RESP-MISMATCH")
def test_without_the_plan_there_is_no_owner_to_differ() -> None:
    assert not found("RESP-MISMATCH", **ORGANISATION, plan=[], responsibilities=[row("R1", "DAN")])
    assert not found("RESP-MISMATCH", **ORGANISATION, responsibilities=[row("R1", "DAN")])


def load(count: int, *people: str, **cells: Any) -> list[Row]:
    return [row(f"{people[0]}{number}", *people, **cells) for number in range(count)]


@pytest.mark.rule("RESP-LOAD")
def test_a_person_leads_at_most_seven_open_tasks() -> None:
    rows = [*load(7, "ANN"), *load(8, "DAN"), *load(9, "EVE")]
    eight, nine = (("advice", "person", {"open": count}) for count in (8, 9))
    assert broken("RESP-LOAD", *rows) == {"DAN": eight, "EVE": nine}
    assert broken("RESP-LOAD", *rows[::-1]) == {"DAN": eight, "EVE": nine}
    assert broken("RESP-LOAD", *rows, setting="RESP-LOAD.max=8") == {"EVE": nine}
    assert broken("RESP-LOAD", *load(7, "ANN"), setting="RESP-LOAD.max=6")["ANN"][2] == {"open": 7}
    assert broken("RESP-LOAD", *rows, setting="RESP-LOAD.mode=off") == {}


@pytest.mark.rule("RESP-LOAD")
@pytest.mark.parametrize(
    ("cells", "over"),
    [
        ({"done": "2026-06-30"}, False),
        ({"done": "2026-07-01"}, True),  # not done yet
        ({"due": "2026-01-31"}, True),
        ({"cycle": "2025"}, False),
        ({"cycle": "2026-Q1"}, True),
    ],
)
def test_open_tasks_of_the_checked_cycles_count(cells: dict[str, Any], over: bool) -> None:
    rows = [*load(7, "ANN"), row("R", "ANN", **cells)]
    assert bool(broken("RESP-LOAD", *rows)) == over


@pytest.mark.rule("RESP-LOAD")
def test_each_person_of_a_row_counts_once() -> None:
    rows = [*load(4, "ANN", "DAN", "ANN"), *load(4, "DAN")]
    assert broken("RESP-LOAD", *rows).keys() == {"DAN"}


@pytest.mark.rule("RESP-LOAD")
@pytest.mark.parametrize(("left", "over"), [("2026-06-30", False), ("2026-07-01", True)])
def test_who_has_left_leads_nothing(left: str, over: bool) -> None:
    assert bool(broken("RESP-LOAD", *load(8, "DAN"), people=changed(PEOPLE, "DAN", left=left))) == over


@pytest.mark.rule("RESP-LOAD")
def test_without_people_nobody_is_overloaded() -> None:
    assert not found("RESP-LOAD", responsibilities=[row("R1")], people=[])
    assert not found("RESP-LOAD", responsibilities=[row("R1")])
