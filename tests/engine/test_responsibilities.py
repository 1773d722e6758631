"""The responsibility matrix."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, settings
from tests.make.company import Row, found

PLAN: list[Row] = [
    {"code": "K1", "element": "key_task", "text": "One"},
    {"code": "K2", "element": "key_task", "text": "Two"},
    {"code": "C1", "element": "csf", "text": "No task"},
]


def row(code: str, task: str | None, *people: str, **cells: Any) -> Row:
    return {"code": code, "task": code, "key_task": task, "responsible": people, **cells}


def broken(rule: str, *rows: Row, plan: list[Row] = PLAN, setting: tuple[str, ...] = ()) -> dict[str, Any]:
    findings = found(rule, **ORGANISATION, **settings(*setting), plan=plan, responsibilities=rows)
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


@pytest.mark.rule("RESP-SINGLE")
@pytest.mark.parametrize("task", ["K1", None])
@pytest.mark.parametrize(("people", "count"), [((), 0), (("ANN",), 1), (("ANN", "DAN"), 2)])
def test_each_row_has_one_responsible_person(people: tuple[str, ...], count: int, task: str | None) -> None:
    rows = [row("R1", task, *people, collaborators=[("D1", "Sells"), ("EVE", "")]), row("R2", "K1", "DAN")]
    expected = {"R1": ("error", "responsibility", {"count": count, "collaborators": ["D1", "EVE"]})}
    assert broken("RESP-SINGLE", *rows) == ({} if count == 1 else expected)
    assert broken("RESP-SINGLE", *rows, setting=("RESP-SINGLE.mode=off",)) == {}


@pytest.mark.rule("RESP-MISSING")
def test_each_key_task_stands_in_the_matrix() -> None:
    error = ("error", "plan", {})
    assert broken("RESP-MISSING") == {"K1": error, "K2": error}
    assert broken("RESP-MISSING", row("R1", "K1"), row("R2", None, "ANN")) == {"K2": error}
    assert broken("RESP-MISSING", row("R1", "K1"), row("R2", "K2", "ANN")) == {}
    assert broken("RESP-MISSING", setting=("RESP-MISSING.mode=off",)) == {}


@pytest.mark.rule("RESP-MISSING", "RESP-SINGLE")
@pytest.mark.parametrize(
    ("cycle", "there"), [("2026", True), ("2026-Q1", True), ("2026-28", True), (None, True), ("2025", False)]
)
def test_rows_of_other_cycles_are_not_there(cycle: str | None, there: bool) -> None:
    rows = [row("R1", "K1", cycle=cycle), row("R2", "K2", "ANN")]
    assert bool(broken("RESP-SINGLE", *rows)) == there
    assert bool(broken("RESP-MISSING", *rows)) != there


@pytest.mark.rule("RESP-MISSING")
@pytest.mark.parametrize(("cycle", "there"), [("2026-28", True), ("2025", False)])
def test_key_tasks_of_other_cycles_are_not_there(cycle: str, there: bool) -> None:
    assert bool(broken("RESP-MISSING", plan=[{**PLAN[0], "cycle": cycle}])) == there


@pytest.mark.rule("RESP-MISSING", "RESP-SINGLE")
def test_without_the_sheet_the_matrix_is_silent() -> None:
    for rule in ("RESP-MISSING", "RESP-SINGLE"):
        assert not found(rule, **ORGANISATION, plan=PLAN)
    assert not found("RESP-MISSING", **ORGANISATION, responsibilities=[])


@pytest.mark.rule("RESP-SINGLE")
def test_without_people_no_row_can_name_one() -> None:
    assert not found("RESP-SINGLE", responsibilities=[row("R1", None)])
    assert set(found("RESP-SINGLE", people=[], responsibilities=[row("R1", None)])) == {"R1"}
