"""How cases travel: where they begin, shares, visits, extra passes, stations; and processes nobody can travel."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.processes import flows
from guantong.engine.routing import MONTH_MINUTES, FlowError, Stations, routing_of, stations_of
from tests.make.company import Row, snapshot
from tests.make.flow import node, tables
from tests.make.simulated import routed


def shared(code: str, *following: tuple[str, float], **cells: Any) -> Row:
    """Return a node with shares beside the codes to which it leads."""
    return {**node(code, **cells), "next": list(following)}


def refused(*nodes: Row) -> tuple[str, list[str]]:
    with pytest.raises(FlowError) as caught:
        routed(*nodes)
    return caught.value.kind, caught.value.nodes


def stations(*nodes: Row) -> Stations:
    seen = snapshot(**tables(*nodes))
    flow = flows(seen)[0]
    return stations_of(seen, flow, routing_of(seen, flow), flow.today)


def test_a_month_is_21_75_days_of_8_hours() -> None:
    assert MONTH_MINUTES == 10_440


def test_cases_begin_where_nothing_leads_and_split_by_shares() -> None:
    flow, routing = routed(
        shared("A", ("B", 0.3), ("C", 0.7), volume=200.0), node("B", "D"), node("C", "D"), node("D"), node("X", "Y")
        | {"volume": 0.0}, node("Y"),
    )  # fmt: skip
    assert routing.volume == 200
    assert routing.start.tolist() == [1, 0, 0, 0, 0, 0]
    assert routing.share.tolist() == pytest.approx([0.3, 0.7, 1, 1, 1])
    assert routing.visits.tolist() == pytest.approx([1, 0.3, 0.7, 1, 0, 0])
    assert not routing.assumed
    assert np.isnan(routing.stated).all()
    assert len(flow.source) == 5


def test_several_starts_weigh_by_volume_and_equally_without() -> None:
    nodes = [node("A", "C"), node("B", "C"), node("C", volume=5.0)]
    routing = routed(*nodes)[1]
    assert math.isnan(routing.volume)
    assert routing.start.tolist() == [0.5, 0.5, 0]
    routing = routed({**nodes[0], "volume": 30.0}, {**nodes[1], "volume": 10.0}, nodes[2])[1]
    assert (routing.volume, routing.start.tolist()) == (40, [0.75, 0.25, 0])


def test_where_all_are_led_to_the_first_in_code_order_begins() -> None:
    routing = routed(node("B", "A", "C", volume=1.0), node("A", "B", volume=8.0), node("C"))[1]
    assert routing.assumed
    assert routing.start.tolist() == [1, 0, 0]
    assert routing.volume == 8


def test_a_node_that_leads_only_to_itself_is_a_start() -> None:
    routing = routed(shared("A", ("A", 0.5), ("B", 0.5), volume=1.0), node("B"))[1]
    assert not routing.assumed
    assert routing.visits.tolist() == pytest.approx([2, 1])


@pytest.mark.parametrize(
    ("stated", "shares", "sums"),
    [
        ((math.nan, math.nan), (0.5, 0.5), math.nan),
        ((0.6, math.nan), (0.6, 0.4), math.nan),
        ((1.0, math.nan), (1.0, 0.0), math.nan),
        ((0.2, 0.2), (0.5, 0.5), 0.4),
        ((0.9, 0.6), (0.6, 0.4), 1.5),
        ((1.5, math.nan), (1.0, 0.0), 1.5),
        ((1.0, 1e-12), (1.0, 0.0), math.nan),
    ],
)
def test_missing_shares_split_the_rest_and_shares_are_scaled(
    stated: tuple[float, float], shares: tuple[float, float], sums: float
) -> None:
    routing = routed(shared("A", ("B", stated[0]), ("C", stated[1])), node("B"), node("C"))[1]
    assert routing.share.tolist() == pytest.approx(shares)
    assert routing.stated[0] == pytest.approx(sums, nan_ok=True)


def test_an_edge_named_twice_has_both_shares_and_one_to_nowhere_none() -> None:
    given_twice = shared("A", ("B", 0.2), ("B", 0.3), ("B", math.nan), ("C", 0.5), ("NOWHERE", 0.9))
    assert routed(given_twice, node("B"), node("C"))[1].share.tolist() == pytest.approx([0.5, 0.5])


def test_loops_bring_passes_and_rework_only_the_rest() -> None:
    # B is left for C in 80% of cases: 1 / 0.8 = 1.25 visits. Rework of 0.5 means 1.5 passes: 0.2 more at each visit.
    nodes = [
        node("A", "B", volume=1.0, rework=0.5),
        shared("B", ("A", 0.2), ("C", 0.8), rework=0.1),
        node("C", rework=2),
    ]
    routing = routed(*nodes)[1]
    assert routing.assumed
    assert routing.visits.tolist() == pytest.approx([1.25, 1.25, 1])
    assert routing.repeats.tolist() == pytest.approx([0.2, 0, 2])


@given(st.lists(st.tuples(st.floats(0.05, 1), st.floats(0, 2)), min_size=1, max_size=6))
def test_passes_at_a_node_of_a_line_are_one_and_its_rework(line: list[tuple[float, float]]) -> None:
    nodes = []
    for place, (onward, rework) in enumerate(line):
        ways = [(f"N{place + 1}", onward), (f"N{place}", 1 - onward)]
        nodes.append(shared(f"N{place}", *ways, rework=rework))
    routing = routed(*nodes, node(f"N{len(line)}"))[1]
    passes = routing.visits * (1 + routing.repeats)
    wanted = [max(1 + rework, 1 / onward) for onward, rework in line]
    assert passes[:-1].tolist() == pytest.approx(wanted)


def test_processes_that_nobody_can_travel_are_refused_with_the_nodes_at_fault() -> None:
    assert refused() == ("no_nodes", [])
    assert refused(node("A", "B"), node("B", "A")) == ("no_exit", ["A", "B"])
    assert refused(shared("A", ("B", 0.0)), node("B")) == ("no_exit", ["A"])
    assert refused(shared("A", ("B", 1.0), ("C", 0.0)), node("B", "B"), node("C")) == ("no_exit", ["A", "B"])
    assert refused(node("A", "C", "B"), node("B", "B"), node("C")) == ("no_exit", ["B"])
    assert refused(node("A", "C", volume=1.0), node("B", "C"), node("C")) == ("start_volume", ["B"])
    assert refused(node("A", "B", volume=0.0), node("B", volume=3.0)) == ("no_arrivals", ["A"])
    assert refused(shared("A", ("B", -0.1), ("C", 1.1)), node("B"), node("C")) == ("negative", ["A"])
    assert refused(node("A", "B"), node("B", rework=-0.5)) == ("negative", ["B"])
    assert refused(*(node(f"N{place}") for place in range(2001))) == ("too_large", [])


def test_a_ring_that_no_case_reaches_is_no_fault() -> None:
    routing = routed(node("A", volume=1.0), node("B", "C"), node("C", "B"))[1]
    assert routing.visits.tolist() == [1, 0, 0]


def worked(code: str, *following: str, capacity: float | None = None, **cells: Any) -> Row:
    return node(code, *following, processing_minutes=10.0, capacity_minutes=capacity, **cells)


@pytest.mark.parametrize(
    ("capacity", "servers", "pace"),
    [(10_440.0, 1, 1.0), (5_220.0, 1, 0.5), (10_441.0, 2, 10_441 / 20_880), (31_320.0, 3, 1.0), (1.0, 1, 1 / 10_440)],
)
def test_servers_meet_the_capacity_exactly(capacity: float, servers: int, pace: float) -> None:
    found = stations(worked("A", capacity=capacity, volume=100.0, rework=0.5))
    assert found.servers.tolist() == [servers]
    assert found.pace.tolist() == pytest.approx([pace])
    assert found.servers[0] * found.pace[0] * MONTH_MINUTES == pytest.approx(capacity)
    assert found.utilisation.tolist() == pytest.approx([1_500 / capacity])


def test_nobody_queues_without_capacity_work_volume_or_cases() -> None:
    found = stations(
        worked("A", "B", "C", volume=9.0),
        node("B", capacity_minutes=0.0),
        worked("C"),
        worked("D", "E", capacity=0.0),
        node("E", "D"),
    )
    assert found.servers.tolist() == [0, 0, 0, 0, 0]
    assert found.pace.tolist() == [1, 1, 1, 1, 1]
    assert np.isnan(found.utilisation).all()
    assert stations(worked("A", capacity=0.0)).servers.tolist() == [0]


def test_cases_at_a_node_of_no_capacity_are_refused() -> None:
    with pytest.raises(FlowError) as caught:
        stations(worked("A", "B", volume=9.0, capacity=900.0), worked("B", capacity=0.0))
    assert (caught.value.kind, caught.value.nodes) == ("no_capacity", ["B"])


def test_the_order_of_rows_leaves_no_trace() -> None:
    nodes = [shared("A", ("C", 0.4), ("B", 0.6), volume=7.0), node("B", "C"), node("C", rework=0.3)]
    one, other = routed(*nodes)[1], routed(*nodes[::-1])[1]
    for column in ("start", "share", "visits", "repeats"):
        assert getattr(one, column).tolist() == getattr(other, column).tolist()
