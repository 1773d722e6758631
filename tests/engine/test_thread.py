"""The connection index: whose whole thread holds, where it breaks, and which finding stands behind a lost link."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engine.check import Report
from tests.make.company import report
from tests.make.healthy import PEOPLE, Tables, add_staff, change, drop, healthy

LINKS = (
    "goal",
    "reaches_company",
    "ties_to_priority",
    "measurable",
    "has_data",
    "on_scorecard",
    "rewarded",
    "funded",
    "responsible",
)


def losses(found: Report) -> list[tuple[str, str | None, str | None, int]]:
    """Return (link, rule, subject, people)."""
    return [(row["link"], row["rule"], row["subject"] and row["subject"].code, row["people"]) for row in found.losses]


def lost(found: Report) -> dict[str, int]:
    """Return how many people each link loses, of the links that lose any."""
    return {link: count for link, _, count in found.funnel if count}


def test_the_healthy_company_is_whole() -> None:
    found = report(**healthy())
    assert found.funnel == [(link, PEOPLE, 0) for link in LINKS]
    assert (found.people, found.whole) == (PEOPLE, PEOPLE)
    assert (found.losses, found.repair, found.findings) == ([], [], [])


def sibling_parent(tables: Tables) -> Tables:
    """Hang G3 on a goal of another department."""
    tables["units"].append({"code": "D2", "name": "Other", "kind": "department", "parent": "ROOT"})
    tables["goals"].append({**tables["goals"][2], "code": "G9", "unit": "D2", "owner": None})
    return change(tables, "goals", {"code": "G3"}, parent="G9")


# One change: the link that breaks, the rule and subject behind it, how many people lose it.
BREAKS: list[tuple[str, Tables, str, str, str, int]] = [
    ("no goal", change(healthy(), "goals", {"code": "G4"}, owner="P3"), "goal", "GOAL-NOBODY", "P4", 1),
    ("orphan", change(healthy(), "goals", {"code": "G3"}, parent=None), "reaches_company", "GOAL-ORPHAN", "G3", 1),
    ("orphans", change(healthy(), "goals", {"code": "G2"}, parent=None), "reaches_company", "GOAL-ORPHAN", "G2", 3),
    ("level", sibling_parent(healthy()), "reaches_company", "GOAL-LEVEL", "G3", 1),
    (
        "no priority",
        change(healthy(), "goals", {"code": "G1"}, priority=None, key_task=None),
        "ties_to_priority",
        "GOAL-PRIORITY",
        "G1",
        4,
    ),
    ("no start", change(healthy(), "goals", {"code": "G3"}, start=None), "measurable", "GOAL-SMART", "G3", 1),
    ("no target", change(healthy(), "goals", {"code": "G3"}, target=None), "measurable", "GOAL-SMART", "G3", 1),
    (
        "late data",
        change(healthy(), "actuals", {"goal": "G3"}, date="2026-05-31"),
        "has_data",
        "BSC-NO-DATA",
        "G3",
        1,
    ),
    ("no data", drop(healthy(), "actuals", goal="G3"), "has_data", "BSC-NO-DATA", "G3", 1),
    (
        "off card",
        change(healthy(), "scorecards", {"holder": "P3"}, goal="G2"),
        "on_scorecard",
        "BSC-OFF-CARD",
        "P3",
        1,
    ),
    ("no card", drop(healthy(), "scorecards", holder="P3"), "on_scorecard", "BSC-OFF-CARD", "P3", 1),
    ("head off card", drop(healthy(), "scorecards", holder="D1", goal="G2"), "on_scorecard", "BSC-OFF-CARD", "P2", 1),
    ("no scheme", drop(healthy(), "reward_members", person="P3"), "rewarded", "REWARD-UNLINKED", "P3", 1),
    ("no money", change(healthy(), "budget_requests", {}, allocated=0), "funded", "OTB-UNFUNDED", "K1", 4),
    ("nobody", change(healthy(), "responsibilities", {}, responsible=[]), "responsible", "RESP-SINGLE", "R1", 4),
    ("two", change(healthy(), "responsibilities", {}, responsible=["P2", "P3"]), "responsible", "RESP-SINGLE", "R1", 4),
    ("no row", change(healthy(), "responsibilities", {}, key_task=None), "responsible", "RESP-MISSING", "K1", 4),
]
MENDED_ALONE = [row for row in BREAKS if row[0] != "no goal"]


@pytest.mark.parametrize("case", BREAKS, ids=[row[0] for row in BREAKS])
def test_one_break_loses_one_link_to_one_finding(case: tuple[str, Tables, str, str, str, int]) -> None:
    _, tables, link, rule, subject, count = case
    found = report(**tables)
    place = LINKS.index(link)
    left = PEOPLE - count
    assert found.funnel == [
        (name, PEOPLE if at < place else left, count if at == place else 0) for at, name in enumerate(LINKS)
    ]
    assert (found.people, found.whole) == (PEOPLE, left)
    assert losses(found) == [(link, rule, subject, count)]
    assert (rule, subject) in {(finding.rule, finding.subject.code) for finding in found.findings}


@pytest.mark.parametrize("case", MENDED_ALONE, ids=[row[0] for row in MENDED_ALONE])
def test_the_break_mended_alone_frees_those_whom_it_lost(case: tuple[str, Tables, str, str, str, int]) -> None:
    """Put back as it was, the index is 1 again: that is what the repair order promises."""
    _, tables, _, rule, subject, count = case
    found = report(**tables).repair
    assert found == [{"rule": rule, "subject": found[0]["subject"], "frees": count, "index_after": 1.0}]
    assert found[0]["subject"].code == subject


# Links in detail.


@pytest.mark.parametrize(
    ("changes", "link", "rule"),
    [
        ({"stretch": True}, "goal", None),
        ({"status": "draft"}, "goal", "GOAL-NOBODY"),
        ({"cycle": "2025"}, "goal", "GOAL-NOBODY"),
        ({"cycle": "2026-28"}, "goal", "GOAL-NOBODY"),
        ({"horizon": True}, "goal", None),
    ],
)
def test_a_persons_goals_are_contract_goals_of_the_year(changes: dict[str, Any], link: str, rule: str | None) -> None:
    """A stretch or horizon goal of the year is a goal, but none that counts: no finding stands behind the loss."""
    found = report(**change(healthy(), "goals", {"code": "G3"}, **changes))
    assert lost(found) == {link: 1}
    assert losses(found) == [(link, rule, "P3" if rule else None, 1)]


def test_a_closed_goal_keeps_its_place_and_its_losses_have_no_finding() -> None:
    assert report(**change(healthy(), "goals", {"code": "G3"}, status="closed")).whole == PEOPLE
    tables = change(healthy(), "goals", {"code": "G3"}, status="closed")
    found = report(**change(tables, "actuals", {"goal": "G3"}, date="2026-05-31"))
    assert losses(found) == [("has_data", None, None, 1)]
    assert found.repair == []


def test_one_of_several_goals_is_enough() -> None:
    tables = healthy()
    tables["goals"].append({"code": "G5", "name": "Loose", "cycle": "2026", "unit": "D1", "owner": "P3"})
    found = report(**tables)
    assert (found.whole, found.losses) == (PEOPLE, [])


def test_one_goal_must_pass_all_links() -> None:
    """P3 has one goal with data and one with a start date."""
    tables = change(healthy(), "goals", {"code": "G3"}, start=None)
    tables["goals"].append({**tables["goals"][3], "code": "G5", "start": "2026-01-01"})
    tables["scorecards"].append({"holder": "P3", "cycle": "2026", "goal": "G5", "weight": 1})
    assert losses(report(**tables)) == [("has_data", "BSC-NO-DATA", "G5", 1)]
    late = change(tables, "actuals", {"goal": "G3"}, date="2026-05-31")
    assert losses(report(**late)) == [("has_data", "BSC-NO-DATA", "G5", 1)]
    tables = change(late, "actuals", {"goal": "G3"}, date="2026-06-30")
    tables["actuals"].append({"goal": "G5", "date": "2026-06-30", "value": 1})
    assert lost(report(**tables)) == {}


def test_the_way_ends_at_the_first_company_goal() -> None:
    """What lies above it, or a priority there, is of no matter."""
    assert report(**change(healthy(), "goals", {"code": "G1"}, parent=None)).whole == PEOPLE
    tables = change(healthy(), "goals", {"code": "G1"}, priority=None, key_task=None)
    tables["goals"].append({**tables["goals"][1], "code": "G0", "owner": None, "priority": "PR1"})
    assert lost(report(**change(tables, "goals", {"code": "G1"}, parent="G0"))) == {"ties_to_priority": 4}


def test_a_personal_goal_of_the_root_unit_is_no_company_goal() -> None:
    tables = healthy()
    tables["people"].append({**tables["people"][0], "code": "P5", "manager": "P1"})
    tables["goals"].append({**tables["goals"][3], "code": "G5", "unit": "ROOT", "owner": "P5", "parent": None})
    assert ("reaches_company", "GOAL-ORPHAN", "G5", 1) in losses(report(**tables))


@pytest.mark.parametrize(("code", "cells"), [("G3", {"priority": "PR1"}), ("G2", {"key_task": "K1"}), ("G1", {})])
def test_a_priority_anywhere_on_the_way_ties(code: str, cells: dict[str, str]) -> None:
    tables = change(healthy(), "goals", {"code": "G1"}, priority=None, key_task=None)
    expected = {"G3": 3, "G2": 1, "G1": 4}[code]
    assert lost(report(**change(tables, "goals", {"code": code}, **cells))) == {"ties_to_priority": expected}


@pytest.mark.parametrize(("intent", "ties"), [("N1", True), (None, False)])
def test_a_horizon_goal_with_an_intent_ties(intent: str | None, ties: bool) -> None:
    tables = change(healthy(), "goals", {"code": "H1"}, intent=intent)
    tables = change(tables, "goals", {"code": "G2"}, parent="H1")
    found = report(**tables)
    assert lost(found) == ({} if ties else {"ties_to_priority": 3})
    assert ties or losses(found) == [("ties_to_priority", "GOAL-PRIORITY", "H1", 3)]


def test_heads_stand_on_their_units_card_or_their_own() -> None:
    tables = change(healthy(), "scorecards", {"holder": "D1"}, holder="P2")
    assert lost(report(**tables)) == {"rewarded": 1}
    assert report(**change(tables, "reward_members", {"person": "P2"}, scorecard=None)).whole == PEOPLE


def test_a_members_other_card_does_not_reward_the_goal() -> None:
    """P3's scheme hangs on the department's card, which P3 does not head; no finding speaks of that."""
    found = report(**change(healthy(), "reward_members", {"person": "P3"}, scorecard="D1"))
    assert losses(found) == [("rewarded", None, None, 1)]


@pytest.mark.parametrize("core", [False, None])
@pytest.mark.parametrize("table", ["budget_requests", "responsibilities"])
def test_other_than_core_work_passes_without_money_and_matrix(core: bool | None, table: str) -> None:
    tables = change(healthy(), "priorities", {}, core=core)
    assert report(**{**tables, table: []}).whole == PEOPLE


def test_a_path_without_key_task_needs_money_for_its_priority_and_no_matrix() -> None:
    tables = change(healthy(), "goals", {"code": "G1"}, key_task=None)
    assert report(**{**tables, "responsibilities": []}).whole == PEOPLE
    found = report(**change(tables, "budget_requests", {}, key_task=None, priority=None, allocated=0))
    assert losses(found) == [("funded", "OTB-UNFUNDED", "PR1", 4)]
    assert report(**change(tables, "budget_requests", {}, key_task=None, priority="PR1", allocated=1)).whole == PEOPLE


def test_money_for_the_priority_alone_does_not_fund_the_key_task() -> None:
    tables = change(healthy(), "budget_requests", {}, key_task=None, goal=None, priority="PR1")
    assert losses(report(**tables)) == [("funded", "OTB-UNFUNDED", "K1", 4)]


def test_each_row_of_the_key_task_needs_one_person() -> None:
    tables = healthy()
    tables["responsibilities"] += [
        {"code": "R2", "task": "Sell", "key_task": "K1", "responsible": ["P3"]},
        {"code": "R3", "task": "Learn", "responsible": []},
        {"code": "R0", "task": "Open the east", "key_task": "A1", "responsible": []},
        {"code": "R9", "task": "Open the west", "key_task": "Z1", "responsible": []},
    ]
    tables["plan"] += [{"code": code, "element": "key_task", "text": code, "priority": "PR1"} for code in ("A1", "Z1")]
    assert report(**tables).whole == PEOPLE
    tables = change(tables, "responsibilities", {"code": "R2"}, responsible=[])
    assert losses(report(**tables)) == [("responsible", "RESP-SINGLE", "R2", 4)]
    tables = change(tables, "responsibilities", {"code": "R1"}, responsible=[])
    found = report(**tables)
    assert losses(found) == [("responsible", "RESP-SINGLE", code, 4) for code in ("R1", "R2")]
    assert found.repair == []


# An absent sheet silences no link.


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("actuals", {"has_data": 4}),
        ("scorecards", {"on_scorecard": 4}),
        ("reward_members", {"rewarded": 4}),
        ("budget_requests", {"funded": 4}),
        ("responsibilities", {"responsible": 4}),
    ],
)
def test_links_do_not_fall_silent_by_absence(sheet: str, expected: dict[str, int]) -> None:
    tables = healthy()
    del tables[sheet]
    found = report(**tables)
    assert lost(found) == expected
    assert [(link, rule) for link, rule, *_ in losses(found)] == [(link, None) for link in expected]
    assert found.repair == []


# Who counts.


@pytest.mark.parametrize(
    ("joined", "left", "counts"),
    [
        ("2026-06-01", None, False),
        ("2026-05-31", None, True),
        (None, None, True),
        ("2026-07-01", None, False),
        ("2020-01-01", "2026-06-30", False),
        ("2020-01-01", "2026-07-01", True),
    ],
)
def test_people_count_when_active_and_past_the_grace_days(joined: str | None, left: str | None, counts: bool) -> None:
    tables = healthy()
    tables["people"].append({"code": "P5", "name": "P5", "unit": "D1", "joined": joined, "left": left})
    found = report(**tables)
    assert (found.people, found.whole) == (PEOPLE + counts, PEOPLE)
    assert losses(found) == ([("goal", "GOAL-NOBODY", "P5", 1)] if counts else [])


@pytest.mark.parametrize(("days", "people"), [(29, 5), (30, 4), (10, 5)])
def test_the_grace_days_are_a_parameter(days: int, people: int) -> None:
    """Joined 29 days before the day of the check."""
    tables = healthy([f"GOAL-NOBODY.grace_days={days}"])
    tables["people"].append({"code": "P5", "name": "P5", "unit": "D1", "joined": "2026-06-01"})
    assert report(**tables).people == people


def test_a_company_without_people_has_no_index() -> None:
    found = report(people=[], units=healthy()["units"][:1] and [{"code": "U", "name": "U", "kind": "company"}])
    assert (found.people, found.whole, found.repair, found.losses) == (0, 0, [], [])
    assert found.funnel == [(link, 0, 0) for link in LINKS]


# Links of switched-off modules.

STARTUP = ("goal", "reaches_company", "ties_to_priority", "measurable", "funded")


@pytest.mark.parametrize(("stage", "links"), [("startup", STARTUP), ("growth", LINKS), ("mature", LINKS)])
def test_the_stage_drops_links(stage: str, links: tuple[str, ...]) -> None:
    tables = drop(drop(healthy(stage=stage), "scorecards", holder="P3"), "actuals", goal="G3")
    found = report(**tables)
    assert tuple(link for link, *_ in found.funnel) == links
    assert found.whole == (PEOPLE if stage == "startup" else PEOPLE - 1)


@pytest.mark.parametrize(
    ("rules", "link"),
    [
        (["GOAL-NOBODY"], "goal"),
        (["GOAL-ORPHAN"], None),
        (["GOAL-ORPHAN", "GOAL-LEVEL"], "reaches_company"),
        (["BSC-NO-DATA"], None),
        (["BSC-NO-DATA", "TRACK-STALE"], "has_data"),
        (["RESP-MISSING", "RESP-SINGLE"], "responsible"),
    ],
)
def test_a_link_is_left_out_when_all_rules_behind_it_are_off(rules: list[str], link: str | None) -> None:
    found = report(**healthy([f"{rule}.mode=off" for rule in rules]))
    assert tuple(name for name, *_ in found.funnel) == tuple(name for name in LINKS if name != link)


@pytest.mark.parametrize("case", BREAKS, ids=[row[0] for row in BREAKS])
def test_a_rule_switched_off_leaves_no_trace(case: tuple[str, Tables, str, str, str, int]) -> None:
    """Nobody is lost by what a switched-off rule would have found; a card without score still pays nothing."""
    name, tables, _, rule, _, _ = case
    found = report(**{**tables, "company": healthy([f"{rule}.mode=off"])["company"]})
    unpaid = [("rewarded", "REWARD-UNLINKED", "P3", 1)] if name in ("no data", "no target", "no card") else []
    assert losses(found) == unpaid
    assert found.whole == PEOPLE - len(unpaid)
    assert rule not in {finding.rule for finding in found.findings}


def test_data_off_cards_are_not_asked_for_without_their_rule() -> None:
    tables = change(healthy(["TRACK-STALE.mode=off", "BSC-OFF-CARD.mode=off"]), "actuals", {"goal": "G3"}, goal="G9")
    tables["goals"].append({**next(goal for goal in tables["goals"] if goal["code"] == "G4"), "code": "G9"})
    tables["scorecards"] = [row for row in tables["scorecards"] if row["goal"] != "G3"]
    found = report(**tables)
    assert "P3" not in {row[2] for row in losses(found) if row[0] == "has_data"}


def test_all_links_off_leave_everybody_whole() -> None:
    rules = """GOAL-NOBODY GOAL-ORPHAN GOAL-LEVEL GOAL-PRIORITY GOAL-SMART BSC-NO-DATA TRACK-STALE BSC-OFF-CARD
        REWARD-UNLINKED OTB-UNFUNDED RESP-MISSING RESP-SINGLE""".split()
    found = report(**healthy([f"{rule}.mode=off" for rule in rules]))
    assert (found.funnel, found.whole) == ([], PEOPLE)


# Laws.


@given(st.data())
@settings(max_examples=30)
def test_kept_and_lost_are_what_was_kept_before(data: st.DataObject) -> None:
    """Also: the findings named behind a link cover all whom it loses, each no more than those."""
    tables = add_staff(healthy(), 2)
    people = PEOPLE + 2
    for sheet in ("actuals", "scorecards", "reward_members"):
        rows = data.draw(st.permutations(tables[sheet]))
        tables[sheet] = rows[: len(rows) - data.draw(st.integers(0, 2))]
    for field in ("parent", "owner", "start"):
        if data.draw(st.booleans()):
            data.draw(st.sampled_from(tables["goals"]))[field] = None
    found = report(**tables)
    before = people
    for link, kept, gone in found.funnel:
        assert kept + gone == before
        behind = [row["people"] for row in found.losses if row["link"] == link]
        assert max(behind, default=0) <= gone <= sum(behind)
        before = kept
    assert found.whole == before
    assert all(found.whole < round(row["index_after"] * people) <= people for row in found.repair)
