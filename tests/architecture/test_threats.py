"""The threat page names tests that exist."""

import re

from tests.architecture.tree import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_threat_page_names_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "threats.md").read_text("utf-8"))
    assert len(named) > 40
    files = {file: (ROOT / "tests" / "areas" / file).read_text("utf-8") for file, _ in named}
    assert not [f"{file}::{name}" for file, name in named if f"def {name}(" not in files[file]]
