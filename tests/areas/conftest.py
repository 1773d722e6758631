"""The database of the areas' tests.

On PostgreSQL the owner makes it, as `guantong migrate` does, and the tests work with the product's role
(tests/settings.py). A test begins with the installation in view; the helpers of tests/make that load or look up a
company have it in view from then on, as a command at the terminal does. Nothing else opens a view.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from guantong.kit.schema import as_owner
from guantong.kit.separation import apply_row_security, kept_scope, switch_company


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:  # noqa: ARG001 - what it extends
    """Have the tests' database show only the rows of one company, to a role that does not own it where one is named."""
    if connection.vendor != "postgresql":
        yield
        return
    owner, application, ops = dict(connection.settings_dict), settings.TEST_APPLICATION, connection.ops
    with django_db_blocker.unblock():
        apply_row_security(application["USER"])
        if application["USER"] != owner["USER"]:
            with connection.cursor() as cursor:  # tests say which migrations are applied
                cursor.execute(f"GRANT INSERT, DELETE ON django_migrations TO {ops.quote_name(application['USER'])}")
        connection.close()
    settings.OWNER_DATABASE.update(owner)
    connection.settings_dict.update(application)
    ops.execute_sql_flush = partial(_flush_as_owner, ops.execute_sql_flush)
    yield
    with django_db_blocker.unblock():
        connection.close()
    connection.settings_dict.update(owner)


def _flush_as_owner(flush: Callable[[Any], None], statements: Any) -> None:
    """Empty the tables after a test that commits, which is more than the product's role may."""
    with as_owner():
        flush(statements)


@pytest.fixture(autouse=True)
def installation_in_view(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin a test with the installation in view, and end whatever it has in view then."""
    if "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("db")
    with kept_scope():
        switch_company(0)
        yield
