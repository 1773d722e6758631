"""What each role may do in a company, how far, and that nobody does more."""

import datetime
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.access.policies import ABILITIES, DUTIES, ROLES, SCOPES, list_scopes, scope_of_role
from guantong.access.queries import find_membership, get_viewer, list_paid_people
from guantong.budgets.models import BudgetRequest
from guantong.goals.models import Goal
from guantong.kit.separation import company_scope
from guantong.rewards.models import RewardMember
from tests.make.cast import ROLES as CAST
from tests.make.cast import STAFF, Cast, build_cast

pytestmark = pytest.mark.django_db

WHOLE = {"G", "OPEN1", "HIDDEN1", "HIDDEN2", "MINE"}
SEEN_GOALS = {
    "administrator": {"G", "OPEN1"},
    "strategy_office": WHOLE,
    "executive": WHOLE,
    "human_resources": {"G", "OPEN1"},
    "finance": {"G", "OPEN1"},
    "manager": {"G", "OPEN1", "HIDDEN1", "MINE"},
    "employee": {"G", "OPEN1", "MINE"},
    "adviser": {"G", "OPEN1"},
    "pay": {"G", "OPEN1"},
}
SEEN_BUDGETS = {"strategy_office": {"B-D1", "B-D2"}, "executive": {"B-D1", "B-D2"}, "finance": {"B-D1", "B-D2"},
                "manager": {"B-D1"}}  # fmt: skip
PAID = {
    "executive": {"BOSS", "ANN", "EVE"},
    "human_resources": {"HUE"},
    "finance": {"FIN"},
    "manager": {"DAN", "TOM"},
    "employee": {"UMA"},
    "pay": {row["code"] for row in STAFF},
}


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def codes(rows: object) -> set[str]:
    return {getattr(row, "code", "") for row in rows}  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", CAST)
def test_each_role_sees_its_goals_budgets_and_pay_and_no_others(cast: Cast, role: str) -> None:
    viewer = cast.viewer(role)
    with company_scope(cast.company.pk):
        assert codes(Goal.objects.visible_to(viewer)) == SEEN_GOALS[role]
        assert codes(BudgetRequest.objects.visible_to(viewer)) == SEEN_BUDGETS.get(role, set())
        assert codes(list_paid_people(viewer)) == PAID.get(role, set())
        members = RewardMember.objects.visible_to(viewer).select_related("person")
        assert {member.person.code for member in members} == PAID.get(role, set())


def test_who_somebody_is_takes_two_queries_however_much_they_hold(cast: Cast) -> None:
    for role, member in cast.members.items():
        code = cast.other.code if role == "outsider" else cast.company.code
        with CaptureQueriesContext(connection) as queries:
            found = find_membership(member.user_id, code)
            assert found is not None
            with company_scope(found.company_id):
                assert get_viewer(found, cast.viewer(role).at) is not None
        assert len([query for query in queries if "set_config" not in query["sql"]]) - 2 <= 2


def test_an_outsider_is_nobody_here(cast: Cast) -> None:
    assert find_membership(cast.members["outsider"].user_id, cast.company.code) is None
    assert find_membership(cast.members["employee"].user_id, cast.other.code) is None
    assert find_membership(cast.members["employee"].user_id, "NOWHERE") is None


def test_advisers_leave_by_themselves(cast: Cast) -> None:
    last = datetime.datetime(2026, 12, 31, 15, 59, tzinfo=datetime.UTC)  # 23:59 in Shanghai
    assert cast.viewer("adviser", last).may("see")
    after = cast.find("adviser", last + datetime.timedelta(minutes=1))
    assert after is not None
    assert not any(after.may(ability) for ability in ABILITIES)


def test_who_has_left_may_not_enter(cast: Cast) -> None:
    person = cast.members["employee"].person
    person.left = datetime.date(2026, 6, 30)
    with company_scope(cast.company.pk):
        person.save()
    assert cast.find("employee") is None
    assert cast.find("employee", datetime.datetime(2026, 6, 29, 8, tzinfo=datetime.UTC)) is not None


def test_every_reach_has_its_reason(cast: Cast) -> None:
    for role in CAST:
        viewer = cast.viewer(role)
        for ability in ABILITIES:
            assert viewer.may(ability) == bool([why for why in viewer.why(ability) if _reaches(viewer, why)])


def _reaches(viewer: object, why: tuple[object, str]) -> bool:
    return why[1] != "own" or getattr(viewer, "person_id", None) is not None


def test_a_token_may_no_more_than_its_member_and_its_own_list(cast: Cast) -> None:
    viewer = replace(cast.viewer("manager"), only=frozenset({"see", "manage_access"}))
    assert viewer.may("see")
    assert not viewer.may("manage_access")
    assert not viewer.may("record_values")


@pytest.mark.parametrize("ability", ABILITIES)
def test_bounds_are_in_order_and_the_usual_lies_within(ability: str) -> None:
    for role, bounds in ABILITIES[ability].bounds.items():
        assert role in ROLES
        places = [SCOPES.index(scope) for scope in (bounds.least, bounds.usual, bounds.most)]
        assert places == sorted(places)
        assert bounds.usual in list_scopes(ability, role)
        assert scope_of_role(ability, role, {}) == bounds.usual


def test_what_is_fixed_cannot_be_chosen_and_administrators_see_no_pay() -> None:
    assert list_scopes("see", "employee") == ("company",)
    assert list_scopes("see_pay", "administrator") == ("none",)
    assert list_scopes("see_pay", "human_resources") == ("none",)
    assert list_scopes("see_pay", "employee") == ("own",)
    assert scope_of_role("see_pay", "administrator", {"see_pay": {"administrator": "company"}}) == "none"
    assert all(abilities <= ABILITIES.keys() for abilities in DUTIES.values())
