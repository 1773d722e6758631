"""Entering actual values: all or none, each with its trail and mark, none lost where several enter at once."""

import datetime
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.audit.actions import Deed
from guantong.audit.models import Change, Entry
from guantong.engine.company import Company as EngineCompany
from guantong.exchange.actions import StaleError
from guantong.exchange.queries import CompanyDifference
from guantong.findings.models import Mark
from guantong.formats.cells import LARGEST_NUMBER
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Company
from guantong.organisation.queries import get_engine_company
from guantong.values.actions import NewValue, RefusedValueError, record_values
from guantong.values.models import ActualValue
from tests.make.acme import ORGANISATION, SALES, goal
from tests.make.cast import operator
from tests.make.company import build
from tests.make.kept import AT, load, loaded
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

JUNE = datetime.date(2026, 6, 15)
CODES = tuple(f"G{number}" for number in range(5))


@pytest.fixture(autouse=True)
def checks_only_when_asked(settings: LazySettings) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1


def goals_of(*codes: str, **tables: Any) -> EngineCompany:
    """Return a company with goals; a file without the sheet `actuals` unless that is given."""
    goals = [goal(code, metric="SALES", target=100.0) for code in codes]
    return build(**ORGANISATION, metrics=[SALES], goals=goals, **tables)


def enter(company: Company, *values: NewValue) -> int:
    return record_values(operator(company, AT, "UMA"), values)


def live(company: Company) -> dict[tuple[str, datetime.date], tuple[float | None, ...]]:
    rows = ActualValue.objects.filter(company=company, removed_at=None).select_related("goal")
    return {(row.goal.code, row.date): (row.value, row.numerator, row.denominator) for row in rows}


def test_values_are_entered_replaced_and_left_as_they_are() -> None:
    company = loaded(goals_of(*CODES))
    assert enter(company, NewValue("G0", JUNE, 5.0, note="by hand"), NewValue("G1", JUNE, None, 1.0, 2.0)) == 2
    assert live(company) == {("G0", JUNE): (5.0, None, None), ("G1", JUNE): (None, 1.0, 2.0)}
    assert get_engine_company(company, None).actuals.value.tolist()[0] == 5.0
    entries = Entry.objects.count()
    assert enter(company, NewValue("G0", JUNE, 5.0, note="by hand")) == 0
    assert Entry.objects.count() == entries
    assert enter(company, NewValue("G0", JUNE, 5.0, note="by hand"), NewValue("G1", JUNE, 3.0, 1.0, 2.0)) == 1
    last = Change.objects.order_by("pk").last()
    assert last is not None
    assert (last.record, last.kind, last.before, last.after) == (
        "G1/2026-06-15", "change", {"value": ""}, {"value": "3"},
    )  # fmt: skip
    assert [row.version for row in ActualValue.objects.order_by("goal__code")] == [1, 2]


def test_a_removed_value_is_restored() -> None:
    company = loaded(goals_of("G0"))
    enter(company, NewValue("G0", JUNE, 5.0))
    load(goals_of("G0", actuals=[]))
    assert not live(company)
    assert enter(company, NewValue("G0", JUNE, 5.0)) == 1
    last = Change.objects.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.before, last.after) == ("restore", {}, {"goal": "G0", "date": "2026-06-15", "value": "5"})
    assert ActualValue.objects.get().version == 3


def test_a_former_code_leads_to_the_goal() -> None:
    company = loaded(goals_of("G0"))
    rename_record(company, Deed(company.pk, company.code, "operator", AT), "goals", "G0", "G0A")
    enter(company, NewValue("G0", JUNE, 5.0))
    assert live(company) == {("G0A", JUNE): (5.0, None, None)}
    with pytest.raises(RefusedValueError) as refused:
        enter(company, NewValue("G0", JUNE, 6.0), NewValue("G0A", JUNE, 7.0))
    assert refused.value.faults == ((1, "twice"),)


def test_every_fault_is_named_by_its_place_and_nothing_is_entered() -> None:
    company = loaded(goals_of("G0", "G1"))
    load(goals_of("G0"))
    faulty = [
        NewValue("G0", JUNE, 1.0),
        NewValue("NONE", JUNE, 1.0),
        NewValue("G1", JUNE, 1.0),
        NewValue("G0", datetime.date(1900, 12, 31), 1.0),
        NewValue("G0", datetime.date(3000, 1, 1), 1.0),
        NewValue("G0", JUNE, 2.0),
        NewValue("G0", datetime.date(2026, 5, 1), float("nan")),
        NewValue("G0", datetime.date(2026, 5, 1), None, float("inf")),
        NewValue("G0", datetime.date(2026, 5, 1), None, None, 2 * LARGEST_NUMBER),
        NewValue("G0", datetime.date(2026, 5, 1), 1.0, note="a\x1fb"),
        NewValue("G0", datetime.date(2026, 5, 2), 1.0, note="a" * 32_768),
    ]
    entries = Entry.objects.count()
    with pytest.raises(RefusedValueError) as refused:
        enter(company, *faulty)
    kinds = ["goal", "goal", "date", "date", "twice", "number", "number", "number", "note", "note"]
    assert refused.value.faults == tuple(enumerate(kinds, start=1))
    assert (live(company), Entry.objects.count()) == ({}, entries)


def test_no_values_are_no_deed() -> None:
    company = loaded(goals_of("G0"))
    entries = Entry.objects.count()
    assert enter(company) == 0
    assert Entry.objects.count() == entries


def test_what_is_rolled_back_leaves_nothing_behind() -> None:
    from django_ox.models import OxTask

    company = loaded(goals_of("G0"))
    before = Mark.objects.count(), OxTask.objects.count(), Entry.objects.count()
    with transaction.atomic():
        enter(company, NewValue("G0", JUNE, 5.0))
        assert Mark.objects.count() > before[0]
        transaction.set_rollback(True)
    assert (Mark.objects.count(), OxTask.objects.count(), Entry.objects.count()) == before


VALUES = st.lists(
    st.builds(
        NewValue,
        st.sampled_from(CODES),
        st.dates(datetime.date(1901, 1, 1), datetime.date(2999, 12, 31)),
        st.none() | st.floats(-LARGEST_NUMBER, LARGEST_NUMBER, allow_nan=False),
        st.none() | st.floats(-LARGEST_NUMBER, LARGEST_NUMBER, allow_nan=False),
        st.none() | st.floats(-LARGEST_NUMBER, LARGEST_NUMBER, allow_nan=False),
    ),
    min_size=1,
    max_size=50,
    unique_by=lambda value: (value.goal, value.date),
)


def test_one_to_fifty_values_are_kept_as_they_are_and_marked() -> None:
    company = loaded(goals_of(*CODES))

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(VALUES)
    def kept(values: list[NewValue]) -> None:
        before, marked = live(company), set(Mark.objects.values_list("pk", flat=True))
        count = enter(company, *values)
        wanted = {(value.goal, value.date): (value.value, value.numerator, value.denominator) for value in values}
        assert live(company) == before | wanted
        entry = Entry.objects.latest("pk")
        changed = set(entry.changes.values_list("table", "record_id")) if count else set()
        assert len(changed) == count
        new = Mark.objects.exclude(pk__in=marked)
        assert set(new.values_list("table", "record_id")) == changed

    kept()


def test_values_entered_at_once_are_all_there() -> None:
    company = loaded(goals_of(*CODES))
    days = [JUNE + datetime.timedelta(days=number) for number in range(4)]
    forward = [NewValue(code, day, 1.0) for code in CODES for day in days]
    backward = [NewValue(code, day, 2.0) for code in reversed(CODES) for day in days]
    results = at_once([partial(enter, company, *values) for values in (forward, backward, forward, backward)])
    assert all(isinstance(result, int) for result in results), results
    assert sum(results) == Change.objects.filter(table="actuals").count()
    assert live(company).keys() == {(code, day) for code in CODES for day in days}
    assert len(set(live(company).values())) == 1


def test_the_first_values_of_a_company_may_come_at_once() -> None:
    company = loaded(goals_of(*CODES))
    results = at_once([partial(enter, company, NewValue(code, JUNE, 1.0)) for code in CODES])
    assert results == [1] * len(CODES)
    company.refresh_from_db()
    assert "actuals" in company.sheets


def test_no_value_is_left_on_a_goal_that_a_load_removes_meanwhile() -> None:
    company = loaded(goals_of(*CODES))
    for day in range(1, 6):
        values = [NewValue(code, datetime.date(2026, 1, day), 1.0) for code in CODES]
        entered, result = at_once([partial(enter, company, *values), partial(load, goals_of("G0", actuals=[]))])
        assert isinstance(entered, int | RefusedValueError)
        assert isinstance(result, CompanyDifference | StaleError)
        there = set(get_engine_company(company, None).goals.code.tolist())
        assert {code for code, _ in live(company)} <= there
        load(goals_of(*CODES, actuals=[]))
