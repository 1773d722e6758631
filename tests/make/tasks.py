"""Background tasks for tests: one that does its work, one that fails, one that can be stopped in the middle."""

import datetime
import time
from pathlib import Path

from django.tasks import task

from guantong.formats.cell_rows import company_of_row
from guantong.organisation.actions import create_company

AT = datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC)


@task
def make_company(code: str) -> None:
    """Put an empty company into the database."""
    create_company("operator", AT, company_of_row({"code": code, "name": code, "language": "en"}))


@task
def fail(path: str) -> None:
    """Say in a file that it ran, and fail."""
    say(path, "ran")
    raise ValueError("this task always fails")


@task
def wait(path: str) -> None:
    """Say that it began; end when there is a file of that name with `.go`."""
    say(path, "began")
    while not Path(path + ".go").exists():
        time.sleep(0.05)
    say(path, "ended")


def say(path: str, word: str) -> None:
    """Append a line to a file."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


def said(path: Path) -> list[str]:
    """Return the lines of a file; none where it is not there yet."""
    return path.read_text("utf-8").splitlines() if path.exists() else []
