"""Starting Django for a command that needs the database, and finding the company that it is about."""

import argparse
import datetime
import os
from typing import TYPE_CHECKING

from guantong import clock
from guantong.cli.opening import UsageError, nearest
from guantong.engine.company import Company as EngineCompany
from guantong.engine.tables import TABLES
from guantong.messages.labels import label

if TYPE_CHECKING:
    from guantong.organisation.models import Company


def start_django() -> None:
    """Make the database and its models usable."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.settings")
    django.setup()


def company_named(code: str | None, language: str) -> "Company":
    """Return the company of a code; without one the only company there is.

    Raises:
        UsageError: No company has the code, or there are none or several to choose from.
    """
    from guantong.organisation.queries import list_companies

    companies = {str(company.code): company for company in list_companies()}
    if code is None and len(companies) == 1:
        return next(iter(companies.values()))
    if code is not None and code in companies:
        return companies[code]
    if not companies:
        raise UsageError(label("errors.no_company", language))
    if code is None:
        raise UsageError(label("errors.which_company", language, codes=", ".join(companies)))
    raise UsageError(label("errors.company", language, value=code, near=nearest(code, companies)))


def stored_company(arguments: argparse.Namespace) -> tuple[EngineCompany, datetime.date]:
    """Return the company `arguments.company` of the database as of `arguments.as_of`, and that day (today).

    Raises:
        UsageError: No company has the code.
    """
    start_django()
    from guantong.organisation.queries import get_engine_company

    company = company_named(arguments.company, arguments.lang or "zh")
    day = arguments.as_of or clock.today(company.timezone or TABLES["company"].by_name["timezone"].default)
    return get_engine_company(company, day), day
