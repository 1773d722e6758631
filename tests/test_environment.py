"""What an operator sets: every variable has its default, is documented, and refuses what it cannot hold."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.environment import VARIABLES, EnvironmentValueError, read_environment
from guantong.environment_page import environment_page
from tests.conftest import ROOT

URL = "GUANTONG_DATABASE_URL"


def refusal(**given: str) -> EnvironmentValueError:
    with pytest.raises(EnvironmentValueError) as caught:
        read_environment(given)
    return caught.value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_the_declaration_says(language: str) -> None:
    page = (ROOT / "docs" / "manual" / f"settings.{language}.md").read_text("utf-8")
    assert page == environment_page(language)
    assert all(f"`{name}`" in page for name in VARIABLES)


def test_only_the_declaration_reads_the_environment() -> None:
    settings = (ROOT / "src" / "guantong" / "settings.py").read_text("utf-8")
    assert settings.count("environ[") == settings.count("getenv") == 0
    assert all(f'_GIVEN["{name}"]' in settings for name in VARIABLES)


def test_an_empty_value_counts_as_absent(tmp_path: Path) -> None:
    usual = read_environment({"GUANTONG_DATA": str(tmp_path)})
    assert read_environment({"GUANTONG_DATA": str(tmp_path), "GUANTONG_PORT": " ", URL: ""}) == usual
    assert usual["GUANTONG_PORT"] == 8000
    assert usual[URL] == f"sqlite:///{tmp_path}/guantong.sqlite3"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GUANTONG_PORT", "eighty"),
        ("GUANTONG_PORT", "0"),
        ("GUANTONG_PORT", "65536"),
        ("GUANTONG_WORKERS", "0"),
        ("GUANTONG_SMALL_COMPANY", "-1"),
        ("GUANTONG_TASK_LEASE", "1"),
        ("GUANTONG_LOG_LEVEL", "loud"),
        ("GUANTONG_LOG_FORMAT", "xml"),
        ("GUANTONG_HOSTS", "https://guantong.example"),
        ("GUANTONG_HOSTS", ","),
        ("GUANTONG_ADDRESS", "here"),
        (URL, "mysql://guantong@127.0.0.1/guantong"),
        (URL, "postgres://guantong@127.0.0.1"),
        (URL, "postgres://guantong@127.0.0.1:port/guantong"),
        (URL, "sqlite://"),
        (URL, "guantong.sqlite3"),
        ("GUANTONG_SECRET_KEY", "short"),
        ("GUANTONG_DATA", "~nobody-of-this-name/data"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_cure(name: str, text: str) -> None:
    error = refusal(**{name: text})
    assert error.variables == (name,)
    chinese, english = str(error).splitlines()
    assert name in chinese
    assert VARIABLES[name].expectation("zh") in chinese
    assert name in english
    assert VARIABLES[name].expectation("en") in english


def test_all_bad_values_are_named_at_once() -> None:
    error = refusal(GUANTONG_PORT="x", GUANTONG_WORKERS="y", GUANTONG_LOG_LEVEL="z")
    assert error.variables == ("GUANTONG_PORT", "GUANTONG_WORKERS", "GUANTONG_LOG_LEVEL")


def test_a_secret_is_never_shown() -> None:
    assert "pass-word" not in str(refusal(**{URL: "mysql://guantong:pass-word@127.0.0.1/guantong"}))
    assert "my-key" not in str(refusal(GUANTONG_SECRET_KEY="my-key"))


@pytest.mark.parametrize("url", ["sqlite:////data/g.sqlite3", "postgres://g:p@h/g", "postgresql://g@h:5433/g"])
def test_these_databases_are_known(url: str) -> None:
    assert read_environment({URL: url})[URL] == url


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(GUANTONG_DATA=str(tmp_path / "file")).variables == ("GUANTONG_DATA",)
    assert refusal(GUANTONG_DATA=str(tmp_path / "file" / "within")).variables == ("GUANTONG_DATA",)


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda place, mode: not (Path(place) == tmp_path and mode & os.W_OK))
    assert refusal(GUANTONG_DATA=str(tmp_path)).variables == ("GUANTONG_DATA",)
    assert refusal(GUANTONG_DATA=str(tmp_path / "within")).variables == ("GUANTONG_DATA",)


def test_a_data_folder_is_relative_to_the_caller_and_made_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_environment({"GUANTONG_DATA": "mine/data"})["GUANTONG_DATA"] == tmp_path / "mine" / "data"
    assert not (tmp_path / "mine").exists()


def test_the_command_is_refused_with_status_2() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "guantong.settings", "GUANTONG_PORT": "x"}
    ended = subprocess.run(
        [sys.executable, "-m", "guantong", "load", "nothing.xlsx"], env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 2
    assert "GUANTONG_PORT" in ended.stderr
