"""Figures of processes: hand-offs, fit, lead time, efficiency, utilisation, scenarios."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.processes import process_entries
from tests.make.company import Row, snapshot
from tests.make.flow import ORDER, PRODUCT_LINES, node, tables, timed


def entry(*nodes: Row, **more: Any) -> dict[str, Any]:
    """Return the figures of the process ORDER."""
    return process_entries(snapshot(**tables(*nodes, **more)))[0]


def lead(*nodes: Row, **more: Any) -> tuple[float | None, float | None]:
    figures = entry(*nodes, **more)
    return figures["lead_minutes"], figures["efficiency"]


def one_unit(code: str, *following: str, minutes: float, adds: bool | None = None) -> Row:
    return timed(code, *following, unit="HQ", minutes=(minutes, 0.0), value_adding=adds)


def test_a_manufacturer_before_and_after_product_lines() -> None:
    before = entry(*ORDER, scenarios=PRODUCT_LINES)
    assert before["handoffs"] == 4
    assert before["fit"] == 0
    assert before["lead_minutes"] == 2000
    assert before["efficiency"] == pytest.approx(0.24)
    after = before["scenarios"][0]
    assert (after["code"], after["name"]) == ("LINES", "Product lines")
    assert (after["handoffs"], after["fit"], after["lead_minutes"]) == (0, 1, 1400)
    assert after["lead_minutes"] / before["lead_minutes"] - 1 == pytest.approx(-0.30)
    assert after["efficiency"] == pytest.approx(480 / 1400)


def test_without_the_sheet_or_rows_there_are_no_figures() -> None:
    assert process_entries(snapshot()) == []
    assert process_entries(snapshot(processes=[], process_nodes=[], scenarios=[])) == []


def test_a_process_without_nodes_fits_and_has_no_times() -> None:
    assert entry() == {
        "code": "ORDER",
        "handoffs": 0,
        "fit": 1.0,
        "lead_minutes": None,
        "efficiency": None,
        "bottleneck": None,
        "nodes": [],
        "positions": [],
        "scenarios": [],
    }


@pytest.mark.parametrize(
    ("units", "handoffs", "fit"),
    [
        (("BUY", "BUY", "BUY"), 0, 1.0),
        (("BUY", "BUY", "SHIP"), 1, 0.5),
        (("BUY", "SHIP", "BUY"), 2, 0.0),
        (("BUY", None, "SHIP"), 0, 1.0),
        ((None, "BUY", "SHIP"), 1, 0.5),
    ],
)
def test_a_handoff_is_an_edge_between_two_different_units(units: tuple[Any, ...], handoffs: int, fit: float) -> None:
    first, second, third = units
    figures = entry(node("A", "B", unit=first), node("B", "C", unit=second), node("C", unit=third))
    assert (figures["handoffs"], figures["fit"]) == (handoffs, fit)


def test_an_edge_named_twice_is_one_and_a_back_edge_is_a_handoff_too() -> None:
    figures = entry(node("A", "B", "B", "A", unit="BUY"), node("B", "A", "C", unit="SHIP"), node("C", unit="SHIP"))
    assert (figures["handoffs"], figures["fit"]) == (2, 0.5)


def test_nodes_of_equal_codes_in_other_processes_are_others() -> None:
    nodes = [
        node("A", "B", unit="BUY"),
        node("B", unit="SHIP"),
        node("A", process="OTHER", unit="BUY", processing_minutes=7.0),
        node("B", process="OTHER", unit="SHIP"),
    ]
    order, other = process_entries(snapshot(**tables(*nodes, processes=[{"code": "OTHER", "name": "Other"}])))
    assert (order["handoffs"], order["lead_minutes"]) == (1, None)
    assert (other["handoffs"], other["lead_minutes"]) == (0, 7)


def test_an_edge_to_a_node_of_no_process_is_none() -> None:
    assert entry(node("A", "NOWHERE", unit="BUY"))["fit"] == 1


def test_the_longest_path_counts() -> None:
    nodes = [
        one_unit("A", "B", "C", minutes=10, adds=True),
        one_unit("B", "D", minutes=20),
        one_unit("C", "D", minutes=30, adds=True),
        one_unit("D", minutes=10),
        one_unit("E", minutes=49, adds=True),
    ]
    assert lead(*nodes) == (50, pytest.approx(40 / 50))
    nodes[4] = one_unit("E", minutes=51, adds=True)
    assert lead(*nodes) == (51, 1)


def test_handoff_minutes_make_a_path_longer() -> None:
    nodes = [
        timed("A", "B", "C", unit="BUY", minutes=(10.0, 0.0)),
        timed("B", unit="SHIP", minutes=(20.0, 0.0), value_adding=True),
        timed("C", unit="BUY", minutes=(130.0, 0.0)),
    ]
    assert lead(*nodes) == (150, pytest.approx(20 / 150))
    without = {"code": "ORDER", "name": "Order", "handoff_minutes": None}
    assert lead(*nodes, processes=[]) == lead(*nodes)
    assert process_entries(snapshot(**{**tables(*nodes), "processes": [without]}))[0]["lead_minutes"] == 140


def test_of_equally_long_paths_the_first_codes_count() -> None:
    nodes = [
        one_unit("A", "C", "B", minutes=10),
        one_unit("B", "D", minutes=20, adds=True),
        one_unit("C", "D", minutes=20),
        one_unit("D", minutes=0.1),
        one_unit("E", minutes=30.1),
    ]
    assert lead(*nodes) == (pytest.approx(30.1), pytest.approx(20 / 30.1))
    swapped = [*nodes[:1], one_unit("B", "D", minutes=20), one_unit("C", "D", minutes=20, adds=True), *nodes[3:]]
    assert lead(*swapped)[1] == 0


def test_the_walk_starts_where_nothing_leads() -> None:
    # From Z it reaches B and then A, so that A → B is the way back: 4 + 2 + 10. From A it would be B → A: 10 + 2 + 3.
    nodes = [
        one_unit("A", "B", "A", minutes=10),
        one_unit("B", "A", "C", minutes=2),
        one_unit("C", minutes=3),
        one_unit("Z", "B", minutes=4),
    ]
    assert lead(*nodes)[0] == 16


def test_a_circle_is_entered_at_its_first_code() -> None:
    # B → A is the way back, so A → B → C is followed.
    nodes = [one_unit("A", "B", minutes=1), one_unit("B", "A", "C", minutes=2), one_unit("C", minutes=3)]
    assert lead(*nodes)[0] == 6
    renamed = [one_unit("B", "A", minutes=1), one_unit("A", "B", "C", minutes=2), one_unit("C", minutes=3)]
    assert lead(*renamed)[0] == 5


def test_a_long_process_needs_no_recursion() -> None:
    count = 3000
    nodes = [one_unit(f"{k:05}", *([f"{k + 1:05}"] if k + 1 < count else ["00000"]), minutes=1) for k in range(count)]
    assert lead(*nodes)[0] == count


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, (None, None)),
        ({"processing_minutes": 0.0}, (0, None)),
        ({"waiting_minutes": 0.0}, (0, None)),
        ({"processing_minutes": 5.0, "value_adding": True}, (5, 1)),
        ({"waiting_minutes": 5.0, "value_adding": True}, (5, 0)),
        ({"processing_minutes": 5.0, "waiting_minutes": 15.0, "value_adding": True}, (20, 0.25)),
        ({"processing_minutes": 5.0, "waiting_minutes": 15.0}, (20, 0)),
    ],
)
def test_missing_minutes_count_nothing(cells: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert lead(node("A", "B", unit="HQ"), node("B", unit="HQ", **cells)) == expected


LOADED: dict[str, Any] = {"volume": 1000.0, "processing_minutes": 9.0, "capacity_minutes": 10000.0}


@pytest.mark.parametrize(
    ("cells", "utilisation"),
    [
        ({}, 0.9),
        ({"rework": 0.05}, 0.945),
        ({"rework": 1.5}, 2.25),
        ({"volume": None}, None),
        ({"volume": 0.0}, 0),
        ({"processing_minutes": None}, None),
        ({"capacity_minutes": None}, None),
        ({"capacity_minutes": 0.0}, None),
        ({"capacity_minutes": 0.0, "volume": 0.0}, None),
    ],
)
def test_utilisation_is_load_over_capacity(cells: dict[str, Any], utilisation: float | None) -> None:
    figures = entry(node("A", unit="HQ", **{**LOADED, **cells}))
    expected = None if utilisation is None else pytest.approx(utilisation)
    assert figures["nodes"] == [{"code": "A", "utilisation": expected}]
    assert figures["positions"] == [{"code": "J1", "utilisation": expected}]


def test_the_bottleneck_is_the_first_node_of_the_highest_utilisation() -> None:
    low, none = {**LOADED, "volume": 900.0}, {**LOADED, "capacity_minutes": 0.0}
    assert entry(node("A", **low), node("B", **LOADED), node("C", **LOADED))["bottleneck"] == "B"
    thirds = {"volume": 1.0, "processing_minutes": 0.1, "rework": 2.0, "capacity_minutes": 0.3}
    ones = {"volume": 1.0, "processing_minutes": 1.0, "capacity_minutes": 1.0}
    assert entry(node("A", **ones), node("B", **thirds))["bottleneck"] == "A"
    assert entry(node("A"), node("B", **low))["bottleneck"] == "B"
    assert entry(node("A", **low), node("B", **LOADED), node("C", **none))["bottleneck"] == "C"
    idle = {**none, "volume": 0.0}
    assert entry(node("A", **idle))["bottleneck"] is None
    assert entry(node("A"))["bottleneck"] is None


def test_a_position_is_used_by_its_nodes_in_all_processes() -> None:
    nodes = [
        node("A", **LOADED, positions=["J1", "J1", "J2"]),
        node("B", volume=100.0, processing_minutes=10.0),
        node("A", process="OTHER", volume=100.0, processing_minutes=10.0, capacity_minutes=10000.0),
        node("B", process="OTHER", positions=[]),
    ]
    order, other = process_entries(snapshot(**tables(*nodes, processes=[{"code": "OTHER", "name": "Other"}])))
    shared = {"code": "J1", "utilisation": pytest.approx((9000 + 1000) / 20000)}
    assert order["positions"] == [shared, {"code": "J2", "utilisation": pytest.approx(0.9)}]
    assert other["positions"] == [shared]


def plan(node_code: str, code: str = "S", process: str = "ORDER", **cells: Any) -> Row:
    return {"code": code, "name": f"Plan {code}", "process": process, "node": node_code, **cells}


def test_a_scenario_changes_only_the_cells_that_it_fills() -> None:
    nodes = [timed("A", "B", unit="BUY", minutes=(10.0, 20.0), volume=10.0, capacity_minutes=200.0)]
    nodes.append(timed("B", unit="SHIP", minutes=(5.0, 5.0)))
    for cells, handoffs, minutes, used in (
        ({}, 1, 160, 0.5),
        ({"unit": "SHIP"}, 0, 40, 0.5),
        ({"unit": "Line"}, 1, 160, 0.5),
        ({"unit": "BUY", "processing_minutes": 4.0}, 1, 154, 0.2),
        ({"unit": "BUY", "waiting_minutes": 0.0}, 1, 140, 0.5),
        ({"unit": "BUY", "capacity_minutes": 100.0}, 1, 160, 1.0),
    ):
        figures = entry(*nodes, scenarios=[plan("A", **cells)])
        after = figures["scenarios"][0]
        assert (after["handoffs"], after["lead_minutes"], after["nodes"][0]["utilisation"]) == (handoffs, minutes, used)
        assert (figures["handoffs"], figures["lead_minutes"], figures["bottleneck"]) == (1, 160, "A")


def test_scenarios_stand_by_code_for_each_process_that_they_touch() -> None:
    nodes = [node("A", "B", unit="BUY"), node("B", unit="SHIP"), node("A", process="OTHER", unit="BUY")]
    rows = [
        plan("B", "T2", unit="BUY"),
        plan("A", "T1", unit="One"),
        plan("B", "T1", unit="One"),
        plan("A", "T1", process="OTHER", unit="One"),
        plan("NOWHERE", "T3", unit="BUY"),
    ]
    world = tables(*nodes, processes=[{"code": "OTHER", "name": "Other"}], scenarios=rows)
    order, other = process_entries(snapshot(**world))
    assert [(one["code"], one["name"], one["handoffs"]) for one in order["scenarios"]] == [
        ("T1", "Plan T1", 0),
        ("T2", "Plan T2", 0),
        ("T3", "Plan T3", 1),
    ]
    assert [one["code"] for one in other["scenarios"]] == ["T1"]


def test_the_order_of_rows_and_of_edges_changes_nothing() -> None:
    nodes = [node("A", "B", "C", **LOADED), node("B", "A", "C"), node("C", "B", processing_minutes=3.0), *ORDER]
    expected = entry(*nodes, scenarios=PRODUCT_LINES)
    shuffle = random.Random(7)
    for _ in range(5):
        mixed = [{**row, "next": shuffle.sample(row["next"], len(row["next"]))} for row in nodes]
        shuffle.shuffle(mixed)
        plans = shuffle.sample(PRODUCT_LINES, len(PRODUCT_LINES))
        assert entry(*mixed, scenarios=plans) == expected


@st.composite
def forward_graphs(draw: st.DrawFn) -> tuple[list[int], list[str], list[tuple[int, int]]]:
    size = draw(st.integers(1, 6))
    minutes = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    units = draw(st.lists(st.sampled_from(["BUY", "SHIP"]), min_size=size, max_size=size))
    pairs = [(one, other) for one in range(size) for other in range(one + 1, size)]
    return minutes, units, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(forward_graphs())
def test_the_lead_time_is_that_of_the_longest_of_all_paths(
    graph: tuple[list[int], list[str], list[tuple[int, int]]],
) -> None:
    minutes, units, edges = graph

    def longest(start: int) -> int:
        across = {end: 120 * (units[start] != units[end]) for one, end in edges if one == start}
        return minutes[start] + max((across[end] + longest(end) for end in across), default=0)

    nodes = [
        timed(
            f"N{k}",
            *(f"N{end}" for one, end in edges if one == k),
            unit=units[k],
            minutes=(float(minutes[k]), 0.0),
        )
        for k in range(len(minutes))
    ]
    assert entry(*nodes)["lead_minutes"] == max(map(longest, range(len(minutes))))
