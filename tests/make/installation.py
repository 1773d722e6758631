"""An installation of its own, run as its operator runs it: real commands on a database that nobody else has."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.conftest import ROOT

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Installation:
    """The environment of its commands; the folder of its data."""

    environment: Mapping[str, str]
    folder: Path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "guantong", *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def run_with(self, typed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end with something on its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "guantong", *arguments],
            env=dict(self.environment),
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    @contextmanager
    def started(self, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command; in the end it is asked to end, with all its processes, and killed if it does not."""
        log = (self.folder / f"{arguments[0]}.log").open("a+")
        with (
            log,
            subprocess.Popen(
                [sys.executable, "-m", "guantong", *arguments],
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
                text=True,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()

    def enqueue(self, task: str, *arguments: object) -> None:
        """Queue a task of tests/make/tasks.py."""
        code = f"import django; django.setup(); from tests.make.tasks import {task}; {task}.enqueue(*{arguments!r})"
        subprocess.run([sys.executable, "-c", code], env=self.environment, check=True, timeout=PATIENCE_SECONDS)


@contextmanager
def installation(folder: Path, of: Installation | None = None) -> Iterator[Installation]:
    """Give an installation without a database yet, or with a copy of another's.

    It is on SQLite, or on the PostgreSQL that the tests run on.
    """
    folder.mkdir(exist_ok=True)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("GUANTONG_")}
    environment |= {
        "GUANTONG_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "guantong.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    if os.environ.get("GUANTONG_TEST_ON") != "postgresql":
        if of is not None:
            shutil.copytree(of.folder / "data", folder / "data")
        yield Installation(environment, folder)
        return
    server = os.environ["GUANTONG_TEST_DATABASE_URL"]
    name = f"guantong_test_{secrets.token_hex(6)}"
    template = "template1" if of is None else urlsplit(of.environment["GUANTONG_DATABASE_URL"]).path[1:]
    with psycopg.connect(server, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            urls = {
                "GUANTONG_DATABASE_URL": os.environ.get("GUANTONG_TEST_APPLICATION_URL") or server,
                "GUANTONG_OWNER_DATABASE_URL": server,
            }
            own = {variable: urlsplit(url)._replace(path=f"/{name}").geturl() for variable, url in urls.items()}
            yield Installation({**environment, **own}, folder)
        finally:
            end_sessions(name)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def end_sessions(database: str) -> None:
    """End the sessions that the product's role has on a database: who owns that may end only sessions of its own."""
    url = os.environ.get("GUANTONG_TEST_APPLICATION_URL")
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            ends = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user"
            connection.execute(f"{ends} AND datname = %s", [database])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: It does not in a minute.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "this never came to be"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
