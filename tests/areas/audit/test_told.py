"""What a trail tells: by whom, of which rows, page by page, with pay hidden from those who may not see it."""

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q

from guantong.audit.actions import Deed, RowChange, record_entry
from guantong.audit.models import Change
from guantong.audit.queries import HIDDEN, Asked, Told, get_rows_known, iterate_told, list_told
from guantong.engine.tables import PAY, TABLES
from guantong.goals.models import Goal
from guantong.organisation.models import Company
from tests.make.company import build
from tests.make.kept import load
from tests.make.trails import AT, ENTRIES, HOUR, deed, grant, lively

pytestmark = pytest.mark.django_db


def told(company: Company, **asked: Any) -> list[Told]:
    return list_told(company.pk, Asked(**asked))


def numbers(company: Company, **asked: Any) -> list[int]:
    """Return the numbers of the entries told, which reading all of them gives as well."""
    found = [one.entry.number for one in told(company, **asked)]
    every = [entry.number for entry, _, _ in iterate_told(company.pk, Asked(**asked))]
    assert every == found[::-1]
    return found


def test_a_trail_is_narrowed_by_each_thing_that_can_be_asked() -> None:
    company = lively()
    assert numbers(company) == [4, 3, 2, 1]
    assert numbers(company, actor="P1") == [3, 2]
    assert numbers(company, actor="P2") == []
    assert numbers(company, actions=("rename_record", "load_company")) == [4, 1]
    assert numbers(company, since=AT + 2 * HOUR) == [4, 3]
    assert numbers(company, until=AT + HOUR) == [2, 1]
    assert numbers(company, kind="change") == [4, 3]
    assert numbers(company, table="actuals") == [3, 2]
    assert numbers(company, table="actuals", kind="create") == [2]
    assert numbers(company, table="goals", record="G3") == [1]
    assert numbers(company, before=(1, 3)) == [2, 1]
    assert numbers(company, before=(7, 3)) == []
    assert [one.entry.number for one in told(company, entries=2)] == [4, 3]


def test_a_renamed_row_is_told_as_a_whole_under_each_of_its_codes() -> None:
    company = lively()
    for code in ("G1", "G1A"):
        assert numbers(company, table="goals", record=code) == [4, 1]
    gone = RowChange("goals", 0, "G1A", "change", {"target": "1"}, {"target": "2"})
    record_entry(deed(company), "load_company", {}, [gone])
    assert numbers(company, table="goals", record="G1A") == [5, 4, 1]
    assert numbers(company, table="goals", record="G1") == [4, 1]


def test_many_changes_are_told_by_how_many_rows_each_column_changed_in() -> None:
    company = lively()
    (one,) = told(company, entries=1, actions=("record_values",), changes=1)
    assert (one.counts, one.columns) == ({"actuals": {"change": 2}}, {"actuals": {"value": 2}})
    (one,) = told(company, entries=1, actions=("record_values",))
    assert (one.counts, one.columns) == ({"actuals": {"change": 2}}, {})
    load(
        build(
            company=[{"code": "ACME", "name": "Acme"}],
            cycles=[{"code": "2026", "name": "2026", "start": "2026-01-01", "end": "2026-12-31"}],
            units=[{"code": "ROOT", "name": "Root", "kind": "company"}],
            people=[{"code": "P1", "name": "Li", "unit": "ROOT", "base_bonus": "65000"}],
            goals=[{"code": goal, "name": name, "cycle": "2026", "unit": "ROOT", "owner": "P1", "target": target}
                   for goal, name, target in (("G1A", "Sales", "1"), ("G2", "Sales", "2"), ("G3", "销售 Sales", "3"))],
        ),
        AT + 4 * HOUR,
    )  # fmt: skip
    (one,) = told(company, entries=1, changes=1)
    assert one.columns == {"goals": {"target": 3, "name": 2}, "people": {"base_bonus": 1}}
    assert one.counts == {"people": {"change": 1}, "goals": {"change": 3}}
    (one,) = told(company, entries=1, changes=0, table="goals")
    assert one.columns == {"goals": {"target": 3, "name": 2}}


def test_pay_is_hidden_where_that_is_asked_and_nowhere_else() -> None:
    company = lively()
    (shown,) = told(company, entries=1, table="people")
    (hidden,) = told(company, entries=1, table="people", hides_pay=True)
    assert shown.changes[0].after["base_bonus"] == "600.00"
    assert hidden.changes[0].after == {**shown.changes[0].after, "base_bonus": HIDDEN}
    (own,) = told(company, entries=1, table="people", hides_pay=lambda change: change.record != "P1")
    assert own.changes[0].after == shown.changes[0].after
    rows = [row for _, _, rows in iterate_told(company.pk, Asked(table="people", hides_pay=True)) for row in rows]
    assert [row.after["base_bonus"] for row in rows] == [HIDDEN]
    assert Change.objects.get(pk=rows[0].pk).after["base_bonus"] == "600.00"


def test_pay_names_columns_that_are_there() -> None:
    assert all(column in TABLES[table].by_name for table, column in PAY)


def test_what_somebody_may_not_see_is_neither_told_nor_counted() -> None:
    company = lively()
    private = Q(table="goals", record_id__in=Goal.objects.filter(code="G1A").values("pk"))
    visible = ~private & ~Q(table="actuals")
    assert numbers(company, visible=visible) == [1]
    (one,) = told(company, visible=visible, changes=50)
    assert one.counts["goals"] == {"create": 2}
    assert {row.record for row in one.changes if row.table == "goals"} == {"G2", "G3"}


def test_an_entry_without_changes_is_told_and_seen() -> None:
    company = lively()
    with transaction.atomic():
        record_entry(deed(company, actor="P1"), "view_pay", {"person": "P1"}, [])
    assert numbers(company, visible=Q(table="goals"))[0] == ENTRIES + 1
    assert numbers(company, table="goals")[0] != ENTRIES + 1
    every = {entry.number: list(rows) for entry, _, rows in iterate_told(company.pk, Asked())}
    assert every[ENTRIES + 1] == []
    assert all(every[number] for number in range(1, ENTRIES + 1))


def test_changes_that_are_left_unread_do_not_shift_those_of_the_next_entry() -> None:
    company = lively()
    found = []
    for entry_, _, rows in iterate_told(company.pk, Asked()):
        found += [(entry_.number, next(rows).entry_id == entry_.pk)] if entry_.number != 2 else []
    assert found == [(1, True), (3, True), (4, True)]


def test_tables_that_are_no_sheet_are_told_and_left_out_of_what_is_known() -> None:
    company = lively()
    grant(company, AT + 4 * HOUR)
    (one,) = told(company, entries=1)
    assert one.counts == {"grants": {"create": 1}}
    known = get_rows_known(company.pk, AT + datetime.timedelta(days=1))
    assert "grants" not in known
    assert {row["code"] for row in known["goals"]} == {"G1A", "G2", "G3"}


def test_a_row_that_is_gone_is_found_by_its_key_alone() -> None:
    company = lively()
    with transaction.atomic():
        rows = [RowChange("notices", 0, key, "create", {}, {"text": key}) for key in ("N1", "N2")]
        record_entry(Deed(company.pk, "ACME", "system", AT), "record_values", {}, rows)
    (one,) = told(company, table="notices", record="N1")
    assert [row.record for row in one.changes] == ["N1"]
