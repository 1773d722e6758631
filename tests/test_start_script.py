"""The start script, run against Pythons made of a few lines of shell: no network, no real set-up."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("cat", "chmod", "cksum", "cp", "grep", "ls", "mkdir", "readlink", "rm", "rmdir", "sh", "sleep")
LOCKS = ("requirements.lock", "requirements-dev.lock")

OLD_PYTHON = "#!/bin/sh\nexit 1\n"
BARE_PYTHON = '#!/bin/sh\necho "13 /opt/python3.13"; exit 3\n'
NEW_PYTHON = """#!/bin/sh
# Does what the start script asks of a Python {minor}, and keeps a list of it.
shift
[ "$1" != -X ] || shift 2
echo "$1 $2 $3 $4" >>"$CALLS"
case "$1 $2" in
    "-c "*) echo "{minor} $0" ;;
    "-m venv")
        for venv; do :; done
        mkdir -p "$venv/bin" && cp "$0" "$venv/bin/python" && echo "prompt = 'guantong'" >"$venv/pyvenv.cfg" ;;
    "-m pip")
        sleep "${{SLOWNESS:-0}}"
        [ -z "${{OFFLINE:-}}" ] || {{ echo "pip complains"; exit 1; }} ;;
    "-m guantong") printf '%s\\n' "$PWD" "$@" ;;
esac
"""


def new_python(minor: int) -> str:
    """Return a Python 3.minor of shell."""
    return NEW_PYTHON.format(minor=minor)


@dataclass
class Clone:
    """A copy of the start script in a folder with a space, and all that it can reach."""

    folder: Path
    path: Path
    calls_file: Path

    @property
    def venv(self) -> Path:
        """Return where the environment is made."""
        return self.folder / ".venv"

    @property
    def calls(self) -> list[str]:
        """Return what was asked of Python so far."""
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []

    def add(self, name: str, script: str) -> None:
        """Put a command on the PATH."""
        command = self.path / name
        command.write_text(script)
        command.chmod(0o755)

    def popen(self, *arguments: str, script: Path | None = None, **more: str) -> subprocess.Popen[str]:
        """Start the script from another folder."""
        environment = {"PATH": str(self.path), "HOME": str(self.path), "CALLS": str(self.calls_file), **more}
        return subprocess.Popen(
            [script or self.folder / "guantong", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=self.folder.parent,
            env=environment,
        )

    def start(self, *arguments: str, script: Path | None = None, **more: str) -> tuple[int, str, str]:
        """Return exit code, output and messages of one start."""
        with self.popen(*arguments, script=script, **more) as process:
            out, messages = process.communicate(timeout=60)
        return process.returncode, out, messages


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Give a clone without any Python."""
    clone = Clone(tmp_path / "a clone", tmp_path / "bin", tmp_path / "calls")
    clone.folder.mkdir()
    clone.path.mkdir()
    shutil.copy(ROOT / "guantong", clone.folder)
    for name in (*LOCKS, "pyproject.toml"):
        (clone.folder / name).touch()
    for name in TOOLS:
        (clone.path / name).symlink_to(str(shutil.which(name)))
    return clone


def refused(result: tuple[int, str, str], chinese: str, english: str) -> bool:
    """Tell whether a start was refused in both languages."""
    code, out, messages = result
    return code == 2 and not out and chinese in messages and english in messages


def test_is_plain_shell() -> None:
    subprocess.run(["sh", "-n", ROOT / "guantong"], check=True)


def test_first_start_sets_up_and_second_says_nothing(clone: Clone) -> None:
    clone.add("python3", new_python(12))
    code, out, messages = clone.start("check", "a file.xlsx")
    assert (code, len(messages.splitlines())) == (0, 2)
    assert out.splitlines() == [str(clone.folder.parent), "-m", "guantong", "check", "a file.xlsx"]
    assert len([call for call in clone.calls if call.startswith("-m pip")]) == 2
    before = clone.calls
    assert clone.start("rules")[::2] == (0, "")
    assert clone.calls == [*before, "-m guantong rules "]


def test_works_through_a_link(clone: Clone, tmp_path: Path) -> None:
    clone.add("python3", new_python(12))
    link = tmp_path / "gt"
    link.symlink_to(Path("a clone") / "guantong")
    assert clone.start(script=link)[0] == 0
    assert clone.venv.is_dir()


def test_prefers_3_13_and_passes_over_what_fails(clone: Clone) -> None:
    clone.add("python3.13", OLD_PYTHON)
    clone.add("python3.12", new_python(12))
    clone.add("python3", new_python(13))
    clone.start()
    assert 'echo "13 $0"' in (clone.venv / "bin" / "python").read_text()


def test_finds_a_python_under_pyenv(clone: Clone) -> None:
    clone.add("python3", OLD_PYTHON)
    folder = clone.path / ".pyenv" / "versions" / "3.13.0" / "bin"
    folder.mkdir(parents=True)
    clone.add(str(folder / "python"), new_python(13))
    assert clone.start()[0] == 0


def test_refuses_an_old_python_and_leaves_nothing(clone: Clone) -> None:
    clone.add("python3", OLD_PYTHON)
    before = sorted(clone.folder.iterdir())
    assert refused(clone.start(), "找不到 Python 3.12", "found no Python 3.12")
    assert sorted(clone.folder.iterdir()) == before


def test_refuses_a_python_without_venv(clone: Clone) -> None:
    clone.add("python3", BARE_PYTHON)
    assert refused(clone.start(), "缺少 venv", "/opt/python3.13 lacks the venv module")


def test_refuses_a_named_python_that_does_not_work(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    assert refused(clone.start(GUANTONG_PYTHON="python9"), "GUANTONG_PYTHON=python9", "no working Python")


def test_refuses_a_place_that_cannot_be_written(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    assert refused(clone.start(GUANTONG_VENV=os.devnull + "/venv"), "无法写入", "cannot write")


def test_never_clears_a_folder_of_somebody_else(clone: Clone, tmp_path: Path) -> None:
    clone.add("python3", new_python(13))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    assert refused(clone.start(GUANTONG_VENV=str(tmp_path / "mine")), "别的内容", "something else")
    assert (tmp_path / "mine" / "letter").exists()


def test_failed_set_up_shows_why_and_starts_afresh_next_time(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    result = clone.start(OFFLINE="yes")
    assert refused(result, "安装依赖失败", "could not install")
    assert "pip complains" in result[2]
    assert clone.start()[0] == 0
    assert len([call for call in clone.calls if call.startswith("-m venv")]) == 2


def test_changed_lock_is_installed_on_top(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    clone.start()
    (clone.folder / "requirements.lock").write_text("changed")
    assert clone.start()[0] == 0
    assert len([call for call in clone.calls if call.startswith("-m venv")]) == 1
    assert len([call for call in clone.calls if call.startswith("-m pip")]) == 4


def test_two_starts_at_once_set_up_once(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    with clone.popen(SLOWNESS="0.3") as one, clone.popen(SLOWNESS="0.3") as two:
        one.communicate(timeout=60)
        two.communicate(timeout=60)
    assert (one.returncode, two.returncode) == (0, 0)
    assert len([call for call in clone.calls if call.startswith("-m venv")]) == 1
    assert not clone.venv.with_name(".venv.lock").exists()


def test_the_lock_of_a_dead_start_is_inherited(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    with subprocess.Popen(["true"]) as dead:
        pass
    lock = clone.venv.with_name(".venv.lock")
    lock.mkdir()
    (lock / "pid").write_text(f"{dead.pid}\n")
    assert clone.start()[0] == 0
    assert not lock.exists()


def test_tests_need_the_second_lock_and_take_paths_as_given(clone: Clone) -> None:
    clone.add("python3", new_python(13))
    assert clone.start("test", "-k", "smart")[0] == 0
    assert all((clone.venv / f"{name}.stamp").exists() for name in LOCKS)
    assert clone.calls[-1].startswith("-m pytest")


@pytest.mark.skipif(
    not Path(sys.prefix, "requirements.lock.stamp").exists(), reason="runs in the environment that ./guantong makes"
)
def test_starts_the_product_from_any_folder(tmp_path: Path) -> None:
    link = tmp_path / "with a space"
    link.symlink_to(ROOT / "guantong")
    environment = {**os.environ, "GUANTONG_VENV": sys.prefix}
    run = subprocess.run([link, "--help"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout
    assert not run.stderr
