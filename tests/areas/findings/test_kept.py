"""What is kept of a check: the life of findings, figures, cards and the index, and that a rename leaves them be."""

import datetime
from typing import Any

import pytest
from django.conf import LazySettings

from guantong.audit.actions import Deed
from guantong.demo.company import build_demo
from guantong.engine.company import Company as EngineCompany
from guantong.findings import queries
from guantong.findings.actions import keep_check, rename_subjects
from guantong.findings.models import CardResult, Finding, GoalFigures, IndexPoint, Mark
from guantong.organisation.actions import rename_record
from guantong.organisation.events import CodeRenamed
from tests.make.acme import ORGANISATION, SALES, goal
from tests.make.acme import settings as settings_of
from tests.make.company import CYCLES, build
from tests.make.kept import AT, assert_kept, kept, load, loaded, named

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
NEXT_YEAR = {"code": "2027", "name": "2027", "kind": "year", "start": "2027-01-01", "end": "2027-12-31"}


@pytest.fixture(autouse=True)
def checks_only_when_asked(settings: LazySettings) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1


def acme(*more: Any, target: float | None = 100.0, **tables: Any) -> EngineCompany:
    """Return a company whose goal TOP has a metric but, without a target, breaks GOAL-SMART."""
    goals = [goal("TOP", metric="SALES", target=target, start="2026-01-01", due="2026-12-31"), *more]
    return build(**{**ORGANISATION, "metrics": [SALES], "goals": goals, "actuals": [], **tables})


def smart(code: str = "TOP") -> Finding:
    return Finding.objects.get(rule="GOAL-SMART", subject=code)


def check_at(moment: datetime.datetime) -> None:
    keep_check(named("ACME").pk, moment)
    assert_kept("ACME", moment)


@pytest.mark.parametrize("healthy", [False, True])
def test_what_is_kept_of_the_demo_is_what_its_check_says(healthy: bool) -> None:
    company = loaded(build_demo(AT.date(), "zh", healthy=healthy))
    keep_check(company.pk, AT)
    assert_kept(company.code, AT)
    assert not Mark.objects.exists()


def test_a_finding_is_opened_mended_and_reopened_on_one_row() -> None:
    loaded(acme(target=None))
    check_at(AT)
    found = smart()
    assert (found.opened_at, found.mended_at, found.reopened_at, found.reopened) == (AT, None, None, 0)
    load(acme(target=100.0), AT + DAY)
    check_at(AT + DAY)
    assert (smart().pk, smart().opened_at, smart().mended_at, smart().reopened) == (found.pk, AT, AT + DAY, 0)
    check_at(AT + 2 * DAY)
    assert smart().mended_at == AT + DAY
    load(acme(target=None), AT + 3 * DAY)
    check_at(AT + 3 * DAY)
    back = smart()
    assert (back.pk, back.opened_at, back.mended_at, back.reopened_at, back.reopened) == (
        found.pk, AT, None, AT + 3 * DAY, 1,
    )  # fmt: skip
    load(acme(target=100.0), AT + 4 * DAY)
    check_at(AT + 4 * DAY)
    assert (smart().mended_at, smart().reopened_at, smart().reopened) == (AT + 4 * DAY, AT + 3 * DAY, 1)


def test_severity_owner_unit_and_evidence_of_an_open_finding_are_renewed() -> None:
    loaded(acme(target=None))
    check_at(AT)
    before = smart()
    load(build(**ORGANISATION, metrics=[SALES], actuals=[],
               goals=[goal("TOP", unit="D1", owner="UMA", metric="SALES", start="2026-01-01")]), AT + DAY)  # fmt: skip
    check_at(AT + DAY)
    after = smart()
    assert (before.owner, before.unit, after.owner, after.unit) == ("BOSS", "HQ", "UMA", "D1")
    assert before.evidence != after.evidence
    assert after.opened_at == AT


def test_a_waived_finding_stays_open_and_says_so() -> None:
    waiver = {"rule": "GOAL-SMART", "subject": "TOP", "approver": "BOSS", "reason": "New", "until": "2026-07-01"}
    loaded(acme(target=None, waivers=[waiver]))
    check_at(AT)
    assert smart().is_waived
    assert smart().mended_at is None
    check_at(AT + 2 * DAY)
    assert not smart().is_waived
    assert (smart().opened_at, smart().mended_at) == (AT, None)


def test_findings_of_a_rule_switched_off_are_mended() -> None:
    loaded(acme(target=None))
    check_at(AT)
    load(acme(target=None, **settings_of("GOAL-SMART.mode=off")), AT + DAY)
    check_at(AT + DAY)
    assert smart().mended_at == AT + DAY


def test_a_new_year_leaves_the_findings_of_the_last_as_they_are() -> None:
    loaded(acme(target=None, cycles=[*CYCLES, NEXT_YEAR]))
    check_at(AT)
    before = list(Finding.objects.filter(year="2026").order_by("pk").values())
    assert before
    check_at(AT + 365 * DAY)
    assert list(Finding.objects.filter(year="2026").order_by("pk").values()) == before
    assert not Finding.objects.filter(year="2027", rule="GOAL-SMART", subject="TOP").exists()


def test_without_a_year_nothing_is_kept_as_of_today_and_findings_stay() -> None:
    company = loaded(acme(target=None))
    check_at(AT)
    assert GoalFigures.objects.exists()
    count = Finding.objects.count()
    load(build(company=[{"code": "ACME", "name": "Acme"}], cycles=[], units=ORGANISATION["units"],
               people=ORGANISATION["people"], metrics=[], goals=[], actuals=[]), AT)  # fmt: skip
    check_at(AT)
    assert not GoalFigures.objects.exists()
    assert not CardResult.objects.exists()
    assert not IndexPoint.objects.filter(day=AT.date()).exists()
    assert Finding.objects.count() == count
    load(acme(target=None), AT + DAY)
    check_at(AT + DAY)
    assert Finding.objects.count() == count
    assert company.pk == named("ACME").pk


def test_the_index_has_a_point_for_every_day_and_unit() -> None:
    company = loaded(acme())
    for moment in (AT, AT + datetime.timedelta(hours=1), AT + DAY):
        check_at(moment)
    days = IndexPoint.objects.filter(company=company, unit="").values_list("day", flat=True)
    assert sorted(days) == [AT.date(), (AT + DAY).date()]
    units = IndexPoint.objects.filter(company=company, day=AT.date()).values_list("unit", flat=True)
    assert set(units) == {"", *(unit["code"] for unit in ORGANISATION["units"])}


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [("goals", "TOP", "TOP2"), ("people", "BOSS", "CHIEF"), ("units", "HQ", "HEAD"), ("cycles", "2026", "FY26")],
)
def test_findings_live_on_where_a_row_is_renamed(table: str, old: str, new: str) -> None:
    company = loaded(acme(target=None))
    check_at(AT)
    before = {row.pk: (row.opened_at, row.mended_at) for row in Finding.objects.all()}
    points = IndexPoint.objects.count()
    rename_record(company, Deed(company.pk, company.code, "operator", AT), table, old, new)
    check_at(AT)
    assert {row.pk: (row.opened_at, row.mended_at) for row in Finding.objects.all()} == before
    assert IndexPoint.objects.count() == points


def test_findings_on_nodes_live_on_where_their_process_is_renamed() -> None:
    company = loaded(acme(target=None))
    check_at(AT)
    for code in ("R1/N1", "R10/N1"):
        Finding.objects.create(company=company, rule="BEM-BOTTLENECK", subject_type="node", subject=code, year="2025",
                               severity="warning", opened_at=AT)  # fmt: skip
    rename_subjects(CodeRenamed(company.pk, "processes", "R1", "R2"))
    assert set(Finding.objects.filter(subject_type="node").values_list("subject", flat=True)) == {"R2/N1", "R10/N1"}


def test_a_check_of_another_company_pushes_out_what_was_remembered(settings: LazySettings) -> None:
    settings.GUANTONG_ROWS_REMEMBERED = 1
    queries._REMEMBERED.clear()
    first = loaded(acme())
    keep_check(first.pk, AT)
    other = loaded(build(company=[{"code": "OTHER", "name": "Other"}], **ORGANISATION))
    keep_check(other.pk, AT)
    assert list(queries._REMEMBERED) == [other.pk]
    keep_check(named("ACME").pk, AT)
    assert_kept("ACME", AT)


def test_posts_that_begin_later_are_seen_on_their_day() -> None:
    company = loaded(acme())
    check_at(AT)
    people = [{**row, "unit": "D2"} if row["code"] == "UMA" else row for row in ORGANISATION["people"]]
    load(acme(people=people), AT, (AT + 9 * DAY).date())
    for days, count in ((0, 3), (8, 3), (9, 2), (10, 2)):
        check_at(AT + days * DAY)
        point = IndexPoint.objects.get(company=company, unit="D1", day=(AT + days * DAY).date())
        assert point.people == count


def test_nothing_is_written_where_nothing_has_changed(django_assert_max_num_queries: Any) -> None:
    company = loaded(acme(target=None))
    check_at(AT)
    before = kept(company)
    with django_assert_max_num_queries(40) as captured:
        keep_check(company.pk, AT)
    written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE", "COPY"))]
    assert all("checkstate" in statement for statement in written)
    assert kept(company) == before
