"""Installations of their own for tests of whole commands: a database each, a process per command."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.make.installation import end_sessions

ROOT = Path(__file__).resolve().parent.parent.parent
_FAULTY = ROOT / "tests" / "make" / "faulty_command.py"


@dataclass(frozen=True)
class Installation:
    """A database, and the commands that run on it.

    Attributes:
        folder: Where its data is.
        url: Of its database.
        owner_url: The same with the role that owns the tables, "" where there is one role.
    """

    folder: Path
    url: str
    owner_url: str = ""

    def run(self, *arguments: object, fault: str = "") -> tuple[int, str, str]:
        """Run a command in a process of its own; returns its status, output and errors.

        Args:
            arguments: Of the command.
            fault: What befalls it, as tests/make/faulty_command.py says.
        """
        given = [str(argument) for argument in arguments]
        command = [str(_FAULTY), fault, *given] if fault else ["-m", "guantong", *given]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "GUANTONG_DATA": str(self.folder),
            "GUANTONG_DATABASE_URL": self.url,
            "GUANTONG_OWNER_DATABASE_URL": self.owner_url,
            "GUANTONG_LOG_LEVEL": "error",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout, done.stderr

    def copy(self, folder: Path) -> "Installation":
        """Return another installation with the same SQLite database."""
        shutil.copytree(self.folder, folder)
        return on_sqlite(folder)


def on_sqlite(folder: Path) -> Installation:
    """Return an installation whose database is a file in a folder."""
    return Installation(folder, f"sqlite:///{folder / 'guantong.sqlite3'}")


@contextmanager
def on_postgresql(folder: Path, name: str) -> Iterator[Installation]:
    """Give an installation with an empty database beside the one that the environment names."""
    import psycopg

    server = os.environ["GUANTONG_TEST_DATABASE_URL"]
    database = f"gt_backup_{name}_{os.getpid()}"
    owner, application = (
        urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
        for url in (server, os.environ.get("GUANTONG_TEST_APPLICATION_URL") or server)
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"')
    try:
        installation = Installation(folder, application, owner)
        assert installation.run("migrate")[0] == 0
        yield installation
    finally:
        end_sessions(database)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
