"""The registry: when a rule speaks, what a finding consists of, which rule silences which."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.findings import ADVICE, ERROR, RULES, breaks, reported, subject_codes
from guantong.engine.parameters import RULES as KNOWN
from guantong.engine.tables import TABLES
from tests.make.acme import settings
from tests.make.broken import BROKEN
from tests.make.company import build, found, report, snapshot

FINDINGS = [
    pytest.param("GOAL-HORIZON", "warning", "goal", "LONG", "BOSS", marks=pytest.mark.rule("GOAL-HORIZON")),
    pytest.param("GOAL-FOCUS", "advice", "company", "ACME", "BOSS", marks=pytest.mark.rule("GOAL-FOCUS")),
    pytest.param("GOAL-ORPHAN", "error", "goal", "STOCKS", "EVE", marks=pytest.mark.rule("GOAL-ORPHAN")),
    pytest.param("GOAL-PRIORITY", "error", "goal", "COMPANY", "BOSS", marks=pytest.mark.rule("GOAL-PRIORITY")),
    pytest.param("GOAL-CHILDLESS", "warning", "goal", "LOOSE", "EVE", marks=pytest.mark.rule("GOAL-CHILDLESS")),
    pytest.param("GOAL-CHILDLESS", "warning", "goal", "STOCKS", "EVE", marks=pytest.mark.rule("GOAL-CHILDLESS")),
    pytest.param("GOAL-LEVEL", "error", "goal", "LOOSE", "EVE", marks=pytest.mark.rule("GOAL-LEVEL")),
    pytest.param("GOAL-PERIOD", "warning", "goal", "LOOSE", "EVE", marks=pytest.mark.rule("GOAL-PERIOD")),
    pytest.param("GOAL-NOBODY", "error", "person", "FAY", "EVE", marks=pytest.mark.rule("GOAL-NOBODY")),
    pytest.param("GOAL-NOBODY", "error", "person", "UMA", "TOM", marks=pytest.mark.rule("GOAL-NOBODY")),
    pytest.param("GOAL-OWNER", "error", "goal", "LOOSE", "EVE", marks=pytest.mark.rule("GOAL-OWNER")),
    pytest.param("GOAL-SMART", "error", "goal", "LOOSE", "EVE", marks=pytest.mark.rule("GOAL-SMART")),
    pytest.param("GOAL-CHALLENGE", "warning", "goal", "MINE", "TOM", marks=pytest.mark.rule("GOAL-CHALLENGE")),
    pytest.param("CASCADE-MARKUP", "error", "goal", "COMPANY", "BOSS", marks=pytest.mark.rule("CASCADE-MARKUP")),
    pytest.param("CASCADE-SHORTFALL", "error", "goal", "UNIT", "ANN", marks=pytest.mark.rule("CASCADE-SHORTFALL")),
    pytest.param("COLLAB-WEIGHT", "error", "unit", "D2", "EVE", marks=pytest.mark.rule("COLLAB-WEIGHT")),
    pytest.param("COLLAB-DUTY", "error", "goal", "COMPANY", "BOSS", marks=pytest.mark.rule("COLLAB-DUTY")),
    pytest.param("COLLAB-MISSING", "warning", "plan", "TASK", "DAN", marks=pytest.mark.rule("COLLAB-MISSING")),
    pytest.param(
        "COLLAB-UNANSWERED", "warning", "goal", "COMPANY", "BOSS", marks=pytest.mark.rule("COLLAB-UNANSWERED")
    ),
    pytest.param(
        "COLLAB-LOCAL-OPTIMUM", "warning", "goal", "COMPANY", "BOSS", marks=pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
    ),
]
CHAPTER = sorted({str(parameter.values[0]) for parameter in FINDINGS})
UNSILENCED = {
    "GOAL-ORPHAN": ("GOAL-SMART", "STOCKS"),
    "GOAL-CHALLENGE": ("GOAL-SMART", "MINE"),
}
"""What GOAL-SMART says itself where the rule that speaks for a letter is off."""


def of_chapter(**tables: Any) -> set[tuple[str, str]]:
    """Return (rule, subject) of what the rules of chapter 1 find."""
    return {(finding.rule, finding.subject.code) for finding in report(**tables).findings if finding.rule in CHAPTER}


ALL = {(str(parameter.values[0]), str(parameter.values[3])) for parameter in FINDINGS}


def without(sheet: str) -> dict[str, list[dict[str, Any]]]:
    """Return the broken company without a sheet, and without what refers to it."""
    kept = {}
    for name, rows in BROKEN.items():
        gone = {column.name for column in TABLES[name].columns if sheet in column.targets}
        needed = {column.name for column in TABLES[name].columns if column.required} & gone
        if name != sheet and not needed:
            kept[name] = [{key: value for key, value in row.items() if key not in gone} for row in rows]
    return kept


@pytest.mark.parametrize(("rule", "severity", "subject_type", "subject", "owner"), FINDINGS)
def test_a_finding_has_severity_subject_and_owner(
    rule: str, severity: str, subject_type: str, subject: str, owner: str
) -> None:
    finding = found(rule, **BROKEN)[subject]
    assert (finding.severity, finding.subject.type, finding.owner) == (severity, subject_type, owner)


def test_the_broken_company_breaks_nothing_else() -> None:
    assert of_chapter(**BROKEN) == ALL


@pytest.mark.parametrize("rule", CHAPTER)
def test_a_rule_that_is_off_says_nothing(rule: str) -> None:
    silent = of_chapter(**BROKEN, **settings(f"{rule}.mode=off"))
    expected = {(name, subject) for name, subject in ALL if name != rule}
    assert silent == expected | ({UNSILENCED[rule]} if rule in UNSILENCED else set())


@pytest.mark.parametrize("mode", ["block", "warn"])
def test_the_other_modes_change_no_finding(mode: str) -> None:
    assert of_chapter(**BROKEN, **settings(*(f"{rule}.mode={mode}" for rule in CHAPTER))) == ALL


@pytest.mark.parametrize(
    ("sheet", "silent"),
    [
        ("goals", {rule for rule in CHAPTER if rule != "GOAL-FOCUS"}),
        ("priorities", {"GOAL-FOCUS", "GOAL-PRIORITY"}),
        ("metrics", {"GOAL-CHALLENGE", "CASCADE-MARKUP", "CASCADE-SHORTFALL", "COLLAB-LOCAL-OPTIMUM"}),
        ("people", {"GOAL-NOBODY", "GOAL-OWNER"}),
        ("scorecards", {"COLLAB-WEIGHT"}),
        ("collaborations", {"COLLAB-DUTY", "COLLAB-MISSING", "COLLAB-UNANSWERED"}),
    ],
)
def test_a_rule_is_silent_without_the_sheet_that_it_judges(sheet: str, silent: set[str]) -> None:
    assert silent.isdisjoint({rule for rule, _ in of_chapter(**without(sheet))})


@pytest.mark.parametrize(
    ("sheet", "speaks"),
    [
        ("goals", {("GOAL-HORIZON", "ACME"), ("GOAL-NOBODY", "BOSS")}),
        ("priorities", {("GOAL-FOCUS", "ACME"), ("GOAL-PRIORITY", "COMPANY")}),
        ("collaborations", {("COLLAB-MISSING", "TASK")}),
    ],
)
def test_a_sheet_without_rows_means_none_and_the_rule_speaks(sheet: str, speaks: set[tuple[str, str]]) -> None:
    assert speaks <= of_chapter(**without(sheet), **{sheet: []})


@pytest.mark.rule("GOAL-PRIORITY")
@pytest.mark.parametrize(("sheet", "subjects"), [("priorities", {"LONG"}), ("plan", {"COMPANY"})])
def test_without_priorities_or_plan_only_the_other_tie_is_judged(sheet: str, subjects: set[str]) -> None:
    goals = [{**row, "intent": None, "key_task": None} for row in BROKEN["goals"]]
    tables = {name: rows for name, rows in BROKEN.items() if name not in (sheet, "goals")}
    assert set(found("GOAL-PRIORITY", **{**tables, "goals": goals})) == subjects


def test_a_stage_without_the_family_is_silent() -> None:
    company = [{"code": "ACME", "name": "Acme", "stage": "startup"}]
    assert of_chapter(**BROKEN, company=company) == {(rule, code) for rule, code in ALL if rule != "COLLAB-WEIGHT"}


def test_every_registered_rule_is_known_and_judges_known_sheets() -> None:
    assert set(RULES) <= set(KNOWN)
    assert {sheet for rule in RULES.values() for sheet in rule.judges} <= set(TABLES)


def test_findings_stand_in_order_and_one_for_each_rule_and_subject() -> None:
    findings = report(**BROKEN).findings
    order = [(("error", "warning", "advice").index(f.severity), f.rule, f.subject.code) for f in findings]
    assert order == sorted(order)
    assert len({(f.rule, f.subject) for f in findings}) == len(findings)


def test_breaks_take_a_mask_or_positions_and_one_severity_or_many() -> None:
    marked = breaks("goals", np.array([True, False, True]), ERROR)
    assert (marked.subjects.tolist(), marked.severity.tolist()) == ([0, 2], [ERROR, ERROR])
    listed = breaks("goals", np.array([2, 1]), np.array([ERROR, ADVICE]), score=[3, 4])
    assert (listed.subjects.tolist(), listed.severity.tolist()) == ([2, 1], [ERROR, ADVICE])
    assert listed.evidence == {"score": [3, 4]}


def test_reported_marks_the_subjects_of_one_table() -> None:
    seen = snapshot(**BROKEN)
    codes = seen.company.goals.code
    assert set(codes[reported(seen, "GOAL-HORIZON", "goals")]) == {"LONG"}
    assert not reported(seen, "GOAL-HORIZON", "company").any()
    assert not reported(snapshot(**BROKEN, **settings("GOAL-HORIZON.mode=off")), "GOAL-HORIZON", "goals").any()


def test_a_subjects_code_is_its_own_but_a_nodes_and_a_links() -> None:
    nodes = [{"process": "X", "code": code, "name": "Step"} for code in ("N1", "N2")]
    company = build(processes=[{"code": "X", "name": "Order"}], process_nodes=nodes)
    assert subject_codes(company, "processes").tolist() == ["X"]
    assert subject_codes(company, "process_nodes").tolist() == ["X/N1", "X/N2"]
    assert subject_codes(company, "links").tolist()[:2] == ["research", "production"]
