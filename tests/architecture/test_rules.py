"""Every rule of the method has its code, its page and its test."""

import re

from guantong.engine import check  # noqa: F401  fills RULES
from guantong.engine.findings import RULES
from tests.architecture.tree import ROOT, docstrings, modules

ID = re.compile(r"\b(?:[A-Z]+(?:-[A-Z0-9]+)+|PARTICIPATION)\b")


def ids_in(pattern: str, texts: list[str]) -> set[str]:
    """Return the rule ids within whatever matches the pattern."""
    return {found for text in texts for part in re.findall(pattern, text, re.MULTILINE) for found in ID.findall(part)}


def test_every_rule_stands_in_a_docstring_of_the_engine() -> None:
    engine = [text for path, tree in modules().items() if path.startswith("engine/") for text in docstrings(tree)]
    assert ids_in(r"^\s*Rule: .*$", engine) == set(RULES)


def test_every_rule_has_its_heading_in_the_documentation() -> None:
    pages = [page.read_text("utf-8") for page in (ROOT / "docs" / "rules").glob("*.md")]
    assert not set(RULES) - ids_in(r"^#+ .*$", pages)


def test_every_rule_has_its_marked_test() -> None:
    tests = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert ids_in(r"mark\.rule\(([^)]*)\)", tests) == set(RULES)
