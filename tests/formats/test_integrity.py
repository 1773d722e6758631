"""What makes a file unreadable beyond single cells, all reported at once with place and hint."""

from pathlib import Path
from typing import Any

import pytest

from guantong.formats.problems import KINDS
from guantong.messages.input import problem_line
from tests.make.files import SOUND, Sheets, as_csv, as_xlsx, problems_of

YEAR = ["2026", "2026", "2026-01-01", "2026-12-31"]
GOALS = ["code", "name", "cycle", "unit", "owner", "parent", "start", "due"]
CASES: dict[str, tuple[Sheets, tuple[Any, ...]]] = {
    "a required cell": (
        {"people": [["code", "name", "unit"], ["P1", "", "C"]]},
        ("required_empty", "people", 2, "name"),
    ),
    "a required column": ({"people": [["code", "unit"], ["P1", "C"]]}, ("missing_column", "people", 1, "name")),
    "people without unit": (
        {"people": [["code", "name", "unit"], ["P1", "x", ""]]},
        ("required_empty", "people", 2, "unit"),
    ),
    "a key twice": (
        {"people": [["code", "name", "unit"], ["P1", "x", "C"], ["P1", "y", "C"]]},
        ("key_twice", "people", 3, "code"),
    ),
    "a key twice as the engine takes numbers": (
        {
            "reward_schemes": [["code", "name", "cycle"], ["R", "r", "2026"]],
            "coefficients": [
                ["scheme", "kind", "score", "coefficient"],
                ["R", "unit", "0", "0"],
                ["R", "unit", "1e-200", "1"],
            ],
        },
        ("key_twice", "coefficients", 3, "scheme"),
    ),
    "codes of units and people": (
        {"people": [["code", "name", "unit"], ["U1", "x", "C"]]},
        ("code_shared", "people", 2, "code"),
    ),
    "an unknown reference": (
        {"people": [["code", "name", "unit"], ["P1", "x", "U2"]]},
        ("unknown_reference", "people", 2, "unit"),
    ),
    "a circle of managers": (
        {"people": [["code", "name", "unit", "manager"], ["P1", "x", "C", "P2"], ["P2", "y", "C", "P1"]]},
        ("circle", "people", 2, "manager"),
    ),
    "a goal above itself": (
        {"goals": [GOALS, ["G1", "g", "2026", "C", "P1", "G1", "", ""]]},
        ("circle", "goals", 2, "parent"),
    ),
    "two roots": (
        {"units": [["code", "name", "parent", "kind"], ["C", "a", "", "company"], ["U1", "b", "", "company"]]},
        ("many_roots", "units", 3, "parent"),
    ),
    "a root that is no company": (
        {"units": [["code", "name", "parent", "kind"], ["C", "a", "", "team"], ["U1", "b", "C", "team"]]},
        ("root_kind", "units", 2, "kind"),
    ),
    "an end before its start": (
        {"goals": [GOALS, ["G1", "g", "2026", "C", "P1", "", "2026-05-01", "2026-04-30"]]},
        ("end_before_start", "goals", 2, "due"),
    ),
    "two companies": (
        {"company": [["code", "name"], ["A", "a"], ["B", "b"]]},
        ("not_one_company", "company", 3, "code"),
    ),
    "no company": ({"company": [["code", "name"]]}, ("not_one_company", "company", None, None)),
    "a newer format": (
        {"company": [["code", "name", "schema"], ["A", "a", 2]]},
        ("unknown_schema", "company", 2, "schema"),
    ),
    "a time zone": (
        {"company": [["code", "name", "timezone"], ["A", "a", "Mars"]]},
        ("unknown_timezone", "company", 2, "timezone"),
    ),
    "a currency": (
        {"company": [["code", "name", "currency"], ["A", "a", "RMBX"]]},
        ("bad_currency", "company", 2, "currency"),
    ),
    "a setting": (
        {"company": [["code", "name", "settings"], ["A", "a", "GOAL-FOCUS.maxi=5"]]},
        ("bad_setting", "company", 2, "settings"),
    ),
    "a waived rule": (
        {"waivers": [["rule", "subject", "approver", "reason"], ["GOAL-FOCUSS", "x", "P1", "y"]]},
        ("unknown_rule", "waivers", 2, "rule"),
    ),
    "a column twice": (
        {"people": [["code", "name", "unit", "姓名"], ["P1", "x", "C", "y"]]},
        ("column_twice", "people", 1, "name"),
    ),
    "a month out of limits": (
        {"company": [["code", "name", "fiscal_start"], ["A", "a", 13]]},
        ("out_of_range", "company", 2, "fiscal_start"),
    ),
    "steps without steps": (
        {
            "goals": [GOALS, ["G1", "g", "2026", "C", "P1", "", "", ""]],
            "scorecards": [["holder", "cycle", "goal", "weight", "method"], ["C", "2026", "G1", 1, "steps"]],
        },
        ("steps_missing", "scorecards", 2, "steps"),
    ),
}


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_named_with_its_place(tmp_path: Path, case: str, write: Any) -> None:
    sheets, place = CASES[case]
    path = write({**SOUND, **sheets}, tmp_path / ("book.xlsx" if write is as_xlsx else "book"))
    found = problems_of(path)
    assert (found[0].kind, found[0].sheet, found[0].row, found[0].column) == place
    assert len(found) == 1
    assert found[0].kind in KINDS
    for language in ("zh", "en"):
        assert len(problem_line(found[0], language)) > 20


@pytest.mark.parametrize("sheet", ["company", "cycles"])
def test_two_sheets_must_be_there(tmp_path: Path, sheet: str) -> None:
    path = as_xlsx({name: rows for name, rows in SOUND.items() if name != sheet}, tmp_path / "b.xlsx")
    assert ("missing_sheet", sheet) in [(problem.kind, problem.sheet) for problem in problems_of(path)]


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    sheets: Sheets = {
        **SOUND,
        "people": [["code", "name", "unit"], ["P1", "", "C"], ["P2", "x", "U7"], ["P2", "y", "C"]],
        "goals": [GOALS, ["G1", "g", "2027", "C", "P9", "", "2026-13-01", ""]],
    }
    found = [(problem.sheet, problem.row, problem.column) for problem in problems_of(as_csv(sheets, tmp_path / "b"))]
    assert found == [
        ("people", 2, "name"),
        ("people", 3, "unit"),
        ("people", 4, "code"),
        ("goals", 2, "cycle"),
        ("goals", 2, "owner"),
        ("goals", 2, "start"),
    ]


def test_a_name_in_place_of_a_code_is_led_to_the_code(tmp_path: Path) -> None:
    sheets = {**SOUND, "people": [["code", "name", "unit"], ["P1", "x", "R&D"]]}
    problem = problems_of(as_csv(sheets, tmp_path / "b"))[0]
    assert problem.suggestion == "U1"
    assert "请填编码" in problem_line(problem, "zh")


def test_loops_of_process_nodes_are_allowed_and_unknown_nodes_are_not(tmp_path: Path) -> None:
    nodes = [["process", "code", "name", "next"], ["F", "N1", "a", "N2"], ["F", "N2", "b", "N1:20%;N9"]]
    sheets: Sheets = {**SOUND, "processes": [["code", "name"], ["F", "f"]], "process_nodes": nodes}
    found = problems_of(as_csv(sheets, tmp_path / "b"))
    assert [(problem.kind, problem.value) for problem in found] == [("unknown_reference", "N9")]
