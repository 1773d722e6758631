"""A synthetic company of any size, built as columns: sound but for two goals in a hundred, the same at every call.

Goals form one tree of fan-out 8: the horizon goal, the company goals of the year, objectives whose figures are the
weighted mean of those below, then `METRICS` metrics that each go down to the leaves by sum. Leaves belong to people,
upper goals to units and their heads; every goal stands on its owner's card. A tenth of the goals, leaves of
`MEASURED_METRICS` metrics, have twelve monthly values; what the others reach is due at the end of the year. A `Shape`
may ask for values of all leaves, and for other numbers of people. There is no pay in it: who has no figures yet has no
score to be paid by.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.calendar import day_number
from guantong.engine.company import Company, Ragged
from guantong.engine.tables import TABLES

SMALLEST, LARGEST = 2_000, 1_000_000
FAN_OUT = 8
METRICS = FAN_OUT**3
MEASURED_METRICS = 59
VALUES = 12
GOALS_PER_PERSON, GOALS_PER_TEXT = 5, 10
BROKEN_SHARE = 0.02
BROKEN_RULES = (
    "GOAL-ORPHAN", "GOAL-OWNER", "GOAL-SMART", "GOAL-PERIOD", "GOAL-LEVEL", "CASCADE-MARKUP", "TRACK-GAP"
)  # fmt: skip
AS_OF = day_number(datetime.date(2026, 12, 30))

_OBJECTIVES = 1 + FAN_OUT + FAN_OUT**2
_GOALS_PER_UNIT = 20
_PRIORITIES = 7
_START, _END, _HORIZON_END = (
    float(day_number(datetime.date(*date))) for date in ((2026, 1, 1), (2026, 12, 31), (2028, 12, 31))
)
_VALUE_DAYS = np.array([day_number(datetime.date(2026, month, 20)) for month in range(1, VALUES + 1)], dtype=float)
_YEAR, _HORIZON = range(2)
_PLAN = {"intent": (1,), "key_task": (2,), "organisation": (), "talent": (), "culture": (),
         "insight": (6,), "innovation": (7,), "design": (1,)}  # fmt: skip
"""Elements of the strategy plan with the entries that each leads to."""
_LETTERS = "东南西北中上下左右前后内外天地山河湖海川云"
_TEXTS = ("提升{}区销售额", "{}区新客户数量", "Raise sales of district {}", "Cars delivered to district {}")

_Arrays = dict[str, Any]


@dataclass(frozen=True, eq=False)
class SyntheticCompany:
    """A synthetic company and what is broken in it.

    Attributes:
        company: The company; `AS_OF` is the day to see it on.
        broken: Positions of the goals that each of BROKEN_RULES must find, by rule; no goal stands twice.
    """

    company: Company
    broken: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Shape:
    """What a synthetic company is like beside its number of goals.

    Attributes:
        goals_per_person: Goals that each person owns.
        all_measured: Whether all leaves have monthly values, not only a tenth of the goals.
    """

    goals_per_person: int = GOALS_PER_PERSON
    all_measured: bool = False


def synthetic_company(size: int, shape: Shape = Shape()) -> SyntheticCompany:
    """Return the synthetic company of `size` goals, from `SMALLEST` to `LARGEST`."""
    goals = _goals(size, shape)
    actuals = _actuals(goals, _measured(shape))
    broken = _break(goals, actuals)
    tables = {
        **_frame(),
        "units": _units(goals, shape),
        "people": _people(goals, shape),
        "metrics": _metrics(_measured(shape)),
        "goals": goals,
        "actuals": actuals,
        "scorecards": _scorecards(goals, shape),
        "corrective_plans": {"goal": np.empty(0, dtype=np.int64)},
    }
    return SyntheticCompany(Company.of_arrays(tables), broken)


def _frame() -> dict[str, _Arrays]:
    """Return the tables whose size does not depend on the company's: company, cycles, plan, priorities."""
    count = len(_PLAN)
    offsets = np.cumsum([0, *map(len, _PLAN.values())])
    leads_to = Ragged(offsets, np.array([entry for entries in _PLAN.values() for entry in entries]))
    return {
        "company": {"code": _codes("ACME", 1), "name": _codes("Acme ", 1)},
        "cycles": {
            "code": _texts(["2026", "2026-28"]),
            "name": _texts(["2026", "2026-28"]),
            "kind": _choices("cycles", "kind", ["year", "horizon"]),
            "parent": np.array([_HORIZON, -1]),
            "start": np.array([_START, _START]),
            "end": np.array([_END, _HORIZON_END]),
        },
        "plan": {
            "code": _codes("N", count),
            "element": _choices("plan", "element", _PLAN),
            "text": _codes("战略 ", count),
            "leads_to": leads_to,
            "owner": np.zeros(count, dtype=np.int64),
        },
        "priorities": {
            "code": _codes("R", _PRIORITIES),
            "name": _codes("重点 ", _PRIORITIES),
            "cycle": np.full(_PRIORITIES, _YEAR),
            "rank": np.arange(1.0, 1 + _PRIORITIES),
            "intent": np.zeros(_PRIORITIES, dtype=np.int64),
        },
    }


def _goals(size: int, shape: Shape) -> _Arrays:
    """Return the goals, sound, level by level: those of one parent stand together."""
    rows = np.arange(size)
    parent = (rows - 1) // FAN_OUT
    metric = np.where((rows >= _OBJECTIVES) & (rows < _OBJECTIVES + METRICS), rows - _OBJECTIVES, -1)
    unit = np.where((rows > FAN_OUT) & (rows < _goals_of_units(size)), rows - FAN_OUT, 0)
    target = np.where(metric >= 0, 1e6 * (1 + rows % 9), np.nan)
    carriers = np.bincount(parent[1:], minlength=size)
    for level in _levels(size):
        above = parent[level]
        if level.start >= _goals_of_units(size):
            unit[level] = unit[above]
        if level.start >= _OBJECTIVES + METRICS:
            metric[level], target[level] = metric[above], target[above] / carriers[above]
    personal = rows >= _goals_of_units(size)
    with_metric, horizon = metric >= 0, rows == 0
    sums = np.where(with_metric & (carriers > 0), _choice("goals", "rollup", "sum"), -1)
    return {
        "code": _codes("G", size),
        "name": _names(size),
        "cycle": np.where(horizon, _HORIZON, _YEAR),
        "unit": unit,
        "owner": _owners(size, shape),
        "personal": personal.astype(np.int8),
        "horizon": horizon.astype(np.int8),
        "intent": np.where(horizon, 0, -1),
        "parent": parent,
        "metric": metric,
        "baseline": target / np.where(personal, 1.6, 1.2),
        "target": target,
        "start": np.full(size, _START),
        "due": np.where(horizon, _HORIZON_END, _END),
        "weight": (1 + rows % 4) / 10,
        "rollup": sums.astype(np.int8),
        "priority": np.where((rows > 0) & (rows <= FAN_OUT), rows % _PRIORITIES, -1),
        "key_task": np.where((rows > 0) & (rows <= FAN_OUT), 1, -1),
        "confirmed": np.full(size, _START + 4),
    }


def _goals_of_units(size: int) -> int:
    """Return how many goals stand above those of people: whole levels, twenty goals for each unit at least."""
    count = _OBJECTIVES
    while count * FAN_OUT + 1 <= size // _GOALS_PER_UNIT:
        count = count * FAN_OUT + 1
    return count


def _levels(size: int) -> Iterator[slice]:
    first = 1
    while first < size:
        yield slice(first, min(first * FAN_OUT + 1, size))
        first = first * FAN_OUT + 1


def _leaves(size: int) -> int:
    """Return the first goal without child; all after it have none."""
    return (size - 2) // FAN_OUT + 1


def _owners(size: int, shape: Shape) -> np.ndarray:
    """Return the person who owns each goal, (size,) positions."""
    return np.minimum(np.arange(size) // shape.goals_per_person, size // shape.goals_per_person - 1)


def _actuals(goals: _Arrays, measured: np.ndarray) -> _Arrays:
    """Return the values of the measured leaves: a twelfth of the target each month, some a little less or more."""
    size = len(goals["code"])
    leaves = np.arange(_leaves(size), size)
    leaves = leaves[measured[goals["metric"][leaves]]]
    goal, month = np.repeat(leaves, VALUES), np.tile(np.arange(VALUES), len(leaves))
    return {
        "goal": goal,
        "date": _VALUE_DAYS[month],
        "value": goals["target"][goal] / VALUES * (0.99 + (goal * 7 + month * 5) % 13 / 400),
    }


def _measured(shape: Shape) -> np.ndarray:
    """Return which metrics have monthly values, (METRICS,) bool: all, or `MEASURED_METRICS` of them, evenly spread."""
    if shape.all_measured:
        return np.ones(METRICS, dtype=bool)
    return np.diff(np.arange(METRICS + 1) * MEASURED_METRICS // METRICS) > 0


def _break(goals: _Arrays, actuals: _Arrays) -> dict[str, np.ndarray]:
    """Break two goals in a hundred, one among the children of a parent at most; return them by rule."""
    size = len(goals["code"])
    families = np.arange(max((_leaves(size) + FAN_OUT - 2) // FAN_OUT, _OBJECTIVES), (size - 1) // FAN_OUT)
    measured = _measured(Shape())[goals["metric"][families]]
    each = np.diff(np.arange(len(BROKEN_RULES) + 1) * round(BROKEN_SHARE * size) // len(BROKEN_RULES))
    parents = np.split(_spread(families[~measured], sum(each[:-1])), np.cumsum(each[:-1]))[:-1]
    parents.append(_spread(families[measured], each[-1]))
    child = dict(zip(BROKEN_RULES, (FAN_OUT * of + 1 + of % FAN_OUT for of in parents), strict=True))
    goals["parent"][child["GOAL-ORPHAN"]] = -1
    goals["owner"][child["GOAL-OWNER"]] = -1
    goals["target"][child["GOAL-SMART"]] = np.nan
    goals["due"][child["GOAL-PERIOD"]] += 30
    units = int(goals["unit"].max())
    goals["unit"][child["GOAL-LEVEL"]] = goals["unit"][child["GOAL-LEVEL"]] % units + 1
    for name in ("target", "baseline"):
        goals[name][child["CASCADE-MARKUP"]] *= 1.5
    actuals["value"][np.isin(actuals["goal"], child["TRACK-GAP"])] *= 0.5
    return {**child, "CASCADE-MARKUP": (child["CASCADE-MARKUP"] - 1) // FAN_OUT}


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """Return `count` of the rows, evenly spread."""
    return rows[np.arange(count) * len(rows) // max(count, 1)]


def _units(goals: _Arrays, shape: Shape) -> _Arrays:
    """Return the root and a team for each goal between the company's and the people's."""
    count = _goals_of_units(len(goals["code"])) - FAN_OUT
    leading = np.arange(count) + FAN_OUT
    return {
        "code": _codes("U", count),
        "name": _codes("团队 ", count),
        "parent": np.where(leading > FAN_OUT, goals["unit"][(leading - 1) // FAN_OUT], -1),
        "kind": _choices("units", "kind", ["company", *["team"] * (count - 1)]),
        "head": np.where(leading > FAN_OUT, leading // shape.goals_per_person, 0),
    }


def _people(goals: _Arrays, shape: Shape) -> _Arrays:
    """Return the owners of the goals; each works where their first goal stands, under the owner of its parent."""
    size = len(goals["code"])
    first = np.arange(size // shape.goals_per_person) * shape.goals_per_person
    return {
        "code": _codes("P", len(first)),
        "name": _codes("员工 ", len(first)),
        "unit": goals["unit"][first],
        "manager": np.where(first > 0, (first - 1) // FAN_OUT // shape.goals_per_person, -1),
        "joined": np.full(len(first), _START - 365),
    }


def _metrics(measured: np.ndarray) -> _Arrays:
    return {
        "code": _codes("M", METRICS),
        "name": _codes("指标 ", METRICS),
        "unit_of_measure": _texts(["辆"] * METRICS),
        "direction": _choices("metrics", "direction", ["higher"] * METRICS),
        "aggregation": _choices("metrics", "aggregation", ["sum"] * METRICS),
        "perspective": np.arange(METRICS, dtype=np.int8) % 4,
        "frequency": _choices("metrics", "frequency", ["month" if each else "year" for each in measured]),
        "note": _texts(["年末统计"] * METRICS),
    }


def _scorecards(goals: _Arrays, shape: Shape) -> _Arrays:
    """Return a card for each person with the goals that they own, or owned before the break, in equal weights."""
    size = len(goals["code"])
    holder = _owners(size, shape)
    return {
        "holder": np.full(size, -1),
        "holder_people": holder,
        "cycle": np.full(size, _YEAR),
        "goal": np.arange(size),
        "weight": 1 / np.bincount(holder)[holder],
    }


def _names(size: int) -> np.ndarray:
    """Return the texts of the goals, one in ten distinct, Chinese and English, without a figure in them."""
    places = len(_LETTERS)
    distinct = []
    for number in range(-(-size // GOALS_PER_TEXT)):
        rest, word = number, ""
        for _ in range(4):
            rest, letter = divmod(rest, places)
            word += _LETTERS[letter]
        distinct.append(_TEXTS[number % len(_TEXTS)].format(word))
    return _texts(distinct)[np.arange(size) % len(distinct)]


def _codes(prefix: str, count: int) -> np.ndarray:
    return _texts([f"{prefix}{number:07}" for number in range(count)])


def _texts(words: Iterable[str]) -> np.ndarray:
    return np.array(list(words), dtype=object)


def _choice(table: str, column: str, value: str) -> int:
    return TABLES[table].by_name[column].choice_values.index(value)


def _choices(table: str, column: str, values: Iterable[str]) -> np.ndarray:
    known = {value: place for place, value in enumerate(TABLES[table].by_name[column].choice_values)}
    return np.array([known[value] for value in values], dtype=np.int8)
