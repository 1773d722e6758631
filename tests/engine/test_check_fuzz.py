"""Whatever cells are empty and however large numbers are: the check ends, says it in both languages and pays no more.

The demo company is damaged at random within what the reader lets through (docs/manual/workbook.en.md).
"""

import datetime
import math
import random
from collections import defaultdict
from contextlib import suppress
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.catalogue import GENERAL
from guantong.engine.check import Report, check_company
from guantong.engine.company import Company, empty_cell
from guantong.engine.parameters import RULES
from guantong.engine.snapshot import NoYearError
from guantong.engine.tables import INTERVALS, TABLES, TREES, Column
from guantong.messages.rules import LANGUAGES, finding_texts
from tests.make.cells import DAY, Cells, checked, demo, is_empty, size_of
from tests.make.plain import numbers, renamed

NEEDED = {("units", "parent"), ("people", "unit"), ("budget_entries", "to"), ("scorecards", "steps")}
"""Cells that are required only of some rows; the reader sees to these."""
PARTS = st.sampled_from([0.02, 0.5, 1.0])
CHANCE = st.integers(0, 2**32).map(random.Random)


def sound(report: Report) -> None:
    """Assert what holds of every report."""
    assert all(math.isfinite(number) for number in numbers(renamed(report, {})))
    for finding in report.findings:
        type_and_code = (finding.subject.type, finding.subject.code)
        for language in LANGUAGES:
            texts = finding_texts(finding.rule, *type_and_code, finding.evidence, language, lambda _, code: code)
            assert all(texts)
            assert not any("{" in text for text in texts)
    subjects = [(finding.rule, finding.subject) for finding in report.findings]
    assert len(subjects) == len(set(subjects))
    assert all((entry["rule"], entry["subject"]) in subjects for entry in report.repair)
    sound_figures(report)
    sound_rewards(report)


def sound_figures(report: Report) -> None:
    kept = report.people
    for _, holds, lost in report.funnel:
        assert holds + lost == kept
        kept = holds
    assert kept == report.whole or not report.funnel
    assert all(0 <= goal["known_weight"] <= 1 + 1e-9 for goal in report.goals if goal["known_weight"] is not None)
    for card in report.scorecards:
        assert card["score"] is None or 0 <= card["score"] <= 120
        assert card["coverage"] is None or 0 <= card["coverage"] <= 1 + 1e-9


def sound_rewards(report: Report) -> None:
    paid: dict[str, int] = defaultdict(int)
    for entry in report.rewards:
        assert entry["amount"] is None or entry["amount"] >= 0
        paid[entry["scheme"]] += entry["amount"] or 0
    for scheme in report.reward_schemes:
        assert scheme["paid"] == paid[scheme["code"]]
        assert scheme["pool"] is None or scheme["paid"] + scheme["unallocated"] == scheme["pool"]
        assert scheme["pool"] is None or scheme["unallocated"] >= 0


# Empty cells

OPTIONAL = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if not column.required
    and (table.name, column.name) not in NEEDED
    and not all(is_empty(column, cell) for cell in demo()[table.name][column.name])
]


@given(st.lists(st.tuples(st.sampled_from(OPTIONAL), PARTS), min_size=1, max_size=60), CHANCE)
def test_empty_cells_stop_nothing(emptied: list[tuple[tuple[str, str], float]], chance: random.Random) -> None:
    cells = demo()
    for (name, key), part in emptied:
        nothing = empty_cell(TABLES[name].by_name[key])
        cells[name][key] = [nothing if chance.random() < part else cell for cell in cells[name][key]]
    sound(checked(cells))


# References to anything

REFERENCES = [
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if column.type in ("ref", "refs") and (table.name, column.name) not in TREES
]


def redirected(cells: Cells, name: str, column: Column, chance: random.Random) -> Any:
    """Return a cell that refers to any codes of the tables that the column may meet, or to none."""
    codes = [code for target in column.targets for code in cells[target]["code"]]
    if column.type == "refs":
        return tuple(chance.sample(codes, chance.randint(0, 3)))
    return chance.choice(codes if column.required or (name, column.name) in NEEDED else [*codes, ""])


@given(st.lists(st.tuples(st.sampled_from(REFERENCES), PARTS), min_size=5, max_size=40), CHANCE)
def test_references_to_anything_stop_nothing(moved: list[tuple[tuple[str, str], float]], chance: random.Random) -> None:
    cells = demo()
    for (name, key), part in moved:
        column, usual = TABLES[name].by_name[key], cells[name][key]
        cells[name][key] = [
            redirected(cells, name, column, chance) if chance.random() < part else cell for cell in usual
        ]
        if not has_unique_keys(cells, name):
            cells[name][key] = usual
    sound(checked(cells))


# Numbers and dates at their ends

DAYS = [datetime.date(1970, 1, 1), DAY, datetime.date(2199, 12, 31)]
EXTREMES: dict[str, list[Any]] = {
    "number": [0.0, -1.0, 1e15, -1e15, 1e-9, 1e-300, math.nan],
    "integer": [0.0, -1.0, 1e15, -1e15, math.nan],
    "share": [0.0, -1.0, 1.0, 1e13, -1e15, math.nan],
    "money": [0, 1, 10**17, -1],
    "date": [*(float(day_number(day)) for day in DAYS), math.nan],
    "month": [float((day.year - 1970) * 12 + day.month - 1) for day in DAYS],
    "datetime": [day_number(day) * 86_400.0 for day in DAYS] + [math.nan],
}
EXTREME_COLUMNS = [
    (table.name, column.name) for table in TABLES.values() for column in table.columns if column.type in EXTREMES
]


def extremes(column: Column) -> list[Any]:
    """Return the cells at the ends of what the reader lets through in a column."""
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    every = EXTREMES[column.type]
    return [cell for cell in every if (not column.required if is_empty(column, cell) else low <= cell <= high)]


@st.composite
def extreme_cells(draw: st.DrawFn) -> Cells:
    """Draw the demo's cells with numbers and dates at their ends, mostly one end in a column."""
    cells, chance = demo(), draw(CHANCE)
    for name, key in draw(st.lists(st.sampled_from(EXTREME_COLUMNS), min_size=20, max_size=60)):
        usual, part = cells[name][key], draw(PARTS)
        ends = [draw(st.sampled_from(extremes(TABLES[name].by_name[key])))] * 3
        ends += [draw(st.sampled_from(extremes(TABLES[name].by_name[key])))]
        cells[name][key] = [chance.choice(ends) if chance.random() < part else cell for cell in usual]
        if not has_unique_keys(cells, name):
            cells[name][key] = usual
    for name, start, end in INTERVALS:
        columns = cells[name]
        for row, (one, other) in enumerate(zip(columns[start], columns[end], strict=True)):
            if one > other:
                columns[start][row], columns[end][row] = other, one
    return cells


def has_unique_keys(cells: Cells, name: str) -> bool:
    keys = list(zip(*(cells[name][key] for key in TABLES[name].key), strict=True))
    return TABLES[name].numbered or len(set(keys)) == size_of(cells, name)


@given(extreme_cells(), st.sampled_from([*DAYS, DAY, DAY - datetime.timedelta(180), DAY + datetime.timedelta(184)]))
def test_numbers_and_dates_at_their_ends_stop_nothing(cells: Cells, as_of: datetime.date) -> None:
    with suppress(NoYearError):
        sound(checked(cells, as_of))


@pytest.mark.parametrize("day", [*DAYS, datetime.date(1970, 12, 31), datetime.date(2200, 2, 28)], ids=str)
def test_a_company_of_any_year_is_checked_alike(day: datetime.date) -> None:
    report = check_company(build_demo(day, "zh"), day_number(day))
    sound(report)
    assert report.people == checked(demo()).people


def test_an_earlier_day_than_any_year_is_refused() -> None:
    with pytest.raises(NoYearError):
        checked(demo(), datetime.date(1970, 1, 1))


# Settings at their ends

SETTINGS = [f"{rule}.{name}" for rule, known in chain(RULES.items(), GENERAL.items()) for name in known]
ENDS = ["0", "-1", "0.000000001", "1000000000000000", "-1000000000000000"]


def with_settings(*lines: str) -> Company:
    cells = demo()
    cells["company"]["settings"] = [lines]
    return Company.build(cells)


@pytest.mark.parametrize("end", ENDS)
def test_settings_at_their_ends_stop_nothing(end: str) -> None:
    sound(check_company(with_settings(*(f"{setting}={end}" for setting in SETTINGS)), day_number(DAY)))


@pytest.mark.full
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_one_setting_at_its_end_stops_nothing(setting: str, end: str) -> None:
    sound(check_company(with_settings(f"{setting}={end}"), day_number(DAY)))
