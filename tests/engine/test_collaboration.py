"""COLLAB-*: units that share work help each other by stated duties, and none wins at another's cost."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, SALES, UNITS, goal, personal, settings
from tests.make.company import Row, found

GOALS = [
    goal("TOP", owner="BOSS"),
    goal("RND", "B1", parent="TOP"),
    goal("BUILD", "D1", parent="RND"),
    goal("TEAM", "T1", parent="BUILD"),
    goal("SELL", "D2", parent="TOP"),
    goal("OLD", "D2", cycle="2025"),
    goal("DRAFT", "D2", status="draft"),
    goal("CLOSED", "D2", status="closed"),
]
TABLES: dict[str, Any] = {**ORGANISATION, "goals": GOALS}


def tie(start: str, to: str | None = None, helper: str | None = None, duty: str = "Delivers") -> Row:
    return {"from_goal": start, "to_goal": to, "helping_unit": helper, "duty": duty}


# COLLAB-WEIGHT


def card(holder: str, *items: tuple[float, bool], cycle: str = "2026") -> list[Row]:
    """Return a card of goals K0, K1, … by weight and whether it is a collaboration indicator."""
    return [
        {"holder": holder, "cycle": cycle, "goal": f"K{n}", "weight": weight, "collaboration": shared}
        for n, (weight, shared) in enumerate(items)
    ]


def beside(**cells: Any) -> list[Row]:
    """Return a card of 0.19 collaboration in 0.99, and an item beside it."""
    *counted, last = card("D1", (0.19, True), (0.8, False), (1, True))
    return [*counted, {**last, **cells}]


def shares(rows: list[Row], *lines: str, **cells: Any) -> dict[str, tuple[str, Any]]:
    """Return severity and share of what COLLAB-WEIGHT finds on cards of three goals, the last with these cells."""
    goals = [goal("K0"), goal("K1"), goal("K2", **cells)]
    findings = found("COLLAB-WEIGHT", **ORGANISATION, goals=goals, scorecards=rows, **settings(*lines))
    return {code: (f.severity, f.evidence["share"]) for code, f in findings.items()}


@pytest.mark.rule("COLLAB-WEIGHT")
@pytest.mark.parametrize(
    ("holder", "shared", "lines", "speaks"),
    [
        ("D1", 0.2, (), False),
        ("D1", 0.199, (), True),
        ("B1", 0.199, (), True),
        ("B1", 0.2, (), False),
        ("HQ", 0.0, (), False),
        ("T1", 0.0, (), False),
        ("UMA", 0.0, (), False),
        ("D1", 0.3, ("COLLAB-WEIGHT.min=0.3",), False),
        ("D1", 0.2, ("COLLAB-WEIGHT.min=0.21",), True),
        ("D1", 0.1, ("COLLAB-WEIGHT.min=10%",), False),
    ],
)
def test_a_fifth_of_a_departments_card_is_collaboration(
    holder: str, shared: float, lines: tuple[str, ...], speaks: bool
) -> None:
    found_shares = shares(card(holder, (shared, True), (1 - shared, False)), *lines)
    assert found_shares == ({holder: ("error", pytest.approx(shared))} if speaks else {})


@pytest.mark.rule("COLLAB-WEIGHT")
@pytest.mark.parametrize(
    ("rows", "cells", "share"),
    [
        # settled reading 14: the share is of the card's total weight, whatever that adds up to
        (card("D1", (10, True), (40, False)), {}, None),
        (card("D1", (10, True), (41, False)), {}, 10 / 51),
        # monitor and points items and exempt goals count in no weight
        (beside(), {}, None),
        (beside(monitor=True), {}, 0.19 / 0.99),
        (beside(points=5), {}, 0.19 / 0.99),
        (beside(), {"exempt": True}, 0.19 / 0.99),
        (beside(), {"stretch": True}, 0.19 / 0.99),
        (card("D1", (0, True), (0, False)), {}, None),
        ([], {}, None),
        # the worst of a unit's cards
        (card("D1", (0.1, True), (0.9, False)) + card("D1", (0.05, True), (0.95, False), cycle="2026-Q1"), {}, 0.05),
        (card("D1", (0.1, True), (0.9, False), cycle="2025"), {}, None),
    ],
)
def test_the_share_is_of_the_total_weight(rows: list[Row], cells: dict[str, Any], share: float | None) -> None:
    assert shares(rows, **cells) == ({"D1": ("error", pytest.approx(share))} if share is not None else {})


# COLLAB-DUTY and COLLAB-UNANSWERED


@pytest.mark.rule("COLLAB-DUTY")
@pytest.mark.parametrize(
    ("ties", "helpers"),
    [
        ([tie("TOP", helper="D2")], {}),
        ([tie("TOP", helper="D2", duty="")], {"TOP": ["D2"]}),
        ([tie("TOP", "SELL", duty="")], {"TOP": ["D2"]}),
        ([tie("TOP", duty="")], {"TOP": []}),
        (
            [tie("TOP", helper="D2", duty=""), tie("TOP", helper="B1", duty=""), tie("TOP", helper="D1")],
            {"TOP": ["B1", "D2"]},
        ),
        ([tie("TOP", helper="D2", duty=""), tie("RND", helper="D2", duty="")], {"TOP": ["D2"], "RND": ["D2"]}),
        ([tie("TOP", "SELL", "D2", duty=""), tie("TOP", helper="D2", duty="")], {"TOP": ["D2"]}),
        ([tie("OLD", helper="D2", duty="")], {}),
        ([tie("DRAFT", helper="D2", duty="")], {}),
        ([], {}),
    ],
)
def test_a_collaborator_has_a_stated_duty(ties: list[Row], helpers: dict[str, list[str]]) -> None:
    findings = found("COLLAB-DUTY", **TABLES, collaborations=ties)
    expected = {code: ("error", units) for code, units in helpers.items()}
    assert {code: (f.severity, f.evidence["helpers"]) for code, f in findings.items()} == expected


@pytest.mark.rule("COLLAB-UNANSWERED")
@pytest.mark.parametrize(
    ("to", "helper", "answered"),
    [
        ("SELL", "D2", True),
        ("SELL", None, True),
        ("CLOSED", "D2", True),
        (None, "D2", False),
        (None, None, False),
        ("SELL", "B1", False),  # a goal of another unit
        ("BUILD", "D2", False),
        ("BUILD", "B1", True),  # the department answers for the business unit above it
        ("RND", "D1", False),
        ("OLD", "D2", False),
        ("DRAFT", "D2", False),
    ],
)
def test_the_helping_unit_holds_a_goal_that_answers(to: str | None, helper: str | None, answered: bool) -> None:
    findings = found("COLLAB-UNANSWERED", **TABLES, collaborations=[tie("TOP", to, helper)])
    units = [helper] if helper else []
    expected = {} if answered else {"TOP": ("warning", {"helpers": units})}
    assert {code: (f.severity, f.evidence) for code, f in findings.items()} == expected


# COLLAB-MISSING


def tasked(*units: str, **cells: Any) -> dict[str, Any]:
    """Return the tables of a company in which these units carry the key task K."""
    carrying = [goal(f"T{n}", unit, **{"key_task": "K", **cells}) for n, unit in enumerate(units)]
    plan = [{"code": code, "element": "key_task", "text": "New model"} for code in ("K", "L")]
    return {**ORGANISATION, "plan": plan, "goals": [*GOALS, *carrying]}


@pytest.mark.rule("COLLAB-MISSING")
@pytest.mark.parametrize(
    ("units", "ties", "missing"),
    [
        (("D1",), [], None),
        (("D1", "D1"), [], None),
        (("D1", "D2"), [], ["D1", "D2"]),
        (("D1", "B1"), [], None),  # one above the other: tied by parent already
        (("HQ", "D1", "D2"), [], ["D1", "D2"]),
        (("B1", "T1", "D2"), [], ["D2", "T1"]),
        (("D1", "D2"), [tie("BUILD", helper="D2")], None),
        (("D1", "D2"), [tie("SELL", "BUILD")], None),
        (("D1", "D2"), [tie("TEAM", helper="D2")], None),  # through those below
        (("B1", "D2"), [tie("BUILD", helper="D2")], None),
        (("D1", "D2"), [tie("RND", helper="D2")], ["D1", "D2"]),  # above D1: another unit
        (("D1", "D2"), [tie("BUILD", helper="T1")], ["D1", "D2"]),  # within one of them
        (("HQ", "D1", "D2"), [tie("RND", helper="B1")], ["D1", "D2"]),
        (("HQ", "T1", "D2"), [tie("RND", helper="D1")], ["D2", "T1"]),  # between units that do not carry it
        (("HQ", "D1", "D2"), [tie("TOP", helper="D2")], None),  # HQ carries it itself
        (("D1", "D2"), [tie("BUILD")], ["D1", "D2"]),
        (("D1", "D2"), [tie("OLD", helper="D1")], ["D1", "D2"]),
        (("D1", "D2"), [tie("TOP", helper="D1"), tie("SELL", helper="D1")], None),
    ],
)
def test_a_key_task_of_several_units_has_a_collaboration(
    units: tuple[str, ...], ties: list[Row], missing: list[str] | None
) -> None:
    findings = found("COLLAB-MISSING", **tasked(*units), collaborations=ties)
    expected = {"K": ("warning", "plan", {"units": missing})} if missing else {}
    assert {code: (f.severity, f.subject.type, f.evidence) for code, f in findings.items()} == expected


@pytest.mark.rule("COLLAB-MISSING")
def test_each_key_task_is_judged_by_its_own_units() -> None:
    tables = tasked("D1", "D2")
    tables["goals"] += [goal(f"L{n}", unit, key_task="L") for n, unit in enumerate(("T1", "B1", "D2"))]
    findings = found("COLLAB-MISSING", **tables, collaborations=[])
    assert {code: f.evidence["units"] for code, f in findings.items()} == {"K": ["D1", "D2"], "L": ["D2", "T1"]}
    assert set(found("COLLAB-MISSING", **tables, collaborations=[tie("BUILD", helper="D2")])) == {"L"}


@pytest.mark.rule("COLLAB-MISSING")
@pytest.mark.parametrize("cells", [{"status": "draft"}, {"cycle": "2025"}, {"key_task": None}])
def test_goals_that_are_not_there_carry_no_task(cells: dict[str, Any]) -> None:
    assert not found("COLLAB-MISSING", **tasked("D1", "D2", **cells), collaborations=[])


@pytest.mark.rule("COLLAB-MISSING")
@pytest.mark.parametrize(
    ("cells", "judged"),
    [({}, True), ({"cycle": "2026-28"}, True), ({"cycle": "2025"}, False), ({"element": "insight"}, False)],
)
def test_only_key_tasks_of_the_checked_cycles_are_judged(cells: dict[str, Any], judged: bool) -> None:
    plan = [{"code": "K", "element": "key_task", "text": "New model", **cells}]
    assert bool(found("COLLAB-MISSING", **{**tasked("D1", "D2"), "plan": plan}, collaborations=[])) == judged


@pytest.mark.rule("COLLAB-MISSING")
@pytest.mark.parametrize(
    ("units", "ties", "missing"),
    [
        (("D1", None), [], None),
        (("D1", "T1"), [], None),
        (("D1", "D2"), [], ["D1", "D2"]),
        (("B1", "D2"), [], ["B1", "D2"]),
        (("D1", "D2"), [tie("BUILD", helper="D2")], None),
    ],
)
def test_a_process_of_several_units_has_a_collaboration(
    units: tuple[str | None, ...], ties: list[Row], missing: list[str] | None
) -> None:
    nodes = [{"process": "X", "code": f"N{n}", "name": "Step", "unit": unit} for n, unit in enumerate(units)]
    nodes.append({"process": "Y", "code": "N", "name": "Step", "unit": "HQ"})
    processes = [{"code": code, "name": "Process"} for code in ("X", "Y")]
    findings = found("COLLAB-MISSING", **TABLES, processes=processes, process_nodes=nodes, collaborations=ties)
    expected = {"X": ("process", {"units": missing})} if missing else {}
    assert {code: (f.subject.type, f.evidence) for code, f in findings.items()} == expected


# The case of chapter 1: a new model needs research, production, sales and marketing


LAUNCH_UNITS: list[Row] = [
    UNITS[0],
    *(
        {"code": code, "name": code, "kind": "department", "parent": "HQ"}
        for code in ("MAKE", "PROMOTE", "RESEARCH", "TRADE")
    ),
]
LAUNCH_GOALS: list[Row] = [
    goal("MODEL", "RESEARCH", key_task="K"),
    goal("CAPACITY", "MAKE", key_task="K"),
    goal("CHANNELS", "TRADE", key_task="K"),
    goal("ATTENTION", "PROMOTE", key_task="K"),
]
DUTIES = {"CAPACITY": "Capacity for the new model", "CHANNELS": "100 stores", "ATTENTION": "Helps new-model launch"}


@pytest.mark.parametrize(
    ("ties", "findings"),
    [
        ([], {"COLLAB-MISSING": {"K"}}),
        ([tie("MODEL", to, duty=duty) for to, duty in DUTIES.items()], {}),
        ([tie("MODEL", to, duty="") for to in DUTIES], {"COLLAB-DUTY": {"MODEL"}}),
        ([tie("MODEL", helper="MAKE")], {"COLLAB-UNANSWERED": {"MODEL"}}),
    ],
)
def test_the_case_of_the_new_model(ties: list[Row], findings: dict[str, set[str]]) -> None:
    tables = {
        **ORGANISATION,
        "units": LAUNCH_UNITS,
        "people": [{"code": "BOSS", "name": "Boss", "unit": "HQ"}],
        "plan": [{"code": "K", "element": "key_task", "text": "Launch the new model"}],
        "goals": LAUNCH_GOALS,
        "collaborations": ties,
    }
    for rule in ("COLLAB-MISSING", "COLLAB-DUTY", "COLLAB-UNANSWERED"):
        assert set(found(rule, **tables)) == findings.get(rule, set())
    if not ties:
        assert found("COLLAB-MISSING", **tables)["K"].evidence["units"] == ["MAKE", "PROMOTE", "RESEARCH", "TRADE"]


# COLLAB-LOCAL-OPTIMUM: output against stock turnover


OUTPUT = {**SALES, "code": "OUTPUT", "phasing": "none", "tension_with": ["TURNS"]}
TURNS = {"code": "TURNS", "name": "Stock turnover", "direction": "higher"}


def tension(
    output: float | None, turns: float | None, *more: tuple[Row, float | None], **tables: Any
) -> dict[str, tuple[str, Any]]:
    """Return what is found with an output of D1 and a stock turnover of D2, both with target 100."""
    measured = [
        (goal("MAKE", "D1", metric="OUTPUT", target=100), output),
        (goal("STORE", "D2", metric="TURNS", target=100), turns),
        *more,
    ]
    actuals = [
        {"goal": row["code"], "date": "2026-06-30", "value": value} for row, value in measured if value is not None
    ]
    sheets = {**ORGANISATION, "metrics": [OUTPUT, TURNS], "goals": [row for row, _ in measured], "actuals": actuals}
    findings = found("COLLAB-LOCAL-OPTIMUM", **{**sheets, **tables})
    return {code: (f.severity, f.evidence) for code, f in findings.items()}


def won(other: str, over: float, missed: float) -> tuple[str, Any]:
    return "warning", {"other": other, "over": pytest.approx(over), "missed": pytest.approx(missed)}


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
@pytest.mark.parametrize(
    ("output", "turns", "findings"),
    [
        (120, 70, {"MAKE": won("STORE", 0.2, 0.3)}),
        (100, 70, {"MAKE": won("STORE", 0, 0.3)}),
        (99.99, 70, {}),
        (120, 90, {}),  # exactly 10%
        (120, 89.99, {"MAKE": won("STORE", 0.2, 0.1001)}),
        (70, 120, {"STORE": won("MAKE", 0.2, 0.3)}),  # a tie declared on one side counts for both
        (120, 120, {}),
        (70, 70, {}),
        (None, 70, {}),
        (120, None, {}),
    ],
)
def test_one_metric_is_won_while_the_other_misses(
    output: float | None, turns: float | None, findings: dict[str, Any]
) -> None:
    assert tension(output, turns) == findings


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
def test_the_gap_of_the_loser_is_a_setting() -> None:
    assert not tension(120, 70, **settings("COLLAB-LOCAL-OPTIMUM.gap=0.3"))
    assert tension(120, 70, **settings("COLLAB-LOCAL-OPTIMUM.gap=0.29"))


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
@pytest.mark.parametrize(
    ("tension_with", "speaks"), [([], False), (["OUTPUT"], False), (["TURNS"], True), (["TURNS", "OUTPUT"], True)]
)
def test_only_metrics_declared_in_tension(tension_with: list[str], speaks: bool) -> None:
    assert bool(tension(120, 70, metrics=[{**OUTPUT, "tension_with": tension_with}, TURNS])) == speaks


def stock(code: str, unit: str, **cells: Any) -> Row:
    return goal(code, unit, metric="TURNS", target=100, **cells)


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
@pytest.mark.parametrize(
    ("more", "findings"),
    [
        ([(stock("NEAR", "T1"), 100)], {}),  # the unit's own stock turns well
        ([(stock("NEAR", "B1"), 80)], {"MAKE": won("NEAR", 0.2, 0.2)}),
        ([(stock("NEAR", "D1"), 85), (stock("ALSO", "D1"), 80)], {"MAKE": won("ALSO", 0.2, 0.2)}),
        ([(stock("NEAR", "D1", cycle="2026-Q2"), 50)], {"MAKE": won("STORE", 0.2, 0.3)}),  # another cycle
        ([(stock("NEAR", "D1", exempt=True), 50)], {"MAKE": won("STORE", 0.2, 0.3)}),
        ([(stock("NEAR", "D1", stretch=True), 50)], {"MAKE": won("STORE", 0.2, 0.3)}),
        ([(stock("NEAR", "D1"), None)], {"MAKE": won("STORE", 0.2, 0.3)}),
        (
            [(personal("MINE", "TOM", "MAKE", metric="OUTPUT", target=100), 110)],
            {"MAKE": won("STORE", 0.2, 0.3), "MINE": won("STORE", 0.1, 0.3)},
        ),
        ([(goal("OUT", "D1", metric="OUTPUT", target=100, exempt=True), 150)], {"MAKE": won("STORE", 0.2, 0.3)}),
    ],
)
def test_the_other_metric_is_that_of_the_nearest_enclosing_unit(
    more: list[tuple[Row, float | None]], findings: dict[str, Any]
) -> None:
    assert tension(120, 70, *more) == findings


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
def test_a_figure_known_in_part_only_wins_nothing() -> None:
    rolled = goal("ROLLED", "D1", metric="OUTPUT", target=100, rollup="sum")
    known, unknown = (personal(code, "DAN", "ROLLED", metric="OUTPUT", target=50) for code in ("KNOWN", "UNKNOWN"))
    assert set(tension(None, 70, (rolled, None), (known, 150), (unknown, None))) == {"KNOWN"}
    assert set(tension(None, 70, (rolled, None), (known, 150), (unknown, 10))) == {"KNOWN", "ROLLED"}


@pytest.mark.rule("COLLAB-LOCAL-OPTIMUM")
def test_of_several_metrics_in_tension_the_worst_is_named_once() -> None:
    output = {**OUTPUT, "tension_with": ["TURNS", "WASTE"]}
    waste = {"code": "WASTE", "name": "Waste", "direction": "lower"}
    lost = goal("LOST", "D2", metric="WASTE", target=100)
    for turns, worst in ((70, won("LOST", 0.2, 0.4)), (50, won("STORE", 0.2, 0.5))):
        assert tension(120, turns, (lost, 140), metrics=[output, TURNS, waste]) == {"MAKE": worst}
