"""Rows leave every database as the same bytes, at one moment, and never with another company's."""

import datetime
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models
from django.test.utils import isolate_apps

from guantong.findings.models import CardResult, Finding, GoalFigures
from guantong.formats.backup import Block
from guantong.goals.models import Goal
from guantong.kit.moment import one_moment
from guantong.kit.packing import Packing
from guantong.kit.portable import carried_fields, defaults_of, find_model, list_models, model_of_table, owner_field
from guantong.kit.separation import switch_company
from guantong.organisation.actions import reserve_company_id
from guantong.organisation.models import Company, Cycle, Unit
from guantong.organisation.queries import list_companies

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime.datetime(2026, 7, 1, 8, 30, 15, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 6, 30)


def company(code: str) -> Company:
    """Make a company, whose rows the database shows from now on."""
    own = Company(pk=reserve_company_id(), code=code, name=code, created_at=AT)
    switch_company(own.pk)
    own.save(force_insert=True)
    return own


def goal(of: Company, code: str, unit: Unit | None = None) -> Goal:
    """Make a goal; the database shows the rows of its company from now on."""
    switch_company(of.pk)
    cycle = Cycle.objects.create(company=of, code=f"{code}-2026", name="2026", start=DAY, end=DAY)
    unit = unit or Unit.objects.create(company=of, code=f"{code}-U", name="U", kind="company")
    return Goal.objects.create(company=of, code=code, name=code, cycle=cycle, unit=unit)


def packed(of: Company, model: type[models.Model]) -> Block:
    """Return the rows of a model as one block, as they stand in the file."""
    (line,) = [line for _, line in Packing(of.pk).lines(model, carried_fields(model))]
    block: Block = json.loads(line)
    return block


def elsewhere(work: Callable[[], Any]) -> None:
    """Do something in another connection."""

    def whole() -> None:
        work()
        connection.close()

    worker = threading.Thread(target=whole)
    worker.start()
    worker.join(60)
    assert not worker.is_alive()


def test_values_are_written_alike_on_every_database() -> None:
    own = company("ACME")
    one = goal(own, "G1")
    GoalFigures.objects.create(company=own, goal=one, actual=-0.0, target=1e22, plan=0.1, gap=5, status="met")
    evidence = {"z": 1e22, "a": [1.5, -0.0, 2.0, 12345678901234567, None, True, "中"]}
    moment = AT.replace(microsecond=1200)
    identity = {"rule": "R", "subject_type": "goal", "subject": "G1", "year": "2026", "severity": "error"}
    Finding.objects.create(company=own, evidence=evidence, opened_at=AT, mended_at=moment, **identity)
    figures, found = packed(own, GoalFigures), packed(own, Finding)
    assert figures["goal"] == [1]
    assert json.dumps([figures[name] for name in ("actual", "target", "plan", "gap", "attainment")]) == (
        "[[0.0], [1e+22], [0.1], [5.0], [null]]"
    )
    assert json.dumps(found["evidence"], ensure_ascii=False) == (
        '[{"a": [1.5, 0.0, 2.0, 12345678901234567, null, true, "中"], "z": 10000000000000000000000}]'
    )
    assert found["opened_at"] == ["2026-07-01 08:30:15.000000"]
    assert found["mended_at"] == ["2026-07-01 08:30:15.001200"]
    assert found["reopened_at"] == [None]
    assert found["is_waived"] == [False]
    assert packed(own, Cycle)["start"] == ["2026-06-30"]


def test_rows_are_named_by_their_place_among_the_companys_own() -> None:
    other, own = company("OTHER"), company("ACME")
    for number in range(3):
        goal(other, f"O{number}")
    parent = goal(own, "G1")
    Goal.objects.filter(pk=goal(own, "G2", parent.unit).pk).update(parent=parent)
    assert packed(own, Goal)["parent"] == [None, 1]
    assert packed(own, Goal)["unit"] == [1, 1]


def test_a_row_of_another_company_is_never_carried_off() -> None:
    other, own = company("OTHER"), company("ACME")
    foreign = goal(other, "O1").unit
    goal(own, "G1", foreign)
    goal(own, "G2")
    with pytest.raises(ValueError, match=r"goals.goal.unit names a row of another company"):
        packed(own, Goal)


def test_a_moment_is_not_touched_by_what_others_write() -> None:
    own = company("ACME")
    with one_moment():
        assert len(list_companies()) == 1
        elsewhere(lambda: company("OTHER"))
        assert len(list_companies()) == 1
        assert not list(Packing(own.pk).lines(CardResult, carried_fields(CardResult)))
    assert len(list_companies()) == 2


def test_nothing_is_written_at_a_moment() -> None:
    with pytest.raises(DatabaseError), one_moment():
        company("ACME")
    company("ACME")
    assert len(list_companies()) == 1


def test_models_say_whose_their_rows_are() -> None:
    with pytest.raises(TypeError, match="says of no row whose it is"):
        owner_field(next(iter(apps.get_app_config("django_ox").get_models())))
    assert model_of_table("company") is Company
    assert model_of_table("goals") is Goal
    assert model_of_table("moods") is None
    assert find_model("goals.goal") is Goal
    assert find_model("findings.mark") is None
    assert Goal in list_models()


@isolate_apps("guantong.organisation")
def test_a_field_of_an_unknown_kind_is_refused() -> None:
    class Odd(models.Model):
        company = models.ForeignKey(Company, models.PROTECT, related_name="+")
        share = models.DecimalField(max_digits=5, decimal_places=2)

        class Meta:
            app_label = "organisation"

    with pytest.raises(TypeError, match=r"organisation.odd.share cannot be carried"):
        carried_fields(Odd)


def test_what_is_not_carried_has_its_default() -> None:
    given = {"rule", "subject_type", "subject", "year", "severity", "opened_at", "evidence"}
    assert dict(defaults_of(Finding, given)) == {
        "owner": "", "unit": "", "is_waived": False, "mended_at": None, "reopened_at": None, "reopened": 0,
    }  # fmt: skip
