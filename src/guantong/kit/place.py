"""Where the database is, and the one line of what it says that people are shown."""

from pathlib import Path

from django.db import connection


def database_file() -> Path | None:
    """Return the file of the SQLite database; None in memory and on PostgreSQL."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(str(connection.settings_dict["NAME"]))


def first_line(error: BaseException) -> str:
    """Return the first line of what a database says."""
    return str(error).strip().partition("\n")[0].rstrip("?.")
