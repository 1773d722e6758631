"""Reading at one moment: all that is read within shows the database as it was when the first of it was read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Read at one moment; nothing can be written meanwhile, and others are not kept from writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    connection.ensure_connection()
    usual = connection.transaction_mode
    connection.transaction_mode = "DEFERRED"  # the usual mode takes the lock of writers at once
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            yield
    finally:
        connection.transaction_mode = usual
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
