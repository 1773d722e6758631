"""Changing the company itself."""

import datetime

from django.db import transaction

from guantong.audit.actions import Deed, RowChange, record_entry
from guantong.engine import company as engine
from guantong.organisation.models import Company
from guantong.organisation.queries import find_company, header_values


class ExistingCompanyError(Exception):
    """A company has the code already."""


def create_company(actor: str, at: datetime.datetime, wanted: engine.Company) -> Company:
    """Make an empty company.

    Args:
        actor: Who does it.
        at: When.
        wanted: An engine company with the one row of its sheet `company`.

    Raises:
        ExistingCompanyError: A company has the code already.
    """
    with transaction.atomic():
        if find_company(wanted.code) is not None:
            raise ExistingCompanyError(wanted.code)
        values = header_values(wanted)
        company = Company.objects.create(**values, sheets=["company"], created_at=at)
        cells = {name: str(value) for name, value in values.items() if value not in ("", None, [])}
        change = RowChange("company", company.pk, wanted.code, "create", {}, cells)
        record_entry(Deed(company.pk, wanted.code, actor, at), "create_company", {}, [change])
    return company
