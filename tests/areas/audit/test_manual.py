"""The manual's page of the trail shows what the command writes, at any width."""

import re
import shlex
from pathlib import Path

import pytest
from django.conf import LazySettings
from rich.cells import cell_len

from guantong.cli.main import main
from tests.conftest import ROOT
from tests.make.weeks import some_weeks

pytestmark = pytest.mark.django_db(transaction=True)

_DIGEST = re.compile("[0-9a-f]{64}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_the_command_writes(
    capsys: pytest.CaptureFixture[str], settings: LazySettings, language: str
) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1
    some_weeks(language)
    page = page_of(language).read_text("utf-8")
    blocks = [block.split("```")[0] for block in page.split("```text\n")[1:]]
    assert len(blocks) == 4
    for block in blocks:
        call, _, shown = block.partition("\n")
        capsys.readouterr()
        assert main([*shlex.split(call.removeprefix("$ guantong ")), "--lang", language]) == 0
        out = capsys.readouterr().out
        if "--verify" not in call:
            assert all(cell_len(line) <= 100 for line in out.splitlines())
        assert _DIGEST.sub("…", out) == _DIGEST.sub("…", shown)


def page_of(language: str) -> Path:
    return ROOT / "docs" / "manual" / f"trail.{language}.md"
