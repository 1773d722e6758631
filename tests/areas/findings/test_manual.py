"""The manual's page of findings, waivers and codes shows what the commands write, at any width."""

import shlex

import pytest
from django.conf import LazySettings
from rich.cells import cell_len

from guantong.cli.main import main
from tests.conftest import ROOT
from tests.make.weeks import some_weeks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_the_commands_write(
    capsys: pytest.CaptureFixture[str], settings: LazySettings, language: str
) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1
    some_weeks(language)
    page = (ROOT / "docs" / "manual" / f"findings.{language}.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in page.split("```text\n")[1:]]
    assert len(blocks) == 1
    for block in blocks:
        call, _, shown = block.partition("\n")
        capsys.readouterr()
        assert main([*shlex.split(call.removeprefix("$ guantong ")), "--lang", language]) == 0
        out = capsys.readouterr().out
        assert all(cell_len(line) <= 100 for line in out.splitlines())
        assert out == shown
