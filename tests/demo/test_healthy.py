"""The healthy twin of the demo company: all rules can be kept together, on any day and in both languages."""

import datetime

import pytest

from guantong.demo.breaks import PLANTED
from guantong.demo.company import build_demo
from guantong.demo.days import Days
from guantong.demo.healthy import mended_rows
from guantong.engine.calendar import day_number
from guantong.engine.check import check_company
from guantong.engine.findings import RULES
from guantong.engine.tables import TABLES
from tests.demo.test_demo import DAYS, DEFAULT_DAY, LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [*DAYS, datetime.date(2027, 1, 1)], ids=str)
def test_nothing_is_found_and_every_thread_holds(day: datetime.date, language: str) -> None:
    told = check_company(build_demo(day, language, healthy=True), day_number(day))
    assert [(finding.rule, finding.subject.code) for finding in told.findings] == []
    assert told.waived == 0
    assert told.people == told.whole > 60
    assert [lost for _, _, lost in told.funnel] == [0] * 9
    assert (told.losses, told.repair) == ([], [])


def test_no_rule_is_silent_for_want_of_a_sheet_or_by_a_setting() -> None:
    company = build_demo(DEFAULT_DAY, "zh", healthy=True)
    assert company.setting("stage") == "mature"
    assert list(company.company.settings.of(0)) == []
    assert all(rule.judges <= company.present for rule in RULES.values())
    filled = {rows.table.name for rows in company if len(rows)}
    assert set(TABLES) - filled == {"waivers"}


def test_the_twin_is_the_same_company() -> None:
    sick, well = (build_demo(DEFAULT_DAY, "en", healthy=healthy) for healthy in (False, True))
    assert set(sick.people.code) == set(well.people.code)
    assert set(sick.goals.code) < set(well.goals.code)
    assert set(sick.units.code) == set(well.units.code)
    assert len(PLANTED) > 90


def test_an_edit_that_meets_no_row_is_refused() -> None:
    with pytest.raises(LookupError, match="priorities"):
        mended_rows({"priorities": []}, Days(DEFAULT_DAY))
