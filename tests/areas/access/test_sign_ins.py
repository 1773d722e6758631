"""Signing in to one's companies: the start page, and what each company's trail knows of it."""

import pytest
from django.test import Client

from guantong import clock
from guantong.access.actions import create_membership, remove_membership
from guantong.access.models import Membership
from guantong.accounts.actions import record_change, record_failure, record_sign_in, record_sign_out
from guantong.accounts.events import SignedIn
from guantong.audit.models import Entry
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company
from tests.make.cast import Cast, build_cast, operator
from tests.make.kept import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return build_cast(clock.now())


def told(company: Company) -> list[tuple[str, str, str]]:
    """Return actor, action and user of the entries about signing in, oldest first."""
    with company_scope(company.pk):
        rows = Entry.objects.filter(company_id=company.pk, action__contains="sign").order_by("pk")
        return [(row.actor, row.action, row.details["user"]) for row in rows]


def join_the_other(cast: Cast) -> Membership:
    """Make the manager a member of the other company too, as EVE."""
    with company_scope(cast.other.pk):
        return create_membership(operator(cast.other), cast.members["manager"].user, "EVE", None)


def test_each_company_of_a_user_is_told(cast: Cast) -> None:
    user = cast.members["manager"].user
    join_the_other(cast)
    record_sign_in(SignedIn(user.pk, AT, "password+totp", "192.0.2.1", "Firefox"))
    record_failure(user.email, AT, "192.0.2.1", "password")
    record_change(user, "password_changed", AT, user.email)
    record_sign_out(user, AT)
    actions = ["sign_in", "fail_sign_in", "change_sign_in", "sign_out"]
    for company, code in ((cast.company, "DAN"), (cast.other, "EVE")):
        actors = [code, "system", code, code]
        assert told(company) == [(actor, action, code) for actor, action in zip(actors, actions, strict=True)]


def test_no_company_is_told_of_strangers_and_former_members(cast: Cast) -> None:
    member = cast.members["finance"]
    with company_scope(cast.company.pk):
        remove_membership(operator(cast.company), member.pk)
    record_failure("stranger@example.com", AT, "192.0.2.1", "password")
    record_sign_in(SignedIn(member.user_id, AT, "password", "192.0.2.1", ""))
    assert told(cast.company) == told(cast.other) == []


def test_the_start_page_leads_into_the_only_company_or_shows_them_all(cast: Cast) -> None:
    client = Client()
    assert client.get("/")["Location"] == "/accounts/login/"
    client.force_login(cast.members["manager"].user)
    assert client.get("/")["Location"] == "/c/ACME/access/"
    join_the_other(cast)
    page = client.get("/").content.decode()
    assert "/c/ACME/access/" in page
    assert "/c/OTHER/access/" in page
    for code, name in (("ACME", "Dan"), ("OTHER", "Eve")):
        assert name in client.get(f"/c/{code}/access/").content.decode()


def test_who_belongs_to_no_company_is_told_so(cast: Cast) -> None:
    with company_scope(cast.company.pk):
        remove_membership(operator(cast.company), cast.members["employee"].pk)
    client = Client()
    client.force_login(cast.members["employee"].user)
    assert client.get("/").status_code == 200
    assert client.get("/c/ACME/access/").status_code == 404
