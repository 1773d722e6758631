"""What is loaded is what the file says: the same company, the same report, all of it or nothing."""

import datetime
from typing import Any

import pytest

from guantong.audit.models import Change, Entry
from guantong.audit.queries import get_last_entry_id
from guantong.demo.company import build_demo
from guantong.engine.company import Company
from guantong.exchange.actions import Loading, load_company
from guantong.organisation.queries import find_company, get_engine_company

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC)
ON = datetime.date(2026, 6, 30)


def load(company: Company, *, sheets: frozenset[str] | None = None, accept: bool = True, on: datetime.date = ON) -> Any:
    known = find_company(company.code)
    entry = get_last_entry_id(known.pk) if known is not None else 0
    return load_company("operator", AT, Loading(company, sheets or company.present, entry, on, accept))


def stored(code: str, on: datetime.date | None = ON) -> Company:
    company = find_company(code)
    assert company is not None
    return get_engine_company(company, on)


@pytest.mark.parametrize("healthy", [False, True])
def test_the_demo_comes_back_as_it_was(healthy: bool) -> None:
    company = build_demo(ON, "zh", healthy=healthy)
    load(company)
    assert stored("NEV") == company


def test_a_second_load_changes_nothing() -> None:
    company = build_demo(ON, "en")
    load(company)
    entries = Entry.objects.count(), Change.objects.count()
    assert not load(company)
    assert (Entry.objects.count(), Change.objects.count()) == entries


def test_one_company_becomes_another_and_back() -> None:
    broken, healthy = (build_demo(ON, "zh", healthy=is_healthy) for is_healthy in (False, True))
    load(broken)
    load(healthy)
    assert stored("NEV") == healthy
    load(broken)
    assert stored("NEV") == broken
