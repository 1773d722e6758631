"""Laws of the whole check: neither the order of rows nor the choice of codes matters."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engine.tables import TABLES
from tests.make.acme import PEOPLE
from tests.make.broken import BROKEN
from tests.make.company import CYCLES, build, report

RICH: dict[str, Any] = {
    **BROKEN,
    "cycles": CYCLES,
    "milestones": [
        {"of": "LOOSE", "name": "First", "due": "2026-03-31", "done": "2026-03-30"},
        {"of": "LOOSE", "name": "Last", "due": "2026-05-31", "weight": 2},
        {"of": "TASK", "name": "Signed", "due": "2026-05-31"},
    ],
    "adjustments": [
        {
            "goal": "PART",
            "effective": day,
            "old": 60,
            "new": new,
            "cause": "market",
            "proposer": "DAN",
            "approver": "ANN",
        }
        for day, new in (("2026-02-01", 70), ("2026-03-01", 55), ("2026-09-01", 10))
    ],
    "actuals": [
        *BROKEN["actuals"],
        *({"goal": "MINE", "date": f"2026-0{month}-28", "value": 3.3 * month} for month in range(1, 6)),
    ],
    "scorecards": [
        *BROKEN["scorecards"],
        {"holder": "TOM", "cycle": "2026", "goal": "MINE", "weight": 0.7},
        {"holder": "TOM", "cycle": "2026", "goal": "PART", "weight": 0.2},
        {"holder": "B1", "cycle": "2026", "goal": "UNIT", "weight": 1, "collaboration": True},
    ],
    "collaborations": [
        *BROKEN["collaborations"],
        {"from_goal": "COMPANY", "to_goal": "UNIT", "helping_unit": "B1"},
        {"from_goal": "UNIT", "to_goal": "PART", "duty": "Sells"},
    ],
    "responsibilities": [
        {"code": "R1", "task": "Do", "key_task": "TASK", "responsible": ["TOM", "UMA"], "collaborators": [("D2", "")]},
        {"code": "R2", "task": "Do", "key_task": "TASK", "responsible": ["DAN"]},
    ],
    "budget_envelopes": [{"cycle": "2026", "amount": 1000}],
    "budget_requests": [
        {
            "code": f"B-{n}",
            "name": "Ask",
            "cycle": "2026",
            "unit": "D1",
            "key_task": "TASK",
            "requested": 300,
            "allocated": n,
        }
        for n in (100, 200)
    ],
    "reward_schemes": [{"code": "BONUS", "name": "Bonus", "cycle": "2026", "pool": 10_000, "published": "2026-01-01"}],
    "reward_members": [{"scheme": "BONUS", "person": row["code"], "base": 100} for row in PEOPLE],
    "waivers": [{"rule": "GOAL-NOBODY", "subject": "FAY", "approver": "BOSS", "reason": "New"}],
}
LEAVES = {name for name in RICH if not any(name in c.targets for table in TABLES.values() for c in table.columns)}
"""Tables to which nothing refers."""
CODES = sorted({str(row["code"]) for rows in RICH.values() for row in rows if "code" in row})


@given(st.data())
@settings(max_examples=25)
def test_the_order_of_rows_is_irrelevant(data: st.DataObject) -> None:
    shuffled: dict[str, Any] = {name: data.draw(st.permutations(list(rows)), label=name) for name, rows in RICH.items()}
    assert build(**shuffled) == build(**RICH)
    assert report(**shuffled) == report(**RICH)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value with every code in it replaced."""
    if isinstance(value, str):
        return names.get(value, value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: renamed(getattr(value, field.name), names) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: renamed(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(each, names) for each in value)
    return value


def unordered(value: Any) -> Any:
    """Return a report's part in an order that does not hang on codes, with numbers of 9 digits."""
    if isinstance(value, Mapping):
        return {key: unordered(each) for key, each in value.items() if key not in ("unit", "as_of")}
    if isinstance(value, list | tuple):
        return sorted((unordered(each) for each in value), key=repr)
    return float(f"{value:.9g}") if isinstance(value, float) else value


@given(st.permutations(range(len(CODES))))
@settings(max_examples=25)
def test_the_choice_of_codes_is_irrelevant(order: list[int]) -> None:
    names = {code: f"X{place:03}" for code, place in zip(CODES, order, strict=True)}
    back = {new: code for code, new in names.items()}
    renamed_rows: dict[str, Any] = {name: renamed(list(rows), names) for name, rows in RICH.items()}
    other = report(**renamed_rows)
    assert unordered(renamed(other, back)) == unordered(renamed(report(**RICH), {}))


OPTIONAL = [
    (name, place, key)
    for name, rows in RICH.items()
    for place, row in enumerate(rows)
    for key in row
    if not TABLES[name].by_name[key].required and (name, key) != ("units", "parent")
]


def numbers(value: Any) -> Iterator[float]:
    """Yield every number in a report."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float):
        yield value


@given(st.sets(st.sampled_from(OPTIONAL), max_size=40), st.sets(st.sampled_from(sorted(set(RICH) - {"cycles"}))))
def test_what_is_missing_never_becomes_a_number(cells: set[tuple[str, int, str]], empty: set[str]) -> None:
    left: dict[str, Any] = {
        name: []
        if name in empty and name in LEAVES
        else [
            {key: cell for key, cell in row.items() if (name, place, key) not in cells}
            for place, row in enumerate(rows)
        ]
        for name, rows in RICH.items()
    }
    found = renamed(report(**left), {})
    assert all(math.isfinite(number) for number in numbers(found))
    targets = {row["code"]: "target" in row for row in left["goals"]}
    assert all(targets[row["code"]] or row["code"] == "PART" for row in found["goals"] if row["target"] is not None)


def test_the_rich_company_reaches_every_part_of_the_report() -> None:
    found = report(**RICH)
    assert all(getattr(found, part) for part in ("funnel", "losses", "findings", "waived", "goals", "scorecards"))
    assert all(getattr(found, part) for part in ("rewards", "reward_schemes"))
