"""Starting Django for a command that needs the database, and finding the company that it is about."""

import argparse
import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING

from guantong import clock
from guantong.cli.opening import UsageError, nearest, progress
from guantong.engine.company import Company as EngineCompany
from guantong.engine.tables import TABLES
from guantong.messages.labels import LANGUAGES, label

if TYPE_CHECKING:
    from guantong.organisation.models import Company

OPERATOR = "operator"
"""Who acts at the terminal, as the trail names it."""


def set_up_django() -> None:
    """Make the models importable; no database is touched."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.settings")
    django.setup()


def start_django() -> None:
    """Make the database usable; a new SQLite database is prepared at once.

    Raises:
        UsageError: The database cannot be reached, or it waits for `guantong migrate`.
    """
    set_up_django()
    from django.db import DatabaseError, connection

    try:
        if _is_new():
            migrate()
        elif _waits_for_migration():
            raise UsageError(both("errors.migrate"))
    except DatabaseError as error:
        name = str(connection.settings_dict["NAME"])
        reason = str(error).strip().partition("\n")[0].rstrip("?.")
        raise UsageError(both("errors.database", name=name, reason=reason)) from None


def both(key: str, **words: object) -> str:
    """Return a message in both languages: no company has said yet which is its own."""
    return "\n".join(label(key, language, **words) for language in LANGUAGES)


def _is_new() -> bool:
    """Return whether the database is an SQLite file that is not there yet; its folder is made."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "mode=memory" in name or Path(name).exists():
        return False
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(both("errors.database", name=name, reason=error.strerror)) from None
    return True


def _waits_for_migration() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Bring the database's tables to this version."""
    from django.core.management import call_command

    with progress(label("progress.migrate", LANGUAGES[0])):
        call_command("migrate", verbosity=0, interactive=False)


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
