"""The strategy plan: elements, intents, key tasks, and what the year before taught."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, SALES, YEAR, goal, settings
from tests.make.company import Row, found

ELEMENTS = ("intent", "insight", "innovation", "design", "key_task", "organisation", "talent", "culture")
OUTSIDE = [("2025", False), ("2026", True), ("2026-Q1", True), ("2026-28", True), (None, True)]


def entry(code: str, element: str, *leads_to: str, **cells: Any) -> Row:
    return {"code": code, "element": element, "text": f"Entry {code}", "leads_to": leads_to, **cells}


def broken(rule: str, *plan: Row, **tables: Any) -> dict[str, Any]:
    findings = found(rule, **{**ORGANISATION, "plan": plan, "goals": [], **tables})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


# BLM-ELEMENT

WHOLE = [entry(element.upper(), element) for element in ELEMENTS]


@pytest.mark.rule("BLM-ELEMENT")
@pytest.mark.parametrize("element", ELEMENTS)
def test_each_of_the_eight_elements_has_an_entry(element: str) -> None:
    rest = [row for row in WHOLE if row["element"] != element]
    assert broken("BLM-ELEMENT", *WHOLE) == {}
    assert broken("BLM-ELEMENT", *rest) == {"ACME": ("error", "company", {"missing": [element]})}


@pytest.mark.rule("BLM-ELEMENT")
def test_missing_elements_are_one_finding_in_the_order_of_the_method() -> None:
    beside = [entry("V", "vision"), entry("G", "gap"), entry("S", "csf")]
    assert broken("BLM-ELEMENT", *beside)["ACME"][2] == {"missing": list(ELEMENTS)}
    assert broken("BLM-ELEMENT", WHOLE[6], WHOLE[3])["ACME"][2]["missing"] == [
        "intent", "insight", "innovation", "key_task", "organisation", "culture"
    ]  # fmt: skip


@pytest.mark.rule("BLM-ELEMENT")
@pytest.mark.parametrize(("cycle", "there"), OUTSIDE)
def test_entries_of_other_cycles_fill_no_element(cycle: str | None, there: bool) -> None:
    assert bool(broken("BLM-ELEMENT", *WHOLE[1:], {**WHOLE[0], "cycle": cycle})) != there


# BLM-INTENT-MEASURE

INTENTS = [entry("I1", "intent"), entry("I2", "intent")]
ERROR = ("error", "plan", {})


def priority(code: str, intent: str | None, cycle: str = "2026") -> Row:
    return {"code": code, "name": code, "cycle": cycle, "intent": intent}


@pytest.mark.rule("BLM-INTENT-MEASURE")
@pytest.mark.parametrize(
    ("cells", "measured"),
    [
        ({"cycle": "2026-28", "intent": "I1"}, True),
        ({"cycle": "2026", "horizon": True, "intent": "I1"}, True),
        ({"cycle": "2026-28", "intent": "I1", "status": "closed"}, True),
        ({"cycle": "2026-28", "intent": "I1", "status": "draft"}, False),
        ({"cycle": "2026", "intent": "I1"}, False),  # not a horizon goal
        ({"cycle": "2025", "horizon": True, "intent": "I1"}, False),
        ({"cycle": "2026-28"}, False),
    ],
)
def test_a_horizon_goal_measures_an_intent(cells: dict[str, Any], measured: bool) -> None:
    goals = [goal("G", **cells)]
    expected = {"I2": ERROR} if measured else {"I1": ERROR, "I2": ERROR}
    assert broken("BLM-INTENT-MEASURE", *INTENTS, goals=goals) == expected


@pytest.mark.rule("BLM-INTENT-MEASURE")
@pytest.mark.parametrize(
    ("cells", "measured"),
    [
        ({"priority": "P1"}, True),
        ({"key_task": "K"}, True),  # through the key task's priority
        ({"priority": "P1", "cycle": "2026-Q3"}, True),
        ({"priority": "P1", "status": "draft"}, False),
        ({"priority": "P1", "cycle": "2025"}, False),
        ({"priority": "P0"}, False),  # a priority of the year before
        ({"priority": "P2"}, False),  # a priority without intent
        ({}, False),
    ],
)
def test_a_goal_under_a_priority_measures_its_intent(cells: dict[str, Any], measured: bool) -> None:
    priorities = [priority("P0", "I1", "2025"), priority("P1", "I1"), priority("P2", None)]
    plan = [INTENTS[0], entry("K", "key_task", priority="P1")]
    goals = [goal("G", **cells)]
    expected = {} if measured else {"I1": ERROR}
    assert broken("BLM-INTENT-MEASURE", *plan, priorities=priorities, goals=goals) == expected


# Key tasks

TASK = entry("K", "key_task", owner="ANN")


@pytest.mark.rule("BLM-TASK-GOAL")
@pytest.mark.parametrize(
    ("cells", "carried"),
    [
        ({"key_task": "K"}, True),
        ({"key_task": "K", "stretch": True}, True),
        ({"key_task": "K", "cycle": "2026-Q4", "status": "closed"}, True),
        ({"key_task": "K", "status": "draft"}, False),
        ({"key_task": "K", "cycle": "2025"}, False),
        ({"key_task": "L"}, False),
        ({}, False),
    ],
)
def test_a_goal_carries_each_key_task(cells: dict[str, Any], carried: bool) -> None:
    plan = [TASK, entry("L", "key_task", cycle="2025")]
    assert broken("BLM-TASK-GOAL", *plan, goals=[goal("G", **cells)]) == ({} if carried else {"K": ERROR})


@pytest.mark.rule("BLM-TASK-OWNER")
def test_each_key_task_has_an_owner() -> None:
    rest = entry("C", "csf")
    assert broken("BLM-TASK-OWNER", TASK, rest) == {}
    assert broken("BLM-TASK-OWNER", {**TASK, "owner": None}, rest) == {"K": ERROR}


@pytest.mark.rule("BLM-TASK-SUPPORT")
@pytest.mark.parametrize(
    ("leads_to", "supported"),
    [(["O"], True), (["T"], True), (["C"], True), (["D", "C"], True), (["D"], False), (["OLD"], False), ([], False)],
)
def test_each_key_task_leads_directly_to_organisation_talent_or_culture(leads_to: list[str], supported: bool) -> None:
    rest = [
        entry("O", "organisation"), entry("T", "talent"), entry("C", "culture"),
        entry("D", "design", "O"), entry("OLD", "talent", cycle="2025"),
    ]  # fmt: skip
    task = {**TASK, "leads_to": leads_to}
    assert broken("BLM-TASK-SUPPORT", *rest, task) == ({} if supported else {"K": ("warning", "plan", {})})


@pytest.mark.rule("BLM-TASK-GOAL", "BLM-TASK-OWNER", "BLM-TASK-SUPPORT", "BLM-INTENT-MEASURE", "BLM-UNUSED")
@pytest.mark.parametrize(("cycle", "there"), OUTSIDE)
@pytest.mark.parametrize(
    ("rule", "element"),
    [
        ("BLM-TASK-GOAL", "key_task"),
        ("BLM-TASK-OWNER", "key_task"),
        ("BLM-TASK-SUPPORT", "key_task"),
        ("BLM-INTENT-MEASURE", "intent"),
        ("BLM-UNUSED", "insight"),
    ],
)
def test_entries_of_other_cycles_are_not_judged(rule: str, element: str, cycle: str | None, there: bool) -> None:
    assert bool(broken(rule, entry("X", element, cycle=cycle))) == there
    assert broken(rule, entry("X", element), **settings(f"{rule}.mode=off")) == {}


def step(name: str, due: str, of: str = "K", **cells: Any) -> Row:
    return {"of": of, "name": name, "due": due, **cells}


@pytest.mark.rule("BLM-TASK-LATE")
@pytest.mark.parametrize(
    ("due", "done", "late"),
    [
        ("2026-06-29", None, True),
        ("2026-06-30", None, False),
        ("2026-06-29", "2026-06-30", False),
        ("2026-06-29", "2026-07-01", True),  # a later day is not there yet
        ("2026-06-01", "2026-06-15", False),
    ],
)
def test_a_key_tasks_milestone_is_late_after_its_due_day(due: str, done: str | None, late: bool) -> None:
    expected = {"K": ("warning", "plan", {"milestones": ["Build"]})} if late else {}
    milestones = [step("Build", due, done=done)]
    assert broken("BLM-TASK-LATE", TASK, milestones=milestones) == expected
    assert broken("BLM-TASK-LATE", TASK, milestones=milestones, **settings("BLM-TASK-LATE.mode=off")) == {}


@pytest.mark.rule("BLM-TASK-LATE")
def test_late_milestones_of_a_task_are_one_finding_in_any_row_order() -> None:
    plan = [TASK, entry("L", "key_task"), entry("OLD", "key_task", cycle="2025"), entry("C", "csf")]
    steps = [step("Sell", "2026-03-31"), step("Build", "2026-05-31"), step("Ship", "2026-12-31")]
    steps += [step("Hire", "2026-02-28", "L")]
    others = [step("One", "2026-01-31", code) for code in ("OLD", "C", "G")]
    for milestones in (steps + others, (steps + others)[::-1]):
        late = broken("BLM-TASK-LATE", *plan, milestones=milestones, goals=[goal("G")])
        assert {code: evidence for code, (*_, evidence) in late.items()} == {
            "K": {"milestones": ["Build", "Sell"]},
            "L": {"milestones": ["Hire"]},
        }


@pytest.mark.rule("BLM-UNUSED")
def test_insights_and_innovation_focuses_lead_somewhere() -> None:
    advice = ("advice", "plan", {})
    plan = [entry("A", "insight"), entry("B", "innovation"), entry("C", "insight", "B"), entry("D", "design")]
    assert broken("BLM-UNUSED", *plan) == {"A": advice, "B": advice}


# LOOP-FEEDBACK

FEEDBACK: Row = {"code": "F", "received": "2025-11-11", "text": "Battery"}


def last_year(*attained: float | None, **cells: Any) -> dict[str, Any]:
    """Return goals of 2025 with target 100 and what they attained."""
    goals = [goal(f"G{n}", cycle="2025", metric="SALES", target=100.0, **cells) for n in range(len(attained))]
    values = [
        {"goal": f"G{n}", "date": "2025-12-31", "value": value} for n, value in enumerate(attained) if value is not None
    ]
    return {"goals": goals, "metrics": [SALES], "actuals": values, "feedback": [FEEDBACK]}


@pytest.mark.rule("LOOP-FEEDBACK")
def test_a_plan_after_missed_goals_takes_something_up() -> None:
    tables = last_year(80.0, 75.0, 100.0, None)
    assert broken("LOOP-FEEDBACK", *INTENTS, **tables) == {"ACME": ("warning", "company", {"missed": 2})}
    assert broken("LOOP-FEEDBACK", *INTENTS, **tables, **settings("LOOP-FEEDBACK.mode=off")) == {}
    assert broken("LOOP-FEEDBACK", **tables)["ACME"][2] == {"missed": 2}
    for origin in ("G0", "G2", "F"):
        assert broken("LOOP-FEEDBACK", *INTENTS, entry("X", "insight", origin=origin), **tables) == {}
    old = entry("X", "insight", origin="G0", cycle="2025")
    assert broken("LOOP-FEEDBACK", *INTENTS, old, **tables)["ACME"][2] == {"missed": 2}


@pytest.mark.rule("LOOP-FEEDBACK")
@pytest.mark.parametrize(("attained", "missed"), [(100.0, False), (99.999999, True), (100.0 - 1e-8, False)])
def test_a_goal_is_missed_below_its_target(attained: float, missed: bool) -> None:
    assert bool(broken("LOOP-FEEDBACK", *INTENTS, **last_year(attained))) == missed


@pytest.mark.rule("LOOP-FEEDBACK")
@pytest.mark.parametrize(
    ("cells", "missed"),
    [({}, True), ({"status": "closed"}, True), ({"stretch": True}, False), ({"status": "draft"}, False)],
)
def test_only_contract_goals_of_the_year_before_are_missed(cells: dict[str, Any], missed: bool) -> None:
    assert bool(broken("LOOP-FEEDBACK", *INTENTS, **last_year(80.0, **cells))) == missed


@pytest.mark.rule("LOOP-FEEDBACK")
@pytest.mark.parametrize(
    ("result", "date", "missed"),
    [
        ("missed", None, True),
        ("missed", "2026-06-30", True),
        ("missed", "2026-07-01", False),
        ("met", None, False),
        (None, None, False),
    ],
)
def test_a_retrospective_may_state_the_miss(result: str | None, date: str | None, missed: bool) -> None:
    rows = [{"goal": "G0", "result": result, "date": date}]
    assert bool(broken("LOOP-FEEDBACK", *INTENTS, **last_year(None), retrospectives=rows)) == missed


@pytest.mark.rule("LOOP-FEEDBACK")
@pytest.mark.parametrize(("result", "missed"), [("met", False), ("exceeded", False), ("missed", True), (None, True)])
def test_a_result_that_a_retrospective_states_counts_before_figures(result: str | None, missed: bool) -> None:
    rows = [{"goal": "G0", "result": result}]
    assert bool(broken("LOOP-FEEDBACK", *INTENTS, **last_year(80.0), retrospectives=rows)) == missed


@pytest.mark.rule("LOOP-FEEDBACK")
def test_misses_of_the_checked_year_or_without_a_year_before_teach_nothing_yet() -> None:
    tables = last_year(80.0)
    this_year = [{**tables["goals"][0], "cycle": "2026", **YEAR}]
    assert broken("LOOP-FEEDBACK", *INTENTS, **{**tables, "goals": this_year}) == {}
    assert found("LOOP-FEEDBACK", "2025-12-31", **ORGANISATION, plan=INTENTS, **tables) == {}


# Sheets


@pytest.mark.rule("BLM-ELEMENT", "BLM-INTENT-MEASURE", "BLM-TASK-GOAL", "BLM-TASK-OWNER", "BLM-TASK-SUPPORT")
@pytest.mark.rule("BLM-TASK-LATE", "BLM-UNUSED", "LOOP-FEEDBACK")
@pytest.mark.parametrize(
    ("rule", "judged"),
    [
        ("BLM-ELEMENT", ["plan"]),
        ("BLM-INTENT-MEASURE", ["plan", "goals"]),
        ("BLM-TASK-GOAL", ["plan", "goals"]),
        ("BLM-TASK-OWNER", ["plan", "people"]),
        ("BLM-TASK-SUPPORT", ["plan"]),
        ("BLM-TASK-LATE", ["plan", "milestones"]),
        ("BLM-UNUSED", ["plan"]),
        ("LOOP-FEEDBACK", ["plan", "goals"]),
    ],
)
def test_a_rule_is_silent_without_a_sheet_that_it_judges(rule: str, judged: list[str]) -> None:
    plan = [entry("I", "intent"), entry("K", "key_task"), entry("A", "insight")]
    tables = {"units": [], "people": [], "plan": plan, **last_year(80.0), "milestones": [step("One", "2026-01-31")]}
    tables["units"] = [{"code": "HQ", "name": "Company", "kind": "company"}]
    assert found(rule, **tables)
    for sheet in judged:
        rest = {name: rows for name, rows in tables.items() if name != sheet}
        if sheet == "goals":
            del rest["actuals"]
        if sheet == "plan":
            del rest["milestones"]
        assert found(rule, **rest) == {}
    if rule in ("BLM-INTENT-MEASURE", "BLM-TASK-GOAL"):
        assert found(rule, plan=plan, goals=[])


@pytest.mark.rule("BLM-ELEMENT", "BLM-TASK-LATE")
def test_a_plan_without_rows_has_no_element_and_nothing_late() -> None:
    assert broken("BLM-ELEMENT", milestones=[])["ACME"][2] == {"missing": list(ELEMENTS)}
    assert broken("BLM-ELEMENT", *WHOLE[1:], **settings("BLM-ELEMENT.mode=off")) == {}
    assert broken("BLM-TASK-LATE", milestones=[]) == {}
