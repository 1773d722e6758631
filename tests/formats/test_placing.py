"""A file appears whole or not at all."""

import fcntl
import stat
from pathlib import Path
from typing import Any

import pytest

from guantong.formats.placing import BusyError, whole_file


def test_a_file_appears_when_it_is_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with whole_file(target, replace=False) as file:
        file.write(b"all")
        assert not target.exists()
    assert target.read_bytes() == b"all"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), whole_file(tmp_path / "target", replace=False) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_only_where_that_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError), whole_file(target, replace=False):
        raise AssertionError
    with pytest.raises(RuntimeError), whole_file(target, replace=True):
        raise RuntimeError
    assert target.read_bytes() == b"old"
    with whole_file(target, replace=True) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with pytest.raises(FileExistsError), whole_file(target, replace=False):
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_two_cannot_write_the_same_file(tmp_path: Path) -> None:
    with whole_file(tmp_path / "target", replace=False) as file:
        with pytest.raises(BusyError), whole_file(tmp_path / "target", replace=False):
            raise AssertionError
        file.write(b"first")
    assert (tmp_path / "target").read_bytes() == b"first"


def test_what_a_killed_process_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".target.part").write_bytes(b"left by one that was killed")
    with whole_file(tmp_path / "target", replace=False) as file:
        file.write(b"whole")
    assert (tmp_path / "target").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_file_that_was_moved_away_while_one_waited_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, lock = tmp_path / ".target.part", fcntl.flock

    def late(file: Any, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        part.rename(tmp_path / "of another process")
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with whole_file(tmp_path / "target", replace=False) as file:
        file.write(b"ours")
    assert (tmp_path / "target").read_bytes() == b"ours"
    assert (tmp_path / "of another process").read_bytes() == b""


def test_a_file_system_without_hard_links_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with whole_file(tmp_path / "target", replace=False) as file:
        file.write(b"all")
    assert (tmp_path / "target").read_bytes() == b"all"
    with pytest.raises(FileExistsError), whole_file(tmp_path / "late", replace=False):
        (tmp_path / "late").write_bytes(b"theirs")
    assert (tmp_path / "late").read_bytes() == b"theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["late", "target"]


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError), whole_file(tmp_path, replace=True):
        raise AssertionError
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "nowhere" / "target", replace=False):
        raise AssertionError
