"""Whether the database's tables are those of this version, and making them so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from guantong.kit.locks import lock
from guantong.kit.separation import apply_row_security


@dataclass(frozen=True)
class SchemaState:
    """How the database's tables compare with this version; migrations are named as in "goals.0001_initial".

    Attributes:
        pending: Those that the database still lacks, in their order.
        foreign: Those of the database that this version does not know: a newer version has made them.
    """

    pending: list[str]
    foreign: list[str]


def schema_state() -> SchemaState:
    """Return the migrations that the database lacks, and those that it has and this version does not."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    ours = {app for app, _ in loader.disk_migrations}
    unknown = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    return SchemaState(
        pending=[f"{migration.app_label}.{migration.name}" for migration, _ in plan],
        foreign=sorted(f"{app}.{name}" for app, name in unknown if app in ours),
    )


def apply_migrations() -> list[str]:
    """Bring the database to this version, one process at a time; returns what was applied.

    Whatever was applied, the tables then show only whose rows are asked for, and the product's role has its rights.
    """
    with lock("migrate", wait=True):
        pending = schema_state().pending
        call_command("migrate", verbosity=0, interactive=False)
        apply_row_security(application_role())
    return pending


def application_role() -> str:
    """Return the role with which the product works on PostgreSQL, "" where its address names none."""
    return unquote(urlsplit(settings.DATABASE_URL).username or "")


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the role that owns the tables, where the operator has named one beside the product's own."""
    usual, owner = {**connection.settings_dict}, settings.OWNER_DATABASE
    if owner["USER"] == usual["USER"] or connection.vendor != "postgresql":
        yield
        return
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)
