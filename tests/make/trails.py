"""Trails in tests: a company with a few entries, and following its chain."""

import datetime

from django.db import transaction

from guantong.audit.actions import Deed, RowChange, record_entry
from guantong.audit.models import Change, Entry
from guantong.audit.queries import Fault, Verified, verify_trail
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Company
from guantong.values.actions import NewValue, record_values
from tests.make.cast import operator
from tests.make.company import build
from tests.make.kept import loaded

AT = datetime.datetime(2026, 6, 30, 8, tzinfo=datetime.UTC)
JUNE = datetime.date(2026, 6, 30)
HOUR = datetime.timedelta(hours=1)
ENTRIES = 4
"""How many entries `lively` makes: a load, values twice, another code."""


def lively(code: str = "ACME") -> Company:
    """Return a company with some life in its trail."""
    company = loaded(
        build(
            company=[{"code": code, "name": code.title()}],
            cycles=[{"code": "2026", "name": "2026", "start": "2026-01-01", "end": "2026-12-31"}],
            units=[{"code": "ROOT", "name": "Root", "kind": "company"}],
            people=[{"code": "P1", "name": "Li", "unit": "ROOT", "base_bonus": "60000"}],
            goals=[{"code": goal, "name": "销售 Sales", "cycle": "2026", "unit": "ROOT", "owner": "P1"}
                   for goal in ("G1", "G2", "G3")],
        )
    )  # fmt: skip
    record_values(operator(company, AT + HOUR, "P1"), [NewValue(goal, JUNE, 0.1) for goal in ("G1", "G2", "G3")])
    record_values(operator(company, AT + 2 * HOUR, "P1"), [NewValue(goal, JUNE, 0.25) for goal in ("G1", "G2")])
    rename_record(company, deed(company, AT + 3 * HOUR), "goals", "G1", "G1A")
    return company


def deed(company: Company, at: datetime.datetime = AT, actor: str = "operator") -> Deed:
    """Return that somebody does something in a company."""
    return Deed(company.pk, str(company.code), actor, at)


def grant(company: Company, at: datetime.datetime = AT) -> Entry:
    """Write an entry about a table that is no sheet."""
    change = RowChange("grants", 7, "li@example.com/manager", "create", {}, {"role": "manager", "scope": "unit"})
    with transaction.atomic():
        return record_entry(deed(company, at), "create_grant", {}, [change])


def followed(company: Company) -> Verified:
    """Return what holds of a company's only chain."""
    (verified,) = verify_trail(company.pk)
    return verified


def fault(company: Company) -> Fault | None:
    """Return what does not hold in a company's chain."""
    return followed(company).fault


def entry(company: Company, number: int) -> Entry:
    """Return the entry of a number."""
    return Entry.objects.get(company_id=company.pk, number=number)


def changes(company: Company, number: int) -> list[Change]:
    """Return the changes of an entry in their order."""
    return list(Change.objects.filter(entry=entry(company, number)).order_by("pk"))
