"""Whether the database's tables are those of this version, and making them so."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from guantong.kit.locks import lock


def pending_migrations() -> list[str]:
    """Return the migrations that the database still lacks, such as "goals.0001_initial", in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def foreign_migrations() -> list[str]:
    """Return the migrations of the database that this version does not know: a newer version has made them."""
    loader = MigrationExecutor(connection).loader
    ours = {app for app, _ in loader.disk_migrations}
    unknown = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    return sorted(f"{app}.{name}" for app, name in unknown if app in ours)


def apply_migrations() -> list[str]:
    """Bring the database to this version, one process at a time; returns what was applied."""
    with lock("migrate", wait=True):
        pending = pending_migrations()
        call_command("migrate", verbosity=0, interactive=False)
    return pending
