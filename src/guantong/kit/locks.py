"""One at a time: a lock by name that ends with the process that holds it, however that ends."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from guantong.kit.place import database_file

_HELD: dict[str, threading.Lock] = {}
"""Locks of databases in memory by name."""


class LockedError(Exception):
    """Somebody else holds the lock."""


@contextmanager
def lock(name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a name; `wait` for it where somebody else has it.

    On PostgreSQL it is an advisory lock of the session, on SQLite the lock of a file beside the database, in memory one
    of the process.

    Raises:
        LockedError: It is held already and `wait` is not set.
    """
    database = database_file()
    if database is not None:
        held = _of_file(database, name, wait)
    else:
        held = (_advisory if connection.vendor == "postgresql" else _of_process)(name, wait)
    with held:
        yield


def take_until_commit(name: str) -> bool:
    """Take the lock of a name until the transaction ends; returns whether nobody else has it.

    On SQLite there is one writer at a time anyhow: who comes second waits and then finds what the first has written.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
        return bool(cursor.fetchone()[0])


def lock_until_end(name: str) -> None:
    """Hold the lock of a name until the transaction ends, waiting for it; on SQLite nobody else writes meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


@contextmanager
def _advisory(name: str, wait: bool) -> Iterator[None]:
    key = _key(name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'pg_advisory_lock' if wait else 'pg_try_advisory_lock'}(%s)", [key])
        if cursor.fetchone()[0] is False:
            raise LockedError(name)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _of_process(name: str, wait: bool) -> Iterator[None]:
    held = _HELD.setdefault(name, threading.Lock())
    if not held.acquire(blocking=wait):
        raise LockedError(name)
    try:
        yield
    finally:
        held.release()


@contextmanager
def _of_file(database: Path, name: str, wait: bool) -> Iterator[None]:
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    place = database.parent / f".{database.name}.{digest}.lock"
    with place.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            raise LockedError(name) from None
        yield
