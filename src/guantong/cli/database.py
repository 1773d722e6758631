"""Starting Django for a command that needs the database, and finding the company that it is about."""

import datetime
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guantong import clock
from guantong.cli.opening import UsageError, nearest, progress
from guantong.engine.company import Company as EngineCompany
from guantong.environment import EnvironmentValueError
from guantong.messages.labels import LANGUAGES, label

if TYPE_CHECKING:
    from guantong.organisation.models import Company

OPERATOR = "operator"
"""Who acts at the terminal, as the trail names it."""

OF_THE_OWNER = frozenset({"backup", "migrate", "restore"})
"""Commands that connect with the role that owns the tables."""

UNATTENDED = frozenset({"tick", "worker"})
"""Commands whose ends stand in the log even at its usual level: nobody watches them."""


def set_up_django() -> None:
    """Make the models importable; no database is touched.

    Raises:
        UsageError: An environment variable holds what it cannot.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.settings")
    try:
        django.setup()
    except EnvironmentValueError as error:
        raise UsageError(str(error)) from None


def start_django() -> None:
    """Make the database usable; a new SQLite database is prepared at once.

    Raises:
        UsageError: The database cannot be reached, it waits for `guantong migrate`, or it is of a newer version.
    """
    set_up_django()
    from guantong.kit.schema import schema_state

    with database_errors():
        if make_place():
            migrate()
            return
        state = schema_state()
        if state.pending:
            raise UsageError(both("errors.migrate"))
        if state.foreign:
            raise UsageError(both("errors.database_newer"))


@contextmanager
def database_errors() -> Iterator[None]:
    """Refuse with a message where the database cannot be used.

    Raises:
        UsageError: It cannot.
    """
    from django.db import DatabaseError, connection

    from guantong.kit.place import first_line

    try:
        yield
    except DatabaseError as error:
        name = str(connection.settings_dict["NAME"])
        raise UsageError(both("errors.database", name=name, reason=first_line(error))) from None


@contextmanager
def running(command: str) -> Iterator[None]:
    """Log how a command ends and how long it took."""
    from guantong.kit.logs import log_command

    with log_command(command, is_usual=command in UNATTENDED):
        yield


@contextmanager
def seen_until_end() -> Iterator[None]:
    """Have what a command chose to see, a company, end with the command; a process of its own ends anyway."""
    if "guantong.kit.separation" not in sys.modules:
        yield
        return
    from guantong.kit.separation import kept_scope

    with kept_scope():
        yield


@contextmanager
def as_role_of(command: str) -> Iterator[None]:
    """Connect with the role that owns the tables for the commands that need it."""
    if command not in OF_THE_OWNER:
        yield
        return
    from guantong.kit.schema import as_owner

    with as_owner():
        yield


def loss_of_database(error: Exception) -> str | None:
    """Return what to say where an error is that the database failed under a command, None where it is another."""
    if "django.db" not in sys.modules:
        return None
    from django.db import InterfaceError, OperationalError

    from guantong.kit.place import first_line

    if not isinstance(error, InterfaceError | OperationalError):
        return None
    return both("errors.database_lost", reason=first_line(error))


def both(key: str, **words: object) -> str:
    """Return a message in both languages: no company has said yet which is its own."""
    return "\n".join(label(key, language, **words) for language in LANGUAGES)


def make_place() -> bool:
    """Make file and folder of an SQLite database that is not there yet, for nobody else to read.

    Returns:
        Whether they are new.

    Raises:
        UsageError: They cannot be made.
    """
    from guantong.kit.place import database_file

    place = database_file()
    if place is None or place.exists():
        return False
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.touch(mode=0o600)
    except OSError as error:
        raise UsageError(both("errors.database", name=place, reason=error.strerror)) from None
    return True


def migrate() -> list[str]:
    """Bring the database's tables to this version; returns what was applied."""
    from guantong.kit.schema import apply_migrations

    with progress(label("progress.migrate", LANGUAGES[0])):
        return apply_migrations()


def company_named(code: str | None, language: str) -> "Company":
    """Return the company of a code, without one the only company there is; the database shows its rows from now on.

    Raises:
        UsageError: No company has the code, or there are none or several to choose from.
    """
    from guantong.kit.separation import switch_company
    from guantong.organisation.queries import list_companies

    companies = {str(company.code): company for company in list_companies()}
    if code is None and len(companies) == 1:
        code = next(iter(companies))
    if code is not None and code in companies:
        switch_company(companies[code].pk)
        return companies[code]
    if not companies:
        raise UsageError(label("errors.no_company", language))
    if code is None:
        raise UsageError(label("errors.which_company", language, codes=", ".join(companies)))
    raise UsageError(label("errors.company", language, value=code, near=nearest(code, companies)))


def stored_company(code: str | None, as_of: datetime.date | None, language: str) -> tuple[EngineCompany, datetime.date]:
    """Return a company of the database as of a day, and that day: where none is given, the company's today.

    Raises:
        UsageError: No company has the code.
    """
    from guantong.organisation.queries import company_day, get_engine_company

    company = company_named(code, language)
    day = as_of or company_day(company, clock.now())
    return get_engine_company(company, day), day
