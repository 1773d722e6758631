"""Rules explained: whole in both languages, true under a company's parameters, the same on the page of the manual."""

from collections import defaultdict
from pathlib import Path

import pytest

from guantong.demo.company import build_demo
from guantong.engine.calendar import date_of
from guantong.engine.catalogue import CATALOGUE, CHAPTERS
from guantong.engine.check import check
from guantong.engine.findings import RULES, SEVERITIES, SUBJECT_TYPES
from guantong.engine.parameters import MODES, Parameters
from guantong.engine.snapshot import Snapshot
from guantong.messages import labels
from guantong.messages.explanations import explained_rules, explanation
from guantong.messages.labels import LANGUAGES, label
from guantong.messages.rule_page import main, rule_page
from guantong.messages.rules import DASH, rule_book
from tests.conftest import ROOT
from tests.make.company import day
from tests.messages.test_rules import SAMPLES, SPECS, placeholders

TEXTS = ("what", "why", "cure", "example")
WRITTEN = explained_rules()
DAY = day("2026-06-30")


def carried() -> dict[str, set[str]]:
    """Return the evidence keys that the samples and the findings of the demo carry, by rule."""
    keys: dict[str, set[str]] = defaultdict(set)
    for rule, _, _, evidence in SAMPLES:
        keys[rule] |= evidence.keys()
    for finding in check(Snapshot(build_demo(date_of(DAY), "zh"), DAY)).findings:
        keys[finding.rule] |= finding.evidence.keys()
    return keys


def test_rules_are_explained_in_the_order_of_the_method() -> None:
    assert set(explained_rules()) == set(RULES)
    assert explained_rules() == [rule for rule in CATALOGUE if rule in RULES]


@pytest.mark.parametrize("rule", WRITTEN)
def test_every_rule_has_all_texts_in_both_languages(rule: str) -> None:
    zh, en = (rule_book(language)[rule] for language in LANGUAGES)
    for part in TEXTS:
        names = [{name for name, _ in placeholders(texts[part])} for texts in (zh, en)]
        assert names[0] == names[1], part
        assert names[0] <= CATALOGUE[rule].parameters.keys(), part
        assert {spec.partition(".")[0] for _, spec in placeholders(zh[part]) + placeholders(en[part])} <= SPECS
    for part in ("parameters", "evidence"):
        assert list(zh.get(part, {})) == list(en.get(part, {}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", WRITTEN)
def test_every_text_is_filled(rule: str, language: str) -> None:
    explained = explanation(rule, language, Parameters())
    for text in (getattr(explained, part) for part in TEXTS):
        assert text.endswith("。" if language == "zh" else "."), text
        assert text == text.strip()
        assert not {DASH, "{", "}", "\n"} & set(text)
    assert [parameter.name for parameter in explained.parameters] == list(CATALOGUE[rule].parameters)
    assert all(parameter.meaning for parameter in explained.parameters)
    assert all(meaning for _, meaning in explained.evidence)
    assert explained.sheets
    assert set(explained.sheets) == RULES[rule].judges


def test_nothing_is_said_of_a_parameter_that_is_none() -> None:
    for rule in WRITTEN:
        for language in LANGUAGES:
            assert rule_book(language)[rule].get("parameters", {}).keys() <= CATALOGUE[rule].parameters.keys()


def test_every_evidence_key_is_explained() -> None:
    for rule, keys in carried().items():
        if rule in WRITTEN:
            assert keys <= dict(explanation(rule, "zh", Parameters()).evidence).keys(), rule


def test_texts_tell_the_value_in_force_and_examples_the_default() -> None:
    own = explanation("COLLAB-WEIGHT", "en", Parameters.of("mature", ["COLLAB-WEIGHT.min=12.5%"]))
    assert "less than 12.5% of" in own.what
    assert "By default the minimum is 20%." in own.example
    (minimum,) = own.parameters
    assert (minimum.name, minimum.value, minimum.default, minimum.source) == ("min", 0.125, 0.2, "G")
    assert (minimum.written, minimum.written_default) == ("12.5%", "20%")


@pytest.mark.parametrize(
    ("setting", "written"),
    [("GOAL-FOCUS.max=1250", "1250"), ("CASCADE-MARKUP.error=0.07", "7%"), ("BSC-WEIGHT.tolerance=0.0005", "0.05%")],
)
def test_a_value_is_written_as_settings_write_it(setting: str, written: str) -> None:
    rule, _, name = setting.partition("=")[0].partition(".")
    explained = explanation(rule, "zh", Parameters.of("mature", [setting]))
    assert {one.name: one.written for one in explained.parameters}[name] == written
    again = Parameters.of("mature", [f"{rule}.{name}={written}"])
    assert again.value(rule, name) == pytest.approx(Parameters.of("mature", [setting]).value(rule, name))


@pytest.mark.parametrize(
    ("stage", "settings", "rule", "mode", "in_stage", "is_on"),
    [
        ("mature", [], "BSC-MAP", "warn", True, True),
        ("startup", [], "BSC-MAP", "warn", False, False),
        ("mature", ["BSC-MAP.mode=off"], "BSC-MAP", "off", True, False),
        ("mature", ["BSC-MAP.mode=block"], "BSC-MAP", "block", True, True),
    ],
)
def test_mode_and_stage_are_the_companys(
    stage: str, settings: list[str], rule: str, mode: str, in_stage: bool, is_on: bool
) -> None:
    explained = explanation(rule, "zh", Parameters.of(stage, settings))
    assert (explained.mode, explained.in_stage, explained.is_on) == (mode, in_stage, is_on)


def test_a_rule_without_texts_is_told_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    book = {"form": rule_book("zh")["form"]}
    for module in ("explanations", "rules"):
        monkeypatch.setattr(f"guantong.messages.{module}.rule_book", lambda _: book)
    explained = explanation("GOAL-FOCUS", "zh", Parameters())
    assert (explained.title, explained.what, explained.evidence) == ("GOAL-FOCUS", "", ())
    assert explained.parameters[0].meaning == ""
    assert "###" not in rule_page("zh")


def test_an_unknown_rule_is_no_rule() -> None:
    with pytest.raises(KeyError):
        explanation("GOAL-NONE", "zh", Parameters())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_word(language: str) -> None:
    words = {
        "chapters": CHAPTERS,
        "subjects": SUBJECT_TYPES.values(),
        "sources": "GCO",
        "modes": MODES,
        "severity": SEVERITIES,
    }
    for group, codes in words.items():
        for code in codes:
            assert label(f"{group}.{code}", language)


def test_labels_are_the_same_in_both_languages() -> None:
    catalogues = [labels._catalogue(language) for language in LANGUAGES]
    keys = [
        {name: list(part) if isinstance(part, dict) else None for name, part in catalogue.items()}
        for catalogue in catalogues
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_rules_is_current(language: str) -> None:
    page = (ROOT / "docs" / "manual" / f"rules.{language}.md").read_text(encoding="utf-8")
    assert page == rule_page(language), "renew it: python -m guantong.messages.rule_page"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_text_under_its_chapter(language: str) -> None:
    page = rule_page(language)
    places = [page.index(f"\n### {rule}\n") for rule in WRITTEN]
    assert places == sorted(places)
    for rule in WRITTEN:
        explained = explanation(rule, language, Parameters())
        section = page.split(f"\n### {rule}\n")[1].split("\n### ")[0]
        for text in (explained.title, explained.what, explained.why, explained.cure, explained.example):
            assert text in section
        for key in [one.name for one in explained.parameters] + [key for key, _ in explained.evidence]:
            assert f"| `{key}` |" in section
        heading = label(f"chapters.{explained.chapter}", language)
        assert page[: page.index(f"\n### {rule}\n")].rpartition("\n## ")[2].startswith(heading)


def test_the_page_is_written_in_both_languages(tmp_path: Path) -> None:
    main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules.en.md", "rules.zh.md"]
