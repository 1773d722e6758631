"""docs/quality.md says of every rule where it fires, where it is silent and which tests hold its edges."""

from guantong.engine.findings import RULES
from tests.architecture.quality_table import PAGE, marked_tests, table


def test_the_table_is_current() -> None:
    text = PAGE.read_text("utf-8")
    assert text[text.index("| rule |") :] == table()


def test_every_rule_has_a_test_of_its_edges() -> None:
    assert set(marked_tests()) == set(RULES)
