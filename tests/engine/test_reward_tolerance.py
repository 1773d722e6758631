"""REWARD-TOLERANCE: failed innovation that lowers a score while nobody has decided."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.make.acme import settings
from tests.make.company import found
from tests.make.measured import goal, metric, values

RULE = "REWARD-TOLERANCE"
ENDED: dict[str, Any] = {"due": "2026-03-31", "target": 100, "innovation": True}


def tables(item: Mapping[str, Any] | None = None, value: float | None = 80, **cells: Any) -> dict[str, Any]:
    """Return a company with the ended innovation goal G on the card of its unit."""
    cells = {**ENDED, **cells}
    day = "2025-03-31" if cells.get("cycle") == "2025" else "2026-03-31"
    return {
        "units": [{"code": "HQ", "name": "Company", "kind": "company"}],
        "metrics": [metric()],
        "goals": [goal(**cells)],
        "actuals": values("G", (day, value)) if value is not None else [],
        "scorecards": [{"holder": "HQ", "cycle": cells.get("cycle", "2026"), "goal": "G", "weight": 1, **(item or {})}],
    }


def told(given: Mapping[str, Any], as_of: str = "2026-06-30") -> bool:
    return bool(found(RULE, as_of, **given))


@pytest.mark.rule("REWARD-TOLERANCE")
def test_a_missed_innovation_waits_for_a_decision() -> None:
    finding = found(RULE, **tables())["G"]
    assert (finding.severity, finding.subject.type) == ("advice", "goal")
    assert finding.evidence == {"attainment": pytest.approx(0.8)}
    assert not told(tables() | settings(f"{RULE}.mode=off"))


@pytest.mark.rule("REWARD-TOLERANCE")
@pytest.mark.parametrize(
    ("cells", "waits"),
    [
        ({"exempt": None}, True),
        ({"exempt": False}, False),
        ({"exempt": True}, False),
        ({"innovation": None}, False),
        ({"innovation": False}, False),
        ({"stretch": True}, False),
        ({"status": "draft"}, False),
        ({"status": "published"}, True),
        ({"status": "closed"}, True),
        ({"status": "closed", "due": "2026-12-31"}, True),
        # Past due is before the day of the check.
        ({"due": "2026-06-29"}, True),
        ({"due": "2026-06-30"}, False),
        ({"due": None}, False),
        ({"due": None, "cycle": "2026-Q1"}, True),
        ({"due": None, "cycle": "2026-Q2"}, False),
        ({"cycle": "2026-28"}, False),
    ],
)
def test_undecided_ended_contract_goals_are_meant(cells: dict[str, Any], waits: bool) -> None:
    item = {"cycle": "2026"}
    assert told(tables(item, **cells)) == waits


@pytest.mark.rule("REWARD-TOLERANCE")
@pytest.mark.parametrize(
    ("value", "missed"), [(99.999, True), (100 - 1e-8, False), (100, False), (120, False), (0, True), (None, False)]
)
def test_missed_is_an_attainment_under_1(value: float | None, missed: bool) -> None:
    assert told(tables(value=value)) == missed


@pytest.mark.rule("REWARD-TOLERANCE")
@pytest.mark.parametrize(
    ("item", "counts"),
    [
        ({}, True),
        ({"weight": 0, "veto": True}, True),
        ({"points": 5}, True),
        ({"cycle": "2026-Q1"}, True),
        ({"monitor": True}, False),
        ({"cycle": "2025"}, False),
    ],
)
def test_the_goal_stands_on_a_card_that_scores_it(item: dict[str, Any], counts: bool) -> None:
    assert told(tables(item)) == counts
    one_more = tables(item)
    one_more["scorecards"].append({"holder": "HQ", "cycle": "2026-Q2", "goal": "G", "weight": 0.1})
    assert told(one_more)


@pytest.mark.rule("REWARD-TOLERANCE")
@pytest.mark.parametrize(("due", "as_of"), [("2025-03-31", "2026-06-30"), (None, "2026-01-01"), (None, "2026-12-31")])
def test_goals_of_the_year_before_are_seen_as_it_saw_them(due: str | None, as_of: str) -> None:
    before = tables(cycle="2025", due=due)
    assert found(RULE, as_of, **before)["G"].evidence == {"attainment": pytest.approx(0.8)}
    late = {**before, "actuals": [*before["actuals"], *values("G", ("2026-01-15", 100))]}
    assert told(late, as_of)
    assert not told({**before, "actuals": values("G", ("2025-12-31", 100))}, as_of)
    elsewhere = {**before, "scorecards": [{**before["scorecards"][0], "cycle": "2026"}]}
    assert not told(elsewhere, as_of)


@pytest.mark.rule("REWARD-TOLERANCE")
def test_a_goal_of_the_year_before_may_be_due_later() -> None:
    given = tables(cycle="2025", due="2026-06-30")
    assert not told(given, "2026-06-30")
    assert told(given, "2026-07-01")


@pytest.mark.rule("REWARD-TOLERANCE")
def test_two_years_ago_is_forgotten() -> None:
    year = {"name": "", "kind": "year"}
    cycles = [
        {**year, "code": "2024", "start": "2024-01-01", "end": "2024-12-31"},
        {**year, "code": "2025", "start": "2025-01-01", "end": "2025-12-31"},
        {**year, "code": "2026", "start": "2026-01-01", "end": "2026-12-31"},
    ]
    given = {**tables({"cycle": "2024"}, cycle="2024", due="2024-12-31"), "actuals": values("G", ("2024-06-30", 80))}
    assert not told({**given, "cycles": cycles})
    assert told({**given, "cycles": cycles[:2]})
    # Without a year before, the checked year alone is asked.
    assert told({**tables(), "cycles": cycles[2:]})


@pytest.mark.rule("REWARD-TOLERANCE")
@pytest.mark.parametrize("sheet", ["goals", "scorecards"])
def test_it_is_silent_without_goals_or_cards(sheet: str) -> None:
    gone = {"goals", "actuals", "scorecards"} if sheet == "goals" else {sheet}
    assert not told({name: rows for name, rows in tables().items() if name not in gone})
    assert not told({**tables(), **{name: [] for name in gone}})


@pytest.mark.rule("REWARD-TOLERANCE")
def test_an_approved_tolerance_takes_the_goal_out_of_the_score() -> None:
    """The worked case: 80 and 100 points weigh alike; exempt, only the 100 counts."""
    from guantong.engine.scorecards import cards
    from tests.make.company import snapshot

    given = tables({"weight": 0.5})
    given["goals"].append(goal("H", target=100))
    given["actuals"] += values("H", ("2026-03-31", 100))
    given["scorecards"].append({"holder": "HQ", "cycle": "2026", "goal": "H", "weight": 0.5})
    assert cards(snapshot(**given)).score.tolist() == [pytest.approx(90)]
    given["goals"][0] = {**given["goals"][0], "exempt": True}
    assert cards(snapshot(**given)).score.tolist() == [pytest.approx(100)]
    assert not told(given)
