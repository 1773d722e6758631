"""Companies travel between databases with the same report and trail; a fault leaves everything as before."""

import hashlib
import json
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from guantong.formats.backup import open_backup
from tests.make.backups import rewritten
from tests.make.installations import Installation, on_postgresql, on_sqlite

pytestmark = pytest.mark.full

AS_OF = "2026-06-30"
KILLED = -9


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Give an installation with the demo company."""
    folder = tmp_path_factory.mktemp("home")
    installation = on_sqlite(folder)
    status, _, err = installation.run("demo", "--as-of", AS_OF)
    assert (status, err) == (0, "")
    return installation


@pytest.fixture(scope="module")
def backup(home: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give its backup."""
    path = tmp_path_factory.mktemp("backup") / "demo.guantong"
    status, out, err = home.run("backup", path, "--lang", "en")
    assert (status, err) == (0, "")
    assert out.startswith("NEV ")
    assert "read back and found whole" in out
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Give an installation without a company."""
    installation = on_sqlite(tmp_path_factory.mktemp("empty"))
    assert installation.run("migrate")[0] == 0
    return installation


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Installation]:
    """Give an empty installation on PostgreSQL."""
    if "GUANTONG_TEST_DATABASE_URL" not in os.environ:
        pytest.skip("name a PostgreSQL database in GUANTONG_TEST_DATABASE_URL")
    with on_postgresql(tmp_path / "data", "other") as installation:
        yield installation


def report(installation: Installation) -> str:
    status, out, err = installation.run(
        "check", "--company", "NEV", "--as-of", AS_OF, "--format", "json", "--fail-on", "never"
    )
    assert (status, err) == (0, "")
    return out


def trail(path: Path) -> dict[str, str]:
    """Return the digests of a company's trail in a backup."""
    with open_backup(path) as opened:
        section = opened.section("NEV")
        assert section is not None
        return {part.model: part.sha256 for part in section.parts if part.model.startswith("audit.")}


def verified(installation: Installation) -> str:
    """Return the head of the demo company's trail, which must hold."""
    status, out, err = installation.run("trail", "--company", "NEV", "--verify", "--format", "json")
    assert (status, err) == (0, "")
    return str(json.loads(out)["trails"][0]["head"])


def state(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of an SQLite database, which must be sound."""
    with closing(sqlite3.connect(installation.folder / "guantong.sqlite3")) as connection:
        connection.create_function("MD5", 1, lambda text: hashlib.md5(text.encode()).hexdigest(), deterministic=True)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def test_from_sqlite_to_sqlite(home: Installation, empty: Installation, backup: Path, tmp_path: Path) -> None:
    other = empty.copy(tmp_path / "other")
    status, out, err = other.run("restore", backup, "--lang", "en")
    assert (status, err) == (0, "")
    assert "rows, trail and reports are the same" in out
    assert report(other) == report(home)
    assert other.run("backup", tmp_path / "again")[0] == 0
    assert trail(tmp_path / "again") == trail(backup)


def test_to_postgresql_and_back(
    home: Installation, empty: Installation, postgresql: Installation, backup: Path, tmp_path: Path
) -> None:
    assert postgresql.run("restore", backup)[0] == 0
    assert report(postgresql) == report(home)
    assert verified(postgresql) == verified(home)
    assert postgresql.run("backup", tmp_path / "there", "--company", "NEV")[0] == 0
    assert trail(tmp_path / "there") == trail(backup)
    back = empty.copy(tmp_path / "back")
    assert back.run("restore", tmp_path / "there")[0] == 0
    assert report(back) == report(home)
    assert verified(back) == verified(home)
    assert back.run("backup", tmp_path / "back again", "--company", "NEV")[0] == 0
    assert trail(tmp_path / "back again") == trail(backup)


def test_a_damaged_backup_is_refused_and_the_database_is_as_before(
    empty: Installation, backup: Path, tmp_path: Path
) -> None:
    before, sound, draw = state(empty), backup.read_bytes(), random.Random(1)
    damaged = tmp_path / "damaged"
    content = bytearray(sound)
    content[draw.randrange(100, len(sound))] ^= 1
    damaged.write_bytes(content)
    (tmp_path / "short").write_bytes(sound[: len(sound) // 2])
    rewritten(backup, tmp_path / "newer", format=99, version="9.9")
    (tmp_path / "text").write_text("no backup", "utf-8")
    words = {"damaged": "is damaged", "short": "is damaged", "newer": "version 9.9", "text": "no backup of Guantong"}
    for name, word in words.items():
        status, out, err = empty.run("restore", tmp_path / name, "--lang", "en")
        assert (status, out) == (2, "")
        assert word in err
        assert "nothing was changed" in err
    assert state(empty) == before


def test_a_full_disk_ends_a_backup_without_a_file(home: Installation, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("an older backup", "utf-8")
    status, out, err = home.run("backup", target, "--force", "--lang", "en", fault="full:60000")
    assert (status, out) == (2, "")
    assert err == f"Cannot write {target}: File too large\n"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert target.read_text("utf-8") == "an older backup"


def test_a_full_disk_ends_a_restore_with_the_database_as_before(
    empty: Installation, backup: Path, tmp_path: Path
) -> None:
    other = empty.copy(tmp_path / "other")
    before = state(other)
    size = (other.folder / "guantong.sqlite3").stat().st_size
    status, out, err = other.run("restore", backup, "--lang", "en", fault=f"full:{size}")
    assert (status, out) == (2, "")
    assert err.startswith("The database failed while restoring: ")
    assert "the database is as before" in err
    assert state(other) == before
    assert other.run("restore", backup)[0] == 0


def test_a_killed_restore_leaves_the_database_as_before(empty: Installation, backup: Path, tmp_path: Path) -> None:
    other = empty.copy(tmp_path / "other")
    before = state(other)
    assert other.run("restore", backup, fault="killed:restoring")[0] == KILLED
    assert state(other) == before
    assert other.run("restore", backup)[0] == 0


def test_a_killed_backup_leaves_no_backup_and_the_next_one_works(home: Installation, tmp_path: Path) -> None:
    target = tmp_path / "target"
    assert home.run("backup", target, fault="killed:writing")[0] == KILLED
    assert not target.exists()
    assert home.run("backup", target)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_lost_connection_ends_a_restore_with_the_database_as_before(postgresql: Installation, backup: Path) -> None:
    status, out, err = postgresql.run("restore", backup, "--lang", "en", fault="lost:restoring")
    assert (status, out) == (2, "")
    assert err.startswith("The database failed while restoring: ")
    assert "no company" in postgresql.run("check", "--company", "NEV", "--lang", "en")[2]
    assert postgresql.run("restore", backup)[0] == 0


def test_a_lost_connection_ends_a_backup_without_a_file(postgresql: Installation, backup: Path, tmp_path: Path) -> None:
    assert postgresql.run("restore", backup)[0] == 0
    folder = tmp_path / "files"
    folder.mkdir()
    status, out, err = postgresql.run("backup", folder / "target", "--lang", "en", fault="lost:writing")
    assert (status, out) == (2, "")
    assert err.startswith("The database was lost while backing up: ")
    assert not list(folder.iterdir())


def test_the_report_that_is_compared_is_the_one_of_the_company(home: Installation, backup: Path) -> None:
    document = json.loads(report(home))
    with open_backup(backup) as opened:
        section = opened.section("NEV")
        assert section is not None
        assert section.count("findings.goalfigures") == len(document["goals"])
        assert section.report
