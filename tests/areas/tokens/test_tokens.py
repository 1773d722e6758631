"""API tokens: what they open, for how long, and what is kept of them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.access.actions import remove_membership
from guantong.access.policies import ForbiddenError, Viewer
from guantong.audit.models import Change, Entry
from guantong.kit.separation import company_scope
from guantong.organisation.models import Person
from guantong.tokens.actions import create_token, remove_token
from guantong.tokens.models import ApiToken
from guantong.tokens.queries import company_of_token, get_token_viewer, list_tokens
from tests.make.cast import Cast, build_cast
from tests.make.kept import AT
from tests.make.refused import fault

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(microseconds=1)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def made(cast: Cast, role: str = "finance", *abilities: str, days: int = 1) -> tuple[ApiToken, str]:
    with company_scope(cast.company.pk):
        return create_token(cast.viewer(role), "ERP", abilities or ("see", "record_values"), days)


def opened(token: str, at: datetime.datetime = AT) -> Viewer | None:
    with company_scope(company_of_token(token)):
        found = get_token_viewer(token, at)
    return None if found is None else found[0]


def test_a_token_acts_for_its_member_within_its_abilities(cast: Cast) -> None:
    _, text = made(cast)
    viewer = opened(text)
    assert viewer is not None
    assert (viewer.company_id, viewer.actor) == (cast.company.pk, "FIN")
    assert viewer.may("see")
    assert viewer.reach("record_values").everything
    assert not viewer.may("see_budgets")  # the member may, the token was not given it


def test_it_takes_two_queries_to_find_for_whom_it_acts(cast: Cast) -> None:
    _, text = made(cast)
    with company_scope(cast.company.pk), CaptureQueriesContext(connection) as queries:
        get_token_viewer(text, AT)
    assert len(queries) == 2


def test_a_token_ends_at_its_moment_with_its_member_and_when_it_is_removed(cast: Cast) -> None:
    token, text = made(cast)
    assert opened(text, AT + DAY - SECOND) is not None
    assert opened(text, AT + DAY) is None
    with company_scope(cast.company.pk):
        Person.objects.filter(company=cast.company, code="FIN").update(left=AT.date())
        assert opened(text) is None
        Person.objects.filter(company=cast.company, code="FIN").update(left=None)
        assert opened(text) is not None
        remove_token(cast.viewer("finance"), token.pk)
        assert opened(text) is None
        _, second = made(cast)
        remove_membership(cast.viewer("administrator"), cast.members["finance"].pk)
    assert opened(second) is None


def test_nothing_else_opens(cast: Cast) -> None:
    _, text = made(cast)
    prefix, company, secret = text.split("_", 2)
    wrong = ["", "gt", "gt_", "gt__", f"{prefix}_{cast.other.pk}_{secret}", f"{prefix}_{company}_{secret[:-1]}",
             f"{prefix}_{company}_{secret}x", f"xx_{company}_{secret}", f"{prefix}_{10**30}_{secret}",
             f"{prefix}_-1_{secret}", f"{prefix}_１_{secret}", f"{prefix}_0_{secret}", text.upper()]  # fmt: skip
    assert [opened(token) for token in wrong] == [None] * len(wrong)


def test_the_secret_is_kept_nowhere(cast: Cast) -> None:
    token, text = made(cast)
    rows = [*ApiToken.objects.values(), *Change.objects.values(), *Entry.objects.values()]
    assert all(text not in repr(row) and text.split("_", 2)[2] not in repr(row) for row in rows)
    assert text.endswith(token.hint)


def test_tokens_that_cannot_be(cast: Cast) -> None:
    with company_scope(cast.company.pk):
        viewer = cast.viewer("finance")
        for name, abilities, days, why in (
            ("", ["see"], 1, "name"), ("x" * 101, ["see"], 1, "name"), ("a\nb", ["see"], 1, "name"),
            ("A", [], 1, "abilities"), ("A", ["see_pay"], 1, "abilities"), ("A", ["see", "fly"], 1, "abilities"),
            ("A", ["see"], 0, "days"), ("A", ["see"], 367, "days"),
        ):  # fmt: skip
            assert fault(lambda n=name, a=abilities, d=days: create_token(viewer, n, a, d)) == why
        create_token(viewer, "A", ["see"], 1)
        assert fault(lambda: create_token(viewer, " A ", ["see"], 1)) == "token_name"
        for number in range(19):
            create_token(viewer, f"A{number}", ["see"], 1)
        assert fault(lambda: create_token(viewer, "B", ["see"], 1)) == "tokens"
        assert list_tokens(cast.members["finance"]).count() == 20


def test_who_may_make_and_take_tokens(cast: Cast) -> None:
    with company_scope(cast.company.pk):
        for role in ("employee", "manager", "adviser", "executive"):
            with pytest.raises(ForbiddenError):
                create_token(cast.viewer(role), "A", ["see"], 1)
        with pytest.raises(ForbiddenError):  # who may not record values gives no token that may
            create_token(cast.viewer("administrator"), "A", ["record_values"], 1)
        token, _ = made(cast)
        for role in ("strategy_office", "employee"):
            assert not ApiToken.objects.visible_to(cast.viewer(role))
            with pytest.raises(ForbiddenError):
                remove_token(cast.viewer(role), token.pk)
        remove_token(cast.viewer("administrator"), token.pk)
        assert fault(lambda: remove_token(cast.viewer("administrator"), token.pk)) == "token"
