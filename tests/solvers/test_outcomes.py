"""Today beside a scenario on the same cases: lead times, where they go, and the manufacturer's case."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.routing import FlowError
from guantong.solvers.journeys import Plan
from guantong.solvers.outcomes import PARTS, Outcome, lead_figures, mean_interval
from tests.make.company import Row
from tests.make.flow import ORDER, PRODUCT_LINES, node, timed
from tests.make.simulated import MONTH, simulate

CALM = Plan(1_000, 1, 0.0)


def planned(node_code: str, **cells: Any) -> Row:
    return {"code": "LINES", "name": "Product lines", "process": "ORDER", "node": node_code, "unit": "", **cells}


def both(*nodes: Row, scenario: list[Row], plan: Plan = CALM) -> list[Outcome]:
    return simulate(*nodes, plan=plan, scenario="LINES", scenarios=scenario).outcomes


def change(today: Outcome, after: Outcome) -> float:
    return float(after.lead.mean() / today.lead.mean()) - 1


# The manufacturer: order → purchasing → production → quality → shipping; after: one product-line unit.


def test_the_manufacturers_cycle_falls_by_30_percent_without_queues() -> None:
    found = simulate(*ORDER, plan=Plan(10_000, 1, 0.5), scenario="LINES", scenarios=PRODUCT_LINES)
    today, after = found.outcomes
    assert abs(today.lead.mean() - 2_000) < 4 * today.lead.std() / len(today.lead) ** 0.5
    # The same cases: each of them gains four hand-offs of 120 minutes and 120 minutes of waiting, and nothing else.
    assert (today.lead - after.lead).tolist() == pytest.approx([600] * 9_000)
    assert change(today, after) == pytest.approx(-0.30, abs=0.005)
    assert (today.parts["handoff"], after.parts["handoff"]) == (480, 0)


def test_the_manufacturers_cycle_falls_by_30_percent_through_handoffs_and_queues() -> None:
    # Purchasing states 390 minutes of waiting; of these about 350 are its queue: 86% of one buyer. The product lines'
    # own buyers are two people part-time with 4% more capacity in all, which shortens the queue by about 120 minutes.
    served = {"volume": 100.0, "capacity_minutes": MONTH}
    nodes = [
        {**row, **served, "capacity_minutes": 7 * MONTH} if row["code"] == "N3" else {**row, **served} for row in ORDER
    ]
    scenario = [{**row, "waiting_minutes": None} for row in PRODUCT_LINES]
    scenario[1] = {**scenario[1], "capacity_minutes": 10_900.0}
    found = simulate(*nodes, plan=Plan(40_000, 1, 0.5), scenario="LINES", scenarios=scenario)
    today, after = found.outcomes
    # The longest path sees the hand-offs only.
    assert [figure.lead for figure in found.figures] == [2_000, 1_520]
    assert today.lead.mean() == pytest.approx(2_000, rel=0.02)
    assert change(today, after) == pytest.approx(-0.30, abs=0.02)
    gained = {part: today.parts[part] - after.parts[part] for part in PARTS}
    assert gained["handoff"] == pytest.approx(480)
    assert gained["queueing"] == pytest.approx(120, abs=40)
    assert gained["working"] == pytest.approx(0)
    assert gained["waiting"] == pytest.approx(0)
    assert today.wait[1] == pytest.approx(351, rel=0.15)  # Pollaczek and Khinchine: 0.862 / 0.138 x 90 x 1.25 / 2


# What a placement changes


def test_without_capacity_a_lead_time_is_the_sum_of_its_times() -> None:
    today = simulate(*ORDER, plan=CALM).outcomes[0]
    assert today.lead.tolist() == pytest.approx([2_000] * 900)
    assert today.parts == pytest.approx({"working": 720, "waiting": 800, "queueing": 0, "handoff": 480})
    for column in (today.busy, today.queue, today.wait):
        assert np.isnan(column).all()
    assert np.isnan(today.throughput)
    assert today.visits.tolist() == [1] * 5


def test_a_scenario_replaces_units_times_and_capacity() -> None:
    nodes = [
        timed("A", "B", unit="SALES", minutes=(10.0, 20.0), volume=300.0, capacity_minutes=50 * MONTH),
        timed("B", unit="BUY", minutes=(30.0, 40.0), volume=300.0),
    ]
    today, moved = both(*nodes, scenario=[planned("B", unit="SALES")])
    assert [today.lead.mean(), moved.lead.mean()] == pytest.approx([220, 100])
    faster = both(*nodes, scenario=[planned("B", processing_minutes=1.0)])[1]
    assert faster.lead.mean() == pytest.approx(191)
    sooner = both(*nodes, scenario=[planned("B", waiting_minutes=0.0)])[1]
    assert sooner.lead.mean() == pytest.approx(180)
    # 10 minutes of 300 cases in 4,000: 75% of a server of two fifths of the time, whom a case keeps for 26.1 minutes.
    scarce = both(*nodes, scenario=[planned("A", capacity_minutes=4_000.0)])[1]
    assert (today.stations.servers.tolist(), scarce.stations.servers.tolist()) == ([50, 0], [1, 0])
    assert scarce.wait[0] == pytest.approx(0.75 / 0.25 * 26.1 / 2, rel=0.2)
    assert scarce.parts["queueing"] == pytest.approx(scarce.wait[0])
    assert scarce.parts["waiting"] == pytest.approx(60)


def test_the_stated_waiting_holds_the_queue_of_today() -> None:
    busy = timed("A", unit="BUY", minutes=(10.0, 100.0), volume=800.0, capacity_minutes=MONTH)
    plan = Plan(20_000, 1, 0.0)
    today, same, stated, idle = (
        *both(busy, scenario=[planned("A")], plan=plan),
        both(busy, scenario=[planned("A", waiting_minutes=60.0)], plan=plan)[1],
        both(busy, scenario=[planned("A", capacity_minutes=90 * MONTH)], plan=plan)[1],
    )
    queue = today.parts["queueing"]
    assert queue > 10
    assert today.lead.mean() == pytest.approx(110, abs=0.5)
    assert same.lead.tobytes() == today.lead.tobytes()
    assert stated.lead.mean() == pytest.approx(70, abs=0.5)
    assert idle.lead.mean() == pytest.approx(110 - queue, abs=0.5)
    # A queue that explains more than is stated leaves no wait beside it, and none that is negative.
    short = {**busy, "waiting_minutes": 1.0}
    assert both(short, scenario=[planned("A")], plan=plan)[0].waiting.tolist() == [0]


def test_an_overloaded_node_is_busy_all_the_time_and_its_queue_grows() -> None:
    over = timed("A", unit="BUY", minutes=(12.0, 0.0), volume=1_000.0, capacity_minutes=MONTH)
    short, long = (simulate(over, plan=Plan(cases, 1, 0.5)).outcomes[0] for cases in (2_000, 8_000))
    assert short.stations.utilisation[0] == pytest.approx(12_000 / MONTH)
    assert long.busy[0] == pytest.approx(1)
    assert long.queue[0] > 3 * short.queue[0] > 0
    assert long.throughput == pytest.approx(MONTH / 12, rel=0.03)


# Luck


@pytest.mark.parametrize("variation", [0.0, 0.5])
def test_a_seed_gives_the_same_figures_to_the_bit_whatever_the_order_of_rows(variation: float) -> None:
    nodes = [{**row, "volume": 60.0, "capacity_minutes": 5_400.0, "rework": 0.1} for row in ORDER]
    scenario = list(PRODUCT_LINES)
    plan = Plan(500, 7, variation)
    one = simulate(*nodes, plan=plan, scenario="LINES", scenarios=scenario).outcomes
    other = simulate(*nodes[::-1], plan=plan, scenario="LINES", scenarios=scenario[::-1]).outcomes
    alone = simulate(*nodes, plan=plan).outcomes
    reseeded = simulate(*nodes, plan=Plan(500, 8, variation)).outcomes
    for place in (0, 1):
        for column in ("lead", "busy", "queue", "wait", "visits"):
            assert getattr(one[place], column).tobytes() == getattr(other[place], column).tobytes()
    assert one[0].lead.tobytes() == alone[0].lead.tobytes()
    assert reseeded[0].lead.tobytes() != one[0].lead.tobytes()


def test_the_first_tenth_does_not_count_and_the_process_is_full_before_and_behind() -> None:
    nodes = [{**row, "volume": 522.0, "capacity_minutes": 60 * MONTH} for row in ORDER]
    found = simulate(*nodes, plan=CALM)
    assert (found.plan.cases, found.plan.fill) == (1_000, 100)  # 522 cases a month, 2,000 of 10,440 minutes
    outcome = found.outcomes[0]
    assert len(outcome.lead) == 900
    assert outcome.throughput == pytest.approx(522, rel=0.15)
    # As many leave as come in: the cases that count do not run dry at the end of the line.
    assert outcome.busy[4] * 60 * MONTH / 30 == pytest.approx(522, rel=0.15)
    assert sum(outcome.parts.values()) == pytest.approx(outcome.lead.mean())


def test_a_long_process_is_filled_by_no_more_than_ten_thousand_cases() -> None:
    slow = timed("A", unit="BUY", minutes=(1.0, 1e9), volume=500.0)
    assert simulate(slow, plan=CALM).plan.fill == 10_000


def test_processes_without_times_or_with_too_many_steps_are_refused() -> None:
    with pytest.raises(FlowError, match="no_times"):
        simulate(node("A"), plan=CALM)
    looping = node("A", processing_minutes=1.0) | {"next": [("A", 0.999), ("B", 0.001)]}
    with pytest.raises(FlowError, match="too_long"):
        simulate(looping, node("B"), plan=Plan(10_000, 1, 0))
    assert simulate(looping, node("B"), plan=Plan(100, 1, 0)).outcomes[0].lead.min() >= 1


# Figures of lead times


def test_lead_figures_are_those_of_the_values() -> None:
    figures = lead_figures(np.arange(101.0))
    assert {key: figures[key] for key in ("mean", "median", "p80", "p95", "min", "max")} == {
        "mean": 50, "median": 50, "p80": 80, "p95": 95, "min": 0, "max": 100,
    }  # fmt: skip
    assert figures["mean_low"] < 50 < figures["mean_high"]
    assert mean_interval(np.full(200, 3.0)) == (3, 3)


def test_the_interval_covers_the_mean_in_95_of_a_hundred() -> None:
    luck = np.random.default_rng(2)
    intervals = np.array([mean_interval(luck.normal(5, 2, 200)) for _ in range(2_000)])
    covered = ((intervals[:, 0] < 5) & (intervals[:, 1] > 5)).mean()
    assert covered == pytest.approx(0.95, abs=0.02)
