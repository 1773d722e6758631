"""What is loaded is what the file says: the same company, the same report, all of it or nothing."""

import pytest

from guantong.audit.models import Change, Entry
from guantong.demo.company import build_demo
from tests.make.loading import ON, load, stored

pytestmark = pytest.mark.django_db(transaction=True)


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
