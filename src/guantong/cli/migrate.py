"""`guantong migrate`: bring the database's tables to this version."""

import argparse
import sys

from guantong.cli.database import as_role_of, both, database_errors, make_place, migrate, set_up_django
from guantong.cli.opening import UsageError
from guantong.cli.options import add_language
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong migrate`."""
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong migrate`; returns the exit status.

    Raises:
        UsageError: The database cannot be reached, or is of a newer version.
    """
    set_up_django()
    from guantong.kit.schema import schema_state

    language = arguments.lang or "zh"
    with as_role_of("migrate"), database_errors():
        make_place()
        if schema_state().foreign:
            raise UsageError(both("errors.database_newer"))
        applied = migrate()
    for name in applied:
        sys.stdout.write(label("migrate.applied", language, name=name) + "\n")
    sys.stdout.write(label("migrate.done" if applied else "migrate.nothing", language, count=len(applied)) + "\n")
    return 0
