"""The repair order: what frees most people when it alone is mended."""

from typing import Any

import pytest

from tests.make.company import report
from tests.make.healthy import PEOPLE, Tables, add_staff, change, drop, healthy


def repairs(tables: Tables) -> list[tuple[str, str, int]]:
    """Return (rule, subject, frees) in order."""
    return [(row["rule"], row["subject"].code, row["frees"]) for row in report(**tables).repair]


def test_one_missing_tie_on_a_company_goal_breaks_many_threads() -> None:
    tables = change(add_staff(healthy(), 36), "goals", {"code": "G1"}, priority=None, key_task=None)
    found = report(**tables)
    assert (found.people, found.whole) == (40, 0)
    assert [(row["rule"], row["subject"].code, row["frees"], row["index_after"]) for row in found.repair] == [
        ("GOAL-PRIORITY", "G1", 40, 1.0)
    ]


@pytest.mark.parametrize(
    "second",
    [
        lambda tables: drop(tables, "reward_members", person="P3"),
        lambda tables: change(tables, "actuals", {"goal": "G3"}, date="2026-05-31"),
        lambda tables: change(tables, "goals", {"code": "G3"}, parent=None),
        lambda tables: drop(tables, "scorecards", holder="P3"),
    ],
    ids=["no scheme", "late data", "orphan", "no card"],
)
def test_two_findings_on_one_thread_free_nobody(second: Any) -> None:
    tables = change(healthy(), "goals", {"code": "G3"}, start=None)
    assert repairs(tables) == [("GOAL-SMART", "G3", 1)]
    assert repairs(second(tables)) == []


def test_a_break_that_no_finding_names_frees_nobody() -> None:
    tables = change(healthy(), "goals", {"code": "G3"}, start=None)
    del tables["responsibilities"]
    assert repairs(tables) == []


def test_nobody_is_freed_whose_thread_holds_already() -> None:
    tables = healthy()
    tables["goals"].append({**tables["goals"][3], "code": "G5", "start": None})
    tables["scorecards"].append({"holder": "P3", "cycle": "2026", "goal": "G5", "weight": 1})
    tables["actuals"].append({"goal": "G5", "date": "2026-06-30", "value": 1})
    assert repairs(tables) == []


def test_either_of_two_goals_may_free_its_owner() -> None:
    tables = change(healthy(), "goals", {"code": "G3"}, start=None)
    tables["goals"].append({**tables["goals"][3], "code": "G5"})
    tables["scorecards"].append({"holder": "P3", "cycle": "2026", "goal": "G5", "weight": 1})
    tables["actuals"].append({"goal": "G5", "date": "2026-06-30", "value": 1})
    assert repairs(tables) == [("GOAL-SMART", "G3", 1), ("GOAL-SMART", "G5", 1)]


def test_a_person_is_freed_once_by_one_finding() -> None:
    """Both of P3's goals hang on the same broken one."""
    tables = change(healthy(), "goals", {"code": "G2"}, parent=None)
    tables["goals"].append({**tables["goals"][3], "code": "G5"})
    tables["scorecards"].append({"holder": "P3", "cycle": "2026", "goal": "G5", "weight": 1})
    tables["actuals"].append({"goal": "G5", "date": "2026-06-30", "value": 1})
    assert repairs(tables) == [("GOAL-ORPHAN", "G2", 3)]


def test_the_order_is_by_people_freed_then_rule_then_code() -> None:
    tables = add_staff(healthy(), 6)
    change(tables, "goals", {"code": "G100"}, parent=None)
    change(tables, "goals", {"code": "G101"}, start=None)
    change(tables, "goals", {"code": "G102"}, start=None)
    drop(tables, "reward_members", person="P103")
    change(tables, "actuals", {"goal": "G104"}, date="2026-05-31")
    drop(tables, "scorecards", holder="P105")
    tables["goals"] += [
        {**tables["goals"][2], "code": f"G2{letter}", "start": start, "parent": None if letter == "B" else "G1"}
        for letter, start in (("A", None), ("B", "2026-01-01"))
    ]
    change(tables, "goals", {"code": "G3"}, parent="G2B")
    change(tables, "goals", {"code": "G4"}, parent="G2B")
    assert repairs(tables) == [
        ("GOAL-ORPHAN", "G2B", 2),
        ("BSC-NO-DATA", "G104", 1),
        ("BSC-OFF-CARD", "P105", 1),
        ("GOAL-ORPHAN", "G100", 1),
        ("GOAL-SMART", "G101", 1),
        ("GOAL-SMART", "G102", 1),
        ("REWARD-UNLINKED", "P103", 1),
    ]
    after = [row["index_after"] for row in report(**tables).repair]
    assert after == pytest.approx([(2 + 2) / 10, *[(2 + 1) / 10] * 6])


def test_the_order_of_codes_is_one_across_tables() -> None:
    """A plan entry and a priority without money: Z1 comes after PR0, whatever their tables."""
    tables = add_staff(healthy(), 1)
    tables["priorities"].append({"code": "PR0", "name": "North", "cycle": "2026", "core": True})
    tables["plan"].append({"code": "A1", "element": "key_task", "text": "East", "priority": "PR1"})
    tables["responsibilities"].append({"code": "R2", "task": "East", "key_task": "A1", "responsible": ["P2"]})
    change(tables, "goals", {"code": "G3"}, priority="PR0", key_task=None)
    change(tables, "goals", {"code": "G100"}, key_task="A1")
    tables["goals"][1] |= {"key_task": None}
    tables["plan"] += [{"code": "Z1", "element": "key_task", "text": "West", "priority": "PR1"}]
    tables["responsibilities"].append({"code": "R3", "task": "West", "key_task": "Z1", "responsible": ["P2"]})
    change(tables, "goals", {"code": "G4"}, key_task="Z1")
    assert repairs(tables) == [("OTB-UNFUNDED", code, 1) for code in ("A1", "PR0", "Z1")]


def test_at_most_twenty_repairs_are_shown() -> None:
    tables = add_staff(healthy(), 25)
    for number in range(100, 125):
        change(tables, "goals", {"code": f"G{number}"}, start=None)
    found = report(**tables)
    assert repairs(tables) == [("GOAL-SMART", f"G{number}", 1) for number in range(100, 120)]
    assert len([finding for finding in found.findings if finding.rule == "GOAL-SMART"]) == 25


# Waivers.


@pytest.mark.parametrize(
    ("rule", "subject", "until", "waived"),
    [
        ("GOAL-SMART", "G3", None, True),
        ("GOAL-SMART", "G3", "2026-06-30", True),
        ("GOAL-SMART", "G3", "2026-06-29", False),
        ("GOAL-SMART", "G4", None, False),
        ("GOAL-OWNER", "G3", None, False),
    ],
)
def test_waived_findings_are_counted_and_left_out(rule: str, subject: str, until: str | None, waived: bool) -> None:
    """The index stays as it is: a waiver mends nothing."""
    tables = change(healthy(), "goals", {"code": "G3"}, start=None)
    tables["waivers"] = [{"rule": rule, "subject": subject, "approver": "P1", "reason": "Later", "until": until}]
    found = report(**tables)
    assert found.waived == int(waived)
    assert [finding.rule for finding in found.findings] == ([] if waived else ["GOAL-SMART"])
    assert [row["rule"] for row in found.repair] == ([] if waived else ["GOAL-SMART"])
    assert (found.whole, found.people) == (PEOPLE - 1, PEOPLE)


def test_waived_findings_take_no_place_among_the_twenty() -> None:
    tables = add_staff(healthy(), 22)
    for number in range(100, 122):
        change(tables, "goals", {"code": f"G{number}"}, start=None)
    tables["waivers"] = [
        {"rule": "GOAL-SMART", "subject": f"G{number}", "approver": "P1", "reason": "Later"} for number in (100, 101)
    ]
    assert repairs(tables) == [("GOAL-SMART", f"G{number}", 1) for number in range(102, 122)]


# Breaks that take a later link with them.


def test_people_without_goal_are_freed_by_a_goal_where_cards_and_pay_do_not_count() -> None:
    """Elsewhere the goal must be put on a card, too: that is a second thing to mend."""
    for stage, expected in (("startup", [("GOAL-NOBODY", "P4", 1)]), ("mature", [])):
        assert repairs(change(healthy(stage=stage), "goals", {"code": "G4"}, owner="P3")) == expected
    off = healthy(["BSC-OFF-CARD.mode=off"])
    assert repairs(change(off, "goals", {"code": "G4"}, owner="P3")) == []
    off = healthy(["BSC-OFF-CARD.mode=off", "REWARD-UNLINKED.mode=off"])
    assert repairs(change(off, "goals", {"code": "G4"}, owner="P3")) == [("GOAL-NOBODY", "P4", 1)]


@pytest.mark.parametrize(
    ("table", "cells", "freed"),
    [
        # In no scheme, or in one on another's card: a card alone does not pay.
        ("reward_members", None, False),
        ("reward_members", {"scorecard": "P4"}, False),
        ("reward_members", {"scorecard": "D1"}, False),
        ("reward_members", {"scorecard": "P3"}, True),
        ("reward_members", {"scorecard": None}, True),
        # Approved failures leave the score: such a goal gives the card none.
        ("goals", {"exempt": True}, False),
    ],
)
def test_a_place_on_the_card_brings_pay_where_the_scheme_hangs_on_it(
    table: str, cells: dict[str, Any] | None, freed: bool
) -> None:
    tables = drop(healthy(), "scorecards", holder="P3")
    where = {"person": "P3"} if table == "reward_members" else {"code": "G3"}
    tables = drop(tables, table, **where) if cells is None else change(tables, table, where, **cells)
    assert repairs(tables) == ([("BSC-OFF-CARD", "P3", 1)] if freed else [])


def test_a_place_on_the_card_brings_no_pay_from_a_scheme_of_another_year() -> None:
    tables = drop(healthy(), "scorecards", holder="P3")
    tables["reward_schemes"].append({"code": "S0", "name": "Old", "cycle": "2025"})
    assert repairs(change(tables, "reward_members", {"person": "P3"}, scheme="S0")) == []


def test_a_head_needs_the_units_card() -> None:
    tables = drop(healthy(), "scorecards", holder="D1", goal="G2")
    assert repairs(tables) == [("BSC-OFF-CARD", "P2", 1)]
    assert repairs(change(tables, "units", {"code": "D1"}, head="P1")) == []


def test_data_bring_pay_where_they_give_the_card_its_score() -> None:
    tables = drop(healthy(), "actuals", goal="G3")
    assert repairs(tables) == [("BSC-NO-DATA", "G3", 1)]
    assert repairs(change(tables, "reward_members", {"person": "P3"}, scorecard="P4")) == []
    off = drop(healthy(["BSC-NO-DATA.mode=off", "TRACK-STALE.mode=off"]), "actuals", goal="G3")
    assert repairs(off) == [("REWARD-UNLINKED", "P3", 1)]


def test_without_the_link_before_it_pay_is_a_break_of_its_own() -> None:
    off = drop(healthy(["BSC-OFF-CARD.mode=off"]), "scorecards", holder="P3")
    assert repairs(off) == [("REWARD-UNLINKED", "P3", 1)]


def test_a_date_mended_gives_no_card_its_first_score() -> None:
    """On January 20 no data are due; nobody's card has a score, whatever the dates of P3's goal."""
    tables = healthy() | {"actuals": []}
    tables = change(tables, "goals", {"code": "G3"}, start=None)
    found = report("2026-01-20", **tables).repair
    assert [(row["rule"], row["subject"].code) for row in found] == [
        ("REWARD-UNLINKED", code) for code in ("P1", "P2", "P4")
    ]
