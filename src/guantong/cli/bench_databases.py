"""Databases for one benchmark only: made beside the one that is named, dropped when it is over."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit, urlunsplit

from guantong.cli.opening import UsageError
from guantong.messages.labels import label

POSTGRESQL, SQLITE = "PostgreSQL", "SQLite"


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Have a request to end, such as `kill` sends, close what is open: else the databases would stay behind."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def fresh_sqlite() -> Iterator[str]:
    """Give the address of an SQLite database that is not there yet; its folder is temporary."""
    with tempfile.TemporaryDirectory(prefix="guantong-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bench.sqlite3'}"


@contextmanager
def fresh_postgresql(url: str, language: str) -> Iterator[str]:
    """Give the address of an empty database on the PostgreSQL server of another one, which is left alone.

    Args:
        url: The other one, such as `postgres://user:password@host:5432/name`; its role may create databases.
        language: "zh" or "en", of the refusal.

    Raises:
        UsageError: No database can be created there.
    """
    import psycopg

    name = f"guantong_bench_{os.getpid()}"
    try:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
    except psycopg.Error as error:
        reason = str(error).strip().partition("\n")[0]
        raise UsageError(label("errors.bench_database", language, reason=reason)) from None
    try:
        yield _beside(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _beside(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))
