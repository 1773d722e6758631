"""`guantong findings`, `waive` and `rename`: what they say, do and refuse, in both languages."""

import json
from typing import Any

import pytest
from django.conf import LazySettings

from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.findings.models import Finding
from guantong.goals.models import Goal
from guantong.organisation.queries import find_company
from tests.make.cells import DAY
from tests.make.kept import AT, loaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command: its exit status, standard output and standard error."""
    loaded(build_demo(DAY, "en"))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(arguments)
        out, error = capsys.readouterr()
        return status, out, error

    return run


def test_findings_are_those_of_the_check_with_their_days(said: Any) -> None:
    status, out, _ = said("findings", "--format", "json", "--lang", "en")
    kept = json.loads(out)
    _, checked, _ = said("check", "--company", "NEV", "--format", "json", "--lang", "en", "--fail-on", "never")
    report = json.loads(checked)
    assert (status, kept["company"], kept["cycle"], kept["behind"]) == (0, "NEV", report["cycle"], False)
    shown = [{name: entry[name] for name in report["findings"][0]} for entry in kept["findings"] if not entry["waived"]]
    assert sorted(shown, key=json.dumps) == sorted(report["findings"], key=json.dumps)
    assert len(kept["findings"]) == len(report["findings"]) + report["waived"]
    assert all(entry["opened"] and not entry["mended"] and not entry["reopened"] for entry in kept["findings"])


def test_findings_are_narrowed(said: Any) -> None:
    _, out, _ = said("findings", "--format", "json")
    every = json.loads(out)["findings"]
    owner = next(entry["owner"] for entry in every if entry["owner"])
    _, out, _ = said("findings", "--format", "json", "--owner", owner)
    assert json.loads(out)["findings"] == [entry for entry in every if entry["owner"] == owner]
    _, out, _ = said("findings", "--format", "json", "--rule", "goal-smart", "--rule", "GOAL-ORPHAN", "--open")
    rules = ("GOAL-SMART", "GOAL-ORPHAN")
    assert json.loads(out)["findings"] == [entry for entry in every if entry["rule"] in rules]
    _, out, _ = said("findings", "--format", "json", "--mended")
    assert json.loads(out)["findings"] == []


@pytest.mark.parametrize(("language", "opened"), [("en", "opened 20"), ("zh", " 发现")])
def test_findings_as_text_say_when_each_came(said: Any, language: str, opened: str) -> None:
    status, out, _ = said("findings", "--lang", language, "--rule", "GOAL-SMART")
    assert status == 0
    assert opened in out
    assert "GOAL-SMART" in out


def test_a_mended_finding_is_told_with_the_day_on_which_it_went(said: Any) -> None:
    loaded(build_demo(DAY, "en", healthy=True))
    _, out, _ = said("findings", "--mended", "--lang", "en", "--rule", "GOAL-SMART")
    assert " · mended 20" in out
    assert "→" not in out
    assert "open 0" in out


@pytest.mark.parametrize(("language", "words"), [("en", "Something has changed"), ("zh", "又有改动")])
def test_findings_say_where_a_change_is_not_seen_yet(
    said: Any, settings: LazySettings, language: str, words: str
) -> None:
    assert words not in said("findings", "--lang", language)[1]
    settings.GUANTONG_SMALL_COMPANY = 0
    said("rename", "goal:PRO3", "PRO3A")
    assert words in said("findings", "--lang", language)[1]
    assert json.loads(said("findings", "--format", "json")[1])["behind"]


def test_very_many_findings_are_not_all_listed_as_text(said: Any) -> None:
    _, out, _ = said("findings", "--lang", "en")
    assert "more are not listed" not in out
    company = find_company("NEV")
    Finding.objects.bulk_create(
        Finding(company=company, rule="GOAL-SMART", subject_type="goal", subject=f"X{number}", year="2026",
                severity="warning", evidence={"score": 4, "missing": []}, opened_at=AT, mended_at=AT)
        for number in range(400)
    )  # fmt: skip
    _, out, _ = said("findings", "--lang", "en", "--mended", "--rule", "GOAL-SMART")
    assert "100 more are not listed" in out


@pytest.mark.parametrize(
    "arguments",
    [("--rule", "GOAL-SMRT"), ("--owner", "NOBODY"), ("--company", "NONE")],
)
def test_findings_of_what_is_not_there_are_refused(said: Any, arguments: tuple[str, str]) -> None:
    for language in ("zh", "en"):
        status, out, error = said("findings", *arguments, "--lang", language)
        assert (status, out) == (2, "")
        assert arguments[1] in error


def a_finding(said: Any) -> tuple[str, str]:
    _, out, _ = said("findings", "--rule", "GOAL-SMART", "--format", "json")
    return "GOAL-SMART", json.loads(out)["findings"][0]["subject"]["code"]


def test_a_finding_is_waived_and_the_waiver_lifted(said: Any) -> None:
    finding = a_finding(said)
    how = ("--approver", "P001", "--reason", "Known", "--lang", "en")
    lift = f"guantong waive GOAL-SMART {finding[1]} --lift lets it count again."
    assert said("waive", *finding, *how)[:2] == (0, f"GOAL-SMART is waived for {finding[1]}. {lift}\n")
    assert said("waive", *finding, *how)[1].startswith("This waiver is there already")
    entries = json.loads(said("findings", "--rule", "GOAL-SMART", "--format", "json")[1])["findings"]
    assert [entry["waived"] for entry in entries if entry["subject"]["code"] == finding[1]] == [True]
    assert said("waive", *finding, "--lift", "--lang", "en")[1] == f"GOAL-SMART counts again for {finding[1]}.\n"
    entries = json.loads(said("findings", "--rule", "GOAL-SMART", "--format", "json")[1])["findings"]
    assert not any(entry["waived"] for entry in entries)


@pytest.mark.parametrize(
    "arguments",
    [
        ("NO-RULE", "X"),
        ("GOAL-SMART", "X"),
        ("GOAL-SMART", "X", "--lift"),
        ("GOAL-SMART", "{code}", "--reason", "Known"),
        ("GOAL-SMART", "{code}", "--approver", "P001"),
        ("GOAL-SMART", "{code}", "--approver", "P001", "--reason", "Known", "--until", "2020-01-01"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(said: Any, arguments: tuple[str, ...]) -> None:
    _, code = a_finding(said)
    for language in ("zh", "en"):
        status, out, error = said("waive", *(part.format(code=code) for part in arguments), "--lang", language)
        assert (status, out) == (2, "")
        assert error


def test_a_row_gets_another_code_and_the_former_one_leads_to_it(said: Any) -> None:
    assert said("rename", "goal:PRO3", "PRO3A", "--lang", "en")[:2] == (
        0, "The goal PRO3 has the code PRO3A now. The former code still leads to it.\n"
    )  # fmt: skip
    assert said("rename", "goal:PRO3", "PRO3B", "--lang", "zh")[0] == 0
    assert Goal.objects.filter(code="PRO3B").count() == 1
    _, out, _ = said("trail", "--table", "goals", "--record", "PRO3", "--lang", "en")
    assert "code PRO3A → PRO3B" in out
    assert "code PRO3 → PRO3A" in out
    assert "+ PRO3 " in out


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("PRO3", "X"),
        ("goals:PRO3", "X"),
        ("goal:", "X"),
        ("goal:NONE", "X"),
        ("goal:PRO3", "PRO1"),
        ("goal:PRO3", "a;b"),
        ("goal:PRO3", " "),
    ],
)
def test_a_code_that_cannot_be_is_refused(said: Any, address: str, code: str) -> None:
    for language in ("zh", "en"):
        status, out, error = said("rename", address, code, "--lang", language)
        assert (status, out) == (2, "")
        assert error
    assert Goal.objects.filter(code="PRO3").exists()
