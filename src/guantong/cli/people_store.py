"""The company of the database that a file of people is loaded into."""

import argparse

from guantong import clock
from guantong.audit.queries import get_last_number
from guantong.cli.database import company_named
from guantong.cli.load_people import Base
from guantong.cli.refusals import load_or_refuse
from guantong.exchange.actions import Loading
from guantong.formats.people.loading import PeopleLoad
from guantong.formats.people.mapping import PeopleMapping
from guantong.organisation.queries import company_day, get_engine_company, list_former_codes


def stored_base(arguments: argparse.Namespace) -> Base:
    """Return the company `arguments.company` of the database as it is on `arguments.on`, today where it is left out.

    Raises:
        UsageError: No company has the code, or several could be meant.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    entry = get_last_number(company.pk)
    day = arguments.on or company_day(company, clock.now())
    kept = {target: tuple(names) for target, names in company.people_mapping.items()}
    former = {table: list_former_codes(company, table) for table in ("units", "people")}
    return Base(get_engine_company(company, day), day, kept, former, entry)


def store_people(base: Base, load: PeopleLoad, mapping: PeopleMapping, language: str) -> None:
    """Make the company of the database what a load of people says, and keep how the file was read.

    Raises:
        UsageError: It is being loaded, has changed since it was read, or does not take a code.
    """
    kept = {target: list(names) for target, names in mapping.items()}
    loading = Loading(load.company, load.tables, base.entry, base.day, people_mapping=kept)
    load_or_refuse(loading, language)
