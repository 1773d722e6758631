"""A scope says whose rows PostgreSQL shows, however it ends; on SQLite it says nothing."""

import threading

import psycopg
import pytest
from django.db import DataError, Error, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from guantong.kit.separation import company_scope, kept_scope, switch_company, user_scope
from tests.make.terminal import url_of

pytestmark = pytest.mark.django_db(transaction=True)
ONLY = pytest.mark.only("postgresql")


@pytest.mark.only("sqlite")
def test_on_sqlite_a_scope_is_no_statement() -> None:
    with CaptureQueriesContext(connection) as queries, company_scope(1), user_scope(2), kept_scope():
        switch_company(3)
    assert len(queries) == 0


def told() -> str:
    """Return the company that the session names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('guantong.company', true)")
        return str(cursor.fetchone()[0])


@ONLY
def test_scopes_nest_and_end() -> None:
    with company_scope(1):
        with company_scope(2), user_scope(3):
            assert told() == "2"
        assert told() == "1"
        with CaptureQueriesContext(connection) as queries, company_scope(1):
            pass
        assert len(queries) == 0
        with kept_scope():
            switch_company(4)
            assert told() == "4"
        assert told() == "1"
    assert told() == "0"


class FaultError(Exception):
    """What goes wrong in these tests."""


@ONLY
def test_what_is_undone_leaves_the_scope_right() -> None:
    with company_scope(1):
        with pytest.raises(FaultError), transaction.atomic(), company_scope(2):
            raise FaultError
        assert told() == "1"
        with transaction.atomic(), company_scope(2):
            with pytest.raises(FaultError), transaction.atomic(), company_scope(3):
                raise FaultError
            assert told() == "2"
        assert told() == "1"
        with pytest.raises(FaultError), company_scope(2), transaction.atomic():
            raise FaultError
        assert told() == "1"


@ONLY
def test_an_error_of_the_database_is_told_and_leaves_the_scope_right() -> None:
    with company_scope(1):
        with pytest.raises(DataError), transaction.atomic(), company_scope(2):
            execute_plainly("SELECT 1 / 0")
        assert told() == "1"
        with transaction.atomic():
            with pytest.raises(DataError), transaction.atomic(), company_scope(2), company_scope(3):
                execute_plainly("SELECT 1 / 0")
            assert told() == "1"
        with pytest.raises(Error), transaction.atomic():  # noqa: PT012 - an error that was caught, and is not over
            with company_scope(2), pytest.raises(DataError):
                execute_plainly("SELECT 1 / 0")
            told()
        assert told() == "1"


def execute_plainly(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@ONLY
def test_a_new_session_shows_what_the_lost_one_showed() -> None:
    with company_scope(1):
        connection.close()
        with company_scope(2):
            assert told() == "2"
            lose_session()
            with pytest.raises(OperationalError):
                told()
            connection.close()
            assert told() == "2"
        assert told() == "1"
        with pytest.raises(OperationalError), company_scope(2):  # noqa: PT012 - the first error is told, not the last
            lose_session()
            told()
        connection.close()
        assert told() == "1"
        with pytest.raises(OperationalError), company_scope(2):
            lose_session()
        assert told() == "1"


def lose_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    with psycopg.connect(url_of(connection.settings_dict), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [number])


@ONLY
def test_threads_see_nothing_of_one_another() -> None:
    seen = []

    def look() -> None:
        seen.append(told())
        with company_scope(2):
            seen.append(told())
        seen.append(told())
        connection.close()

    with company_scope(1):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert told() == "1"
    assert seen == ["", "2", ""]
