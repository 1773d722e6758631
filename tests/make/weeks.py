"""The demo of a few weeks, as the manual's pages of findings and of the trail tell it."""

import datetime

from guantong.audit.actions import Deed
from guantong.demo.company import build_demo
from guantong.engine.company import Company
from guantong.findings.actions import NewWaiver, create_waiver, keep_check
from guantong.organisation.actions import rename_record
from guantong.values.actions import NewValue, record_values
from tests.make.cast import operator
from tests.make.cells import cells_of
from tests.make.kept import AT, load, named

WEEK = datetime.timedelta(days=7)
MENDED = "CARE1"
WAIVED = "BAT2"


def partly_mended(language: str) -> Company:
    """Return the demo with one of its goals as its healthy twin has it."""
    broken, healthy = (cells_of(build_demo(AT.date(), language, healthy=is_healthy)) for is_healthy in (False, True))
    row, other = (cells["goals"]["code"].index(MENDED) for cells in (broken, healthy))
    for name, column in broken["goals"].items():
        column[row] = healthy["goals"][name][other]
    return Company.build(broken)


def some_weeks(language: str) -> None:
    """Let the demo be mended, break again but for one goal, and be worked on."""
    steps = [build_demo(AT.date(), language), build_demo(AT.date(), language, healthy=True), partly_mended(language)]
    for week, company in enumerate(steps):
        load(company, AT + week * WEEK)
        keep_check(named("NEV").pk, AT + week * WEEK)
    company, at = named("NEV"), AT + 2 * WEEK
    hours = [datetime.timedelta(hours=hour) for hour in range(1, 4)]
    create_waiver(
        operator(company, at + hours[0]),
        NewWaiver("GOAL-SMART", WAIVED, "P001", "A bet on the next generation", datetime.date(2026, 12, 31)),
    )
    record_values(operator(company, at + hours[1], "P033"), [NewValue("SAL1", datetime.date(2026, 7, 14), 5120.0)])
    rename_record(company, Deed(company.pk, "NEV", "operator", at + hours[2]), "goals", "PRO3", "PRO30")
    keep_check(company.pk, at + hours[2])
