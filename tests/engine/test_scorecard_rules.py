"""Rules of the balanced scorecard."""

from typing import Any

import pytest

from tests.make.acme import ORGANISATION, goal, personal, settings
from tests.make.company import Row, found, report
from tests.make.measured import metric

VIEWS = ("financial", "customer", "process", "learning")
STAFF = ("BOSS", "ANN", "DAN", "TOM", "UMA", "EVE", "FAY")


def card(holder: str, *items: tuple[str, float], **cells: Any) -> list[Row]:
    """Return the card of a holder in 2026 as (goal, weight)."""
    return [{"holder": holder, "cycle": "2026", "goal": code, "weight": weight, **cells} for code, weight in items]


def views(holder: str, *chosen: str) -> list[Row]:
    """Return a card with one item of each perspective, on the goals V1 to V4."""
    return [
        {"holder": holder, "cycle": "2026", "goal": f"V{place}", "weight": 0.25, "perspective": name}
        for place, name in enumerate(chosen, 1)
    ]


GOALS = [goal(f"V{place}") for place in range(1, 5)]


def broken(rule: str, *setting: str, as_of: str = "2026-06-30", **tables: Any) -> dict[str, tuple[str, str, Any]]:
    """Return (severity, subject type, evidence) of what a rule finds, by subject."""
    findings = found(rule, as_of, **{**ORGANISATION, "goals": GOALS, **settings(*setting), **tables})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


# BSC-PERSPECTIVE


@pytest.mark.rule("BSC-PERSPECTIVE")
@pytest.mark.parametrize(("holder", "severity"), [("HQ", "error"), ("B1", "warning"), ("D1", "warning")])
def test_a_card_leaves_no_perspective_out(holder: str, severity: str) -> None:
    found_ = broken("BSC-PERSPECTIVE", scorecards=views(holder, "process", "financial"))
    assert found_ == {holder: (severity, "unit", {"missing": ["customer", "learning"]})}
    assert broken("BSC-PERSPECTIVE", scorecards=views(holder, *VIEWS)) == {}
    assert broken("BSC-PERSPECTIVE", "BSC-PERSPECTIVE.mode=off", scorecards=views(holder, "process")) == {}


@pytest.mark.rule("BSC-PERSPECTIVE")
@pytest.mark.parametrize("holder", ["T1", "UMA"])
def test_teams_and_people_need_no_four_perspectives(holder: str) -> None:
    assert broken("BSC-PERSPECTIVE", scorecards=views(holder, "process")) == {}


@pytest.mark.rule("BSC-PERSPECTIVE")
def test_without_a_card_the_perspectives_are_silent() -> None:
    assert broken("BSC-PERSPECTIVE", scorecards=[]) == {}
    assert broken("BSC-PERSPECTIVE") == {}


@pytest.mark.rule("BSC-PERSPECTIVE")
def test_the_perspective_is_the_cards_else_the_metrics() -> None:
    tables = {
        "metrics": [metric(perspective="customer"), metric("N", perspective="learning")],
        "goals": [goal("V1", metric="M"), goal("V2", metric="M"), goal("V3", metric="N"), goal("V4")],
    }
    items = card("D1", ("V2", 0.25), ("V3", 0.25), ("V4", 0.25))
    rows = [*card("D1", ("V1", 0.25), perspective="financial"), *items]
    assert broken("BSC-PERSPECTIVE", scorecards=rows, **tables)["D1"][2] == {"missing": ["process"]}


@pytest.mark.rule("BSC-PERSPECTIVE")
def test_a_holder_of_several_cards_is_found_once_by_the_worst() -> None:
    rows = [*views("D1", "process", "customer"), *({**row, "cycle": "2026-Q1"} for row in views("D1", "process"))]
    missing = ["financial", "customer", "learning"]
    cards = {"2026": ["financial", "learning"], "2026-Q1": missing}
    assert broken("BSC-PERSPECTIVE", scorecards=rows) == {
        "D1": ("warning", "unit", {"missing": missing, "cards": cards})
    }


# BSC-WEIGHT


@pytest.mark.rule("BSC-WEIGHT")
@pytest.mark.parametrize(
    ("total", "line", "kept"),
    [
        (1, None, True),
        (1.001, None, True),
        (0.999, None, True),
        (1.0011, None, False),
        (0.9989, None, False),
        (1.05, 0.05, True),
        (1.0501, 0.05, False),
        (1.0001, 0, False),
    ],
)
@pytest.mark.parametrize(("holder", "kind"), [("HQ", "unit"), ("B1", "unit"), ("UMA", "person"), ("ANN", "person")])
def test_weights_sum_to_the_whole(holder: str, kind: str, total: float, line: float | None, kept: bool) -> None:
    setting = [] if line is None else [f"BSC-WEIGHT.tolerance={line}"]
    rows = card(holder, ("V1", 0.4), ("V2", total - 0.4))
    expected = {} if kept else {holder: ("error", kind, {"sum": pytest.approx(total)})}
    assert broken("BSC-WEIGHT", *setting, scorecards=rows) == expected
    assert broken("BSC-WEIGHT", "BSC-WEIGHT.mode=off", scorecards=rows) == {}


@pytest.mark.rule("BSC-WEIGHT")
@pytest.mark.parametrize(("item", "cells"), [({"monitor": True}, {}), ({"points": 5}, {}), ({}, {"exempt": True})])
def test_what_is_not_scored_has_no_weight(item: dict[str, Any], cells: dict[str, Any]) -> None:
    rows = [*card("HQ", ("V1", 0.4), ("V2", 0.6)), *card("HQ", ("V3", 0.3), **item)]
    assert broken("BSC-WEIGHT", goals=[*GOALS[:2], goal("V3", **cells)], scorecards=rows) == {}


# BSC-FINANCE-ONLY


@pytest.mark.rule("BSC-FINANCE-ONLY")
@pytest.mark.parametrize("holder", ["T1", "B1"])
@pytest.mark.parametrize(
    ("share", "line", "kept"),
    [(0.6, None, True), (0.601, None, False), (1, None, False), (0.7, 0.7, True), (0.71, 0.7, False), (0.1, 0, False)],
)
def test_money_does_not_weigh_alone(share: float, line: float | None, kept: bool, holder: str) -> None:
    setting = [] if line is None else [f"BSC-FINANCE-ONLY.max={line}"]
    rows = [
        *card(holder, ("V1", share), perspective="financial"),
        *card(holder, ("V2", 1 - share), perspective="customer"),
        *card(holder, ("V3", 5), perspective="financial", monitor=True),
        *card("UMA", ("V1", 1), perspective="financial"),
    ]
    expected = {} if kept else {holder: ("warning", "unit", {"share": pytest.approx(share)})}
    assert broken("BSC-FINANCE-ONLY", *setting, scorecards=rows) == expected
    assert broken("BSC-FINANCE-ONLY", "BSC-FINANCE-ONLY.mode=off", scorecards=rows) == {}


@pytest.mark.rule("BSC-FINANCE-ONLY")
def test_the_share_is_of_the_total_weight() -> None:
    rows = [*card("HQ", ("V1", 3), perspective="financial"), *card("HQ", ("V2", 1))]
    assert broken("BSC-FINANCE-ONLY", scorecards=rows)["HQ"][2] == {"share": 0.75}


# BSC-OFF-CARD

OWNED = [
    goal("GB", owner="BOSS"),
    goal("GA", "B1", owner="ANN"),
    goal("GD", "D1", owner="DAN"),
    goal("GT", "T1", owner="TOM"),
    personal("GU", "UMA", "GT"),
    goal("GE", "D2", owner="EVE"),
    personal("GF", "FAY", "GE"),
]
CARDS = [
    row
    for holder, code in zip(("HQ", "B1", "D1", "T1", "UMA", "D2", "FAY"), "GB GA GD GT GU GE GF".split(), strict=True)
    for row in card(holder, (code, 1))
]
WARNED = ("warning", "person", {})


def off(*setting: str, goals: list[Row] = OWNED, scorecards: list[Row] = CARDS, **more: Any) -> dict[str, Any]:
    return broken("BSC-OFF-CARD", *setting, goals=goals, scorecards=scorecards, **more)


def swap(rows: list[Row], code: str, **cells: Any) -> list[Row]:
    """Return card rows or goals with the cells of one goal changed."""
    key = "goal" if "goal" in rows[0] else "code"
    return [{**row, **cells} if row[key] == code else row for row in rows]


@pytest.mark.rule("BSC-OFF-CARD")
def test_goals_stand_on_the_own_card_and_a_heads_on_the_units() -> None:
    assert off() == {}
    assert off(scorecards=swap(CARDS, "GU", goal="GT")) == {"UMA": WARNED}
    assert off("BSC-OFF-CARD.mode=off", scorecards=swap(CARDS, "GU", goal="GT")) == {}
    assert off(scorecards=swap(CARDS, "GT", holder="UMA")) == {"TOM": WARNED}
    assert off(scorecards=swap(CARDS, "GT", holder="TOM")) == {}


@pytest.mark.rule("BSC-OFF-CARD")
@pytest.mark.parametrize("cells", [{"weight": 0}, {"monitor": True}, {"points": 3}, {"cycle": "2025"}])
def test_an_item_without_weight_is_no_place_on_the_card(cells: dict[str, Any]) -> None:
    assert off(scorecards=swap(CARDS, "GU", **cells)) == {"UMA": WARNED}


@pytest.mark.rule("BSC-OFF-CARD")
def test_business_units_and_departments_have_a_card() -> None:
    rows = [row for row in CARDS if row["holder"] not in ("HQ", "B1", "D1", "T1")]
    rows += card("ANN", ("GA", 1)) + card("DAN", ("GD", 1)) + card("TOM", ("GT", 1)) + card("BOSS", ("GB", 1))
    assert off(scorecards=rows) == {"B1": ("warning", "unit", {}), "D1": ("warning", "unit", {})}


@pytest.mark.rule("BSC-OFF-CARD")
def test_one_goal_on_the_card_is_enough() -> None:
    assert off(goals=[*OWNED, personal("GU2", "UMA", "GT")]) == {}


@pytest.mark.rule("BSC-OFF-CARD")
@pytest.mark.parametrize(
    ("goals", "setting", "off_card"),
    [
        ([row for row in OWNED if row["code"] != "GU"], [], False),  # GOAL-NOBODY says it
        ([row for row in OWNED if row["code"] != "GU"], ["GOAL-NOBODY.mode=off"], True),
        (swap(OWNED, "GU", stretch=True), [], True),
        (swap(OWNED, "GU", status="draft"), [], False),
        (swap(OWNED, "GU", status="closed"), [], True),
    ],
)
def test_a_person_without_goal_is_silenced_by_goal_nobody(goals: list[Row], setting: list[str], off_card: bool) -> None:
    rows = [row for row in CARDS if row["goal"] != "GU"]
    assert off(*setting, goals=goals, scorecards=rows) == ({"UMA": WARNED} if off_card else {})


@pytest.mark.rule("BSC-OFF-CARD")
@pytest.mark.parametrize(
    ("cells", "off_card"),
    [
        ({"left": "2026-06-30"}, False),
        ({"left": "2026-07-01"}, True),
        ({"joined": "2026-07-01"}, False),
        ({"joined": "2026-06-20"}, True),
    ],
)
def test_only_active_people_are_judged(cells: dict[str, Any], off_card: bool) -> None:
    people = [{**row, **cells} if row["code"] == "UMA" else row for row in ORGANISATION["people"]]
    rows = [row for row in CARDS if row["goal"] != "GU"]
    assert off(scorecards=rows, people=people) == ({"UMA": WARNED} if off_card else {})


@pytest.mark.rule("BSC-OFF-CARD")
def test_without_the_sheet_of_cards_or_goals_nobody_is_off_card() -> None:
    tables = {**ORGANISATION, "goals": OWNED}
    assert found("BSC-OFF-CARD", **tables) == {}
    assert set(found("BSC-OFF-CARD", **tables, scorecards=[])) == {*STAFF, "B1", "D1", "D2"}
    assert set(found("BSC-OFF-CARD", **ORGANISATION, scorecards=[])) == {"B1", "D1", "D2"}


# BSC-FREQUENCY


@pytest.mark.rule("BSC-FREQUENCY")
@pytest.mark.parametrize(
    ("frequency", "note", "kept"),
    [
        ("day", "", True),
        ("month", "", True),
        (None, "", True),
        ("quarter", "", False),
        ("year", "", False),
        ("quarter", "Audited", True),
    ],
)
def test_metrics_on_a_card_are_measured_monthly(frequency: str | None, note: str, kept: bool) -> None:
    metrics = [metric(frequency=frequency, note=note), metric("N", frequency="year")]
    tables = {"metrics": metrics, "goals": [goal("V1", metric="M"), goal("V2", metric="N")]}
    expected = {} if kept else {"M": ("advice", "metric", {"frequency": frequency})}
    rows = card("HQ", ("V1", 1))
    assert broken("BSC-FREQUENCY", scorecards=rows, **tables) == expected
    assert broken("BSC-FREQUENCY", "BSC-FREQUENCY.mode=off", scorecards=rows, **tables) == {}


# BSC-MAP

ADVISED = ("advice", "goal", {})
FOUR = [goal(f"V{place}", metric=name) for place, name in enumerate(VIEWS, 1)]
FOUR_METRICS = [metric(name, perspective=name) for name in VIEWS]


def unmapped(*arrows: tuple[str, str], **tables: Any) -> dict[str, Any]:
    rows = [{"from_goal": one, "to_goal": other} for one, other in arrows]
    return broken("BSC-MAP", **{"metrics": FOUR_METRICS, "goals": FOUR, "strategy_map": rows, **tables})


@pytest.mark.rule("BSC-MAP")
def test_lower_perspectives_point_to_higher_ones() -> None:
    assert unmapped() == {"V2": ADVISED, "V3": ADVISED, "V4": ADVISED}
    assert unmapped(("V4", "V3"), ("V3", "V2"), ("V2", "V1")) == {}
    assert unmapped(("V4", "V1"), ("V3", "V1")) == {"V2": ADVISED}
    assert unmapped(("V3", "V4"), ("V4", "V3"), ("V2", "V1")) == {"V3": ADVISED}


@pytest.mark.rule("BSC-MAP")
@pytest.mark.parametrize(
    ("cells", "asked"),
    [({"status": "closed"}, True), ({"status": "draft"}, False), ({"unit": "D1"}, False), ({"personal": True}, False)],
)
def test_company_goals_that_are_there_are_mapped(cells: dict[str, Any], asked: bool) -> None:
    expected = {"V2": ADVISED} if asked else {}
    assert unmapped(("V4", "V1"), ("V3", "V1"), goals=swap(FOUR, "V2", **cells)) == expected


@pytest.mark.rule("BSC-MAP")
@pytest.mark.parametrize(
    ("cells", "there"), [({"status": "closed"}, True), ({"status": "draft"}, False), ({"cycle": "2025"}, False)]
)
def test_an_arrow_leads_to_a_goal_that_is_there(cells: dict[str, Any], there: bool) -> None:
    arrows = (("V4", "V3"), ("V3", "V1"), ("V2", "V1"))
    assert unmapped(*arrows, goals=swap(FOUR, "V1", **cells)) == ({} if there else {"V2": ADVISED, "V3": ADVISED})


@pytest.mark.rule("BSC-MAP")
def test_the_companys_card_decides_the_perspective() -> None:
    arrows = (("V4", "V1"), ("V3", "V1"))
    for holder, kept in (("HQ", True), ("D1", False)):
        rows = card(holder, ("V2", 1), perspective="financial")
        assert unmapped(*arrows, scorecards=rows) == ({} if kept else {"V2": ADVISED})


@pytest.mark.rule("BSC-MAP")
def test_without_the_sheet_the_map_is_silent() -> None:
    assert report(metrics=FOUR_METRICS, goals=FOUR, **ORGANISATION).findings != []
    assert broken("BSC-MAP", metrics=FOUR_METRICS, goals=FOUR) == {}
    assert unmapped(company=settings("BSC-MAP.mode=off")["company"]) == {}
