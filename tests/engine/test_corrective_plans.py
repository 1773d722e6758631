"""A corrective plan within 24 hours: when an alert was raised, and what counts as filed."""

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from guantong.engine.actuals import own_values, running_values
from guantong.engine.alerts import alert_days
from guantong.engine.calendar import date_of
from guantong.engine.measurement import measures
from tests.make.acme import settings
from tests.make.company import COMPANY, Row, day, found, snapshot
from tests.make.measured import UNITS, child, goal, metric, objective, parts, values, view

RULE = "TRACK-PLAN-LATE"


def row(raised: str, filed: str | None = None, code: str = "G", **cells: Any) -> Row:
    return {"goal": code, "raised": f"{raised}+08:00", "filed": f"{filed}+08:00" if filed else None, **cells}


def late(*plans: Row, as_of: str = "2026-06-03", setting: tuple[str, ...] = (), **tables: Any) -> dict[str, Any]:
    """Return (raised, hours) by goal; G crossed its line with the value of 31 May."""
    rows = {
        "units": UNITS,
        "metrics": [metric()],
        "goals": [goal(target=100)],
        "actuals": values("G", ("2026-04-30", 95), ("2026-05-31", 60)),
        "corrective_plans": plans,
        **settings(*setting),
        **tables,
    }
    findings = found(RULE, as_of, **{name: cells for name, cells in rows.items() if cells is not None})
    return {code: (one.evidence["raised"], one.evidence["hours"]) for code, one in findings.items()}


JUNE = "2026-06-01T00:00:00+08:00"


@pytest.mark.rule("TRACK-PLAN-LATE")
@pytest.mark.parametrize(
    ("as_of", "hours"), [("2026-05-31", None), ("2026-06-01", 24), ("2026-06-02", 48), ("2026-06-15", 360)]
)
def test_without_plan_the_end_of_the_day_of_the_value_counts(as_of: str, hours: float | None) -> None:
    """Exactly 24 hours have passed: late."""
    assert late(as_of=as_of) == ({"G": (JUNE, hours)} if hours else {})
    assert late(as_of=as_of, setting=("TRACK-PLAN-LATE.mode=off",)) == {}


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_severity_and_subject() -> None:
    tables = {"units": UNITS, "metrics": [metric()], "goals": [goal(target=100)], "corrective_plans": []}
    finding = found(RULE, "2026-06-03", **tables, actuals=values("G", ("2026-05-31", 60)))["G"]
    assert (finding.severity, finding.subject.type) == ("error", "goal")


@pytest.mark.rule("TRACK-PLAN-LATE")
@pytest.mark.parametrize(
    ("raised", "as_of", "hours"),
    [
        ("2026-06-02T00:00:00", "2026-06-02", 24),
        ("2026-06-02T00:00:01", "2026-06-02", None),
        ("2026-06-02T00:00:01", "2026-06-03", 48 - 1 / 3600),
        ("2026-06-02T09:30:00", "2026-06-03", 38.5),
        ("2026-06-04T00:00:00", "2026-06-03", 72),
    ],
)
def test_the_sheet_says_when_an_alert_was_raised(raised: str, as_of: str, hours: float | None) -> None:
    """A row raised after as-of is not there yet."""
    expected = JUNE if hours == 72 else f"{raised}+08:00"
    assert late(row(raised), as_of=as_of) == ({"G": (expected, pytest.approx(hours))} if hours else {})


@pytest.mark.rule("TRACK-PLAN-LATE")
@pytest.mark.parametrize(("hours", "is_late"), [(38, True), (38.5, True), (38.6, False), (48, False)])
def test_the_hours_are_a_setting(hours: float, is_late: bool) -> None:
    plan = row("2026-06-02T09:30:00")
    assert bool(late(plan, setting=(f"TRACK-PLAN-LATE.hours={hours}",))) == is_late


@pytest.mark.rule("TRACK-PLAN-LATE")
@pytest.mark.parametrize(
    ("plans", "raised"),
    [
        ([row("2026-06-01T08:00:00", "2026-06-01T20:00:00")], None),
        ([row("2026-06-01T08:00:00", "2026-06-03T23:59:59")], None),
        ([row("2026-06-01T08:00:00", "2026-06-04T00:00:00")], "2026-06-01T08:00:00+08:00"),
        ([row("2026-06-01T08:00:00"), row("2026-05-01T08:00:00", "2026-05-01T09:00:00")], "2026-06-01T08:00:00+08:00"),
        ([row("2026-06-01T08:00:00", "2026-06-01T09:00:00"), row("2026-05-01T08:00:00")], None),
        ([row("2026-05-01T08:00:00", "2026-05-01T09:00:00")], None),
        ([row("2026-05-01T08:00:00", "2026-05-01T09:00:00", state="in_progress")], None),
        ([row("2026-05-01T08:00:00", "2026-05-01T09:00:00", state="resolved")], JUNE),
        ([row("2026-05-31T00:00:00", "2026-05-31T09:00:00", state="resolved")], None),
        ([row("2026-05-30T23:59:59", "2026-05-31T09:00:00", state="resolved")], JUNE),
        ([row("2026-06-01T08:00:00", "2026-06-01T09:00:00", "H")], JUNE),
    ],
)
def test_the_latest_alert_has_a_plan_filed_by_as_of(plans: list[Row], raised: str | None) -> None:
    """A resolved plan raised before the day of the value is of an earlier alert."""
    found_ = late(*plans, goals=[goal(target=100), goal("H", target=1)])
    assert {code: when for code, (when, _) in found_.items()} == ({"G": raised} if raised else {})


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_the_companys_zone_ends_the_day() -> None:
    company = [{**COMPANY, "timezone": "Europe/Berlin"}]
    data = values("G", ("2026-03-28", 60))
    assert late(as_of="2026-03-29", company=company, actuals=data) == {}, "a day of 23 hours"
    assert late(as_of="2026-03-30", company=company, actuals=data) == {"G": ("2026-03-29T00:00:00+01:00", 47)}
    data = values("G", ("2026-10-24", 60))
    assert late(as_of="2026-10-25", company=company, actuals=data) == {"G": ("2026-10-25T00:00:00+02:00", 25)}


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_only_alerts_of_goals_that_lag_ask_for_a_plan() -> None:
    for cells in ({"status": "closed"}, {"exempt": True}, {"stretch": True}, {"target": 65}):
        assert late(goals=[goal(**{"target": 100, **cells})]) == {}
    on_schedule = [
        {"of": "G", "name": "1", "due": "2026-02-01", "done": "2026-02-01"},
        {"of": "G", "name": "2", "due": "2026-11-01"},
    ]
    assert late(goals=[objective()], actuals=[], milestones=on_schedule) == {}


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_the_plan_is_due_though_the_gap_is_waived_or_its_rule_off() -> None:
    waiver = {"rule": "TRACK-GAP", "subject": "G", "approver": None, "reason": "Known"}
    assert late(waivers=[waiver])
    assert late(setting=("TRACK-GAP.mode=off",))


@pytest.mark.rule("TRACK-PLAN-LATE")
@pytest.mark.parametrize("sheet", ["corrective_plans", "actuals"])
def test_late_plans_need_their_sheets(sheet: str) -> None:
    assert late()
    assert late(**{sheet: None}) == {}
    tables = {"corrective_plans": [], "actuals": []}
    assert found(RULE, "2026-06-03", **tables) == {}


# Since when.


def since(*data: Row, as_of: str = "2026-06-15", of_metric: Any = None, **tables: Any) -> str:
    rows = {"goals": [goal(target=100)], "metrics": [metric(**(of_metric or {}))], "actuals": data, **tables}
    seen = view(as_of, **rows)
    return date_of(alert_days(seen)[seen.company.goals.code.tolist().index("G")]).isoformat()


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_the_value_since_which_all_lie_above_the_line_raised_the_alert() -> None:
    months = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    for below, start in (([0, 1, 2, 3, 4], 0), ([2, 3, 4], 2), ([0, 3, 4], 3), ([4], 4), ([0, 1, 2, 4], 4)):
        data = values("G", *((month, 80 if place in below else 95) for place, month in enumerate(months)))
        assert since(*data) == months[start]
        assert since(*reversed(data)) == months[start]


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_a_value_is_measured_again_at_the_end_of_its_period() -> None:
    """Target 365 over the year: 130 on 10 May are as planned, at the end of May the plan has gone on to 151."""
    yearly = {"aggregation": "sum"}
    data = values("G", ("2026-05-10", 130))
    goals = [goal(target=365)]
    assert since(*data, goals=goals, of_metric=yearly) == "2026-05-31"
    data += values("G", ("2026-05-31", 5))
    assert since(*data, goals=goals, of_metric=yearly) == "2026-05-31"
    assert since(*values("G", ("2026-05-10", 100)), goals=goals, of_metric=yearly) == "2026-05-10"
    between = values("G", ("2026-03-20", 60), ("2026-04-20", 20))
    assert since(*between, goals=goals, of_metric=yearly, as_of="2026-04-20") == "2026-03-20"


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_milestones_alert_since_the_first_due_day_missed() -> None:
    steps = [
        {"of": "G", "name": "1", "due": "2026-01-31", "done": "2026-04-01"},
        {"of": "G", "name": "2", "due": "2026-03-31"},
        {"of": "G", "name": "3", "due": "2026-02-28", "done": "2026-06-16"},
        {"of": "G", "name": "4", "due": "2026-09-30"},
    ]
    assert since(goals=[objective()], milestones=steps) == "2026-02-28"
    assert since(goals=[objective()], milestones=steps[:2]) == "2026-03-31"


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_rolled_up_goals_alert_since_their_data_stand_there() -> None:
    goals = [goal(target=200, rollup="average"), child("A", target=100), child("B", target=100)]
    data = values("A", ("2026-03-31", 50), ("2026-05-31", 50)) + values("B", ("2026-04-30", 95))
    assert since(*data, goals=goals) == "2026-05-31"


@pytest.mark.rule("TRACK-PLAN-LATE")
def test_objectives_alert_since_the_last_lagging_child_does() -> None:
    goals = [objective(), child("A", target=100), child("B", target=100), objective("C", parent="G")]
    steps = [{"of": "C", "name": "1", "due": "2026-02-28"}, {"of": "C", "name": "2", "due": "2026-02-01"}]
    data = values("A", ("2026-03-31", 50), ("2026-05-31", 50)) + values("B", ("2026-05-31", 100))
    assert since(*data, goals=goals, milestones=steps) == "2026-03-31"
    assert since(*data[2:], goals=goals, milestones=steps) == "2026-02-01"
    data[-1] = {**data[-1], "value": 95}
    assert since(*data, goals=goals, milestones=steps) == "2026-05-31"


def test_goals_without_data_have_no_day() -> None:
    assert np.isnan(alert_days(view(goals=[goal(target=1), goal("H")], actuals=[]))).all()
    assert len(alert_days(snapshot())) == 0


DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 3, 31)).map(str)
AMOUNT = st.integers(0, 40)
KINDS = st.sampled_from(["sum", "average", "last", "max", "min", "ratio", None])


def measured(kind: str | None, frequency: str, data: dict[str, tuple[int, int]], goals: int = 1) -> dict[str, Any]:
    """Return goals with the same data each; a ratio with pairs where the second amount is odd, else with values."""
    rows: list[Row] = []
    for place in range(goals):
        for date, (amount, other) in data.items():
            paired = kind == "ratio" and other % 2
            rows += parts(f"G{place}", (date, amount, other - 1)) if paired else values(f"G{place}", (date, amount))
    cells = {"aggregation": kind, "frequency": frequency, "phasing": "linear"}
    return {
        "metrics": [metric(**cells)],
        "goals": [goal(f"G{place}", target=100, baseline=10) for place in range(goals)],
        "actuals": rows,
    }


@given(KINDS, st.dictionaries(DAYS, st.tuples(AMOUNT, AMOUNT), max_size=8))
def test_values_run_to_the_goals_own_value(kind: str | None, data: dict[str, tuple[int, int]]) -> None:
    tables = measured(kind, "month", data, goals=2)
    days, actual = running_values(view("2026-03-31", **tables), np.array([1]))
    assert len(days[0]) == len(actual[0])
    for date, value in zip(days[0].tolist(), actual[0].tolist(), strict=True):
        then = own_values(view(date_of(date).isoformat(), **tables)).actual[1]
        assert value == pytest.approx(then, nan_ok=True)


@effort(max_examples=25)
@given(
    KINDS,
    st.sampled_from(["day", "week", "month", "quarter"]),
    st.dictionaries(DAYS, st.tuples(AMOUNT, AMOUNT), min_size=1, max_size=6),
)
def test_an_alert_began_on_the_first_day_of_an_unbroken_run(
    kind: str | None, frequency: str, data: dict[str, tuple[int, int]]
) -> None:
    """As the check of every day would have found."""
    tables = measured(kind, frequency, data)
    began = None
    for offset in range(90):
        seen = view(date_of(day("2026-01-01") + offset).isoformat(), **tables)
        above = measures(seen).gap_ratio[0] > 0.1
        began = (began if began is not None else seen.as_of) if above else None
    if began is not None:
        assert alert_days(seen)[0] == began
