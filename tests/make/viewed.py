"""The company that a test has in view: the one that it looked up or loaded last, as a command at the terminal has."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import connection, models

from guantong.audit.queries import get_last_number
from guantong.exchange.actions import Loading, load_company
from guantong.exchange.queries import CompanyDifference
from guantong.kit.portable import owner_field
from guantong.kit.separation import company_scope, switch_company
from guantong.organisation.models import Company
from guantong.organisation.queries import find_company, list_companies


def company_in_view(code: str) -> Company:
    """Return the company of a code, whose rows the database shows from now on."""
    company = find_company(code)
    assert company is not None
    switch_company(company.pk)
    return company


def last_entry_in_view(code: str) -> int:
    """Return the newest entry of a company's trail, 0 where there is no company."""
    return 0 if find_company(code) is None else get_last_number(company_in_view(code).pk)


def load_in_view(actor: str, at: datetime.datetime, loading: Loading) -> CompanyDifference:
    """Load a company, whose rows the database shows from now on."""
    difference = load_company(actor, at, loading)
    switch_company(difference.row.pk)
    return difference


def count_everywhere(model: type[models.Model]) -> int:
    """Return how many rows of a model all companies and the installation have."""
    total = 0
    for company_id in (0, *(company.pk for company in list_companies())):
        with company_scope(company_id):
            total += model._base_manager.filter(**{owner_field(model): company_id}).count()
    return total


def with_same_view(work: Callable[[], Any]) -> Callable[[], Any]:
    """Return work that another thread does with the company in view that this one has."""
    if connection.vendor != "postgresql":
        return work
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('guantong.company', true)")
        company_id = int(cursor.fetchone()[0])

    def seeing() -> Any:
        with company_scope(company_id):
            return work()

    return seeing
