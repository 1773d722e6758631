"""What the README shows is what the demo says."""

import pytest

from guantong.cli.main import main
from tests.conftest import ROOT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("page", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_sample_is_real(capsys: pytest.CaptureFixture[str], page: str, language: str) -> None:
    main(["demo", "--lang", language, "--as-of", "2026-11-24"])
    shown = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    sample = (ROOT / page).read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    lines = [line for line in sample.splitlines() if line.strip() and line.strip() != "…"]
    assert len(lines) > 15
    at = -1
    for line in lines:
        at = shown.index(line, at + 1)
