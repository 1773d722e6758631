"""Every change leaves marks, and a check follows that takes them all: at once, or queued once however many changes."""

import datetime
import os
import signal
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from guantong import clock
from guantong.audit.actions import Deed
from guantong.audit.models import Change, Entry
from guantong.engine.company import Company as EngineCompany
from guantong.findings import queries
from guantong.findings.actions import keep_check
from guantong.findings.events import FindingsChanged
from guantong.findings.models import CheckState, Finding, GoalFigures, Mark
from guantong.findings.queries import list_due_companies
from guantong.findings.tasks import check_company, check_due_companies
from guantong.kit.events import subscribe
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Company
from guantong.values.actions import NewValue, record_values
from tests.conftest import ROOT
from tests.make.acme import ORGANISATION, SALES, goal
from tests.make.cast import operator
from tests.make.company import build
from tests.make.kept import AT, assert_kept, failing_checks, kept, load, loaded, named
from tests.make.terminal import database_environment
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CODES = tuple(f"G{number}" for number in range(4))
MINUTE = datetime.timedelta(minutes=1)


def acme(**tables: Any) -> EngineCompany:
    goals = [goal(code, metric="SALES", target=100.0, start="2026-01-01") for code in CODES]
    return build(**{**ORGANISATION, "metrics": [SALES], "goals": goals, "actuals": [], **tables})


@pytest.fixture
def large(settings: LazySettings) -> Company:
    """Give a company that counts as large, checked once."""
    settings.GUANTONG_SMALL_COMPANY = 0
    settings.TASKS = {
        "default": {"BACKEND": "django_ox.backend.OxBackend", "OPTIONS": {"BACKOFF_INITIAL": 1e-6, "BACKOFF_MAX": 1e-6}}
    }
    company = loaded(acme())
    run_tasks()
    return company


def enter(company: Company, code: str, value: float, month: int = 6) -> None:
    record_values(operator(company, AT, "UMA"), [NewValue(code, datetime.date(2026, month, 1), value)])


def waiting() -> int:
    checks = OxTask.objects.filter(task_path__startswith="guantong.findings.")
    return checks.filter(status__in=["READY", "RUNNING"]).count()


def marked() -> set[tuple[str, int | None]]:
    return set(Mark.objects.values_list("table", "record_id"))


def told(entry: Entry) -> set[tuple[str, int]]:
    return set(Change.objects.filter(entry=entry).exclude(table="company").values_list("table", "record_id"))


@pytest.mark.usefixtures("large")
def test_every_change_marks_the_rows_that_the_trail_tells() -> None:
    company = named("ACME")
    waiver = {"rule": "GOAL-SMART", "subject": "G1", "approver": "BOSS", "reason": "Known"}
    plan = [{"code": "P1", "element": "vision", "text": "Far", "origin": "G1"}]
    deed = Deed(company.pk, company.code, "operator", AT)
    for change in (
        partial(load, acme(waivers=[waiver], plan=plan, metrics=[{**SALES, "name": "Revenue"}])),
        partial(enter, company, "G0", 5.0),
        partial(rename_record, company, deed, "goals", "G1", "G1A"),
        partial(load, acme(waivers=[], plan=plan)),
    ):
        Mark.objects.all().delete()
        change()
        assert marked() - {("company", None)} == told(Entry.objects.latest("pk"))
        assert marked()


def test_a_small_company_is_checked_when_the_change_is_kept() -> None:
    company = loaded(acme())
    checked = CheckState.objects.get().checked_at
    assert checked is not None
    enter(company, "G0", 5.0)
    assert not marked()
    assert GoalFigures.objects.get(goal__code="G0").actual == 5.0
    assert CheckState.objects.get().checked_at > checked
    assert waiting() == 0


def test_a_large_company_has_one_check_queued_that_takes_all_marks(large: Company) -> None:
    for code in CODES:
        enter(large, code, 5.0)
    assert waiting() == 1
    assert len(marked()) == len(CODES)
    run_tasks()
    assert (marked(), waiting(), CheckState.objects.get().task) == (set(), 0, "")
    assert set(GoalFigures.objects.values_list("actual", flat=True)) == {5.0}
    enter(large, "G0", 6.0)
    assert waiting() == 1


def test_a_check_that_fails_for_good_leaves_its_marks_to_the_next(large: Company) -> None:
    enter(large, "G0", 5.0)
    before = kept(large)
    with failing_checks():
        run_tasks()
    assert OxTask.objects.filter(status="FAILED").count() == 1
    assert kept(large) == before
    assert len(marked()) == 1
    enter(large, "G1", 5.0)
    assert waiting() == 1
    run_tasks()
    assert marked() == set()
    assert_kept("ACME", clock.now())


def test_the_check_of_a_small_company_that_fails_is_taken_up_in_the_background() -> None:
    company = loaded(acme())
    with failing_checks():
        enter(company, "G0", 5.0)
    assert (len(marked()), waiting()) == (1, 1)
    run_tasks()
    assert marked() == set()
    assert GoalFigures.objects.get(goal__code="G0").actual == 5.0


def test_marks_that_were_left_behind_and_days_that_turn_are_seen_to(large: Company) -> None:
    now = clock.now()
    assert list_due_companies(now, MINUTE) == []
    assert list_due_companies(now + datetime.timedelta(days=1), MINUTE) == [large.pk]
    enter(large, "G0", 5.0)
    OxTask.objects.all().delete()
    assert list_due_companies(AT, MINUTE) == []
    assert list_due_companies(AT + 2 * MINUTE, MINUTE) == [large.pk]
    for _ in range(2):
        check_due_companies.call()
    assert waiting() == 1
    run_tasks()
    assert marked() == set()


@pytest.mark.usefixtures("large")
def test_a_second_run_of_a_check_changes_nothing() -> None:
    company = named("ACME")
    before, times = kept(company), list(Finding.objects.order_by("pk").values())
    check_company.call(company.pk)
    assert (kept(company), list(Finding.objects.order_by("pk").values())) == (before, times)


def test_a_change_during_a_check_is_seen_by_the_same_task(large: Company) -> None:
    changes = [("G1", 8.0)]

    def change_once(_event: FindingsChanged) -> None:
        if changes:
            enter(large, *changes.pop())

    enter(large, "G0", 5.0)
    subscribe(FindingsChanged, change_once)
    run_tasks()
    assert (changes, marked(), waiting()) == ([], set(), 0)
    assert GoalFigures.objects.get(goal__code="G1").actual == 8.0


def test_changes_and_checks_at_the_same_time_lose_no_mark(large: Company) -> None:
    def change(number: int) -> None:
        for month in range(1, 5):
            enter(large, CODES[number], float(number), month)

    def work() -> None:
        for _ in range(8):
            run_tasks()

    def is_fine(result: object) -> bool:
        return not isinstance(result, Exception)

    results = at_once([*(partial(change, number) for number in range(3)), work])
    assert all(map(is_fine, results)), results
    assert waiting() <= 1
    run_tasks()
    assert (marked(), waiting(), CheckState.objects.get().task) == (set(), 0, "")
    assert_kept("ACME", clock.now())


def other_process(environment: dict[str, str], company: Company, *arguments: str) -> int:
    command = [sys.executable, str(ROOT / "tests" / "make" / "killed_check.py"), str(company.pk), *arguments]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.run(command, env={**environment, "PYTHONPATH": paths}, timeout=120, check=False).returncode


def test_two_processes_that_check_in_turn_say_the_same(large: Company) -> None:
    environment = database_environment()
    keep_check(large.pk, AT)
    enter(large, "G0", 5.0)
    assert other_process(environment, large) == 0
    assert_kept("ACME", AT)
    enter(large, "G1", 7.0)
    remembered = queries._REMEMBERED[large.pk]
    keep_check(large.pk, AT)
    assert queries._REMEMBERED[large.pk] is not remembered
    assert_kept("ACME", AT)


def test_a_process_that_is_killed_in_the_middle_leaves_nothing_half_done(large: Company) -> None:
    environment = database_environment()
    keep_check(large.pk, AT)
    load(build(**ORGANISATION, metrics=[SALES], goals=[goal(code) for code in CODES[:2]], actuals=[]))
    before, marks = kept(large), marked()
    assert other_process(environment, large, "kill") == -signal.SIGKILL
    assert (kept(large), marked()) == (before, marks)
    keep_check(large.pk, AT)
    assert kept(large) != before
    assert_kept("ACME", AT)
    assert marked() == set()
