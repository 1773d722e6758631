"""Alerts: a gap above the line of a goal that is not on schedule."""

from typing import Any

import pytest

from tests.make.acme import settings
from tests.make.company import Row, found
from tests.make.measured import UNITS, child, figures, goal, metric, objective, values

DAY = "2026-06-30"
RULE = "TRACK-GAP"


def alerts(*setting: str, as_of: str = DAY, **tables: Any) -> dict[str, Any]:
    """Return the evidence of each alert by goal."""
    rows = {"units": UNITS, "metrics": [metric()], **settings(*setting), **tables}
    return {code: one.evidence for code, one in found(RULE, as_of, **rows).items()}


def one(target: float, actual: float, *setting: str, of_metric: Any = None, **cells: Any) -> dict[str, Any]:
    tables = {"goals": [goal(target=target, **cells)], "actuals": values("G", (DAY, actual))}
    return alerts(*setting, metrics=[metric(**(of_metric or {}))], **tables)


@pytest.mark.rule("TRACK-GAP")
def test_severity_subject_and_evidence() -> None:
    """The case of sales: 7 of 10 million is a gap of 30%."""
    rows = {"units": UNITS, "metrics": [metric()], "goals": [goal(target=10e6)], "actuals": values("G", (DAY, 7e6))}
    finding = found(RULE, **rows)["G"]
    assert (finding.severity, finding.subject.type) == ("error", "goal")
    assert finding.evidence == {"gap": 3e6, "gap_ratio": 0.3, "actual": 7e6, "plan": 10e6, "line": 0.1}
    assert not found(RULE, **rows, **settings("TRACK-GAP.mode=off"))


@pytest.mark.rule("TRACK-GAP")
def test_the_cases_of_satisfaction_and_production_cycle_raise_none() -> None:
    assert one(90, 85) == {}
    assert one(15, 12, of_metric={"direction": "lower"}) == {}
    assert one(15, 18, of_metric={"direction": "lower"})["G"]["gap_ratio"] == pytest.approx(0.2)


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize(
    ("actual", "setting", "line", "alert"),
    [
        (90, (), None, False),
        (89.99, (), None, True),
        (89.99, ("TRACK-GAP.gap=0.2",), None, False),
        (79.99, ("TRACK-GAP.gap=20%",), None, True),
        (94, ("TRACK-GAP.gap=0.05",), None, True),
        (89.99, (), 0.3, False),
        (69.99, (), 0.3, True),
        (97, ("TRACK-GAP.gap=0.5",), 0.02, True),
    ],
)
def test_the_line_is_the_metrics_else_the_companys(
    actual: float, setting: tuple[str, ...], line: float | None, alert: bool
) -> None:
    assert bool(one(100, actual, *setting, of_metric={"alert_gap": line})) == alert


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize(
    ("cells", "judged"),
    [
        ({}, True),
        ({"status": "published"}, True),
        ({"status": "closed"}, False),
        ({"status": "draft"}, False),
        ({"stretch": True}, False),
        ({"exempt": True}, False),
        ({"cycle": "2025"}, False),
        ({"cycle": "2026-28"}, True),
        ({"cycle": "2026-Q2"}, True),
    ],
)
def test_open_contract_goals_that_are_not_exempt_are_judged(cells: dict[str, Any], judged: bool) -> None:
    assert bool(one(100, 50, **cells)) == judged


@pytest.mark.rule("TRACK-GAP")
def test_a_later_value_is_not_there_yet() -> None:
    goals = [goal(target=100)]
    assert alerts(goals=goals, actuals=values("G", ("2026-05-31", 50), ("2026-07-01", 100)))
    assert not alerts(goals=goals, actuals=values("G", ("2026-05-31", 100), ("2026-07-01", 50)))


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize(("known", "alert"), [(80, True), (79, False)])
def test_a_partial_figure_raises_no_alert(known: int, alert: bool) -> None:
    goals = [goal(target=100, rollup="sum"), child("A", target=known), child("B", target=100 - known)]
    data = values("A", (DAY, 40))
    tables = {"metrics": [metric(aggregation="sum", phasing="none")], "goals": goals, "actuals": data}
    assert ("G" in alerts(**tables)) == alert
    assert "G" in alerts("CHECK.known_weight=0.5", **tables)


@pytest.mark.rule("TRACK-GAP")
def test_tracking_needs_goals_only() -> None:
    late = [{"of": "G", "name": "1", "due": "2026-03-31"}]
    assert alerts(goals=[objective()], milestones=late) == {
        "G": {"gap": 1, "gap_ratio": 1, "actual": None, "plan": 1, "line": 0.1}
    }
    assert alerts(goals=[goal(target=100)]) == {}
    assert alerts(goals=[]) == alerts() == {}


# On schedule, nothing is late (docs/decisions/0007-no-alert-on-schedule.md).


def milestone(name: str, due: str, done: str | None = None, of: str = "G", **cells: Any) -> Row:
    return {"of": of, "name": name, "due": due, "done": done, **cells}


LATER = milestone("9", "2026-11-30")


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize(
    ("steps", "alert"),
    [
        ([milestone("1", "2026-03-31", "2026-03-31"), LATER], False),
        ([milestone("1", "2026-03-31", "2026-06-30"), LATER], False),
        ([milestone("1", "2026-03-31", "2026-07-01"), LATER], True),
        ([milestone("1", "2026-03-31"), LATER], True),
        ([milestone("1", "2026-06-30"), LATER], True),
        ([milestone("1", "2026-07-01"), milestone("0", "2026-02-01", "2026-02-01")], False),
        ([milestone("1", "2026-03-31"), milestone("0", "2026-02-01", "2026-02-01", weight=9)], False),
        ([milestone("1", "2026-03-31"), milestone("0", "2026-02-01", "2026-02-01", weight=8)], True),
    ],
)
def test_milestones_alert_when_one_that_was_due_is_not_done(steps: list[Row], alert: bool) -> None:
    tables: dict[str, Any] = {"goals": [objective()], "milestones": steps}
    assert bool(alerts(**tables)) == alert
    assert figures(**tables)["G"]["gap_ratio"] > 0, "the figures stay as they are"


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize("other", [90.0, 89.9, 95.0, 100.0])
def test_an_objective_alerts_when_a_child_lags(other: float) -> None:
    """One child is on schedule with its first of four milestones, the other has its values."""
    steps = [milestone("1", "2026-03-31", "2026-03-31", "A")]
    steps += [milestone(name, "2026-11-30", None, "A") for name in "234"]
    tables: dict[str, Any] = {
        "goals": [objective(), objective("A", parent="G"), child("B", target=100)],
        "milestones": steps,
        "actuals": values("B", (DAY, other)),
    }
    assert {code: one["status"] for code, one in figures(**tables).items()}["G"] == "alert"
    lags = other < 100
    assert set(alerts(**tables)) == ({"G"} if lags else set()) | ({"B"} if other < 90 else set())


@pytest.mark.rule("TRACK-GAP")
@pytest.mark.parametrize(
    ("cells", "alert"),
    [
        ({}, True),
        ({"stretch": True}, False),
        ({"exempt": True}, False),
        ({"status": "closed"}, True),
        ({"status": "draft"}, False),
    ],
)
def test_objectives_pass_on_what_lags_below_them(cells: dict[str, Any], alert: bool) -> None:
    """Two levels of objectives: a lagging leaf lags all the way up, one that counts nowhere does not."""
    goals = [
        objective(),
        objective("A", parent="G"),
        goal("A1", parent="A", target=100, **cells),
        objective("A2", parent="A"),
    ]
    steps = [milestone("1", "2026-03-31", "2026-03-31", "A2"), milestone("2", "2026-11-30", None, "A2")]
    found_ = alerts(goals=goals, milestones=steps, actuals=values("A1", (DAY, 50)))
    assert set(found_) - {"A1"} == ({"G", "A"} if alert else set())


@pytest.mark.rule("TRACK-GAP")
def test_a_child_without_data_or_begun_later_does_not_lag() -> None:
    goals = [
        objective(),
        objective("A", parent="G", weight=9),
        child("B", target=100, weight=1),
        child("C", target=100, cycle="2026-Q3", weight=9),
    ]
    steps = [milestone("1", "2026-03-31", "2026-03-31", "A"), milestone("2", "2026-11-30", None, "A")]
    assert figures(goals=goals, milestones=steps)["G"]["status"] == "alert"
    assert set(alerts(goals=goals, milestones=steps, actuals=values("C", ("2026-06-01", 1)))) == {"C"}


@pytest.mark.rule("TRACK-GAP")
def test_a_goal_rolled_up_from_carriers_goes_by_its_gap() -> None:
    goals = [goal(target=200, rollup="average"), child("A", target=100), child("B", target=100)]
    assert "G" in alerts(goals=goals, actuals=values("A", (DAY, 150)) + values("B", (DAY, 150)))
