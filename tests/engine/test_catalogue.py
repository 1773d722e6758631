"""The catalogue against the registry, the findings and the pages of the method."""

import re

import pytest

from guantong.demo.company import build_demo
from guantong.engine.calendar import date_of
from guantong.engine.catalogue import CATALOGUE, CHAPTERS, GENERAL
from guantong.engine.check import check
from guantong.engine.findings import RULES, SEVERITIES, SUBJECT_TYPES
from guantong.engine.snapshot import Snapshot
from tests.conftest import ROOT
from tests.make.company import day

README = (ROOT / "docs" / "rules" / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([A-Z]+(?:-[A-Z]+)*) \| \S+ \| (\S+) \| ([^|]+) \| ([^|]+) \|$", README, re.MULTILINE)
DAY = day("2026-06-30")


def test_chapters_stand_in_the_order_of_the_method() -> None:
    assert CHAPTERS[0] == "goals"
    assert CHAPTERS[-1] == "value_chain"
    assert list(dict.fromkeys(declared.chapter for declared in CATALOGUE.values())) == list(CHAPTERS)
    assert next(iter(CATALOGUE)) == "GOAL-HORIZON"
    assert not CATALOGUE.keys() & GENERAL.keys()


@pytest.mark.parametrize("rule", CATALOGUE)
def test_a_declaration_uses_the_words_of_the_engine(rule: str) -> None:
    declared = CATALOGUE[rule]
    assert declared.source in ("G", "C", "O")
    assert declared.severities
    assert list(declared.severities) == [name for name in SEVERITIES if name in declared.severities]
    assert declared.subjects
    assert set(declared.subjects) <= set(SUBJECT_TYPES.values())


def test_every_rule_that_is_carried_out_is_declared() -> None:
    assert set(RULES) <= CATALOGUE.keys()


def test_the_page_of_the_rules_says_the_same() -> None:
    assert {rule for rule, *_ in ROWS} == set(RULES)
    for rule, source, severities, parameters in ROWS:
        declared = CATALOGUE[rule]
        assert source[0] == declared.source, rule
        assert set(re.findall(r"\b(?:error|warning|advice)\b", severities.replace("`", "x"))) == set(
            declared.severities
        ), rule
        told = {name: float(value) for name, value in re.findall(r"`(\w+)` ([\d.]+)", parameters)}
        assert told == {name: parameter.default for name, parameter in declared.parameters.items()}, rule


def test_findings_have_declared_severities_and_subjects() -> None:
    report = check(Snapshot(build_demo(date_of(DAY), "zh"), DAY))
    found = {(finding.rule, finding.severity, finding.subject.type) for finding in report.findings}
    assert found
    for rule, severity, subject in found:
        assert severity in CATALOGUE[rule].severities
        assert subject in CATALOGUE[rule].subjects
