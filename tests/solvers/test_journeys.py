"""Cases drawn before they set out: ways by shares, extra passes by rework, work by its variation."""

import math

import numpy as np
import pytest

from guantong.solvers.journeys import Journeys, Plan, drawn_journeys, expected_passes
from tests.make.company import Row
from tests.make.flow import node
from tests.make.simulated import MONTH, routed

CASES = 40_000


def drawn(*nodes: Row, variation: float = 0.5, cases: int = CASES, seed: int = 5) -> Journeys:
    flow, routing = routed(*nodes)
    return drawn_journeys(flow, routing, Plan(cases, seed, variation))


def margin(share: float) -> float:
    """Return four standard errors of a share of the cases."""
    return 4 * math.sqrt(share * (1 - share) / CASES)


def test_cases_take_the_ways_by_their_shares() -> None:
    shares = (0.1, 0.0, 0.3, 0.6)
    ways = list(zip("BCDE", shares, strict=True))
    found = drawn(node("A") | {"next": ways}, *(node(code) for code in "BCDE"))
    taken = np.bincount(found.node, minlength=5)[1:] / CASES
    assert found.node[found.offsets[:-1]].tolist() == [0] * CASES
    assert taken[1] == 0
    for share, part in zip(shares, taken.tolist(), strict=True):
        assert abs(part - share) <= margin(share)


def test_cases_begin_at_the_nodes_by_their_volume() -> None:
    found = drawn(node("A", "C", volume=300.0), node("B", "C", volume=100.0), node("C"))
    assert abs((found.node == 0).sum() / CASES - 0.75) < margin(0.75)
    gaps = np.diff(found.arrivals)
    assert abs(gaps.mean() - MONTH / 400) < 4 * gaps.std() / math.sqrt(CASES)


def test_rework_adds_passes_of_its_mean_spread_geometrically() -> None:
    rework = 0.25
    found = drawn(node("A", "B", rework=rework), node("B"))
    passes = np.diff(found.offsets) - 1
    deviation = math.sqrt(rework * (1 + rework))
    assert abs(passes.mean() - (1 + rework)) < 4 * deviation / math.sqrt(CASES)
    assert abs((passes == 1).mean() - 1 / (1 + rework)) < margin(1 / (1 + rework))
    assert found.first.sum() == 2 * CASES
    assert (found.edge[~found.first] == -1).all()


def test_a_loop_brings_passes_and_counts_in_the_rework() -> None:
    looping = [node("A", "B", rework=0.25), node("B", rework=0.5) | {"next": [("A", 0.2), ("C", 0.8)]}, node("C")]
    found = drawn(*looping)
    passes = np.bincount(found.node) / CASES
    assert passes.tolist() == pytest.approx([1.25, 1.5, 1], rel=0.02)
    # Without any extra pass of its own the loop alone brings what the rework of A states.
    assert (found.node == 0).sum() == found.first[found.node == 0].sum()
    assert expected_passes(routed(*looping)[1], Plan(100, 1, 0)) == pytest.approx(375)


@pytest.mark.parametrize("variation", [0.0, 0.3, 1.0, 2.0])
def test_the_work_has_mean_1_and_the_variation_asked_for(variation: float) -> None:
    efforts = drawn(node("A"), variation=variation).effort
    assert abs(efforts.mean() - 1) <= 4 * variation / math.sqrt(CASES)
    assert efforts.std() == pytest.approx(variation, rel=0.05)
    if variation == 1:
        assert abs((efforts > 1).mean() - math.exp(-1)) < margin(math.exp(-1))


def test_a_seed_gives_the_same_cases_and_another_seed_others() -> None:
    nodes = [node("A", "B", "C", rework=0.2, volume=4.0), node("B", "C"), node("C")]
    one, again, rows_turned = drawn(*nodes), drawn(*nodes), drawn(*nodes[::-1])
    for column in ("arrivals", "offsets", "node", "edge", "first", "effort"):
        wanted = getattr(one, column).tobytes()
        assert getattr(again, column).tobytes() == wanted
        assert getattr(rows_turned, column).tobytes() == wanted
    assert drawn(*nodes, seed=6).effort.tobytes() != one.effort.tobytes()


def test_luck_never_leads_to_an_edge_of_another_node() -> None:
    flow, routing = routed(*(node(f"N{place:03}", f"N{place + 1:03}") for place in range(300)), node("N300"))
    found = drawn_journeys(flow, routing, Plan(200, 1, 0))
    assert found.node.reshape(200, 301).tolist() == [list(range(301))] * 200
