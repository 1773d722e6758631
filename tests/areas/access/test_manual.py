"""The manual's table of who may do what is the one that holds."""

import pytest

from guantong.messages.labels import LANGUAGES
from tests.conftest import ROOT
from tests.make.access_table import ability_table


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_shows_who_may_do_what(language: str) -> None:
    page = (ROOT / "docs" / "manual" / f"access.{language}.md").read_text("utf-8")
    assert ability_table(language) in page
