"""The key for signatures is drawn once, is the same for all processes, and nobody else can read it."""

import subprocess
import sys
from pathlib import Path

import pytest

from guantong.environment import EnvironmentValueError
from guantong.own_key import FILE, own_key


def test_it_is_drawn_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    key = own_key(folder)
    assert len(key) >= 64
    assert own_key(folder) == key
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert own_key(tmp_path / "other") != key


def test_processes_that_start_at_once_have_the_same(tmp_path: Path) -> None:
    code = "import pathlib, sys; from guantong.own_key import own_key; print(own_key(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path / "data")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    keys = {process.communicate(timeout=60)[0].strip() for process in started}
    assert len(keys) == 1


def test_where_it_cannot_be_kept_the_operator_gives_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentValueError) as refused:
        own_key(tmp_path / "file")
    assert refused.value.variables == ("GUANTONG_SECRET_KEY",)
