"""Status of a goal, milestones, objectives, and the worked cases of the method."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.measurement import measures
from tests.make.acme import settings
from tests.make.company import day
from tests.make.measured import child, figures, g, goal, metric, objective, values, view


def state(target: float, actual: float, **cells: Any) -> str:
    found = g(metrics=[metric(**cells)], goals=[goal(target=target)], actuals=values("G", ("2026-06-30", actual)))
    return str(found["status"])


@pytest.mark.parametrize(
    ("direction", "target", "actual", "numbers", "status"),
    [
        ("higher", 10_000_000, 7_000_000, (3_000_000, 0.3, 0.7), "alert"),  # sales, risk "new market slow"
        ("higher", 90, 85, (5, 5 / 90, 85 / 90), "behind"),  # satisfaction: 5.6%, no alert
        ("lower", 15, 12, (-3, -0.2, 1.2), "exceeded"),  # production cycle: 120%
        ("higher", 100_000_000, 80_000_000, (20_000_000, 0.2, 0.8), "alert"),  # 618 sale
        ("higher", 200_000, 150_000, (50_000, 0.25, 0.75), "alert"),  # its new customers
        ("higher", 120_000_000, 121_000_000, (-1_000_000, -1 / 120, 121 / 120), "exceeded"),  # Double 11
    ],
)
def test_worked_cases(direction: str, target: float, actual: float, numbers: tuple[float, ...], status: str) -> None:
    found = g(
        metrics=[metric(direction=direction)], goals=[goal(target=target)], actuals=values("G", ("2026-06-30", actual))
    )
    assert [found[key] for key in ("gap", "gap_ratio", "attainment")] == pytest.approx(list(numbers))
    assert found["status"] == status
    assert found["known_weight"] == 1


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        (89.999, "alert"),
        (90, "behind"),
        (99.999, "behind"),
        (100 - 1e-8, "met"),
        (100, "met"),
        (100 + 1e-8, "met"),
        (100.001, "exceeded"),
    ],
)
def test_status_at_its_edges(actual: float, status: str) -> None:
    assert state(100, actual) == status
    assert state(-100, -200 + actual) == status
    assert state(-100, -actual, direction="lower") == status


@pytest.mark.parametrize(("line", "actual", "status"), [(0.25, 75, "behind"), (0.25, 74.9, "alert"), (0, 99, "alert")])
def test_the_alert_line_is_the_metrics_own_else_the_companys(line: float, actual: float, status: str) -> None:
    assert state(100, actual, alert_gap=line) == status
    found = {"goals": [goal(target=100)], "actuals": values("G", ("2026-06-30", actual))}
    assert g(**settings(f"TRACK-GAP.gap={line}"), **found)["status"] == status
    other = settings("TRACK-GAP.gap=0.5")
    assert g(**other, metrics=[metric(alert_gap=line)], **found)["status"] == status


@pytest.mark.parametrize("setting", ["TRACK-GAP.mode=off", "BSC-NO-DATA.mode=off"])
def test_status_goes_by_figures_alone(setting: str) -> None:
    for cells in ({"stretch": True}, {"exempt": True}, {"status": "closed"}, {}):
        found = g(**settings(setting), goals=[goal(target=100, **cells)], actuals=values("G", ("2026-06-30", 70)))
        assert found["status"] == "alert"


def test_drafts_and_goals_of_other_cycles_have_no_figures() -> None:
    found = figures(
        goals=[
            goal("OLD", target=1, cycle="2025"),
            goal("DRAFT", target=1, status="draft"),
            goal("LONG", cycle="2026-28"),
        ],
        actuals=[*values("OLD", ("2026-01-31", 1)), *values("DRAFT", ("2026-01-31", 1))],
    )
    assert list(found) == ["LONG"]


@pytest.mark.parametrize(("actual", "status"), [(45, "met"), (110, "behind"), (115, "alert"), (130, "exceeded")])
def test_exceeded_needs_attainment_and_no_gap(actual: float, status: str) -> None:
    """Ahead of a plan below the target is met; behind a plan above the target is behind, whatever the attainment."""
    planned = 40.0 if actual < 100 else 120.0 if actual != 115 else 130.0
    found = g(
        metrics=[metric(phasing="plan")],
        goals=[goal(target=100, baseline=0)],
        target_plans=[{"goal": "G", "month": "2026-06", "planned": planned}],
        actuals=values("G", ("2026-06-30", actual)),
    )
    assert found["status"] == status


# Milestones.


def of(code: str, *rows: tuple[str, str | None, float | None]) -> list[dict[str, Any]]:
    """Return milestones as (due, done, weight)."""
    return [
        {"of": code, "name": str(number), "due": due, "done": done, "weight": weight}
        for number, (due, done, weight) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "attainment", "status"),
    [
        ([("2026-03-31", "2026-03-31", None), ("2026-09-30", None, None)], 0.5, "alert"),
        ([("2026-03-31", "2026-03-31", 3), ("2026-09-30", None, 1)], 0.75, "alert"),
        ([("2026-03-31", "2026-03-31", 9), ("2026-09-30", None, 1)], 0.9, "behind"),
        ([("2026-03-31", "2026-03-31", 3), ("2026-06-30", None, None)], 0.75, "alert"),
        ([("2026-06-30", "2026-06-30", None)], 1, "met"),
        ([("2026-06-30", "2026-07-01", None)], 0, "alert"),
        ([("2026-06-30", None, None), ("2026-12-31", "2026-05-01", 3)], 0.75, "alert"),
        ([("2026-07-01", None, None)], None, "no_data"),
        ([("2026-07-01", "2026-06-01", None)], None, "no_data"),
        ([("2026-06-30", "2026-06-01", 0)], None, "no_data"),
    ],
)
@pytest.mark.parametrize("with_metric", [True, False])
def test_milestones(
    rows: list[tuple[str, str | None, float | None]], attainment: float | None, status: str, with_metric: bool
) -> None:
    """The weight done of all weight; nothing is known before the first is due."""
    found = g(
        metrics=[metric(direction="milestone")],
        goals=[goal() if with_metric else objective()],
        milestones=[*of("G", *rows), *of("OTHER", ("2026-01-01", "2026-01-01", None))],
        plan=[{"code": "OTHER", "element": "key_task", "text": "Other"}],
    )
    gap = None if attainment is None else 1 - attainment
    known = None if attainment is None else 1
    assert [found[key] for key in ("attainment", "gap", "gap_ratio", "known_weight")] == pytest.approx(
        [attainment, gap, gap, known]
    )
    assert (found["plan"], found["actual"], found["status"]) == (known, None, status)


def test_milestones_stand_on_the_day_of_the_check() -> None:
    seen = view(goals=[objective()], milestones=of("G", ("2026-03-31", "2026-03-31", None)))
    assert measures(seen).stand.tolist() == [day("2026-06-30")]


def test_values_come_before_milestones_where_there_is_a_metric() -> None:
    found = g(
        goals=[goal(target=10)],
        milestones=of("G", ("2026-03-31", "2026-03-31", None)),
        actuals=values("G", ("2026-06-30", 4)),
    )
    assert (found["actual"], found["attainment"]) == (4, 0.4)


# Objectives: the weighted mean of what the children attain.


@pytest.mark.parametrize(
    ("weights", "attainment"),
    [((None, None), 0.65), ((3, 1), 0.575), ((None, 3), 0.725), ((0, 1), 0.8), ((0.2, 0), 0.5), ((-3, 2), 0.8)],
)
def test_an_objective_is_the_weighted_mean_of_its_children(
    weights: tuple[float | None, float | None], attainment: float
) -> None:
    found = g(
        goals=[
            objective(),
            child("A", target=10, weight=weights[0]),
            child("B", target=20, weight=weights[1]),
        ],
        actuals=[*values("A", ("2026-06-30", 5)), *values("B", ("2026-06-30", 16))],
    )
    assert [found[key] for key in ("attainment", "gap", "gap_ratio")] == pytest.approx(
        [attainment, 1 - attainment, 1 - attainment]
    )
    assert (found["actual"], found["plan"], found["known_weight"]) == (None, 1, 1)


@pytest.mark.parametrize(
    ("weights", "known", "status"),
    [((4, 1), 0.8, "behind"), ((3.99, 1), 3.99 / 4.99, "partial"), ((1, 4), 0.2, "partial"), ((0, 4), 0, "no_data")],
)
def test_a_child_without_data_is_no_zero(weights: tuple[float, float], known: float, status: str) -> None:
    """The weights are normalised over the children that have data; known weight 0.8 exactly is enough."""
    found = g(
        goals=[objective(), child("A", target=10, weight=weights[0]), child("B", target=10, weight=weights[1])],
        actuals=values("A", ("2026-06-30", 9)),
    )
    assert found["attainment"] == (None if status == "no_data" else 0.9)
    assert found["known_weight"] == pytest.approx(known) or status == "no_data"
    assert found["status"] == status


@pytest.mark.parametrize(("line", "status"), [(0.5, "behind"), (0.51, "partial")])
def test_the_known_weight_needed_is_a_parameter(line: float, status: str) -> None:
    found = g(
        **settings(f"CHECK.known_weight={line}"),
        goals=[objective(), child("A", target=10), child("B", target=10)],
        actuals=values("A", ("2026-06-30", 9)),
    )
    assert found["status"] == status


def test_partial_comes_before_alert() -> None:
    found = g(goals=[objective(), child("A", target=10), child("B", target=10)], actuals=values("A", ("2026-06-30", 1)))
    assert (found["status"], found["gap_ratio"]) == ("partial", 0.9)


def test_nested_partial_children_count_in_proportion() -> None:
    """A knows 1 of its 4, B all: (3 x 0.25 + 1) / 4."""
    found = figures(
        goals=[
            objective(),
            objective("A", parent="G", weight=3),
            child("B", target=10),
            goal("A1", parent="A", target=10),
            goal("A2", parent="A", target=10, weight=3),
        ],
        actuals=[*values("A1", ("2026-06-30", 6)), *values("B", ("2026-06-30", 10))],
    )
    assert (found["A"]["attainment"], found["A"]["known_weight"]) == (0.6, 0.25)
    assert found["G"]["attainment"] == pytest.approx((3 * 0.6 + 1) / 4)
    assert found["G"]["known_weight"] == pytest.approx((3 * 0.25 + 1) / 4)


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ({}, True),
        ({"status": "closed"}, True),
        ({"status": "draft"}, False),
        ({"stretch": True}, False),
        ({"exempt": True}, False),
    ],
)
def test_contract_children_count_published_or_closed(cells: dict[str, Any], counts: bool) -> None:
    found = g(
        goals=[objective(), child("A", target=10), child("B", target=10, **cells)],
        actuals=[*values("A", ("2026-06-30", 5)), *values("B", ("2026-06-30", 10))],
    )
    assert found["attainment"] == (0.75 if counts else 0.5)


def test_a_blank_rollup_takes_own_values_before_the_children() -> None:
    tables = {"goals": [goal(target=100), child("A", target=10)], "actuals": values("A", ("2026-06-30", 5))}
    without = g(**tables)
    assert (without["actual"], without["attainment"], without["plan"]) == (None, 0.5, 1)
    with_own = g(**{**tables, "actuals": [*tables["actuals"], *values("G", ("2026-06-30", 90))]})
    assert (with_own["actual"], with_own["attainment"], with_own["plan"]) == (90, 0.9, 100)


def test_rollup_own_takes_own_values_only() -> None:
    found = g(goals=[goal(target=100, rollup="own"), child("A", target=10)], actuals=values("A", ("2026-06-30", 5)))
    assert (found["attainment"], found["status"]) == (None, "no_data")
    found = g(goals=[objective(target=100, rollup="own")], actuals=values("G", ("2026-06-30", 50)))
    assert (found["actual"], found["attainment"]) == (50, 0.5)


def test_an_objective_without_children_has_no_figures() -> None:
    assert set(g(goals=[objective()]).values()) == {None, "no_data"}
    assert figures(goals=[]) == {}


@given(st.lists(st.one_of(st.none(), st.floats(-50, 200)), min_size=1, max_size=5), st.data())
def test_missing_stays_missing(actuals: list[float | None], data: st.DataObject) -> None:
    """A child without value changes nothing but the known weight, whatever its weight."""
    weights = [data.draw(st.floats(0.1, 9)) for _ in actuals]
    codes = [f"C{number}" for number in range(len(actuals))]
    children = [child(code, target=100, weight=weight) for code, weight in zip(codes, weights, strict=True)]
    booked = [
        row
        for code, actual in zip(codes, actuals, strict=True)
        for row in values(code, ("2026-06-30", actual))
        if actual is not None
    ]
    there = [row for row, actual in zip(children, actuals, strict=True) if actual is not None]
    found, dense = (g(goals=[objective(), *rows], actuals=booked) for rows in (children, there))
    assert found["attainment"] == dense["attainment"]
    if not there:
        assert found["known_weight"] is None
    else:
        assert found["known_weight"] == pytest.approx(sum(row["weight"] for row in there) / sum(weights))
        assert dense["known_weight"] == 1
