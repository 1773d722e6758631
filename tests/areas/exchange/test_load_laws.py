"""Whatever a file holds the database gives back, over whatever was there; the trail says exactly what changed."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guantong.audit.models import Change, Entry
from guantong.engine.company import Company
from guantong.engine.tables import TABLES
from guantong.kit.records import DATED
from tests.make.cells import Cells, cells_of, demo, keep_rows, size_of
from tests.make.damaged import emptied_cells, extreme_cells, redirected_cells
from tests.make.drawn import tables
from tests.make.loading import as_bag, last_changes, load, named, row_texts, state, stored, with_sheets

pytestmark = pytest.mark.django_db(transaction=True)

USUAL = settings().max_examples
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking takes minutes with a database
PATIENT = settings(max_examples=USUAL // 4, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
FEW = settings(PATIENT, max_examples=USUAL // 12)
CODES = (f"C{number}" for number in itertools.count())
DEMOS = emptied_cells() | redirected_cells() | extreme_cells()


@pytest.fixture(autouse=True)
def checks_wait(settings: Any) -> None:
    """Leave checking to the background, which is not there: these laws are about rows."""
    settings.GUANTONG_SMALL_COMPANY = 0


def holds_after_loading(cells: Cells, code: str) -> None:
    """Assert that a company comes back as it was built, and that loading it again changes nothing at all."""
    company = named(cells, code)
    load(company)
    assert stored(code) == company
    before = state(code), Entry.objects.count(), Change.objects.count()
    assert not load(company)
    assert (state(code), Entry.objects.count(), Change.objects.count()) == before


@PATIENT
@given(tables())
def test_a_company_of_any_cells_comes_back(cells: Cells) -> None:
    holds_after_loading(cells, next(CODES))


@FEW
@given(DEMOS)
def test_the_damaged_demo_comes_back(cells: Cells) -> None:
    holds_after_loading(cells, next(CODES))


@PATIENT
@given(tables())
def test_the_trail_of_a_first_load_is_the_company(cells: Cells) -> None:
    company = named(cells, next(CODES))
    load(company)
    changes = last_changes(company.code)
    assert {change.kind for change in changes} == {"create"}
    for name in TABLES:
        assert as_bag([change.after for change in changes if change.table == name]) == as_bag(row_texts(company, name))
    assert not any(change.before for change in changes)


# --- One company over another ------------------------------------------------------------------------


@PATIENT
@given(tables(), tables())
def test_any_company_becomes_any_other_and_back(one: Cells, other: Cells) -> None:
    one, other = with_sheets(one, other), with_sheets(other, one)
    one["company"]["currency"] = other["company"]["currency"]
    code = next(CODES)
    becomes(code, named(one, code), named(other, code), named(one, code))


@FEW
@given(DEMOS, DEMOS, st.integers(0, 2**32).map(random.Random))
def test_a_damaged_demo_becomes_another_that_lacks_rows(one: Cells, other: Cells, chance: random.Random) -> None:
    for name in ("actuals", "milestones", "checkins", "budget_entries", "retrospectives", "waivers", "scorecards"):
        size = size_of(other, name)
        keep_rows(other, name, sorted(chance.sample(range(size), chance.randint(0, size))))
    code = next(CODES)
    becomes(code, named(one, code), named(other, code), named(one, code))


def becomes(code: str, *companies: Company) -> None:
    """Load companies one over the other; after each the database has it, and trail and versions say what changed."""
    load(companies[0])
    for before, after in itertools.pairwise(companies):
        rows = state(code)
        entries = Entry.objects.filter(company=code).count()
        difference = load(after)
        assert stored(code) == after
        assert Entry.objects.filter(company=code).count() == entries + bool(difference)
        if difference:
            told(rows, state(code), last_changes(code))
            written(before, after, last_changes(code))


def told(before: dict[Any, Any], after: dict[Any, Any], changes: list[Change]) -> None:
    """Assert that each row that changed has one change of the right kind and one version more, and no other has."""
    kinds: dict[Any, str] = {(change.table, change.record_id): change.kind for change in changes}
    own = [change for change in changes if change.table == "company"]
    assert len(kinds) == len(changes)
    assert len(own) <= 1
    expected = {}
    assert before.keys() <= after.keys()
    for key, (version, removed, cells) in after.items():
        if key not in before:
            expected[key] = "create"
            assert (version, removed) == (1, False)
            continue
        old_version, was_removed, old_cells = before[key]
        if removed != was_removed:
            expected[key] = "remove" if removed else "restore"
            assert not removed or cells == old_cells
        elif cells != old_cells:
            expected[key] = "change"
        assert version == old_version + (key in expected)
    assert {key: kind for key, kind in kinds.items() if key[0] != "company"} == expected


def written(before: Company, after: Company, changes: list[Change]) -> None:
    """Assert that the cells of the trail make each row of the former company the row of the present one."""
    for name, table in TABLES.items():
        if table.numbered or name == "company":
            continue
        old, new = ({_key(name, row): row for row in row_texts(company, name)} for company in (before, after))
        for change in (change for change in changes if change.table == name):
            had, has = old.pop(change.record, {}), new.pop(change.record, {})
            if change.kind == "change":
                assert all(had.get(column, "") == text for column, text in change.before.items())
                kept = {column: text for column, text in had.items() if column not in change.after}
                assert kept | {column: text for column, text in change.after.items() if text} == has
                assert change.before.keys() == change.after.keys()
            else:
                assert change.before == (had if change.kind == "remove" else {})
                assert change.after == ({} if change.kind == "remove" else has)
        assert old == new


def _key(name: str, row: dict[str, str]) -> str:
    return "/".join(row.get(column, "") for column in TABLES[name].key)


def test_the_order_of_rows_changes_nothing() -> None:
    load(named(demo(), "ORDER"))
    cells, chance = demo(), random.Random(5)
    for name in cells:
        keep_rows(cells, name, chance.sample(range(size_of(cells, name)), size_of(cells, name)))
    assert not load(named(cells, "ORDER"))


def test_posts_of_people_are_not_lost_where_their_row_changes_otherwise() -> None:
    load(named(demo(), "POSTS"))
    cells = demo()
    cells["people"]["name"] = [f"{name}!" for name in cells["people"]["name"]]
    before = DATED["people"]._base_manager.count()
    load(named(cells, "POSTS"))
    assert DATED["people"]._base_manager.count() == before
    assert stored("POSTS") == named(cells, "POSTS")
    assert cells_of(stored("POSTS"))["people"]["unit"] == demo()["people"]["unit"]
