"""Whatever cells are empty and however large numbers are: the check ends, says it in both languages and pays no more.

The demo company is damaged at random within what the reader lets through (docs/manual/workbook.en.md).
"""

import datetime
import math
from collections import defaultdict
from contextlib import suppress
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.catalogue import GENERAL
from guantong.engine.check import Report, check_company
from guantong.engine.company import Company
from guantong.engine.parameters import RULES
from guantong.engine.snapshot import NoYearError
from guantong.messages.rules import LANGUAGES, finding_texts
from tests.make.cells import DAY, Cells, checked, demo
from tests.make.damaged import DAYS, emptied_cells, extreme_cells, redirected_cells
from tests.make.plain import numbers, renamed


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


@given(emptied_cells())
def test_empty_cells_stop_nothing(cells: Cells) -> None:
    sound(checked(cells))


# References to anything


@given(redirected_cells())
def test_references_to_anything_stop_nothing(cells: Cells) -> None:
    sound(checked(cells))


# Numbers and dates at their ends


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
