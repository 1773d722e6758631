"""`guantong backup` and `guantong restore` at the terminal: what they say, and that a refusal changes nothing."""

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from guantong import __version__
from guantong.audit.models import Entry
from guantong.cli.main import main
from guantong.formats.placing import whole_file
from guantong.kit.locks import lock
from guantong.organisation.queries import list_companies
from tests.make.backups import rewritten

pytestmark = pytest.mark.django_db(transaction=True)

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, "".join(line for line in err.splitlines(keepends=True) if "[guantong.kit.logs]" not in line)


def refused(capsys: Capture, *arguments: object) -> str:
    """Return what a refused command says in English; it says it in Chinese too, and changes nothing."""
    before = codes(), Entry.objects.count()
    status, out, err = run(capsys, *arguments, "--lang", "zh")
    assert (status, out) == (2, "")
    assert any("一" <= sign <= "鿿" for sign in err)
    status, out, err = run(capsys, *arguments, "--lang", "en")
    assert (status, out) == (2, "")
    assert (codes(), Entry.objects.count()) == before
    return err


def codes() -> list[str]:
    return [str(company.code) for company in list_companies()]


@pytest.fixture
def backup(capsys: Capture, tmp_path: Path) -> Path:
    """Give a backup of two empty companies, which are still there."""
    for code in ("ACME", "WELL"):
        assert run(capsys, "createcompany", code, code.title())[0] == 0
    path = tmp_path / "two.guantong"
    assert run(capsys, "backup", path)[0] == 0
    return path


@contextmanager
def held_elsewhere(name: str) -> Iterator[None]:
    """Have another connection hold a lock."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with lock(name):
            held.set()
            over.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    try:
        yield
    finally:
        over.set()
        holder.join()


def test_a_backup_says_what_it_holds_and_is_the_owners_alone(capsys: Capture, backup: Path, tmp_path: Path) -> None:
    status, out, err = run(capsys, "backup", tmp_path / "more", "--lang", "en")
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == [
        "ACME Acme: rows 4 · trail: entries 1, changes 1",
        "WELL Well: rows 4 · trail: entries 1, changes 1",
        "The installation's own trail: entries 1",
    ]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_one_company_is_backed_up_and_restored_beside_others(capsys: Capture, backup: Path, tmp_path: Path) -> None:
    path = tmp_path / "one"
    assert run(capsys, "backup", path, "--company", "WELL")[0] == 0
    call_command("flush", interactive=False, verbosity=0)
    assert run(capsys, "restore", backup, "--company", "ACME")[0] == 0
    assert codes() == ["ACME"]
    status, out, _ = run(capsys, "restore", path, "--lang", "en")
    assert status == 0
    assert "rows, trail and reports are the same" in out
    assert codes() == ["ACME", "WELL"]


def test_a_look_at_a_backup_writes_nothing(capsys: Capture, backup: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    status, out, err = run(capsys, "restore", backup, "--dry-run", "--lang", "en")
    assert (status, err) == (0, "")
    assert out.startswith("ACME Acme: rows 4")
    assert f"made by version {__version__}" in out
    assert codes() == []
    assert not Entry.objects.exists()


def test_a_report_of_another_version_is_said(capsys: Capture, backup: Path, tmp_path: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    path = rewritten(backup, tmp_path / "older", report="1" * 64, method="older")
    status, out, _ = run(capsys, "restore", path, "--company", "ACME", "--lang", "en")
    assert status == 0
    assert "the report is not, because another version" in out
    assert "reports are the same" not in out


def test_a_file_is_overwritten_only_with_force(capsys: Capture, backup: Path) -> None:
    before = backup.read_bytes()
    assert "was not overwritten" in refused(capsys, "backup", backup)
    assert backup.read_bytes() == before
    assert run(capsys, "backup", backup, "--force")[0] == 0
    assert backup.read_bytes() != before


def test_backups_that_cannot_be_made_are_refused(capsys: Capture, tmp_path: Path) -> None:
    assert "no company in the database" in refused(capsys, "backup", tmp_path / "none")
    assert run(capsys, "createcompany", "ACME", "Acme")[0] == 0
    assert "Nearest: ACME" in refused(capsys, "backup", tmp_path / "other", "--company", "ACNE")
    assert "No such file or directory" in refused(capsys, "backup", tmp_path / "nowhere" / "file")
    assert "was not overwritten" in refused(capsys, "backup", tmp_path, "--force")
    with whole_file(tmp_path / "busy", replace=False):
        assert "under way" in refused(capsys, "backup", tmp_path / "busy")


def failing(words: str) -> Any:
    """Return a context in which the database fails at statements that begin with words."""

    def fail(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if statement.startswith(words):
            raise OperationalError("disk full")
        return execute(statement, parameters, many, context)

    return connection.execute_wrapper(fail)


def test_a_database_that_fails_is_said(capsys: Capture, tmp_path: Path) -> None:
    assert run(capsys, "createcompany", "ACME", "Acme")[0] == 0
    with failing('SELECT "code"'):
        assert refused(capsys, "backup", tmp_path / "lost").startswith("The database was lost while backing up: disk")
    assert not (tmp_path / "lost").exists()
    with failing('INSERT INTO "audit_entry"'):
        status, out, err = run(capsys, "backup", tmp_path / "untold", "--lang", "en")
    assert status == 2
    assert "read back and found whole" in out
    assert err == f"The backup {tmp_path / 'untold'} is complete, but the trail could not be told: disk full.\n"
    call_command("flush", interactive=False, verbosity=0)
    with failing('INSERT INTO "audit_entry"'):
        said = refused(capsys, "restore", tmp_path / "untold")
    assert said.startswith("The database failed while restoring: disk full.")


def test_backups_that_cannot_be_restored_are_refused(capsys: Capture, backup: Path, tmp_path: Path) -> None:
    assert "ACME is in this database already" in refused(capsys, "restore", backup)
    assert "Nearest: WELL" in refused(capsys, "restore", backup, "--company", "WELLS")
    assert "no company with the code" in refused(capsys, "restore", backup, "--company", "")
    assert "There is no file" in refused(capsys, "restore", tmp_path / "none")
    assert "Is a directory" in refused(capsys, "restore", tmp_path)
    call_command("flush", interactive=False, verbosity=0)
    sound = backup.read_bytes()
    (tmp_path / "damaged").write_bytes(sound[:-1] + b"x")
    (tmp_path / "text").write_text("no backup", "utf-8")
    newer = rewritten(backup, tmp_path / "newer", format=3, version="9.9")
    moods = rewritten(backup, tmp_path / "moods", rename=lambda name: name.replace("audit.change", "moods.mood"))
    other = rewritten(backup, tmp_path / "other", report="1" * 64)
    said = {
        tmp_path / "damaged": "is damaged",
        tmp_path / "text": "is no backup of Guantong",
        newer: f"version 9.9, in a form that this version {__version__}",
        moods: "moods.mood",
        other: "ACME: what was restored differs from the backup (report)",
    }
    for path, words in said.items():
        assert words in refused(capsys, "restore", path)
    with held_elsewhere("load ACME"):
        assert "being loaded or restored" in refused(capsys, "restore", backup)
    assert run(capsys, "restore", backup)[0] == 0
