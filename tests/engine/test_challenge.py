"""GOAL-CHALLENGE: neither too easy nor beyond reach."""

from typing import Any

import pytest

from guantong.engine.smart import challenge
from tests.make.acme import ORGANISATION, SALES, goal, settings
from tests.make.company import Row, found, snapshot

METRICS: list[Row] = [
    SALES,
    {"code": "GROWTH", "name": "Growth", "direction": "higher", "kind": "growth", "best": 9},
    {"code": "COST", "name": "Cost", "direction": "lower"},
    {"code": "SHARE", "name": "Share", "direction": "higher", "kind": "bounded", "best": 100},
    {"code": "SCORE", "name": "Score", "direction": "higher", "best": 5},
    {"code": "DEFECTS", "name": "Defects", "direction": "lower", "best": 0},
    {"code": "BESTLESS", "name": "Bounded without best", "direction": "higher", "kind": "bounded"},
    {"code": "OTHER", "name": "Other", "direction": "higher", "kind": "other", "best": 9},
    {"code": "BAND", "name": "Band", "direction": "range"},
    {"code": "STONES", "name": "Milestones", "direction": "milestone"},
    {"code": "OWN", "name": "Own band", "direction": "higher", "challenge_low": 1.2, "challenge_high": 1.3},
    {"code": "OWNLOW", "name": "Own lower edge", "direction": "higher", "challenge_low": 1.2},
]
EASY, BEYOND = ("advice", "easy"), ("warning", "beyond")


def judged(metric: str, baseline: float | None, target: float | None, **cells: Any) -> dict[str, Any]:
    """Return the tables of a company with one goal."""
    row = goal("G", **{"metric": metric, "baseline": baseline, "target": target, **cells})
    return {**ORGANISATION, "metrics": METRICS, "goals": [row]}


def verdict(**tables: Any) -> tuple[str, str] | None:
    """Return severity and verdict of the finding on the goal."""
    findings = found("GOAL-CHALLENGE", **tables)
    return next(((f.severity, f.evidence["verdict"]) for f in findings.values()), None)


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize(("target", "expected"), [(1.1, EASY), (1.5, None), (1.75, None), (2.0, None), (5.0, BEYOND)])
def test_the_case_of_1_million_last_year(target: float, expected: tuple[str, str] | None) -> None:
    tables = judged("SALES", 1.0e6, target * 1e6, personal=True, owner="TOM")
    assert verdict(**tables) == expected
    if expected:
        evidence = found("GOAL-CHALLENGE", **tables)["G"].evidence
        assert evidence == {"ratio": pytest.approx(target), "low": 1.5, "high": 2.0, "verdict": expected[1]}


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize(
    ("metric", "baseline", "target", "cells", "expected"),
    [
        # a person's goal on a growth metric: 1.5-2.0
        ("SALES", 100, 149.999, {"personal": True}, EASY),
        ("SALES", 100, 150, {"personal": True}, None),
        ("SALES", 100, 200, {"personal": True}, None),
        ("SALES", 100, 200.001, {"personal": True}, BEYOND),
        ("GROWTH", 1, 1.5, {"personal": True}, None),
        ("GROWTH", 1, 1.4, {"personal": True}, EASY),
        # units and company: 1.05-1.5
        ("SALES", 100, 104.999, {}, EASY),
        ("SALES", 100, 105, {}, None),
        ("SALES", 100, 150, {"unit": "D1"}, None),
        ("SALES", 100, 150.001, {"unit": "D1"}, BEYOND),
        ("SALES", 100, -50, {}, EASY),
        # every lower-is-better metric: baseline / target, 1.05-1.5
        ("COST", 105, 100, {"personal": True}, None),
        ("COST", 104.999, 100, {"personal": True}, EASY),
        ("COST", 150, 100, {}, None),
        ("COST", 150.001, 100, {}, BEYOND),
        # bounded: the part of the remaining distance, 0.2-0.7
        ("SHARE", 50, 60, {"personal": True}, None),
        ("SHARE", 50, 59.99, {"personal": True}, EASY),
        ("SHARE", 50, 85, {}, None),
        ("SHARE", 50, 85.01, {}, BEYOND),
        ("SHARE", 50, 40, {}, EASY),
        ("SHARE", 50, 100, {}, None),  # the best value is right
        ("SHARE", 50, 110, {}, BEYOND),
        ("SCORE", 4.5, 4.8, {}, None),
        ("SCORE", 4.5, 4.9, {}, BEYOND),
        ("DEFECTS", 10, 8, {}, None),
        ("DEFECTS", 10, 8.1, {}, EASY),
        ("DEFECTS", 10, 3, {}, None),
        ("DEFECTS", 10, 2.9, {}, BEYOND),
        ("SHARE", 100, 105, {}, None),  # already at best: no distance remains
        # a metric's own band
        ("OWN", 100, 120, {"personal": True}, None),
        ("OWN", 100, 119, {}, EASY),
        ("OWN", 100, 130, {}, None),
        ("OWN", 100, 131, {}, BEYOND),
        ("OWNLOW", 100, 119, {}, EASY),
        ("OWNLOW", 100, 150, {}, None),
        ("OWNLOW", 100, 151, {}, BEYOND),
    ],
)
def test_bands(
    metric: str, baseline: float, target: float, cells: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    assert verdict(**judged(metric, baseline, target, **cells)) == expected


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize(
    ("metric", "baseline", "target", "cells"),
    [
        ("SALES", 0, 500, {}),
        ("SALES", -100, 500, {}),
        ("SALES", None, 500, {}),
        ("SALES", 100, 0, {}),
        ("SALES", 100, None, {}),
        ("COST", 100, 0, {}),
        ("COST", 100, -5, {}),
        ("OTHER", 1, 500, {}),
        ("BAND", 1, 500, {}),
        ("STONES", 1, 500, {}),
        ("BESTLESS", 1, 500, {}),
        ("SALES", 100, 500, {"stretch": True}),
        ("SALES", 100, 500, {"status": "closed"}),
        ("SALES", 100, 500, {"status": "draft"}),
        ("SALES", 100, 500, {"cycle": "2025"}),
    ],
)
def test_not_judged(metric: str, baseline: float | None, target: float | None, cells: dict[str, Any]) -> None:
    tables = judged(metric, baseline, target, **cells)
    assert verdict(**tables) is None
    assert not len(challenge(snapshot(**tables)).rows)


@pytest.mark.rule("GOAL-CHALLENGE")
def test_a_goal_without_metric_is_not_judged() -> None:
    assert verdict(**ORGANISATION, metrics=METRICS, goals=[goal("G", baseline=1, target=9)]) is None


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize(("approver", "expected"), [("BOSS", None), (None, BEYOND), ("ANN", BEYOND)])
def test_an_adjusted_target_is_not_judged(approver: str | None, expected: tuple[str, str] | None) -> None:
    row = {"goal": "G", "effective": "2026-02-01", "old": 500, "new": 400, "cause": "market", "proposer": "ANN"}
    tables = judged("SALES", 100, 500)
    assert verdict(**tables, adjustments=[{**row, "approver": approver}]) == expected


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize("target", [101, 500])
def test_a_justification_turns_the_finding_into_advice(target: float) -> None:
    found_verdict = verdict(**judged("SALES", 100, target, justification="A new plant opens"))
    assert found_verdict == ("advice", "easy" if target < 105 else "beyond")


@pytest.mark.rule("GOAL-CHALLENGE")
@pytest.mark.parametrize(
    ("name", "metric", "target", "cells"),
    [
        ("person_low", "SALES", 140, {"personal": True}),
        ("person_high", "SALES", 300, {"personal": True}),
        ("unit_low", "SALES", 104, {}),
        ("unit_high", "SALES", 160, {}),
        ("bounded_low", "GAP", 110, {}),
        ("bounded_high", "GAP", 180, {}),
    ],
)
def test_every_edge_is_a_setting(name: str, metric: str, target: float, cells: dict[str, Any]) -> None:
    tables = judged(metric, 100, target, **cells)
    tables["metrics"] = [*METRICS, {"code": "GAP", "name": "Gap", "direction": "higher", "best": 200}]
    ratio = (target - 100) / 100 if metric == "GAP" else target / 100
    outside = -1e-6 if name.endswith("high") else 1e-6
    expected = BEYOND if name.endswith("high") else EASY
    assert verdict(**tables) == expected
    assert verdict(**tables, **settings(f"GOAL-CHALLENGE.{name}={ratio}")) is None
    assert verdict(**tables, **settings(f"GOAL-CHALLENGE.{name}={ratio + outside:.9f}")) == expected
