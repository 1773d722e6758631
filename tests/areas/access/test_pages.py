"""The pages about access, tokens, invitations and pay: what is typed is kept, refused in words, done once."""

import datetime
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from guantong import clock
from guantong.access.models import Delegation, Grant, Membership
from guantong.accounts.actions import create_user
from guantong.invitations.models import Invitation
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company
from guantong.tokens.models import ApiToken
from tests.make.cast import Cast, build_cast

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ROLE = {"role": "finance", "scope": "below", "unit": "B1", "starts_on": "", "ends_on": "", "reason": "Budget round"}


@pytest.fixture
def cast() -> Cast:
    return build_cast(clock.now())


def browser(cast: Cast, role: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(cast.members[role].user)
    return client


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def count(cast: Cast, model: Any, **where: Any) -> int:
    with company_scope(cast.company.pk):
        return int(model.objects.filter(company=cast.company, **where).count())


def test_a_role_is_granted_and_taken_away(cast: Cast) -> None:
    client, member = browser(cast, "administrator"), cast.members["employee"].pk
    page = f"/c/ACME/members/{member}/"
    assert client.post(page, ROLE).status_code == 302
    shown = text(client.get(page))
    assert "unit and below: B1" in shown
    assert "Budget round" in shown
    with company_scope(cast.company.pk):
        grant = Grant.objects.get(membership=member)
    assert client.post(f"/c/ACME/members/grants/{grant.pk}/remove/").status_code == 302
    assert "Budget round" not in text(client.get(page))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no unit “NOWHERE”"), ("zh", "没有编码为“NOWHERE”的单元")]
)
def test_what_is_refused_keeps_what_was_typed(cast: Cast, language: str, words: str) -> None:
    page = f"/c/ACME/members/{cast.members['employee'].pk}/"
    answer = browser(cast, "administrator", language).post(page, {**ROLE, "unit": "NOWHERE"})
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'value="NOWHERE"' in text(answer)
    assert "Budget round" in text(answer)
    assert count(cast, Grant, membership=cast.members["employee"]) == 0


def test_a_day_that_is_none_is_refused_at_its_field(cast: Cast) -> None:
    page = f"/c/ACME/members/{cast.members['employee'].pk}/"
    answer = browser(cast, "administrator").post(page, {**ROLE, "ends_on": "2026-02-31"})
    assert answer.status_code == 422
    assert re.search(r'id="id_ends_on_error"', text(answer))


def test_the_last_administrator_is_kept(cast: Cast) -> None:
    client, own = browser(cast, "administrator"), cast.members["administrator"].pk
    answer = client.post(f"/c/ACME/members/{own}/end/")
    assert answer.status_code == 422
    assert "at least one administrator" in text(answer)


def test_members_are_found_and_paged(cast: Cast) -> None:
    client = browser(cast, "administrator")
    assert "employee@example.com" in text(client.get("/c/ACME/members/", {"find": "uma"}))
    assert "employee@example.com" not in text(client.get("/c/ACME/members/", {"find": "zzz"}))
    now = clock.now()
    with company_scope(cast.company.pk):
        Membership.objects.bulk_create(
            Membership(company=cast.company, user=create_user(f"u{number}@example.com", "", "", now), created_at=now)
            for number in range(60)
        )
    first = text(client.get("/c/ACME/members/"))
    (following,) = re.findall(r'href="\?after=(\d+)', first)
    second = text(client.get("/c/ACME/members/", {"after": following}))
    shown = re.findall(r'hint">(u\d+@example.com)', first + second)
    assert len(shown) == len(set(shown)) == 60
    assert 'href="?after=' not in second


def test_a_deputy_is_named_and_the_duty_ended(cast: Cast) -> None:
    client, today = browser(cast, "manager"), cast.viewer("manager", clock.now()).day
    sent = {"deputy": "TOM", "duty": "checkin", "starts_on": today.isoformat(), "ends_on": (today + DAY).isoformat()}
    assert client.post("/c/ACME/access/", sent).status_code == 302
    assert "TOM Tom" in text(client.get("/c/ACME/access/"))
    assert client.post("/c/ACME/access/", {**sent, "deputy": "DAN"}).status_code == 422
    assert client.post("/c/ACME/access/", {**sent, "giver": "ANN"}).status_code == 403  # somebody else's duty
    with company_scope(cast.company.pk):
        row = Delegation.objects.get(company=cast.company)
    assert client.post(f"/c/ACME/access/delegations/{row.pk}/remove/").status_code == 302
    assert client.post(f"/c/ACME/access/delegations/{row.pk}/remove/").status_code == 422


def test_choices_are_kept_within_bounds(cast: Cast) -> None:
    client, page = browser(cast, "administrator"), "/c/ACME/access/choices/"
    assert client.post(page, {"ability": "see_budgets", "role": "employee", "scope": "unit"}).status_code == 302
    assert Company.objects.get(pk=cast.company.pk).access == {"see_budgets": {"employee": "unit"}}
    assert client.post(page, {"ability": "see_pay", "role": "administrator", "scope": "company"}).status_code == 422
    assert client.post(page, {"ability": "fly", "role": "employee", "scope": "unit"}).status_code == 400


def test_a_token_is_shown_once(cast: Cast) -> None:
    client, page = browser(cast, "finance"), "/c/ACME/tokens/"
    answer = client.post(page, {"name": "ERP", "abilities": ["see", "record_values"], "days": "30"})
    (secret,) = re.findall(r"gt_\d+_[\w-]+", text(answer))
    assert "gt_" not in text(client.get(page))
    assert f"…{secret[-4:]}" in text(client.get(page))
    assert client.post(page, {"name": "ERP", "abilities": ["see"], "days": "30"}).status_code == 422
    assert client.post(page, {"name": "B", "abilities": ["see_pay"], "days": "30"}).status_code == 422
    assert count(cast, ApiToken) == 1


def test_somebody_is_invited_joins_and_signs_in(cast: Cast) -> None:
    client = browser(cast, "administrator")
    sent = {**ROLE, "role": "employee", "unit": "", "scope": "company", "email": "ann@example.com", "person": "ANN",
            "language": "en"}  # fmt: skip
    (path,) = re.findall(r"http://[^/]+(/invitations/[\w/]+)", text(client.post("/c/ACME/invitations/", sent)))
    guest = Client(headers={"accept-language": "en"})
    assert "ann@example.com" in text(guest.get(path))
    assert guest.post(path, {"do": "join"}).status_code == 200  # not signed in: nothing happens
    answer = guest.post(path, {"do": "account", "name": "Ann"}, follow=True)
    form = answer.request["PATH_INFO"]
    passwords = {"password1": "thread-from-strategy", "password2": "thread-from-strategy"}
    assert guest.post(form, passwords).status_code == 302
    assert "Join" in text(guest.get(path))
    assert guest.post(path, {"do": "join"})["Location"] == "/c/ACME/access/"
    assert guest.get("/c/ACME/access/").status_code == 200
    assert guest.get(path).status_code == 404
    assert count(cast, Invitation, accepted_at=None) == 0


def test_an_invitation_for_others_cannot_be_accepted(cast: Cast) -> None:
    admin = browser(cast, "administrator")
    sent = {**ROLE, "email": "ann@example.com", "person": "ANN", "language": "en"}
    (path,) = re.findall(r"http://[^/]+(/invitations/[\w/]+)", text(admin.post("/c/ACME/invitations/", sent)))
    other = browser(cast, "employee")
    assert "another address" in text(other.get(path))
    assert other.post(path, {"do": "join"}).status_code == 422
    assert other.post(path, {"do": "account", "name": "X"}).status_code == 200
    assert count(cast, Membership, user__email="ann@example.com") == 0


def test_missing_pay_is_drawn_as_missing(cast: Cast) -> None:
    from guantong.organisation.models import Post

    with company_scope(cast.company.pk):
        Post.objects.filter(company=cast.company, record__code="UMA").update(base_bonus=None)
    page = text(browser(cast, "employee").get("/c/ACME/pay/"))
    assert 'class="missing"' in page
    assert "10,0" not in page
    assert "TOM" in page  # who can see it
