"""What the database knew on a day stands in its trail: the company can be put together from it alone."""

import datetime

import pytest

from guantong.audit.actions import Deed
from guantong.audit.queries import get_rows_known
from guantong.demo.company import build_demo
from guantong.engine.company import Company
from guantong.formats.cell_rows import company_of_rows
from guantong.organisation.actions import rename_record
from guantong.organisation.queries import find_company
from guantong.values.actions import NewValue, record_values
from tests.make import loading
from tests.make.cast import operator
from tests.make.loading import ON

pytestmark = pytest.mark.django_db(transaction=True)


def at(hour: int) -> datetime.datetime:
    return datetime.datetime(2026, 7, 1, hour, tzinfo=datetime.UTC)


def load(company: Company, hour: int) -> None:
    loading.load(company, at=at(hour))


def known_at(hour: int) -> Company:
    company = find_company("NEV")
    assert company is not None
    return company_of_rows(get_rows_known(company.pk, at(hour)))


def now() -> Company:
    return loading.stored("NEV", None)


def test_every_state_of_a_company_is_known_from_its_trail() -> None:
    broken, healthy = (build_demo(ON, "zh", healthy=is_healthy) for is_healthy in (False, True))
    load(broken, 1)
    load(healthy, 2)
    load(broken, 3)
    company = find_company("NEV")
    assert company is not None
    values = [NewValue("C1", ON, 5.5, note="核对"), NewValue("C2", ON, None, 1.0, 3.0)]
    assert record_values(operator(company, at(4), "P001"), values) == 2
    after_values = now()
    assert record_values(operator(company, at(5), "P001"), [NewValue("C1", ON, None)]) == 1
    blanked = now()
    rename_record(company, Deed(company.pk, "NEV", "operator", at(6)), "goals", "C1", "C1-NEW")
    renamed = now()
    assert known_at(1) == broken
    assert known_at(2) == healthy
    assert known_at(3) == broken
    assert known_at(4) == after_values != broken
    assert known_at(5) == blanked != after_values
    assert known_at(6) == renamed != blanked
    assert "C1-NEW" in renamed.goals.code.tolist()


def test_a_renamed_code_is_written_where_codes_stand_as_text() -> None:
    load(build_demo(ON, "zh", healthy=True), 1)
    company = find_company("NEV")
    assert company is not None
    origins = now().plan.origin
    assert "L1" in [now().goals.code[place] for place in origins[origins >= 0]]
    rename_record(company, Deed(company.pk, "NEV", "operator", at(2)), "goals", "L1", "L1-NEW")
    renamed = now()
    assert (renamed.plan.origin >= 0).tolist() == (origins >= 0).tolist()
    assert known_at(2) == renamed
    load(build_demo(ON, "zh"), 3)
    waived = [(rule, subject) for rule, subject in zip(now().waivers.rule, now().waivers.subject, strict=True)]
    assert waived == [("RESP-AUTHORITY", "A7")]
    rename_record(company, Deed(company.pk, "NEV", "operator", at(4)), "responsibilities", "A7", "A7-NEW")
    assert now().waivers.subject.tolist() == ["A7-NEW"]
    assert known_at(4) == now()
