"""Explained figures equal those of the check, and every formula works out again from its terms."""

import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check
from guantong.engine.explain.addresses import explain
from guantong.engine.explain.goals import GOAL_FIGURES
from guantong.engine.explain.processes import PROCESS_FIGURES
from guantong.engine.explain.terms import KINDS
from guantong.engine.snapshot import Snapshot
from guantong.messages.labels import LANGUAGES
from guantong.messages.terms import term_text
from tests.make.bonus import UNITS as BONUS_UNITS
from tests.make.bonus import person
from tests.make.bonus import view as bonus
from tests.make.company import Row, snapshot
from tests.make.flow import node
from tests.make.flow import tables as flow_tables
from tests.make.formulas import disagreements, every_term
from tests.make.measured import UNITS, metric

DAY = datetime.date(2026, 11, 24)
DEMOS = pytest.mark.parametrize("healthy", [False, True], ids=["broken", "healthy"])


@cache
def demo(healthy: bool) -> tuple[Snapshot, Report]:
    """Return the demo company as DAY sees it, and its check."""
    seen = Snapshot(build_demo(DAY, "en", healthy=healthy), day_number(DAY))
    return seen, check(seen)


def agrees(seen: Snapshot, address: str, value: Any) -> dict[str, Any]:
    """Hold a figure against the check's and all its formulas against their terms; returns the values below the root."""
    root = explain(seen, address)
    assert root.value == value, address
    assert disagreements(root) == []
    for term in every_term(root):
        assert term.kind in KINDS
        for language in LANGUAGES:
            assert term_text(f"terms.{term.name}", language)
            assert not term.note or term_text(f"notes.{term.note}", language)
    return {term.name: term.value for term in root.terms}


@DEMOS
def test_goals_come_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    assert len(report.goals) > 100
    for goal in report.goals:
        for figure in GOAL_FIGURES:
            agrees(seen, f"goal:{goal['code']}.{figure}", goal[figure])


@DEMOS
def test_cards_come_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    assert len(report.scorecards) > 50
    for card in report.scorecards:
        cycle = card.get("cycle", report.cycle)
        below = agrees(seen, f"scorecard:{card['holder']}/{cycle}", card["score"])
        assert (below["coverage"], below["rating"]) == (card["coverage"], card["rating"])


@DEMOS
def test_amounts_come_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    assert len(report.rewards) > 50
    for number, reward in enumerate(report.rewards):
        address = f"reward:{reward['scheme']}/{reward['person']}"
        assert explain(seen, address).value == reward["amount"]
        # A member's tree holds those of all others: a few trees hold every formula of the scheme.
        if number % 9 == 0:
            agrees(seen, address, reward["amount"])


@DEMOS
def test_the_index_comes_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    agrees(seen, "index", report.whole / report.people)
    for unit in report.figures["units"]:
        agrees(seen, f"index:{unit['unit']}", unit["value"])
        (whole,) = [term for term in explain(seen, f"index:{unit['unit']}").terms if term.name == "whole"]
        lost = {dict(term.about)["link"]: term.value for term in whole.terms if term.name == "lost"}
        assert lost == unit["lost"]


def test_the_people_behind_each_loss_are_those_of_the_check() -> None:
    seen, report = demo(False)
    (whole,) = [term for term in explain(seen, "index").terms if term.name == "whole"]
    found = [
        (dict(link.about)["link"], cause.about[0][1], cause.about[1], cause.value)
        for link in whole.terms
        if link.name == "lost"
        for cause in link.terms
    ]
    assert found == [
        (loss["link"], loss["rule"], (loss["subject"].type, loss["subject"].code), loss["people"])
        for loss in report.losses
    ]
    for cause in [part for term in whole.terms for part in term.terms]:
        assert len({person.value for person in cause.terms}) == cause.value


@DEMOS
def test_processes_come_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    for process in report.figures["processes"]:
        for figure in PROCESS_FIGURES:
            agrees(seen, f"process:{process['code']}.{figure}", process[figure])
        used = explain(seen, f"process:{process['code']}.bottleneck").terms
        found = {term.about[0][1]: term.value for term in used}
        known = {f"{process['code']}/{node['code']}": node["utilisation"] for node in process["nodes"]}
        assert found == {code: value for code, value in known.items() if value is not None}


@DEMOS
def test_requests_and_core_share_come_to_what_the_check_says(healthy: bool) -> None:
    seen, report = demo(healthy)
    for request in report.figures["requests"]:
        below = agrees(seen, f"request:{request['code']}", request["verdict"])
        for figure in ("current", "spent", "open", "free", "progress", "planned_progress"):
            assert below[figure] == request[figure], request
    agrees(seen, "budget.core_share", report.budget.core_share)


# Small companies drawn at random

NUMBERS = st.integers(-50, 120).map(float)
MAYBE = st.none() | NUMBERS
OFTEN = NUMBERS | NUMBERS | NUMBERS | st.none()
DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)).map(datetime.date.isoformat)
WEIGHTS = st.none() | st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0, -0.3])
CODES = tuple(f"G{number}" for number in range(7))


@st.composite
def metrics(draw: st.DrawFn) -> list[Row]:
    """Draw three metrics."""
    return [
        metric(
            f"M{number}",
            direction=draw(st.sampled_from(["higher", "lower", "range", "milestone", "higher"])),
            aggregation=draw(st.sampled_from([None, "sum", "sum", "average", "last", "max", "min", "ratio"])),
            frequency=draw(st.sampled_from([None, "week", "month", "quarter"])),
            phasing=draw(st.sampled_from([None, "none", "linear", "plan"])),
            tolerance=draw(st.sampled_from([None, 5.0, 200.0])),
            alert_gap=draw(st.sampled_from([None, 0.3])),
        )
        for number in range(3)
    ]


@st.composite
def goals(draw: st.DrawFn) -> list[Row]:
    """Draw goals, each of which may support an earlier one."""
    return [
        {
            "code": code,
            "name": code,
            "cycle": draw(st.sampled_from(["2026", "2026", "2026-Q1", "2026-Q4"])),
            "unit": "HQ",
            "parent": draw(st.sampled_from([None, *CODES[:place]])) if place else None,
            "metric": draw(st.sampled_from(["M0", "M1", "M1", "M2", None])),
            "baseline": draw(MAYBE),
            "target": draw(OFTEN),
            "target_high": draw(OFTEN),
            "retained": draw(st.sampled_from([None, None, 10.0])),
            "start": draw(st.none() | st.none() | DAYS),
            "weight": draw(WEIGHTS),
            "rollup": draw(st.sampled_from([None, None, "own", "sum", "average", "min", "max", "ratio"])),
            "exempt": draw(st.sampled_from([None, None, True])),
            "stretch": draw(st.sampled_from([None, None, None, True])),
        }
        for place, code in enumerate(CODES)
    ]


@st.composite
def values(draw: st.DrawFn) -> list[Row]:
    """Draw actual values, each as a value, a pair or both, one a day at most."""
    keys = draw(st.lists(st.tuples(st.sampled_from(CODES), DAYS), min_size=8, max_size=20, unique=True))
    return [
        {
            "goal": code,
            "date": day,
            "value": draw(OFTEN),
            "numerator": draw(st.none() | st.none() | NUMBERS),
            "denominator": draw(st.sampled_from([None, 0.0, 40.0, 80.0])),
        }
        for code, day in keys
    ]


@st.composite
def items(draw: st.DrawFn) -> list[Row]:
    """Draw items of the card of HQ and of a person's."""
    keys = draw(
        st.lists(st.tuples(st.sampled_from(["HQ", "P1", "P2"]), st.sampled_from(CODES)), min_size=5, unique=True)
    )
    return [
        {
            "holder": holder,
            "cycle": "2026",
            "goal": goal,
            "weight": draw(st.sampled_from([0.0, 0.2, 0.5, 1.0])),
            "method": draw(st.sampled_from([None, "linear", "threshold", "threshold", "steps", "yesno"])),
            "threshold": draw(MAYBE),
            "stretch": draw(MAYBE),
            "steps": draw(st.sampled_from([[], [(0.5, 40.0), (1.0, 100.0)], [(-9.0, -10.0)]])),
            "cap": draw(st.sampled_from([None, None, 80.0, 0.0])),
            "veto": draw(st.sampled_from([None, None, True])),
            "veto_cap": draw(st.sampled_from([None, 30.0])),
            "points": draw(st.sampled_from([None, None, None, 5.0, -40.0, 130.0])),
            "monitor": draw(st.sampled_from([None, None, None, True])),
        }
        for holder, goal in keys
    ]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the tables of a small company."""
    days = draw(st.lists(DAYS, max_size=2, unique=True))
    months = draw(st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 12)), max_size=8, unique=True))
    stones = draw(st.lists(st.tuples(st.sampled_from(CODES), DAYS, WEIGHTS, st.none() | DAYS), max_size=6))
    return {
        "units": UNITS,
        "people": [{"code": code, "name": code, "unit": "HQ"} for code in ("P1", "P2")],
        "metrics": draw(metrics()),
        "goals": draw(goals()),
        "actuals": draw(values()),
        "scorecards": draw(items()),
        "milestones": [
            {"of": code, "name": f"N{place}", "due": due, "weight": weight, "done": done}
            for place, (code, due, weight, done) in enumerate(stones)
        ],
        "target_plans": [
            {"goal": code, "month": f"2026-{month:02}", "planned": draw(NUMBERS)} for code, month in months
        ],
        "adjustments": [
            {"goal": "G1", "effective": day, "old": 1.0, "new": draw(NUMBERS), "cause": "market",
             "proposer": "P1", "approver": draw(st.sampled_from([None, "P1", "P2", "P2"]))}
            for day in days
        ],
    }  # fmt: skip


@settings(max_examples=60)
@given(tables(), st.sampled_from(["2026-03-31", "2026-06-17", "2026-12-31"]))
def test_goals_and_cards_of_any_company_work_out(drawn: dict[str, Any], day: str) -> None:
    seen = snapshot(day, **drawn)
    report = check(seen)
    for goal in report.goals:
        for figure in GOAL_FIGURES:
            agrees(seen, f"goal:{goal['code']}.{figure}", goal[figure])
    for card in report.scorecards:
        below = agrees(seen, f"scorecard:{card['holder']}", card["score"])
        assert (below["coverage"], below["rating"]) == (card["coverage"], card["rating"])


PEOPLE = tuple(f"P{number}" for number in range(6))
POINTS = st.sampled_from([-10.0, 0.0, 40.0, 60.0, 80.0, 100.0, 120.0])


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the rows of a reward scheme: itself, its members, its coefficients."""
    table = draw(st.lists(st.tuples(st.sampled_from(["personal", "unit", "company"]), POINTS), unique=True))
    return {
        "reward_schemes": [
            {
                "code": "S",
                "name": "S",
                "cycle": "2026",
                "pool": draw(st.sampled_from([None, 0, 100_001, 77])),
                "mode": draw(st.sampled_from([None, "share", "ceiling"])),
                "company_coefficient": draw(st.sampled_from([None, 1.0, 0.937])),
                "core_factor": draw(st.sampled_from([None, 2.5])),
            }
        ],
        "coefficients": [
            {"scheme": "S", "kind": kind, "score": score, "coefficient": draw(st.sampled_from([-0.5, 0.0, 0.8, 1.3]))}
            for kind, score in table
        ],
        "reward_members": [
            {
                "scheme": "S",
                "person": code,
                "scorecard": draw(st.sampled_from([None, None, "D1", "HQ"])),
                "base": draw(st.sampled_from([None, 0, 33_333])),
                "factor": draw(st.sampled_from([None, 1.1])),
            }
            for code in PEOPLE
        ],
    }


@settings(max_examples=25)
@given(schemes(), st.lists(st.sampled_from([None, 0.0, 33.0, 77.0, 150.0]), min_size=8, max_size=8))
def test_amounts_of_any_scheme_work_out(drawn: dict[str, Any], scores: list[float | None]) -> None:
    holders = dict(zip(("HQ", "D1", *PEOPLE), scores, strict=True))
    given_scores = {holder: score for holder, score in holders.items() if score is not None}
    people = [
        person("P0", base=None),
        person("P1", grade_factor=1.5),
        person("P2", unit="D2", joined="2026-03-05"),
        person("P3", unit="T1"),
        person("P4", unit="D2", left="2026-02-01"),
        person("P5", unit=None),
    ]
    units = [{**row, "core": row["code"] == "D1"} for row in BONUS_UNITS]
    seen = bonus(people, given_scores, units=units, **drawn)
    for reward in check(seen).rewards:
        agrees(seen, f"reward:S/{reward['person']}", reward["amount"])


ENTRY_KINDS = ["commit", "release", "spend", "spend", "refund", "reclaim", "supplement", "transfer"]


@settings(max_examples=40)
@given(
    st.data(),
    st.lists(st.tuples(st.sampled_from(["B0", "B1", "B2"]), DAYS, st.sampled_from(ENTRY_KINDS), st.integers(1, 500))),
)
def test_requests_of_any_company_work_out(data: st.DataObject, entries: list[tuple[str, str, str, int]]) -> None:
    goal = data.draw(st.sampled_from(["SUM", "LAST", "STONES", None]), label="goal")
    months = data.draw(st.lists(st.integers(1, 12), unique=True, max_size=4), label="months")
    seen = snapshot(
        data.draw(st.sampled_from(["2026-02-10", "2026-06-30", "2026-12-31"]), label="day"),
        units=UNITS,
        metrics=[metric("M", aggregation="sum"), metric("L")],
        goals=[
            {"code": "SUM", "name": "S", "cycle": "2026", "unit": "HQ", "metric": "M", "target": 100.0},
            {
                "code": "LAST",
                "name": "L",
                "cycle": "2026",
                "unit": "HQ",
                "metric": "L",
                "target": 100.0,
                "baseline": 40.0,
            },
            {"code": "STONES", "name": "N", "cycle": "2026", "unit": "HQ"},
        ],
        actuals=[{"goal": goal, "date": "2026-02-05", "value": data.draw(NUMBERS)} for goal in ("SUM", "LAST")],
        milestones=[
            {"of": "STONES", "name": "One", "due": "2026-02-01", "done": "2026-02-01"},
            {"of": "STONES", "name": "Two", "due": "2026-09-01", "weight": 0.5},
        ],
        priorities=[{"code": "PR", "name": "PR", "cycle": "2026", "rank": 1, "core": True}],
        budget_requests=[
            {
                "code": code,
                "name": code,
                "cycle": "2026",
                "unit": "HQ",
                "goal": goal,
                "priority": "PR" if code == "B0" else None,
                "requested": 900,
                "allocated": 700 if code != "B2" else None,
            }
            for code in ("B0", "B1", "B2")
        ],
        budget_plans=[{"request": "B1", "month": f"2026-{month:02}", "planned": 33} for month in months],
        budget_entries=[
            {"request": code, "date": day, "kind": kind, "amount": amount, "to": "B1" if kind == "transfer" else None}
            for code, day, kind, amount in entries
        ],
    )
    report = check(seen)
    for request in report.figures["requests"]:
        below = agrees(seen, f"request:{request['code']}", request["verdict"])
        for figure in ("current", "spent", "open", "free", "progress", "planned_progress"):
            assert below[figure] == request[figure], request
    agrees(seen, "budget.core_share", report.budget.core_share)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "SALES", "BUY"]),
            st.sampled_from([None, 0.0, 30.0]),
            st.sampled_from([None, 45.0]),
            st.sampled_from([None, 0.0, 4000.0]),
            st.sampled_from([None, 0.1]),
            st.lists(st.integers(0, 4), max_size=3),
        ),
        max_size=5,
    ),
    st.sampled_from([None, 15.0]),
)
def test_any_process_works_out(drawn: list[tuple[Any, ...]], handoff: float | None) -> None:
    nodes = [
        node(
            f"N{place}",
            *(f"N{after}" for after in following),
            unit=unit,
            processing_minutes=processing,
            waiting_minutes=waiting,
            capacity_minutes=capacity,
            rework=rework,
            volume=100.0,
            value_adding=place % 2 == 0,
        )
        for place, (unit, processing, waiting, capacity, rework, following) in enumerate(drawn)
    ]
    process = {"code": "P", "name": "P", "handoff_minutes": handoff}
    nodes = [{**row, "process": "P"} for row in nodes]
    seen = snapshot(**{**flow_tables(*nodes), "processes": [process]})
    (entry,) = check(seen).figures["processes"]
    for figure in PROCESS_FIGURES:
        agrees(seen, f"process:P.{figure}", entry[figure])
