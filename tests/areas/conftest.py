"""The database of the areas' tests.

On PostgreSQL the owner makes it, as `guantong migrate` does, and the tests work with the product's role
(tests/settings.py). A test begins with the installation in view; the helpers of tests/make that load or look up a company
have it in view from then on, as a command at the terminal does. Nothing else opens a view.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from guantong.kit.separation import apply_row_security, kept_scope, switch_company

_RIGHTS_OF_TESTS = ("TRUNCATE ON ALL TABLES IN SCHEMA public", "INSERT, DELETE ON django_migrations")
"""What the tests' role may beyond the product's: how Django empties tables, and saying that migrations are applied."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Have the tests' database show only the rows of one company, to a role that does not own it where one is named."""
    if connection.vendor != "postgresql":
        yield
        return
    owner, role = dict(connection.settings_dict), settings.TEST_APPLICATION["USER"]
    with django_db_blocker.unblock():
        apply_row_security(role)
        if role != owner["USER"]:
            with connection.cursor() as cursor:
                for right in _RIGHTS_OF_TESTS:
                    cursor.execute(f"GRANT {right} TO {connection.ops.quote_name(role)}")
        connection.close()
    settings.OWNER_DATABASE.update(owner)
    connection.settings_dict.update(settings.TEST_APPLICATION)
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(owner)


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
