"""Grants, memberships, delegations and choices: who may give them, what is refused, what the trail keeps."""

import datetime
from typing import Any

import pytest

from guantong.access.actions import (
    Delegated,
    RoleFor,
    change_choice,
    create_delegation,
    create_grant,
    create_membership,
    remove_delegation,
    remove_grant,
    remove_membership,
)
from guantong.access.events import AccessChanged
from guantong.access.models import Grant
from guantong.access.policies import ForbiddenError
from guantong.access.queries import Thing, list_allowed
from guantong.audit.models import Entry
from guantong.goals.models import Goal
from guantong.kit.events import subscribe
from guantong.kit.separation import company_scope
from guantong.organisation.models import Person, Unit
from tests.make.cast import LAST_DAY, Cast, build_cast, operator, user_named
from tests.make.kept import AT
from tests.make.loading import last_changes
from tests.make.refused import fault

pytestmark = pytest.mark.django_db

TODAY = AT.date()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Any:
    with company_scope(cast.company.pk):
        yield


def administrators(cast: Cast) -> Any:
    return Grant.objects.filter(company=cast.company, role="administrator", removed_at=None)


# --- Grants ----------------------------------------------------------------------------------------


def test_a_grant_gives_its_role_from_its_first_day_to_its_last(cast: Cast) -> None:
    admin, employee = cast.viewer("administrator"), cast.members["employee"]
    wanted = RoleFor("finance", "below", "B1", TODAY + DAY, TODAY + 2 * DAY, "Budget round")
    create_grant(admin, employee.pk, wanted)
    inside = {cast.row(Unit, code).pk for code in ("B1", "D1", "T1")}
    for days, units in ((0, set()), (1, inside), (2, inside), (3, set())):
        assert cast.viewer("employee", AT + days * DAY).reach("see_budgets").unit_ids == units
    (change,) = last_changes("ACME")
    assert (change.table, change.record, change.kind) == ("grants", "UMA/finance", "create")
    assert change.after == {"role": "finance", "scope": "below", "unit": "B1", "starts_on": "2026-07-01",
                            "ends_on": "2026-07-02", "reason": "Budget round"}  # fmt: skip
    assert Entry.objects.latest("pk").actor == "administrator@example.com"


def test_a_unit_that_moves_below_is_reached_from_then_on(cast: Cast) -> None:
    assert not cast.viewer("manager").reach("see_budgets").covers(unit_id=cast.row(Unit, "D2").pk)
    Unit.objects.filter(company=cast.company, code="D2").update(parent=cast.row(Unit, "D1"))
    assert cast.viewer("manager").reach("see_budgets").covers(unit_id=cast.row(Unit, "D2").pk)


@pytest.mark.parametrize("role", ["strategy_office", "executive", "human_resources", "finance", "manager", "employee",
                                  "adviser", "pay"])  # fmt: skip
def test_only_administrators_give_and_take_access(cast: Cast, role: str) -> None:
    viewer, target = cast.viewer(role), cast.members["administrator"]
    grant = administrators(cast).get()
    for call in (
        lambda: create_grant(viewer, target.pk, RoleFor("finance")),
        lambda: remove_grant(viewer, grant.pk),
        lambda: remove_membership(viewer, target.pk),
        lambda: create_membership(viewer, user_named("friend"), "", RoleFor("administrator")),
        lambda: change_choice(viewer, "see_budgets", "employee", "unit"),
        lambda: create_delegation(viewer, Delegated("ANN", "TOM", "checkin", TODAY, TODAY)),
    ):
        with pytest.raises(ForbiddenError):
            call()


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (RoleFor("emperor"), "role"),
        (RoleFor("employee"), "role"),
        (RoleFor("administrator", "below", "B1"), "scope"),
        (RoleFor("manager"), "scope"),
        (RoleFor("finance", "own"), "scope"),
        (RoleFor("finance", "below"), "unit_by_scope"),
        (RoleFor("finance", "company", "B1"), "unit_by_scope"),
        (RoleFor("finance", "below", "NOWHERE"), "unit"),
        (RoleFor("finance", ends_on=TODAY - DAY), "over"),
        (RoleFor("finance", starts_on=TODAY + 5 * DAY, ends_on=TODAY + 4 * DAY), "over"),
        (RoleFor("adviser", reason="x"), "dated"),
        (RoleFor("adviser", reason="x", ends_on=TODAY + 367 * DAY), "dated"),
        (RoleFor("pay", ends_on=LAST_DAY), "reason"),
        (RoleFor("finance", reason="x" * 1001), "reason"),
    ],
)
def test_roles_that_cannot_be_given_so(cast: Cast, wanted: RoleFor, why: str) -> None:
    before = Grant.objects.count(), Entry.objects.count()
    assert fault(lambda: create_grant(cast.viewer("administrator"), cast.members["employee"].pk, wanted)) == why
    assert (Grant.objects.count(), Entry.objects.count()) == before


def test_nobody_gives_themselves_a_role_nor_the_same_twice(cast: Cast) -> None:
    admin = cast.viewer("administrator")
    pay = RoleFor("pay", ends_on=LAST_DAY, reason="I am curious")
    assert fault(lambda: create_grant(admin, admin.membership_id, pay)) == "self"
    assert fault(lambda: create_grant(admin, cast.members["finance"].pk, RoleFor("finance"))) == "twice"
    assert fault(lambda: create_grant(admin, cast.members["outsider"].pk, RoleFor("finance"))) == "member"
    assert fault(lambda: remove_grant(admin, 10**9)) == "grant"


def test_the_last_administrator_stays(cast: Cast) -> None:
    admin = cast.viewer("administrator")
    own = administrators(cast).get()
    assert fault(lambda: remove_grant(admin, own.pk)) == "last_administrator"
    assert fault(lambda: remove_membership(admin, admin.membership_id)) == "last_administrator"
    second = create_grant(admin, cast.members["employee"].pk, RoleFor("administrator", ends_on=LAST_DAY))
    assert fault(lambda: remove_grant(admin, own.pk)) == "last_administrator"  # the second leaves by itself
    remove_grant(admin, second.pk)
    create_grant(admin, cast.members["employee"].pk, RoleFor("administrator"))
    remove_grant(admin, own.pk)
    assert not cast.viewer("administrator").may("manage_access")
    remove_grant(operator(cast.company), administrators(cast).get().pk)


# --- Members ---------------------------------------------------------------------------------------


def test_a_membership_ends_with_all_that_it_gave_and_may_begin_again(cast: Cast) -> None:
    admin, member = cast.viewer("administrator"), cast.members["pay"]
    remove_membership(admin, member.pk)
    assert cast.find("pay") is None
    assert {(change.table, change.kind) for change in last_changes("ACME")} == {
        ("grants", "remove"), ("memberships", "remove")
    }  # fmt: skip
    again = create_membership(operator(cast.company), member.user, "PIA", None)
    assert again.pk == member.pk
    assert not cast.viewer("pay").reach("see_pay").everything


def test_one_membership_each(cast: Cast) -> None:
    who = operator(cast.company)
    assert fault(lambda: create_membership(who, cast.members["employee"].user, "", None)) == "joined"
    assert fault(lambda: create_membership(who, user_named("double"), "UMA", None)) == "person_joined"
    assert fault(lambda: create_membership(who, user_named("ghost"), "NOBODY", None)) == "person"
    Person.objects.filter(company=cast.company, code="TOM").update(left=TODAY)
    assert fault(lambda: create_membership(who, user_named("gone"), "TOM", None)) == "person"


# --- Delegations -----------------------------------------------------------------------------------


def test_a_deputy_does_one_duty_from_day_to_day_and_no_other(cast: Cast) -> None:
    create_delegation(cast.viewer("manager"), Delegated("DAN", "UMA", "checkin", TODAY, TODAY + DAY))
    d1 = cast.row(Unit, "D1").pk
    deputy = cast.viewer("employee")
    assert deputy.reach("record_values").covers(unit_id=d1)
    assert set(Goal.objects.visible_to(deputy).values_list("code", flat=True)) == {"G", "OPEN1", "HIDDEN1", "MINE"}
    assert not deputy.may("see_budgets")
    assert not deputy.reach("see_pay").covers(person_ids=[cast.row(Person, "DAN").pk])
    assert {why.giver for why, _ in deputy.why("record_values")} == {"", "DAN"}
    assert not cast.viewer("employee", AT + 2 * DAY).reach("record_values").covers(unit_id=d1)


def test_a_delegation_ends_with_who_gave_it_and_is_not_handed_on(cast: Cast) -> None:
    create_delegation(operator(cast.company), Delegated("DAN", "FAY", "checkin", TODAY, LAST_DAY))
    create_delegation(operator(cast.company), Delegated("FAY", "UMA", "checkin", TODAY, LAST_DAY))
    d1 = cast.row(Unit, "D1").pk
    assert not cast.viewer("employee").reach("record_values").covers(unit_id=d1)
    row = create_delegation(operator(cast.company), Delegated("DAN", "UMA", "checkin", TODAY, LAST_DAY))
    assert cast.viewer("employee").reach("record_values").covers(unit_id=d1)
    Person.objects.filter(company=cast.company, code="DAN").update(left=TODAY)
    assert not cast.viewer("employee").reach("record_values").covers(unit_id=d1)
    Person.objects.filter(company=cast.company, code="DAN").update(left=None)
    remove_delegation(cast.viewer("employee"), row.pk)
    assert not cast.viewer("employee").reach("record_values").covers(unit_id=d1)
    assert fault(lambda: remove_delegation(cast.viewer("employee"), row.pk)) == "delegation"


def test_strangers_do_not_end_a_delegation(cast: Cast) -> None:
    row = create_delegation(operator(cast.company), Delegated("DAN", "TOM", "checkin", TODAY, LAST_DAY))
    for role in ("employee", "strategy_office"):
        with pytest.raises(ForbiddenError):
            remove_delegation(cast.viewer(role), row.pk)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Delegated("DAN", "DAN", "checkin", TODAY, TODAY), "deputy"),
        (Delegated("DAN", "TOM", "everything", TODAY, TODAY), "deputy"),
        (Delegated("DAN", "NOBODY", "checkin", TODAY, TODAY), "person"),
        (Delegated("NOBODY", "TOM", "checkin", TODAY, TODAY), "person"),
        (Delegated("DAN", "TOM", "checkin", TODAY, TODAY - DAY), "over"),
        (Delegated("DAN", "TOM", "checkin", TODAY - 3 * DAY, TODAY - DAY), "over"),
        (Delegated("DAN", "TOM", "checkin", TODAY, TODAY + 367 * DAY), "long"),
        (Delegated("DAN", "TOM", "approve", LAST_DAY, LAST_DAY), "twice"),
    ],
)
def test_delegations_that_cannot_be(cast: Cast, wanted: Delegated, why: str) -> None:
    create_delegation(operator(cast.company), Delegated("DAN", "TOM", "approve", TODAY, LAST_DAY))
    assert fault(lambda: create_delegation(operator(cast.company), wanted)) == why


# --- Choices ---------------------------------------------------------------------------------------


def test_a_company_chooses_within_fixed_bounds(cast: Cast) -> None:
    admin = cast.viewer("administrator")
    change_choice(admin, "record_values", "finance", "none")
    assert not cast.viewer("finance").reach("record_values").everything
    change_choice(admin, "record_values", "finance", "company")
    assert cast.viewer("finance").reach("record_values").everything
    (change,) = last_changes("ACME")
    assert (change.record, change.before, change.after) == (
        "record_values/finance", {"scope": "none"}, {"scope": "company"}
    )  # fmt: skip
    count = Entry.objects.count()
    change_choice(admin, "record_values", "finance", "company")
    assert Entry.objects.count() == count


@pytest.mark.parametrize(
    ("ability", "role", "scope"),
    [("see_pay", "administrator", "company"), ("see_pay", "employee", "company"), ("see", "employee", "none"),
     ("manage_access", "employee", "company"), ("see_budgets", "employee", "company"), ("fly", "employee", "own"),
     ("see_budgets", "finance", "company"), ("record_values", "emperor", "own")],
)  # fmt: skip
def test_choices_out_of_bounds(cast: Cast, ability: str, role: str, scope: str) -> None:
    assert fault(lambda: change_choice(cast.viewer("administrator"), ability, role, scope)) == "choice"


# --- Who may see this ------------------------------------------------------------------------------


def test_who_can_see_a_private_goal_and_why(cast: Cast) -> None:
    goal = cast.row(Goal, "HIDDEN1")
    create_delegation(operator(cast.company), Delegated("DAN", "FAY", "checkin", TODAY, LAST_DAY))
    allowed = list_allowed(cast.company, "see_private_goals", Thing(goal.unit_id, frozenset({goal.owner_id})), TODAY)
    told = {(one.code or one.name): {(why.kind, why.role, why.giver) for why in one.reasons} for one in allowed}
    assert told == {
        "BOSS": {("grant", "executive", ""), ("head", "manager", "")},
        "ANN": {("head", "manager", "")},
        "DAN": {("member", "employee", ""), ("head", "manager", "")},
        "FAY": {("member", "employee", "DAN"), ("head", "manager", "DAN")},
        "Strategy_Office": {("grant", "strategy_office", "")},
    }
    for role, member in cast.members.items():
        if role != "outsider":
            seen = Goal.objects.visible_to(cast.viewer(role)).filter(pk=goal.pk).exists()
            assert seen == ((member.person.code if member.person else str(member.user)) in told), role


def test_who_can_see_what_somebody_earns(cast: Cast) -> None:
    uma = cast.row(Person, "UMA")
    allowed = list_allowed(cast.company, "see_pay", Thing(None, frozenset({uma.pk})), TODAY)
    assert {one.code: [why.kind for why in one.reasons] for one in allowed} == {
        "UMA": ["member"], "TOM": ["report"], "PIA": ["grant"]
    }  # fmt: skip


def test_everybody_concerned_is_told(cast: Cast) -> None:
    heard: list[AccessChanged] = []
    subscribe(AccessChanged, heard.append)
    admin = cast.viewer("administrator")
    grant = create_grant(admin, cast.members["employee"].pk, RoleFor("finance"))
    remove_grant(admin, grant.pk)
    create_delegation(admin, Delegated("DAN", "UMA", "checkin", TODAY, TODAY))
    create_delegation(admin, Delegated("DAN", "TOM", "checkin", TODAY, TODAY))
    uma = cast.members["employee"].pk
    assert [(event.membership_id, event.change, event.role) for event in heard] == [
        (uma, "create_grant", "finance"), (uma, "remove_grant", "finance"),
        (uma, "create_delegation", "checkin"), (None, "create_delegation", "checkin"),
    ]  # fmt: skip
