"""`guantong trail`: what it tells, writes to a file, proves and refuses, in both languages."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from guantong.audit.actions import Deed, RowChange, record_entry
from guantong.audit.models import Chain, Change, Entry
from guantong.cli.main import main
from guantong.cli.trail_export import harmless
from guantong.kit.schema import as_owner
from guantong.kit.separation import company_scope
from guantong.messages.labels import words_of
from guantong.organisation.models import Company
from tests.make.trails import AT, ENTRIES, HOUR, deed, grant, lively

pytestmark = pytest.mark.django_db(transaction=True)

BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def company() -> Company:
    """Give a company with some life in its trail."""
    return lively()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], company: Company) -> Any:
    """Run the command: its exit status, standard output and standard error."""
    del company

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["trail", *map(str, arguments)])
        out, error = capsys.readouterr()
        return status, out, error

    return run


def document(said: Any, *arguments: object) -> Any:
    status, out, _ = said("--format", "json", *arguments)
    assert status == 0
    return json.loads(out)


def numbers(said: Any, *arguments: object) -> list[int]:
    return [entry["number"] for entry in document(said, *arguments)["entries"]]


@BOTH
def test_the_trail_tells_who_changed_what(said: Any, language: str) -> None:
    status, out, _ = said("--lang", language)
    assert status == 0
    assert "G1 → G1A" in out
    words = {"zh": "载入表格", "en": "workbook loaded"}
    assert out.index("G1A") < out.index(words[language]), "the newest entry comes first"
    entry = document(said, "--last", "1")["entries"][0]
    assert (entry["number"], entry["chain"], entry["actor"], entry["action"]) == (4, 1, "operator", "rename_record")
    assert entry["counts"]["goals"] == {"change": 1}
    assert entry["rows"][0] == {
        "table": "goals", "key": "G1A", "kind": "change", "before": {"code": "G1"}, "after": {"code": "G1A"},
    }  # fmt: skip


def test_the_trail_is_narrowed(said: Any) -> None:
    assert numbers(said) == [4, 3, 2, 1]
    assert numbers(said, "--table", "员工") == [1]
    assert numbers(said, "--table", "actuals", "--kind", "change") == [3]
    assert numbers(said, "--actor", "P1") == [3, 2]
    assert numbers(said, "--action", "更换编码", "--action", "load_company") == [4, 1]
    assert numbers(said, "--action", "values entered", "--lang", "en") == [3, 2]
    assert numbers(said, "--before", "3") == numbers(said, "--before", "1:#3".replace("#", "")) == [2, 1]
    assert numbers(said, "--last", "2") == [4, 3]
    assert numbers(said, "--from", "2026-06-30", "--to", "2026-06-30") == [4, 3, 2, 1]
    assert numbers(said, "--to", "2026-06-29") == numbers(said, "--from", "2999-01-01") == []
    assert "Nothing was changed." in said("--from", "2999-01-01", "--lang", "en")[1]


def test_older_entries_are_named_where_there_may_be_some(said: Any) -> None:
    assert "--before 3" in said("--last", "2", "--lang", "en")[1]
    assert "--before" not in said("--lang", "en")[1]


@BOTH
def test_the_story_of_a_row_is_told_under_any_of_its_codes(said: Any, language: str) -> None:
    for code in ("G1", "G1A"):
        status, out, _ = said("--table", "goals", "--record", code, "--lang", language)
        assert status == 0
        assert out.index("+ G1 ") < out.index("~ G1A ")
    assert said("--table", "actuals", "--record", "G2/2026-06-30", "--lang", language)[1].count("2026-06-30 1") == 2
    assert "0.1 → 0.25" in said("--table", "actuals", "--record", "G2/2026-06-30", "--lang", language)[1]


@BOTH
def test_tables_that_are_no_sheet_are_told_in_words(said: Any, company: Company, language: str) -> None:
    grant(company, AT + 4 * HOUR)
    with transaction.atomic():
        change = RowChange("grants", 7, "li@example.com/manager", "change", {"ends_on": ""}, {"ends_on": "2026-12-31"})
        record_entry(deed(company, AT + 5 * HOUR), "create_grant", {}, [change])
    _, out, _ = said("--last", "2", "--lang", language)
    for word in {"zh": ("角色授予", "角色 manager", "至 — → 2026-12-31"), "en": ("grants", "to — → 2026-12-31")}[
        language
    ]:
        assert word in out
    assert numbers(said, "--table", "角色授予") == numbers(said, "--table", "grants") == [6, 5]
    _, out, _ = said("--table", "grants", "--record", "li@example.com/manager", "--lang", language)
    assert len([line for line in out.splitlines() if "li@example.com/manager" in line]) == 2


@BOTH
def test_an_entry_without_changes_says_what_it_is_about(said: Any, company: Company, language: str) -> None:
    with transaction.atomic():
        details = {"people": ["P1", "P2"], "reason": "raise", "count": 2}
        record_entry(deed(company, AT + 4 * HOUR, "PIA"), "read_pay", details, [])
    _, out, _ = said("--last", "1", "--lang", language)
    words = {"zh": "count 2；员工 P1、P2；理由 raise", "en": "count 2; whose P1, P2; reason raise"}
    assert words[language] in out
    assert {"zh": "查看薪酬", "en": "pay looked at"}[language] in out


def test_what_has_no_words_yet_is_told_by_its_name(said: Any, company: Company) -> None:
    with transaction.atomic():
        change = RowChange("wonders", 7, "W1", "create", {}, {"colour": "red"})
        record_entry(deed(company, AT + 4 * HOUR), "make_wonder", {}, [change])
    _, out, _ = said("--last", "1", "--lang", "en")
    assert "make_wonder" in out
    assert "+ wonders W1  colour red" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--table", "gaols"),
        ("--record", "G1"),
        ("--table", "goals", "--record", "G?"),
        ("--action", "record_valeus"),
        ("--before", "x"),
        ("--before", "1:²"),
        ("--export", "trail.xlsx"),
        ("--since", "4:abc"),
    ],
)
def test_a_trail_of_what_is_not_there_is_refused(said: Any, arguments: tuple[str, ...]) -> None:
    for language in ("zh", "en"):
        status, out, error = said(*arguments, "--company", "ACME", "--lang", language)
        assert (status, out) == (2, "")
        assert arguments[-1] in error


# --- As a file -------------------------------------------------------------------------------------


@BOTH
def test_the_trail_is_written_as_csv(said: Any, tmp_path: Path, company: Company, language: str) -> None:
    with transaction.atomic():
        record_entry(deed(company, AT + 4 * HOUR, "P1"), "create_grant", {"of": "=1+1"}, [])
    path = tmp_path / "trail.csv"
    status, out, _ = said("--export", path, "--lang", language)
    assert status == 0
    assert str(path) in out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *lines = csv.reader(file)
    at, number, actor, action, table, key, kind, column, before, after, details = range(len(head))
    counted = sum(len({**row.before, **row.after}) for row in Change.objects.filter(company_id=company.pk))
    assert len(lines) == counted + 1
    assert [line[number] for line in lines if line[details]] == ["1", "2", "3", "4", "5"]
    assert lines[-1][table:details] == [""] * 6
    assert json.loads(lines[-1][details]) == {"of": "=1+1"}
    (renamed,) = [line for line in lines if line[number] == "4"]
    assert renamed[at] == "2026-06-30T19:00:00+08:00"
    assert (renamed[key], renamed[before], renamed[after]) == ("G1A", "G1", "G1A")
    words = {"zh": ("操作员（终端）", "更换编码", "目标", "改动", "编码"),
             "en": ("operator (terminal)", "code changed", "goals", "changed", "code")}  # fmt: skip
    assert (renamed[actor], renamed[action], renamed[table], renamed[kind], renamed[column]) == words[language]


def test_the_trail_is_written_as_json_lines(said: Any, tmp_path: Path, company: Company) -> None:
    with transaction.atomic():
        record_entry(deed(company, AT + 4 * HOUR, "P1"), "create_grant", {"of": "=1+1"}, [])
    said("--export", tmp_path / "trail.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "trail.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == Change.objects.filter(company_id=company.pk).count() + 1
    assert [line["number"] for line in lines if "details" in line] == [1, 2, 3, 4, 5]
    assert lines[-2]["after"] == {"code": "G1A"}
    assert lines[-1] == {
        "company": "ACME", "chain": 1, "number": 5, "at": "2026-06-30T20:00:00+08:00", "actor": "P1",
        "action": "create_grant", "details": {"of": "=1+1"},
    }  # fmt: skip
    said("--export", tmp_path / "some.jsonl", "--actor", "P1", "--table", "actuals", "--kind", "change")
    assert len((tmp_path / "some.jsonl").read_text("utf-8").splitlines()) == 2


def test_a_file_that_is_there_is_never_written_over(said: Any, tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    path.write_text("mine", "utf-8")
    assert said("--export", path)[0] == 2
    assert path.read_text("utf-8") == "mine"
    status, _, error = said("--export", tmp_path / "nowhere" / "trail.csv", "--lang", "en")
    assert status == 2
    assert "nowhere" in error


RUN = ("=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1-", "－1+", "＠A1")


@pytest.mark.parametrize("cell", RUN)
def test_what_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-12.5", "+3", "0", "Sales = 3", "2026-06-30", "a@example.com"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


# --- The proof -------------------------------------------------------------------------------------


@BOTH
def test_all_trails_are_verified_and_their_heads_shown(said: Any, language: str) -> None:
    lively("WELL")
    with company_scope(0), transaction.atomic():
        record_entry(Deed(0, "", "operator", AT), "back_up", {"companies": []}, [])
    status, out, _ = said("--verify", "--lang", language)
    assert status == 0
    heads = {line.split()[-1] for line in out.splitlines() if line.startswith("  ")}
    with company_scope(0):
        owners = [*Company.objects.values_list("pk", flat=True), 0]
    kept = set()
    for company_id in owners:
        with company_scope(company_id):
            kept |= {f"{chain.number}:{chain.digest}" for chain in Chain.objects.filter(company_id=company_id)}
    assert heads == kept
    assert len(heads) == 3
    shown = dict(line.split() for line in said("--head")[1].splitlines())
    assert shown.keys() == {"ACME", "WELL", "-"}
    assert set(shown.values()) == heads
    found = json.loads(said("--verify", "--format", "json")[1])
    assert found["holds"]
    assert [(each["company"], each["entries"], each["fault"]) for each in found["trails"]] == [
        ("ACME", ENTRIES, None), ("WELL", ENTRIES, None), ("", 1, None),
    ]  # fmt: skip


@BOTH
def test_a_trail_that_was_changed_is_named_with_its_entry(said: Any, company: Company, language: str) -> None:
    with as_owner():
        Entry.objects.filter(company_id=company.pk, number=3).update(actor="P2")
    status, out, _ = said("--verify", "--lang", language)
    assert status == 1
    words = {"zh": "不完整 · 条目 3 被改过", "en": "DOES NOT HOLD · entry 3 was changed"}
    assert words[language] in out
    found = json.loads(said("--verify", "--company", "ACME", "--format", "json", "--lang", language)[1])
    assert (found["holds"], found["trails"][0]["entries"]) == (False, 2)
    assert (found["trails"][0]["fault"]["kind"], found["trails"][0]["fault"]["number"]) == ("entry", 3)


def test_a_head_that_was_noted_down_is_looked_for(said: Any, company: Company) -> None:
    head = said("--head", "--company", "ACME")[1].split()[1]
    grant(company)
    assert said("--since", head, "--company", "ACME")[0] == 0
    assert said("--verify", "--since", f"3:{head.partition(':')[2]}", "--company", "ACME")[0] == 1
    status, _, error = said("--verify", "--since", head, "--lang", "en")
    assert status == 2
    assert "--company" in error


@BOTH
def test_every_fault_has_words(language: str) -> None:
    kinds = {"missing", "extra", "entry", "fewer", "more", "changes", "row", "end", "head", "stray", "since", "none"}
    assert words_of("trail.faults", language).keys() == kinds


@BOTH
def test_the_installation_has_a_trail_of_its_own(said: Any, language: str) -> None:
    with company_scope(0), transaction.atomic():
        record_entry(Deed(0, "ACME", "operator", AT), "back_up", {"companies": ["ACME"]}, [])
    status, out, _ = said("--installation", "--lang", language)
    assert status == 0
    assert {"zh": "备份", "en": "backed up"}[language] in out
    assert "2026-06-30 08:00:00" in out
    assert said("--installation", "--verify")[0] == 0
