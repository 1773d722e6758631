"""Whose rows the database shows: the second line of separation, beneath `visible_to`.

On PostgreSQL every table whose rows belong to a company has a policy: of all its rows there are only those of the
company that the session names in its setting `guantong.company`.

    a company's id   its rows
    0                what is the installation's: the list of companies, its own trail
    unset            nothing

`guantong.user` names beside it whose memberships are asked for, in all companies. SQLite knows nothing of this: there
a scope is not even a statement. Why the settings are the session's: docs/decisions/0013-rows-of-one-company-only.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, models, transaction
from django.db.backends.signals import connection_created
from django.db.migrations.recorder import MigrationRecorder
from psycopg.pq import TransactionStatus

from guantong.kit.portable import every_model, owner_field

COMPANY_POLICY = "guantong_company"
MORE_POLICY = "guantong_more"
_COMPANY, _USER = "guantong.company", "guantong.user"
_CAN_BE_TOLD = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS})


# --- What the session shows ------------------------------------------------------------------------


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Show the rows of one company; 0 = what is the installation's. Scopes nest; the innermost holds."""
    with kept_scope():
        _show(_COMPANY, str(company_id))
        yield


@contextmanager
def user_scope(user_id: int) -> Iterator[None]:
    """Show a user's memberships in all companies."""
    with kept_scope():
        _show(_USER, str(user_id))
        yield


def switch_company(company_id: int) -> None:
    """Show the rows of another company until the scope that is open ends: for who learns only within whose they are."""
    _show(_COMPANY, str(company_id))


@contextmanager
def kept_scope() -> Iterator[None]:
    """Show in the end what was shown before, whatever is switched to within."""
    before = [(setting, _shown().get(setting, "")) for setting in (_COMPANY, _USER)]
    try:
        yield
    except BaseException:
        with suppress(Error):  # what went wrong within is to be told, not that the connection is lost
            _show_again(before)
        raise
    _show_again(before)


def _shown() -> dict[str, str]:
    """Return what this thread's connection shows, by setting; it outlives the session, so that a new one shows it."""
    shown: dict[str, str] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("guantong_shown", {})
    return shown


def _show(setting: str, value: str) -> None:
    shown = _shown()
    if shown.get(setting, "") == value:
        return
    if connection.vendor == "postgresql" and connection.connection is not None:
        _tell(setting, value)
    shown[setting] = value


def _show_again(before: Sequence[tuple[str, str]]) -> None:
    """Show what was shown before a scope.

    A transaction that failed within can be told nothing any more; undoing it brings back what was shown before it.
    A session that cannot be told is ended.
    """
    session = connection.connection if connection.vendor == "postgresql" else None
    can_be_told = session is not None and session.info.transaction_status in _CAN_BE_TOLD
    shown = _shown()
    other = [(setting, value) for setting, value in before if shown.get(setting, "") != value]
    shown.update(before)
    if can_be_told and not connection.needs_rollback:
        try:
            for setting, value in other:
                _tell(setting, value)
        except Error:
            connection.close()
            raise


def _tell(setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [setting, value])


def _tell_new_session(connection: Any, **_: object) -> None:
    """Have a new session show what the scope says: it may take the place of one that was lost, or come from a pool."""
    if connection.vendor == "postgresql":
        shown = connection.__dict__.get("guantong_shown", {})
        statement = "SELECT set_config(%s, %s, false), set_config(%s, %s, false)"
        with connection.cursor() as cursor:
            cursor.execute(statement, [_COMPANY, shown.get(_COMPANY, ""), _USER, shown.get(_USER, "")])


connection_created.connect(_tell_new_session, dispatch_uid="guantong.separation")


# --- The policies ----------------------------------------------------------------------------------

_OWN = "{column} = (SELECT nullif(current_setting('guantong.company', true), '')::bigint)"
"""The sub-select is worked out once in a statement; without it the setting would be read for every row."""


@dataclass(frozen=True)
class Policy:
    """A policy of a table: for which command which rows there are."""

    name: str
    command: str
    rows: str

    def create_on(self, table: str) -> str:
        """Return the statement that creates it on a table."""
        check = f" WITH CHECK ({self.rows})" if self.command == "ALL" else ""
        return f"CREATE POLICY {self.name} ON {table} FOR {self.command} USING ({self.rows}){check}"


def tenant_models() -> list[type[models.Model]]:
    """Return the models whose rows belong to a company, in the order of their areas.

    Raises:
        TypeError: A model says neither whose its rows are nor, as `transient`, why they are not carried with a company.
    """
    return [model for model in every_model() if _is_tenant(model)]


def _is_tenant(model: type[models.Model]) -> bool:
    try:
        owner_field(model)
    except TypeError:
        if not hasattr(model, "transient"):
            raise
        return False
    return True


def policies_of(model: type[models.Model]) -> list[Policy]:
    """Return the policies of a model's table.

    A model whose rows are seen by others too says so in `row_security`, a condition of SQL; it opens them for reading.
    """
    column = connection.ops.quote_name(model._meta.get_field(owner_field(model)).column)
    own = Policy(COMPANY_POLICY, "ALL", _OWN.format(column=column))
    more = getattr(model, "row_security", None)
    return [own] if more is None else [own, Policy(MORE_POLICY, "SELECT", more)]


def apply_row_security(role: str) -> None:
    """Have every table of a company show only the rows of the scope, and give the product's role its rights.

    To be called by the owner of the tables, after every migration; on SQLite there is nothing to do.

    Args:
        role: With which the product works; where it is the owner itself, or is "", no rights are given.
    """
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for name, there in _present_policies():
            cursor.execute(f"DROP POLICY {connection.ops.quote_name(there)} ON {connection.ops.quote_name(name)}")
        for model in tenant_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            for policy in policies_of(model):
                cursor.execute(policy.create_on(table))
        cursor.execute("SELECT current_user")
        if role not in ("", cursor.fetchone()[0]):
            for statement in _rights(connection.ops.quote_name(role)):
                cursor.execute(statement)


def _present_policies() -> list[tuple[str, str]]:
    """Return table and name of every policy, those of others too: a policy more shows rows more."""
    tables = [model._meta.db_table for model in tenant_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema() AND tablename = ANY(%s)",
            [tables],
        )
        return list(cursor.fetchall())


def _rights(role: str) -> Iterator[str]:
    """Yield the statements that let a role read and write rows and nothing else; what is `append_only` it only adds."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        table = connection.ops.quote_name(model._meta.db_table)
        rights = "SELECT, INSERT" if hasattr(model, "append_only") else "SELECT, INSERT, UPDATE, DELETE"
        yield f"REVOKE ALL ON {table} FROM {role}"
        yield f"GRANT {rights} ON {table} TO {role}"
        if isinstance(model._meta.pk, models.AutoField):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, model._meta.pk.column])
                yield f"GRANT USAGE ON SEQUENCE {cursor.fetchone()[0]} TO {role}"
    yield f"GRANT SELECT ON {connection.ops.quote_name(MigrationRecorder.Migration._meta.db_table)} TO {role}"


def list_unprotected_tables() -> list[str]:
    """Return the tables that show more than the rows of one company; none on SQLite, which has no second line."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND bool_and(p.qual LIKE '%guantong.%'),"
            " array_agg(p.policyname || ' ' || p.cmd ORDER BY p.policyname)"
            " FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = current_schema()"
            " WHERE c.relnamespace = current_schema()::regnamespace GROUP BY c.oid"
        )
        there = {table: policies for table, is_forced, policies in cursor.fetchall() if is_forced}
    return [
        model._meta.db_table
        for model in tenant_models()
        if there.get(model._meta.db_table) != [f"{policy.name} {policy.command}" for policy in policies_of(model)]
    ]
