"""What is restored is what was backed up: the same rows, report and trail, with ids of the database's own."""

import datetime
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from guantong.audit.actions import Deed
from guantong.audit.models import Change, Entry
from guantong.audit.queries import Asked, Fault, list_told, verify_trail
from guantong.demo.company import build_demo
from guantong.engine import company as engine
from guantong.exchange.actions import Loading, RestoreError, record_backup, restore_backup
from guantong.exchange.queries import get_report_digest, write_backup
from guantong.findings.models import CheckState, Mark
from guantong.formats.backup import BackupWriter, Manifest, Section, open_backup
from guantong.goals.models import Goal
from guantong.kit.portable import PACKAGE, list_models, owner_field
from guantong.kit.records import REGISTRY
from guantong.kit.separation import company_scope, switch_company
from guantong.kit.unpacking import ForeignContentError
from guantong.organisation.actions import ExistingCompanyError, create_company, rename_record
from guantong.organisation.models import Company
from guantong.organisation.queries import find_records, get_engine_company, list_companies
from guantong.values.actions import NewValue, record_values
from tests.make.backups import rewritten
from tests.make.cast import operator
from tests.make.cells import cells_of, keep_rows
from tests.make.company import build
from tests.make.viewed import company_in_view, count_everywhere, last_entry_in_view, load_in_view

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime.datetime(2026, 7, 1, 8, 30, 15, 250_000, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _checked_in_the_background(settings: Any) -> None:
    """Leave the check of what was restored waiting, so that the tests see what was restored."""
    settings.GUANTONG_SMALL_COMPANY = 0


def load(company: engine.Company, sheets: frozenset[str] | None = None) -> None:
    entry = last_entry_in_view(company.code)
    load_in_view("operator", AT, Loading(company, sheets or company.present, entry, DAY, accepts_removal=True))


def stored(code: str = "NEV") -> Company:
    return company_in_view(code)


def back_up(path: Path, code: str | None = None) -> Path:
    with path.open("w+b") as file, BackupWriter(file) as writer:
        write_backup(writer, AT, code)
    return path


def restore(path: Path, code: str | None = None) -> tuple[Any, ...]:
    with open_backup(path) as backup:
        sections = [section for section in backup.manifest.sections if code in (None, section.code)]
        return restore_backup("operator", AT, backup, sections)


def sections(path: Path) -> dict[str, Section]:
    with open_backup(path) as backup:
        return {section.code: section for section in backup.manifest.sections}


@dataclass(frozen=True)
class Made:
    """A backup, and what the company was like when it was made."""

    path: Path
    company: engine.Company
    report: str
    trail: dict[str, list[Any]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Keep the backup for all tests: making it takes seconds."""
    return {"folder": tmp_path_factory.mktemp("backup")}  # type: ignore[dict-item]


@pytest.fixture
def made(kept: dict[str, Any], settings: Any) -> Made:
    """Give a backup of an installation; its database is gone, and another has a company, so that ids are others."""
    if "made" not in kept:
        settings.GUANTONG_SMALL_COMPANY = 2000
        live_a_little()
        settings.GUANTONG_SMALL_COMPANY = 0
        path, company = back_up(kept["folder"] / "all.guantong"), stored()
        kept["made"] = Made(path, get_engine_company(company, DAY), get_report_digest(company, DAY), trail(company))
        call_command("flush", interactive=False, verbosity=0)
    load(small("OTHER"))
    return kept["made"]


@pytest.fixture
def backup(made: Made) -> Path:
    """Give the file of a backup."""
    return made.path


def small(code: str) -> engine.Company:
    """Return a company with a few rows."""
    return build(
        company=[{"code": code, "name": code.title()}],
        cycles=[{"code": "2026", "name": "2026", "start": "2026-01-01", "end": "2026-12-31"}],
        units=[{"code": "ROOT", "name": "Root", "kind": "company"}],
        people=[{"code": "P1", "name": "Li", "unit": "ROOT"}],
        goals=[{"code": "G1", "name": "Sales", "cycle": "2026", "unit": "ROOT", "owner": "P1"}],
    )


def live_a_little() -> None:
    """Make a company that has what a company can have: removed rows, former codes, mended findings, figures."""
    demo = build_demo(DAY, "zh")
    load(demo)
    fewer = cells_of(demo)
    keep_rows(fewer, "actuals", list(range(100)))
    load(engine.Company.build(fewer), frozenset({"actuals"}))
    company = stored()
    rename_record(company, Deed(company.pk, "NEV", "operator", AT), "goals", "C1", "C1A")
    with BackupWriter(io.BytesIO()) as writer:
        record_backup("operator", AT, write_backup(writer, AT, "NEV"))


def rows_of_database() -> dict[str, int]:
    return {model._meta.label_lower: count_everywhere(model) for model in list_models()}


def test_what_is_restored_gives_the_same_backup(backup: Path, tmp_path: Path) -> None:
    restored = restore(backup)
    assert [(one.section.code, one.is_same_report) for one in restored] == [("NEV", True), ("", True)]
    again = sections(back_up(tmp_path / "again"))
    assert again["NEV"] == sections(backup)["NEV"]
    assert again["NEV"].report


def test_rows_report_and_trail_are_the_same(made: Made) -> None:
    restore(made.path)
    company = stored()
    assert get_engine_company(company, DAY) == made.company
    assert get_report_digest(company, DAY) == made.report
    assert trail(company) == made.trail
    assert made.trail["changes"]


def trail(company: Company) -> dict[str, list[Any]]:
    entries = Entry.objects.filter(company_id=company.pk).order_by("pk")
    changes = Change.objects.filter(company_id=company.pk).order_by("pk")
    return {
        "entries": list(entries.values_list("company", "at", "actor", "action", "details")),
        "changes": list(changes.values_list("entry__action", "table", "record", "kind", "before", "after")),
    }


def test_the_trail_leads_to_the_rows_and_former_codes_do(backup: Path) -> None:
    restore(backup)
    company = stored()
    changes = Change.objects.filter(company_id=company.pk, table="goals")
    keys = dict(Goal.objects.filter(company=company).values_list("pk", "code"))
    assert {keys[record] for record in changes.values_list("record_id", flat=True)} == set(keys.values())
    assert find_records(company, Goal, ["C1"])["C1"].code == "C1A"
    assert {row.company_id for row in Goal.objects.filter(pk__in=keys)} == {company.pk}


def test_rows_marked_as_removed_stay_so(backup: Path) -> None:
    counts = {name: section.rows for name, section in sections(backup).items()}
    restore(backup)
    removed = {name: REGISTRY[name]._base_manager.filter(company=stored(), removed_at__isnull=False).count()
               for name in REGISTRY}  # fmt: skip
    assert sum(removed.values()) > 0
    assert counts["NEV"] > 5000


def test_every_row_of_every_model_is_in_the_backup(backup: Path, tmp_path: Path) -> None:
    """Fails where a model is left out, or says of its rows not whose they are."""
    restore(backup)
    create_company("operator", AT, build(company=[{"code": "EMPTY", "name": "Empty"}]))
    every = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith(PACKAGE)]
    left_out = {model._meta.label_lower: model.transient for model in every if hasattr(model, "transient")}
    assert left_out.keys() == {
        "accounts.cacheentry", "accounts.user", "findings.mark", "invitations.invitation", "notifications.delivery",
        "tokens.answer", "tokens.apitoken", "tokens.countedminute",
    }  # fmt: skip
    assert all(left_out.values())
    backed_up = sections(back_up(tmp_path / "all"))
    for model in every:
        name = model._meta.label_lower
        if name not in left_out:
            assert sum(section.count(name) for section in backed_up.values()) == count_everywhere(model), name
    owners = {owner_field(model) for model in list_models()}
    assert owners == {"id", "company", "company_id"}


def test_fields_left_out_say_why() -> None:
    reasons = {(model._meta.label_lower, name): reason for model in list_models()
               for name, reason in getattr(model, "transient_fields", {}).items()}  # fmt: skip
    assert reasons.keys() == {
        ("findings.checkstate", "task"), ("findings.checkstate", "stamp"), ("notifications.notice", "delivery"),
    }  # fmt: skip
    assert all(reasons.values())
    assert all(apps.get_model(model)._meta.get_field(name) for model, name in reasons)


def test_an_empty_company_and_one_of_several(tmp_path: Path) -> None:
    load(small("OTHER"))
    create_company("operator", AT, build(company=[{"code": "EMPTY", "name": "Empty"}]))
    path = back_up(tmp_path / "several")
    assert sections(path).keys() == {"EMPTY", "OTHER", ""}
    call_command("flush", interactive=False, verbosity=0)
    (restored,) = restore(path, "EMPTY")
    assert (restored.section.report, restored.is_same_report) == ("", True)
    assert [str(company.code) for company in list_companies()] == ["EMPTY"]
    assert trail(stored("EMPTY"))["entries"][0][3] == "create_company"


def test_the_restoring_is_in_the_installations_own_trail_and_a_check_follows(backup: Path) -> None:
    restore(backup)
    switch_company(0)
    own = list(Entry.objects.filter(company_id=0).order_by("pk").values_list("company", "action"))
    assert own == [("", "back_up"), ("NEV", "restore_company")]
    marked = set(Mark.objects.filter(company=stored()).values_list("table", flat=True))
    assert marked == set(stored().sheets)
    assert CheckState.objects.get(company=stored()).task


def heads(company_id: int) -> list[tuple[int, str, Fault | None]]:
    """Return number and digest of the ends of a company's chains, and what does not hold in them."""
    with company_scope(company_id):
        return [(each.number, each.digest, each.fault) for each in verify_trail(company_id)]


def test_the_chain_of_the_trail_holds_where_it_is_restored(backup: Path, tmp_path: Path) -> None:
    restore(backup)
    company = stored()
    (before,) = heads(company.pk)
    assert before[2] is None
    path = back_up(tmp_path / "again")
    call_command("flush", interactive=False, verbosity=0)
    load(small("NEXT"))
    restore(path)
    company = stored()
    assert heads(company.pk) == [before]
    rename_record(company, Deed(company.pk, "NEV", "operator", AT), "goals", "C1A", "C1B")
    assert [(number, fault) for number, _, fault in heads(company.pk)] == [(before[0] + 1, None)]


def test_the_installations_trail_is_a_chain_of_its_own_where_it_comes_beside_another(backup: Path) -> None:
    record_backup("operator", AT, Manifest("0", "m", "2026-07-01", ()))
    restore(backup)
    own, other = heads(0)
    assert (own[0], other[0]) == (2, 1)
    assert (own[2], other[2]) == (None, None)
    with company_scope(0):
        told = [(one.place, one.entry.action) for one in list_told(0, Asked())]
        assert told == [(1, "restore_company"), (1, "back_up"), (2, "back_up")]
        assert [one.place for one in list_told(0, Asked(before=(1, 2)))] == [1, 2]
        assert list_told(0, Asked(before=(2, 1))) == []


def test_the_next_rows_get_ids_of_their_own(backup: Path) -> None:
    restore(backup)
    company = stored()
    load(small("NEXT"))
    company = stored()
    rename_record(company, Deed(company.pk, "NEV", "operator", AT), "goals", "C1A", "C1B")
    assert set(find_records(company, Goal, ["C1", "C1A", "C1B"])) == {"C1", "C1A", "C1B"}
    assert record_values(operator(company, AT, "operator"), [NewValue("C1", DAY, 7.5)]) == 1


def test_a_company_that_is_there_already_is_never_touched(backup: Path) -> None:
    restore(backup, "NEV")
    before = rows_of_database()
    for wanted in ("NEV", None):
        with pytest.raises(ExistingCompanyError, match="NEV"):
            restore(backup, wanted)
    assert rows_of_database() == before


def test_another_report_of_the_same_engine_undoes_everything(backup: Path, tmp_path: Path) -> None:
    before = rows_of_database()
    with pytest.raises(RestoreError) as caught:
        restore(rewritten(backup, tmp_path / "other", report="0" * 64))
    assert (caught.value.code, caught.value.differing) == ("NEV", ["report"])
    assert rows_of_database() == before


def test_another_engine_may_come_to_another_report(backup: Path, tmp_path: Path) -> None:
    restored = restore(rewritten(backup, tmp_path / "other", report="0" * 64, method="another"))
    assert not restored[0].is_same_report


def test_rows_that_the_database_would_not_give_back_undo_everything(backup: Path, tmp_path: Path) -> None:
    """A backup whose numbers are written otherwise than a database gives them is no backup of ours."""

    def odd(model: str, block: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {**block, "target": [5] * len(block["target"])} if model == "goals.goal" else block

    before = rows_of_database()
    with pytest.raises(RestoreError) as caught:
        restore(rewritten(backup, tmp_path / "other", odd))
    assert caught.value.differing == ["goals.goal"]
    assert rows_of_database() == before


@pytest.mark.parametrize("kind", ["model", "field", "reference", "negative", "named", "table", "code"])
def test_what_this_version_does_not_know_is_refused(backup: Path, tmp_path: Path, kind: str) -> None:
    def change(model: str, block: dict[str, list[Any]]) -> dict[str, list[Any]]:
        size = len(next(iter(block.values())))
        if kind == "field" and model == "goals.goal":
            return {**block, "mood": [""] * size}
        if kind in ("reference", "negative") and model == "goals.goal":
            return {**block, "unit": [10**6 if kind == "reference" else -1] * size}
        if kind == "named" and model == "audit.change":
            return {**block, "record_id": [10**6] * size}
        if kind == "table" and model == "audit.change":
            return {**block, "table": ["moods"] * size}
        if kind == "code" and model == "organisation.company":
            return {**block, "code": ["ELSE"]}
        return block

    before = rows_of_database()
    renamed = "moods.mood" if kind == "model" else "goals.milestone"
    path = rewritten(backup, tmp_path / "newer", change, lambda name: renamed if name == "goals.milestone" else name)
    with pytest.raises(ForeignContentError):
        restore(path)
    assert rows_of_database() == before


def test_an_older_backup_lacks_a_field(backup: Path, tmp_path: Path) -> None:
    def older(model: str, block: dict[str, list[Any]]) -> dict[str, list[Any]]:
        left = {"findings.finding": "reopened", "organisation.company": "people_mapping"}.get(model, "")
        return {name: cells for name, cells in block.items() if name != left}

    restored = restore(rewritten(backup, tmp_path / "older", older))
    assert restored[0].is_same_report
    assert stored().people_mapping == {}
