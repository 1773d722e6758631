"""Bonus schemes: people with scores, their units, and what they are paid."""

from collections.abc import Iterable, Mapping
from typing import Any

from guantong.engine.rewards import Payout, payouts
from guantong.engine.snapshot import Snapshot
from tests.make.company import Row, snapshot
from tests.make.measured import goal, metric

UNITS: tuple[Row, ...] = (
    {"code": "HQ", "name": "Company", "kind": "company"},
    {"code": "D1", "name": "One", "kind": "department", "parent": "HQ"},
    {"code": "T1", "name": "Team of one", "kind": "team", "parent": "D1"},
    {"code": "D2", "name": "Two", "kind": "department", "parent": "HQ"},
)


def person(code: str, unit: str | None = "D1", base: int | None = 10_000, **cells: Any) -> Row:
    """Return somebody with a bonus base of 100.00."""
    return {"code": code, "name": code, "unit": unit, "base_bonus": base, **cells}


def view(
    people: Iterable[Row],
    scores: Mapping[str, float],
    scheme: Mapping[str, Any] | None = None,
    **tables: Iterable[Mapping[str, Any]],
) -> Snapshot:
    """Return a company in which all people are members of the scheme S of 2026 with a pool of 1,000.00.

    Args:
        scores: Points on the card of each holder, a unit or a person; 0 to 120.
        tables: Sheets instead of the usual ones; cells left out of `reward_members` rows are S and the empty cell.
    """
    people = list(people)
    members = tables.pop("reward_members", [{"person": row["code"]} for row in people])
    usual: dict[str, Iterable[Row]] = {
        "units": UNITS,
        "metrics": [metric()],
        "goals": [goal(f"G-{holder}", target=100) for holder in scores],
        "actuals": [{"goal": f"G-{holder}", "date": "2026-06-30", "value": score} for holder, score in scores.items()],
        "scorecards": [
            {"holder": holder, "cycle": "2026", "goal": f"G-{holder}", "weight": 1, "method": "linear"}
            for holder in scores
        ],
        "reward_schemes": [{"code": "S", "name": "Bonus", "cycle": "2026", "pool": 100_000, **(scheme or {})}],
    }
    return snapshot(people=people, reward_members=[{"scheme": "S", **row} for row in members], **{**usual, **tables})


def payout(people: Iterable[Row], scores: Mapping[str, float], *scheme: Mapping[str, Any], **tables: Any) -> Payout:
    """Return what the scheme S pays; arguments as for `view`."""
    return payouts(view(people, scores, *scheme, **tables))[0]


def amounts(people: Iterable[Row], scores: Mapping[str, float], *scheme: Mapping[str, Any], **tables: Any) -> Any:
    """Return the minor units that each member gets in the order of person codes, None = unpaid."""
    return payout(people, scores, *scheme, **tables).amounts
