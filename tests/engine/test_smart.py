"""GOAL-SMART: is a goal stated so that it can be measured."""

from typing import Any

import pytest

from guantong.engine.reading import wishful
from guantong.engine.smart import LETTERS, letters
from tests.make.acme import ORGANISATION, YEAR, changed, goal, settings
from tests.make.company import CYCLES, Row, found, snapshot

SCORE = {"code": "SCORE", "name": "客户满意度评分", "unit_of_measure": "分", "direction": "higher", "best": 5}
METRICS = [
    SCORE,
    {"code": "UNITLESS", "name": "Unitless", "direction": "higher"},
    {"code": "BAND", "name": "Band", "direction": "range", "unit_of_measure": "t"},
    {"code": "STONES", "name": "Milestones", "direction": "milestone", "unit_of_measure": "%"},
    {"code": "SALES", "name": "Sales", "direction": "higher", "unit_of_measure": "CNY"},
]
PLAN = [
    {"code": "V", "element": "intent", "text": "Lead"},
    {"code": "K", "element": "key_task", "text": "Do", "priority": "P"},
]
TABLES: dict[str, Any] = {
    **ORGANISATION,
    "metrics": METRICS,
    "plan": PLAN,
    "priorities": [{"code": "P", "name": "P", "cycle": "2026"}],
    "cycles": [*CYCLES, {"code": "2024-Q4", "name": "2024-Q4", "start": "2024-10-01", "end": "2024-12-31"}],
}
SMART: Row = goal("G", owner="BOSS", name="Sell", metric="SALES", target=120, baseline=100, priority="P", **YEAR)


def verdicts(*goals: Row, **tables: Any) -> str:
    """Return the letters that the goal G earns, a dash for each that it fails."""
    seen = snapshot(**{**TABLES, "goals": goals, **tables})
    row = letters(seen)[list(seen.company.goals.code).index("G")]
    return "".join(letter if holds else "-" for letter, holds in zip(LETTERS, row, strict=True))


# The two cases of the method


@pytest.mark.rule("GOAL-SMART")
def test_the_case_of_the_wish() -> None:
    wish = goal("G", "D1", name="提升客户满意度", parent="TOP")
    finding = found("GOAL-SMART", **TABLES, goals=[goal("TOP"), wish])["G"]
    assert finding.severity == "error"
    assert finding.evidence == {"letters": {"S": False, "M": False, "A": True, "R": True, "T": False}, "score": 2}


@pytest.mark.rule("GOAL-SMART")
def test_the_case_of_the_score_of_4_8() -> None:
    year = {"code": "2024", "name": "2024", "start": "2024-01-01", "end": "2024-12-31"}
    goals = [
        goal("TOP", cycle="2024", priority="P24"),
        goal(
            "G",
            "D1",
            name="2024 年第四季度客户满意度评分达到 4.8 分(满分 5 分),较上季度提升 0.3 分",
            parent="TOP",
            cycle="2024-Q4",
            metric="SCORE",
            baseline=4.5,
            target=4.8,
            start="2024-10-01",
            due="2024-12-31",
        ),
    ]
    tables = {
        **TABLES,
        "goals": goals,
        "cycles": [*TABLES["cycles"], year],
        "priorities": [*TABLES["priorities"], {"code": "P24", "name": "P", "cycle": "2024"}],
    }
    assert "G" not in found("GOAL-SMART", "2024-11-30", **tables)
    assert "G" not in found("GOAL-CHALLENGE", "2024-11-30", **tables)
    assert "TOP" in found("GOAL-SMART", "2024-11-30", **tables)


# Letters


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("提升客户满意度", True),
        ("努力做好服务", True),
        ("优化流程", True),
        ("加强协同", True),
        ("客户满意度评分达到4.8分,提升0.3分", False),
        ("完成两款新车型", False),
        ("Improve customer satisfaction", True),
        ("STRENGTHEN the team", True),
        ("We are optimizing and optimising", True),
        ("Raise satisfaction to 4.8", False),
        ("Launch two models", False),
        ("Stocktaking unimproved", False),
        ("提升至９０％", False),
        ("", False),
    ],
)
def test_a_wish_has_a_wish_word_and_no_figure(text: str, wish: bool) -> None:
    assert wishful(text) == wish


@pytest.mark.rule("GOAL-SMART")
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, "SMART"),
        # S: a wish is specific where something measures it
        ({"name": "Improve sales"}, "SMART"),
        ({"name": "Improve sales", "target": None}, "S-ART"),
        ({"name": "Improve sales", "metric": None}, "--ART"),
        ({"name": "Improve sales", "metric": "BAND", "target": None}, "S-ART"),
        ({"name": "Two new models", "metric": None}, "S-ART"),
        # M: metric, unit and target
        ({"target": None}, "S-ART"),
        ({"metric": None}, "S-ART"),
        ({"metric": "UNITLESS"}, "S-ART"),
        ({"metric": "BAND"}, "S-ART"),
        ({"metric": "BAND", "target_high": 130}, "SMART"),
        ({"metric": "STONES"}, "S-ART"),
        # A: not beyond reach, or justified
        ({"target": 150}, "SMART"),
        ({"target": 150.1}, "SM-RT"),
        ({"target": 150.1, "justification": "New plant"}, "SMART"),
        ({"target": 101}, "SMART"),
        ({"target": 500, "stretch": True}, "SMART"),
        # R: a parent or a priority
        ({"priority": None}, "SMA-T"),
        ({"priority": None, "key_task": "K"}, "SMART"),
        ({"priority": None, "key_task": "V"}, "SMA-T"),
        ({"priority": None, "parent": "TOP"}, "SMART"),
        ({"priority": None, "parent": "DRAFT"}, "SMA-T"),
        ({"priority": None, "intent": "V"}, "SMA-T"),
        ({"priority": None, "intent": "V", "horizon": True}, "SMART"),
        # T: start and due
        ({"start": None}, "SMAR-"),
        ({"due": None}, "SMAR-"),
    ],
)
def test_letters(cells: dict[str, Any], expected: str) -> None:
    assert verdicts({**SMART, **cells}, goal("TOP"), goal("DRAFT", status="draft")) == expected


@pytest.mark.rule("GOAL-SMART")
@pytest.mark.parametrize(
    ("of", "cells", "measurable"),
    [
        ("G", {"metric": None}, True),
        ("G", {"metric": "STONES"}, True),
        ("G", {"metric": "UNITLESS"}, True),
        ("K", {"metric": None, "key_task": "K"}, False),
        ("TOP", {"metric": None}, False),
    ],
)
def test_dated_milestones_measure_a_goal(of: str, cells: dict[str, Any], measurable: bool) -> None:
    milestones = [{"of": of, "name": "First", "due": "2026-03-31"}]
    assert ("M" in verdicts({**SMART, **cells}, goal("TOP"), milestones=milestones)) == measurable


GOOD = {"parent": "G", "metric": "SALES", "target": 5}
BAD = {"parent": "G"}


@pytest.mark.rule("GOAL-SMART")
@pytest.mark.parametrize(
    ("children", "measurable"),
    [
        ([], False),
        ([GOOD], True),
        ([GOOD, GOOD], True),
        ([GOOD, BAD], False),
        ([GOOD, {**BAD, "status": "draft"}], True),
        ([GOOD, {**BAD, "stretch": True}], True),
        ([{**GOOD, "status": "draft"}], False),
        ([{**GOOD, "status": "closed"}], True),
        ([GOOD, {"parent": "C0"}], True),
        ([{"parent": "G"}, {**GOOD, "parent": "C0"}], True),  # an objective of objectives
        ([{"parent": "G"}, {**BAD, "parent": "C0"}], False),
    ],
)
def test_an_objective_is_measurable_when_every_child_is(children: list[Row], measurable: bool) -> None:
    below = [goal(f"C{place}", "D1", **cells) for place, cells in enumerate(children)]
    assert ("M" in verdicts({**SMART, "metric": None}, *below)) == measurable


@pytest.mark.rule("GOAL-SMART")
def test_a_goal_with_metric_and_no_target_is_no_objective() -> None:
    for metric in ("SALES", "BAND"):
        assert verdicts({**SMART, "metric": metric, "target": None}, goal("C", "D1", **GOOD)) == "S-ART"


@pytest.mark.rule("GOAL-SMART")
def test_the_target_in_force_measures() -> None:
    row = {"goal": "G", "effective": "2026-02-01", "old": 0, "new": 9, "cause": "error", "approver": "BOSS"}
    assert verdicts({**SMART, "target": None}, adjustments=[row]) == "SMART"


# The finding


@pytest.mark.rule("GOAL-SMART")
@pytest.mark.parametrize(
    ("cells", "severity", "score"),
    [
        ({}, None, 5),
        ({"target": None}, "error", 4),
        ({"start": None}, "error", 4),
        ({"name": "Improve", "metric": None}, "error", 3),
        ({"status": "closed", "target": None}, None, 4),
        ({"status": "draft", "target": None}, None, 4),
        ({"stretch": True, "target": None}, "error", 4),
    ],
)
def test_a_finding_is_grave_where_m_or_t_fails(cells: dict[str, Any], severity: str | None, score: int) -> None:
    findings = found("GOAL-SMART", **TABLES, goals=[{**SMART, **cells}])
    assert [(f.severity, f.evidence["score"]) for f in findings.values()] == ([(severity, score)] if severity else [])


FAILS_A = {"target": 500}
FAILS_R = {"unit": "D1", "priority": None}
TIELESS = {"priority": None}


@pytest.mark.rule("GOAL-SMART")
@pytest.mark.parametrize(
    ("cells", "lines", "severity"),
    [
        (FAILS_A, (), None),  # GOAL-CHALLENGE speaks
        (FAILS_A, ("GOAL-CHALLENGE.mode=off",), "warning"),
        (FAILS_R, (), None),  # GOAL-ORPHAN
        (FAILS_R, ("GOAL-ORPHAN.mode=off",), "warning"),
        (TIELESS, (), None),  # GOAL-PRIORITY
        (TIELESS, ("GOAL-PRIORITY.mode=off",), "warning"),
        ({**FAILS_R, "stretch": True}, (), "warning"),  # no orphan, as a stretch goal
        ({"start": None, "due": "2027-01-31"}, (), None),  # GOAL-PERIOD
        ({"start": None, "due": "2027-01-31"}, ("GOAL-PERIOD.mode=off",), "error"),
        ({**FAILS_A, "start": None}, (), "error"),
        ({**FAILS_A, "start": None, "due": "2027-01-31"}, ("GOAL-CHALLENGE.mode=off",), "warning"),
        ({**FAILS_R, "target": None}, (), "error"),
    ],
)
def test_a_letter_that_another_rule_reports_gives_no_second_finding(
    cells: dict[str, Any], lines: tuple[str, ...], severity: str | None
) -> None:
    findings = found("GOAL-SMART", **TABLES, goals=[{**SMART, **cells}], **settings(*lines))
    assert [f.severity for f in findings.values()] == ([severity] if severity else [])


@pytest.mark.rule("GOAL-SMART")
def test_silenced_letters_are_still_shown() -> None:
    row = {**SMART, **FAILS_A, **FAILS_R, "start": None}
    finding = found("GOAL-SMART", **TABLES, goals=[row])["G"]
    assert finding.evidence == {"letters": {"S": True, "M": True, "A": False, "R": False, "T": False}, "score": 2}


def test_letters_do_not_depend_on_other_goals() -> None:
    goals = [SMART, goal("OTHER", "D1", name="Improve")]
    assert verdicts(*goals) == verdicts(*changed(goals, "OTHER", status="draft")) == "SMART"


@pytest.mark.rule("GOAL-SMART")
def test_without_priorities_a_company_goal_has_nothing_to_tie_to() -> None:
    units = [{"code": "C", "name": "c", "kind": "company"}]
    goals = [
        {
            "code": "G",
            "name": "Satisfaction 4.8",
            "cycle": "2026",
            "unit": "C",
            "metric": "M",
            "target": 4.8,
            "start": "2026-01-01",
            "due": "2026-12-31",
        }
    ]
    metrics = [{"code": "M", "name": "m", "direction": "higher", "unit_of_measure": "points"}]
    assert not found("GOAL-SMART", units=units, goals=goals, metrics=metrics)
    assert not found("GOAL-SMART", units=units, goals=goals, metrics=metrics, priorities=[])
    (silenced,) = found("GOAL-PRIORITY", units=units, goals=goals, metrics=metrics, priorities=[]).values()
    assert silenced.subject.code == "G"
