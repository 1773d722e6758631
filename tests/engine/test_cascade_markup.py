"""CASCADE-*: no layer marks its target up without evidence, none leaves a part to nobody."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.cascade import carriers, company_markup, markup
from tests.make.acme import ORGANISATION, SALES, changed, goal, personal, settings
from tests.make.company import CYCLES, Row, found, snapshot

COST = {**SALES, "code": "COST", "direction": "lower"}
RATE = {"code": "RATE", "name": "Pass rate", "direction": "higher", "aggregation": "average"}
DAYS = {"code": "DAYS", "name": "Lead time", "direction": "lower"}
BAND = {**SALES, "code": "BAND", "direction": "range"}
STONES = {**SALES, "code": "STONES", "direction": "milestone"}
METRICS = [SALES, COST, RATE, DAYS, BAND, STONES]
M = 1e6


def company(*goals: Row, **tables: Any) -> dict[str, Any]:
    """Return the tables of a company with these goals."""
    return {**ORGANISATION, "metrics": METRICS, "goals": goals, **tables}


def tree(*targets: float, top: float = 100, metric: str = "SALES", **cells: Any) -> dict[str, Any]:
    """Return a company goal of 100 with a unit goal for each target below it."""
    children = [goal(f"C{n}", "B1", parent="TOP", metric=metric, target=value) for n, value in enumerate(targets)]
    return company(goal("TOP", metric=metric, target=top, **cells), *children)


def factors(**tables: Any) -> dict[str, float]:
    """Return f of each goal that has one."""
    seen = snapshot(**tables)
    factor = markup(seen).factor
    return {str(code): value for code, value in zip(seen.company.goals.code, factor, strict=True) if value == value}


LAYERS = (
    goal("TOP", metric="SALES", target=10 * M),
    goal("UNIT", "B1", parent="TOP", metric="SALES", target=12 * M),
    goal("DEPT", "D1", parent="UNIT", metric="SALES", target=15 * M),
    personal("TOMS", "TOM", "DEPT", metric="SALES", target=11 * M),
    personal("UMAS", "UMA", "DEPT", metric="SALES", target=9 * M),
)


@pytest.mark.rule("CASCADE-MARKUP")
def test_the_case_10_12_15_20_million() -> None:
    findings = found("CASCADE-MARKUP", **company(*LAYERS))
    assert {f.severity for f in findings.values()} == {"error"}
    evidence = {code: [f.evidence[key] for key in ("markup", "cumulative")] for code, f in findings.items()}
    assert evidence == {
        "TOP": [pytest.approx(0.2), pytest.approx(0.2)],
        "UNIT": [pytest.approx(0.25), pytest.approx(0.5)],
        "DEPT": [pytest.approx(1 / 3), pytest.approx(1.0)],
    }
    totals = {code: f.evidence["total"] for code, f in findings.items()}
    assert totals == {"TOP": pytest.approx(1.0), "UNIT": None, "DEPT": None}


@pytest.mark.rule("CASCADE-MARKUP")
@pytest.mark.parametrize(
    ("targets", "lines", "severity"),
    [
        ((60, 40), (), None),
        ((60, 41), (), None),  # exactly 1%
        ((60, 41.0001), (), "warning"),
        ((60, 50), (), "warning"),  # exactly 10%
        ((60, 50.0001), (), "error"),
        ((60, 30), (), None),
        ((60, 45), ("CASCADE-MARKUP.warning=0.05",), None),
        ((60, 45), ("CASCADE-MARKUP.warning=4.99%",), "warning"),
        ((60, 60), ("CASCADE-MARKUP.error=0.2",), "warning"),
        ((60, 45), ("CASCADE-MARKUP.error=0.049",), "error"),
    ],
)
def test_a_level_is_marked_up_above_1_and_gravely_above_10_percent(
    targets: tuple[float, ...], lines: tuple[str, ...], severity: str | None
) -> None:
    findings = found("CASCADE-MARKUP", **tree(*targets), **settings(*lines))
    assert [f.severity for f in findings.values()] == ([severity] if severity else [])


@pytest.mark.rule("CASCADE-MARKUP")
@pytest.mark.parametrize(
    ("middle", "bottom", "severities"),
    [
        (105, 110, {"TOP": "warning", "MID": "warning"}),  # exactly 10% along the path
        (105, 110.001, {"TOP": "warning", "MID": "error"}),
        (90, 110, {"MID": "error"}),  # its own level is above 10%, the path is not
        (100.9, 101.8, {}),
        (108, 108.5, {"TOP": "warning"}),
    ],
)
def test_cumulative_markup_is_the_product_along_the_path(
    middle: float, bottom: float, severities: dict[str, str]
) -> None:
    goals = [
        goal("TOP", metric="SALES", target=100),
        goal("MID", "B1", parent="TOP", metric="SALES", target=middle),
        goal("LOW", "D1", parent="MID", metric="SALES", target=bottom),
    ]
    findings = found("CASCADE-MARKUP", **company(*goals))
    assert {code: f.severity for code, f in findings.items()} == severities
    for code, finding in findings.items():
        assert finding.evidence["cumulative"] == pytest.approx((middle if code == "TOP" else bottom) / 100 - 1)


@pytest.mark.rule("CASCADE-MARKUP")
@pytest.mark.parametrize("unit", [{"metric": "RATE"}, {"stretch": True}, {"exempt": True}, {"status": "draft"}])
def test_the_path_stops_at_the_first_goal_that_is_no_carrier(unit: dict[str, Any]) -> None:
    findings = found("CASCADE-MARKUP", **company(*changed(LAYERS, "UNIT", **unit)))
    assert findings["DEPT"].evidence["cumulative"] == pytest.approx(
        1 / 3 if "metric" in unit or "status" in unit else 2 / 3
    )


# Approval


def calibration(code: str, scope: str, **cells: Any) -> Row:
    return {"goal": code, "scope": scope, "approver": "BOSS", "evidence": "Past years", **cells}


@pytest.mark.rule("CASCADE-MARKUP")
@pytest.mark.parametrize(
    ("calibrations", "cumulative"),
    [
        ([], {"TOP": 0.2, "UNIT": 0.5, "DEPT": 1.0}),
        ([calibration("TOP", "children")], {"UNIT": 0.25, "DEPT": 2 / 3}),
        ([calibration("UNIT", "own")], {"UNIT": 0.25, "DEPT": 2 / 3}),
        ([calibration("UNIT", "children")], {"TOP": 0.2, "DEPT": 0.6}),
        ([calibration("TOMS", "own")], {"TOP": 0.2, "UNIT": 0.5, "DEPT": 1.0}),  # of one carrier of two
        ([calibration("TOMS", "own"), calibration("UMAS", "own")], {"TOP": 0.2, "UNIT": 0.5}),
        ([calibration("TOMS", "children"), calibration("TOP", "own")], {"TOP": 0.2, "UNIT": 0.5, "DEPT": 1.0}),
        ([calibration("TOP", "children", date="2026-06-30")], {"UNIT": 0.25, "DEPT": 2 / 3}),
        ([calibration("TOP", "children", date="2026-07-01")], {"TOP": 0.2, "UNIT": 0.5, "DEPT": 1.0}),
    ],
)
def test_an_approved_level_is_no_finding_and_counts_1(calibrations: list[Row], cumulative: dict[str, float]) -> None:
    findings = found("CASCADE-MARKUP", **company(*LAYERS), calibrations=calibrations)
    assert {code: f.evidence["cumulative"] for code, f in findings.items()} == pytest.approx(cumulative)


# Carriers


@pytest.mark.parametrize(
    ("cells", "carries"),
    [
        ({}, True),
        ({"status": "closed"}, True),  # settled reading 4
        ({"status": "draft"}, False),
        ({"stretch": True}, False),
        ({"exempt": True}, False),
        ({"metric": "RATE"}, False),
        ({"metric": None}, False),
        ({"cycle": "2026-Q2"}, True),  # directly below, as none is in the goal's cycle
        ({"cycle": "2026-28"}, False),
        ({"personal": True, "owner": "ANN", "target": 100}, False),  # a mirror
        ({"personal": True, "owner": "ANN", "target": 99}, True),
        ({"personal": True, "owner": "BOSS", "target": 100}, True),
        ({"personal": False, "owner": "ANN", "target": 100}, True),
        ({"personal": True, "owner": None, "target": 100}, True),
    ],
)
def test_which_children_are_carriers(cells: dict[str, Any], carries: bool) -> None:
    goals = [
        goal("TOP", owner="ANN", metric="SALES", target=100),
        goal("C", "B1", **{"parent": "TOP", "metric": "SALES", "target": 90, **cells}),
    ]
    seen = snapshot(**company(*goals))
    assert carriers(seen).parent.tolist() == [1 if carries else -1, -1]
    assert carriers(seen).count.tolist() == [0, int(carries)]


def test_two_goals_without_owner_are_no_mirrors() -> None:
    goals = [goal("TOP", metric="SALES", target=1), goal("C", parent="TOP", metric="SALES", target=1, personal=True)]
    assert factors(**company(*goals)) == {"TOP": 1}


@pytest.mark.rule("CASCADE-MARKUP")
def test_carriers_in_the_goals_cycle_go_before_those_in_the_cycles_directly_below() -> None:
    quarters = [goal(f"Q{n}", "B1", parent="TOP", metric="SALES", target=30, cycle=f"2026-Q{n}") for n in (1, 2, 3, 4)]
    top, year = goal("TOP", metric="SALES", target=100), goal("YEAR", "B1", parent="TOP", metric="SALES", target=105)
    assert factors(**company(top, *quarters)) == {"TOP": pytest.approx(1.2)}
    assert factors(**company(top, year, *quarters)) == {"TOP": pytest.approx(1.05)}
    months = {"code": "2026-05", "name": "May", "start": "2026-05-01", "end": "2026-05-31"}
    month = goal("MAY", "B1", parent="TOP", metric="SALES", target=30, cycle="2026-05")
    assert not factors(**company(top, month), cycles=[*CYCLES, months]), "two cycles below"


# f


@pytest.mark.rule("CASCADE-MARKUP")
@pytest.mark.parametrize(
    ("tables", "f"),
    [
        (tree(60, 45), 1.05),
        (tree(60, 45, retained=5), 1.1),
        (tree(60, 45, retained=-5), 1.05),
        (tree(200, metric="COST", top=220), 1.1),  # lower is better: inverted
        (tree(100, 60, metric="COST", retained=40, top=220), 1.1),
        (tree(90, 84, 95, metric="RATE", top=80), 95 / 80),  # the strictest
        (tree(70, metric="RATE", top=80), 0.875),
        (tree(10, 8, 12, metric="DAYS", top=12), 1.5),
        (tree(12, 15, metric="DAYS", top=12), 1.0),
        (tree(60, 45, 0), 1.05),  # settled reading 8: carriers with target 0, negative or missing are left out
        (tree(60, 45, -20), 1.05),
        (tree(60, 45, float("nan")), 1.05),
        (tree(0, -20, float("nan")), None),
        (tree(60, top=0), None),
        (tree(60, top=-100), None),
        (tree(60, top=float("nan")), None),
        (tree(60, metric="BAND"), None),  # settled reading 8: range and milestone goals have no f
        (tree(60, metric="STONES"), None),
        (tree(rollup="sum"), 0.0),  # settled reading 8: without carriers f = retained / target
        (tree(rollup="sum", retained=110), 1.1),
        (tree(rollup="sum", retained=90, metric="RATE"), None),
        (tree(rollup="sum", retained=90, metric="BAND"), None),
        (tree(rollup="sum", retained=90, top=0), None),
        (tree(rollup="average", retained=90), None),
        (tree(60, 45, status="closed"), 1.05),
        (tree(60, 45, status="draft"), None),
    ],
)
def test_f_is_what_the_carriers_add_up_to(tables: dict[str, Any], f: float | None) -> None:
    assert factors(**tables) == ({"TOP": pytest.approx(f)} if f is not None else {})


@pytest.mark.rule("CASCADE-MARKUP")
def test_f_follows_the_targets_in_force() -> None:
    who = {"cause": "market", "proposer": "ANN", "approver": "BOSS", "effective": "2026-03-01"}
    adjustments = [{"goal": "TOP", "old": 100, "new": 80, **who}, {"goal": "C0", "old": 60, "new": 43, **who}]
    assert factors(**tree(60, 45), adjustments=adjustments) == {"TOP": pytest.approx(1.1)}


@pytest.mark.rule("CASCADE-MARKUP")
def test_a_closed_goal_is_judged_as_the_method_excepts_it_from_other_rules_only() -> None:
    assert set(found("CASCADE-MARKUP", **tree(60, 60, status="closed"))) == {"TOP"}


# CASCADE-SHORTFALL


@pytest.mark.rule("CASCADE-SHORTFALL")
@pytest.mark.parametrize(
    ("tables", "lines", "shortfall"),
    [
        (tree(60, 40, rollup="sum"), (), None),
        (tree(60, 39, rollup="sum"), (), None),  # exactly 1%
        (tree(60, 38.9999, rollup="sum"), (), 0.010001),
        (tree(60, 30, rollup="sum"), (), 0.1),
        (tree(60, 30, rollup="sum"), ("CASCADE-SHORTFALL.tolerance=0.1",), None),
        (tree(60, 39, rollup="sum"), ("CASCADE-SHORTFALL.tolerance=0",), 0.01),
        (tree(60, 30, rollup="sum", retained=10), (), None),
        (tree(60, 30, rollup="sum", retained=5), (), 0.05),
        (tree(60, 30, rollup="own"), (), None),
        (tree(60, 30), (), None),
        (tree(60, 30, rollup="average"), (), None),
        (tree(60, metric="RATE", rollup="sum"), (), None),
        (tree(60, 30, rollup="sum", status="closed"), (), 0.1),
        (tree(rollup="sum"), (), 1.0),
        (tree(rollup="sum", retained=60), (), 0.4),
        (tree(rollup="sum", metric="STONES"), (), None),
        (tree(60, 30, rollup="sum", top=0), (), None),
        (tree(250, metric="COST", rollup="sum", top=200), (), 0.2),
    ],
)
def test_a_sum_leaves_no_more_than_1_percent_to_nobody(
    tables: dict[str, Any], lines: tuple[str, ...], shortfall: float | None
) -> None:
    findings = found("CASCADE-SHORTFALL", **tables, **settings(*lines))
    expected = {} if shortfall is None else {"TOP": ("error", {"shortfall": pytest.approx(shortfall)})}
    assert {code: (f.severity, f.evidence) for code, f in findings.items()} == expected


@pytest.mark.rule("CASCADE-SHORTFALL")
@pytest.mark.parametrize(
    ("cells", "other", "speaks"),
    [
        ({"retained": 1}, {"metric": "RATE"}, False),  # settled reading 8: any positive part retained
        ({"retained": 1}, {"metric": None}, False),
        ({"retained": 0}, {"metric": "RATE"}, True),
        ({}, {"metric": "RATE"}, True),
        ({"retained": 1, "rollup": "own"}, {"metric": "RATE"}, False),
        ({"retained": 1}, {"metric": "SALES", "target": 20}, True),  # two carriers
        ({"retained": 1}, {"metric": "SALES", "exempt": True}, False),  # whatever the others carry
        ({"retained": 1}, {"metric": "RATE", "status": "draft"}, False),
        ({"retained": 1}, {"metric": "RATE", "stretch": True}, False),
    ],
)
def test_a_single_carrier_of_a_part_is_a_contribution(
    cells: dict[str, Any], other: dict[str, Any], speaks: bool
) -> None:
    goals = [
        goal("ABOVE", metric="SALES", target=100, **{"rollup": "sum", **cells}),
        goal("PART", "B1", parent="ABOVE", metric="SALES", target=60),
        goal("OTHER", "D2", parent="ABOVE", **other),
    ]
    assert bool(found("CASCADE-SHORTFALL", **company(*goals))) == speaks


# The whole company's markup


@pytest.mark.parametrize(
    ("goals", "total"),
    [
        (LAYERS, 1.0),
        (LAYERS[:2], 0.2),
        (changed(LAYERS, "UNIT", retained=1 * M), 1.1),  # what a layer keeps for itself is work, too
        (changed(LAYERS, "TOMS", retained=1 * M), 1.0),
        (LAYERS[:1], None),
        (changed(LAYERS, "UMAS", target=float("nan")), 0.1),
        (changed(LAYERS, "TOP", personal=True), None),
        (changed(LAYERS, "TOP", target=0), None),
        ([{**row, "metric": "RATE"} for row in LAYERS], None),
    ],
)
def test_the_whole_markup_sums_the_lowest_carriers(goals: tuple[Row, ...], total: float | None) -> None:
    seen = snapshot(**company(*goals))
    found_totals = company_markup(seen)[list(seen.company.goals.code).index("TOP")]
    assert np.isnan(found_totals) if total is None else found_totals == pytest.approx(total)
