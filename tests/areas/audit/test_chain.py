"""The trail is a chain: whatever is changed, taken out or put in afterwards is found and named."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.audit.actions import Deed, RowChange, record_entry, write_changes
from guantong.audit.models import Chain, Change, Entry
from guantong.audit.queries import Fault, count_entries_since, get_head, get_last_number, verify_trail
from guantong.kit.schema import as_owner
from guantong.kit.separation import company_scope
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Company
from guantong.values.actions import NewValue, record_values
from tests.make.cast import operator
from tests.make.threads import at_once
from tests.make.trails import AT, ENTRIES, HOUR, JUNE, changes, deed, entry, fault, followed, grant, lively

pytestmark = pytest.mark.django_db(transaction=True)

Tampering = Callable[[Company], Any]


@contextmanager
def undone() -> Iterator[None]:
    """Let who owns the database change the trail, whoever's it is, and undo it; nobody else can."""
    with as_owner(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for model in (Chain, Entry, Change):
                    cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")
        yield
        transaction.set_rollback(True)


def test_a_chain_that_nobody_touched_holds() -> None:
    company = lively()
    verified = followed(company)
    assert verified.fault is None
    assert (verified.entries, verified.number) == (ENTRIES, ENTRIES)
    assert verified.changes == Change.objects.filter(company_id=company.pk).count()
    assert (verified.first_at, verified.last_at) == (AT, AT + 3 * HOUR)
    assert (verified.number, verified.digest) == get_head(company.pk)
    assert [entry.number for entry in Entry.objects.filter(company_id=company.pk).order_by("pk")] == [1, 2, 3, 4]


def test_two_companies_and_the_installation_have_chains_of_their_own() -> None:
    one, other = lively(), lively("WELL")
    with company_scope(0), transaction.atomic():
        record_entry(Deed(0, "", "operator", AT), "back_up", {"companies": []}, [])
    for company_id, number in ((one.pk, ENTRIES), (other.pk, ENTRIES), (0, 1)):
        with company_scope(company_id):
            assert get_last_number(company_id) == number
            assert count_entries_since(company_id, 1) == number - 1
            assert [each.fault for each in verify_trail(company_id)] == [None]


def test_an_installation_of_which_nothing_is_told_has_no_chain() -> None:
    assert verify_trail(0) == []
    assert get_head(0) == (0, "")


ENTRY_COLUMNS: dict[str, Any] = {
    "company": "OTHER", "at": AT + datetime.timedelta(microseconds=1), "actor": "P2", "action": "create_waiver",
    "details": {"count": 4}, "size": 2, "changes_digest": "0" * 64, "digest": "0" * 64, "company_id": 0,
}  # fmt: skip
CHANGE_COLUMNS: dict[str, Any] = {
    "table": "checkins", "record": "G2/2026-06-29", "kind": "change", "before": {"value": "0.05"},
    "after": {"goal": "G1", "date": "2026-06-30", "value": "0.3"}, "company_id": 0,
}  # fmt: skip


def test_every_column_is_tried() -> None:
    apart = {"id", "chain", "number"}, {"id", "entry", "record_id"}
    for model, columns, others in zip((Entry, Change), (ENTRY_COLUMNS, CHANGE_COLUMNS), apart, strict=True):
        assert {field.name for field in model._meta.concrete_fields} == columns.keys() | others


def test_another_cell_is_found() -> None:
    company = lively()
    for model, columns, kind in ((Entry, ENTRY_COLUMNS, "entry"), (Change, CHANGE_COLUMNS, "changes")):
        for column, cell in columns.items():
            with undone():
                row = entry(company, 2) if model is Entry else changes(company, 2)[0]
                assert model.objects.filter(pk=row.pk).update(**{column: cell}) == 1
                assert fault(company) == Fault(kind, 2), column
                assert (followed(company).entries, followed(company).number) == (1, 1)
    assert fault(company) is None


def _renumber(company: Company) -> None:
    Entry.objects.filter(pk=entry(company, 3).pk).update(number=9)


def _swap(company: Company) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        Entry.objects.filter(company_id=company.pk, number=old).update(number=new)


def _swap_changes(company: Company) -> None:
    first, second = changes(company, 2)[:2]
    for old, new in ((first.pk, 0), (second.pk, first.pk), (0, second.pk)):
        Change.objects.filter(pk=old).update(id=new)


def _take_out(company: Company, number: int) -> None:
    gone = entry(company, number)
    Change.objects.filter(entry=gone).delete()
    gone.delete()


def _take_out_and_close_up(company: Company) -> None:
    _take_out(company, 2)
    for number in (3, 4):
        Entry.objects.filter(company_id=company.pk, number=number).update(number=F("number") - 1)


def _cut_with_its_head(company: Company) -> None:
    _take_out(company, 4)
    Chain.objects.filter(company_id=company.pk).update(number=3)


def _put_in(company: Company, number: int) -> None:
    made = entry(company, 2)
    made.pk, made.number = None, number
    made.save()


def _put_in_change(company: Company) -> None:
    change = changes(company, 2)[0]
    change.pk = None
    change.save()


def _to_another_entry(company: Company) -> None:
    Change.objects.filter(pk=changes(company, 3)[0].pk).update(entry=entry(company, 2))


def _to_another_chain(company: Company) -> None:
    Entry.objects.filter(pk=entry(company, 4).pk).update(chain=Chain.objects.create(company_id=0), number=1)


def _away_with_it_all(company: Company) -> None:
    Change.objects.filter(company_id=company.pk).delete()
    Entry.objects.filter(company_id=company.pk).delete()
    Chain.objects.filter(company_id=company.pk).delete()


def _given_away(company: Company) -> None:
    Chain.objects.filter(company_id=company.pk).update(company_id=12345)


def _a_change_of_nobody(company: Company) -> None:
    own = record_entry(Deed(0, "", "operator", AT), "back_up", {}, [])
    Change.objects.create(company_id=company.pk, entry=own, table="goals", record_id=1, record="G1", kind="remove")


TAMPERINGS: list[tuple[Tampering, str, int]] = [
    (_renumber, "missing", 3),
    (_swap, "entry", 2),
    (_swap_changes, "changes", 2),
    (partial(_take_out, number=1), "missing", 1),
    (partial(_take_out, number=3), "missing", 3),
    (partial(_take_out, number=4), "end", 4),
    (_take_out_and_close_up, "entry", 2),
    (_cut_with_its_head, "head", 3),
    (partial(_put_in, number=5), "extra", 5),
    (partial(_put_in, number=0), "extra", 0),
    (_put_in_change, "more", 2),
    (lambda company: changes(company, 2)[0].delete(), "fewer", 2),
    (_to_another_entry, "more", 2),
    (_to_another_chain, "end", 4),
    (_away_with_it_all, "none", 0),
    (_given_away, "none", 0),
    (_a_change_of_nobody, "stray", 0),
    (lambda company: Chain.objects.filter(company_id=company.pk).update(number=3), "extra", 4),
    (lambda company: Chain.objects.filter(company_id=company.pk).update(number=5), "end", 5),
    (lambda company: Chain.objects.filter(company_id=company.pk).update(digest="0" * 64), "head", 4),
]


def test_what_was_taken_out_put_in_or_moved_is_found() -> None:
    company = lively()
    for tamper, kind, number in TAMPERINGS:
        with undone():
            tamper(company)
            assert fault(company) == Fault(kind, number), tamper
    assert fault(company) is None


def test_a_change_that_leads_to_another_row_is_found() -> None:
    company = lively()
    value, other_value = changes(company, 2)[:2]
    renamed = next(change for change in changes(company, 4) if change.table == "goals")
    other_goal = next(change for change in changes(company, 1) if change.record == "G3")
    for change, record_id in (
        (value, other_value.record_id),
        (value, value.record_id + 1_000_000),
        (renamed, other_goal.record_id),
    ):
        with undone():
            Change.objects.filter(pk=change.pk).update(record_id=record_id)
            found = fault(company)
            assert found is not None
            assert found.kind == "row"
    assert fault(company) is None


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("column", "word"), [("at", "today"), ("size", "many")])
def test_a_word_where_a_moment_or_number_should_be_is_found(column: str, word: str) -> None:
    company = lively()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {column} = %s WHERE company_id = %s AND number = 3", [word, company.pk])
    found = fault(company)
    assert found is not None
    assert found.kind == "entry"


def test_a_head_kept_elsewhere_proves_what_a_rewritten_chain_hides() -> None:
    company = lively()
    head = get_head(company.pk)
    grant(company)
    assert verify_trail(company.pk, head)[0].fault is None
    assert verify_trail(company.pk, (0, ""))[0].fault is None
    assert verify_trail(company.pk, (head[0] + 1, head[1]))[0].fault == Fault("since", head[0] + 1)
    with undone():
        rewritten(company, actor="P2")
        assert verify_trail(company.pk)[0].fault is None
        assert verify_trail(company.pk, head)[0].fault == Fault("since", head[0])


def rewritten(company: Company, actor: str) -> None:
    """Write the whole trail of a company anew, as who owns the database can."""
    kept = [(each, changes(company, each.number)) for each in Entry.objects.filter(company_id=company.pk)]
    _away_with_it_all(company)
    for each, rows in kept:
        told = [RowChange(row.table, row.record_id, row.record, row.kind, row.before, row.after) for row in rows]
        with transaction.atomic():
            record_entry(Deed(company.pk, each.company, actor, each.at), each.action, each.details, told)


@pytest.mark.full
def test_any_cell_that_is_another_is_found() -> None:
    company = lively()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.integers(1, ENTRIES), st.sampled_from([*ENTRY_COLUMNS, *CHANGE_COLUMNS]), st.data())
    def found(number: int, column: str, data: st.DataObject) -> None:
        model = Entry if column in ENTRY_COLUMNS and column != "company_id" else Change
        row = entry(company, number) if model is Entry else data.draw(st.sampled_from(changes(company, number)))
        old = getattr(row, column)
        word = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)
        drawn = {
            int: st.integers(0, 2**40), str: word, dict: st.dictionaries(word, word, max_size=3),
            datetime.datetime: st.datetimes(timezones=st.just(datetime.UTC)).filter(lambda at: 2000 < at.year < 2100),
        }  # fmt: skip
        new = data.draw(drawn[type(old)].filter(lambda value: value != old))
        with undone():
            model.objects.filter(pk=row.pk).update(**{column: new})
            assert fault(company) == Fault("entry" if model is Entry else "changes", number)

    found()
    assert fault(company) is None


DETAILS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8",
    exclude_characters="\0"), max_size=5), inner, max_size=3),
)  # fmt: skip


@pytest.mark.full
def test_whatever_an_entry_says_it_has_the_same_digest_when_it_is_read() -> None:
    company = lively()
    word = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(DETAILS, st.dictionaries(word, word, max_size=4), word)
    def holds(details: Any, cells: dict[str, str], key: str) -> None:
        with transaction.atomic():
            change = RowChange("notices", 0, key, "change", cells, {name: f"{text}'" for name, text in cells.items()})
            record_entry(deed(company), "record_values", {"of": details}, [change, change])
        assert fault(company) is None

    holds()


def test_changes_written_before_their_entry_are_its_own_whatever_comes_between() -> None:
    company = lively()
    rows = [RowChange("notices", 0, f"N{place}", "create", {}, {"text": "x"}) for place in range(3)]
    with transaction.atomic():
        written = write_changes(company.pk, rows)
        grant(company)
        record_entry(deed(company), "record_values", {}, written)
    assert [each.record for each in changes(company, ENTRIES + 2)] == ["N0", "N1", "N2"]
    assert fault(company) is None


@pytest.mark.full
def test_who_writes_values_and_codes_at_once_waits_for_one_another_and_not_for_ever() -> None:
    company = lively()

    def enter(goal: str, day: int) -> None:
        record_values(operator(company, AT, "P1"), [NewValue(goal, JUNE - datetime.timedelta(days=day), float(day))])

    def rename(old: str, new: str) -> None:
        rename_record(company, deed(company), "goals", old, new)

    for day in range(1, 6):
        works = [partial(enter, "G2", day), partial(rename, "G3", f"G3{day}"), partial(enter, "G1A", day),
                 partial(rename, "G1A", f"G1{day}")]  # fmt: skip
        assert at_once(works) == [None] * 4
    assert followed(company).fault is None
    assert followed(company).number == ENTRIES + 20


def test_the_first_entries_of_the_installation_make_one_chain() -> None:
    def tell() -> None:
        with transaction.atomic():
            record_entry(Deed(0, "", "operator", AT), "back_up", {}, [])

    assert at_once([tell] * 4) == [None] * 4
    assert [(each.place, each.number, each.fault) for each in verify_trail(0)] == [(1, 4, None)]
