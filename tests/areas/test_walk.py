"""A walk over every address of the web application as everybody of the cast: who gets what.

An address without its row in the tables below fails. What somebody may not even know of is not there for them (404), as
if nobody had ever made it; what they see and may not do is refused (403); who is not signed in is sent on (302).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from guantong import clock
from guantong.access.actions import Delegated, create_delegation, remove_grant
from guantong.access.models import Grant
from guantong.audit.models import Entry
from guantong.discussion.actions import create_comment
from guantong.goals.models import Goal
from guantong.invitations.actions import Invited, create_invitation
from guantong.invitations.queries import get_secret
from guantong.kit.separation import company_scope
from guantong.kit.subjects import find_subject
from guantong.tokens.actions import create_token
from tests.make.cast import OUTSIDER, ROLES, Cast, build_cast

pytestmark = pytest.mark.django_db

ANONYMOUS, FORMER = "anonymous", "former adviser"
EVERYBODY = (*ROLES, OUTSIDER, ANONYMOUS, FORMER)
MEMBERS = frozenset(ROLES)
ADMINISTRATOR = frozenset({"administrator"})
SEES_HIDDEN = frozenset({"strategy_office", "executive", "manager"})
COMMENTS = MEMBERS - {"pay"}

PAGES: Mapping[str, tuple[Mapping[str, Any], frozenset[str], frozenset[str]]] = {
    # name: (arguments, who gets it, who is refused); everybody else gets the page of what is not there
    "access:own_page": ({}, MEMBERS | {FORMER}, frozenset()),
    "access:members_page": ({}, ADMINISTRATOR, MEMBERS - ADMINISTRATOR | {FORMER}),
    "access:member_page": ({"member_id": "finance"}, ADMINISTRATOR, MEMBERS - ADMINISTRATOR | {FORMER}),
    "access:choices_page": ({}, ADMINISTRATOR, MEMBERS - ADMINISTRATOR | {FORMER}),
    "access:audience_page": ({"table": "goals", "code": "HIDDEN1"}, SEES_HIDDEN, frozenset()),
    "invitations:invitations_page": ({}, ADMINISTRATOR, MEMBERS - ADMINISTRATOR | {FORMER}),
    "tokens:tokens_page": (
        {},
        frozenset({"administrator", "strategy_office", "finance", "human_resources"}),
        frozenset({"executive", "manager", "employee", "adviser", "pay", FORMER}),
    ),
    "rewards:pay_page": (
        {},
        frozenset({"executive", "human_resources", "finance", "manager", "employee", "pay"}),
        frozenset({"administrator", "strategy_office", "adviser", FORMER}),
    ),
    "discussion:thread_page": ({"table": "goals", "code": "HIDDEN1"}, SEES_HIDDEN, frozenset()),
    "notifications:list_page": ({}, MEMBERS | {FORMER}, frozenset()),
    "notifications:choices_page": ({}, MEMBERS | {FORMER}, frozenset()),
    "notifications:deliveries_page": ({}, ADMINISTRATOR, MEMBERS - ADMINISTRATOR | {FORMER}),
}
"""Pages of a company that are read."""

REFUSED = dict.fromkeys(MEMBERS | {FORMER}, 403)
DEEDS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, int]]] = {
    # name: (arguments, status by who; everybody else gets 404)
    "access:membership_page": (
        {"member_id": "human_resources"},
        {**REFUSED, "administrator": 302},
    ),
    "access:grant_page": ({"grant_id": "grant"}, {**REFUSED, "administrator": 302}),
    "access:delegation_page": (
        {"delegation_id": "delegation"},
        {**REFUSED, "administrator": 302, "manager": 302},
    ),
    "invitations:invitation_page": (
        {"invitation_id": "invitation"},
        {**REFUSED, "administrator": 302},
    ),
    "tokens:token_page": (
        {"token_id": "token"},
        {**REFUSED, "administrator": 302, "finance": 302},
    ),
}
"""What is done to something of a company."""

WITH_PARTS = {"discussion:comment_page", "discussion:remove_comment_page", "discussion:file_page",
              "discussion:remove_file_page"}  # fmt: skip
"""What hangs on a private goal; seen by who sees it. Who may do what with them, tests/areas/discussion says."""

OPEN = {"live", "ready", "metrics", "home", "language", "invitations:join_page", "session_end", "usersessions_list"}
SIGNING_IN = ("account_", "mfa_", "socialaccount_", "openid_connect_")
"""Pages about one's own account: they know no company. tests/areas/accounts says who gets what."""

PROGRAMS = "api:"
"""The interface: tests/areas/api walks it."""


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and pattern of every address."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", str(pattern.pattern)


class Company:
    """The cast's company with one of each thing, and browsers of everybody."""

    def __init__(self, cast: Cast) -> None:
        self.cast, now = cast, clock.now()
        with company_scope(cast.company.pk):
            admin, manager = cast.viewer("administrator", now), cast.viewer("manager", now)
            for grant in Grant.objects.filter(membership=cast.members["adviser"]):
                self.former = grant
            subject = find_subject(manager, "goals", "HIDDEN1")
            assert subject is not None
            self.comment = create_comment(manager, subject, "Between us")
            day = manager.day
            self.things: dict[str, Any] = {
                "grant": Grant.objects.get(company=cast.company, role="finance").pk,
                "delegation": create_delegation(manager, Delegated("DAN", "TOM", "checkin", day, day)).pk,
                "invitation": create_invitation(admin, Invited("tom@example.com", "TOM")).pk,
                "token": create_token(cast.viewer("finance", now), "ERP", ["see"], 1)[0].pk,
                "finance": cast.members["finance"].pk,
                "human_resources": cast.members["human_resources"].pk,
            }

    def entries(self) -> list[Entry]:
        """Return the company's trail without sign-ins, oldest first."""
        with company_scope(self.cast.company.pk):
            return list(Entry.objects.filter(company_id=self.cast.company.pk).exclude(action="sign_in").order_by("pk"))

    def browser(self, who: str) -> Client:
        """Return the browser of somebody who has signed in, if they can."""
        client = Client()
        if who == FORMER:
            with company_scope(self.cast.company.pk):
                Grant.objects.filter(pk=self.former.pk).update(removed_at=clock.now())
        if who != ANONYMOUS:
            client.force_login(self.cast.members["adviser" if who == FORMER else who].user)
        return client

    def address(self, name: str, arguments: Mapping[str, Any], code: str | None = None) -> str:
        """Return the address of a page of the company, or of one of another code."""
        cells = {key: self.things.get(value, value) for key, value in arguments.items()}
        return reverse(name, kwargs={"company": code or self.cast.company.code, **cells})


@pytest.fixture
def company(settings: LazySettings) -> Company:
    settings.GUANTONG_SMALL_COMPANY = -1
    return Company(build_cast(clock.now()))


def test_every_address_has_its_row() -> None:
    known = {*PAGES, *DEEDS, *WITH_PARTS, *OPEN}
    names = {name for name, _ in addresses()}
    left = {name for name in names - known if not name.startswith((*SIGNING_IN, PROGRAMS, "None"))}
    assert not left
    assert known <= names


def test_addresses_of_companies_name_theirs() -> None:
    assert all(reverse(name, kwargs={"company": "X", **dict.fromkeys(arguments, 1)}).startswith("/c/X/")
               for name, (arguments, *_) in {**PAGES, **DEEDS}.items())  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages(company: Company, who: str) -> None:
    client = company.browser(who)
    for name, (arguments, gets, refused) in PAGES.items():
        answer = client.get(company.address(name, arguments))
        wanted = 302 if who == ANONYMOUS else 200 if who in gets else 403 if who in refused else 404
        assert (name, answer.status_code) == (name, wanted)
        if who == ANONYMOUS:
            assert answer["Location"].startswith("/accounts/login/?next=/c/ACME/")
        absent = client.get(company.address(name, arguments, "NOWHERE"))
        assert absent.status_code == (302 if who == ANONYMOUS else 404)
        if wanted == 404:
            assert without_tokens(answer.content) == without_tokens(absent.content)  # as if it had never been


def without_tokens(content: bytes) -> list[bytes]:
    """Return a page's lines but for what differs from page to page: the form's token and where it leads back."""
    return [line for line in content.splitlines() if b"csrfmiddlewaretoken" not in line and b'name="next"' not in line]


@pytest.mark.parametrize("who", EVERYBODY)
def test_deeds(company: Company, who: str) -> None:
    client = company.browser(who)
    for name, (arguments, statuses) in DEEDS.items():
        address, before = company.address(name, arguments), len(company.entries())
        assert client.get(address).status_code == 405
        answer = client.post(address)
        assert (name, answer.status_code) == (name, 302 if who == ANONYMOUS else statuses.get(who, 404))
        assert len(company.entries()) - before == (1 if statuses.get(who) == 302 else 0)


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_hangs_on_a_private_goal(company: Company, who: str) -> None:
    client = company.browser(who)
    for name in ("discussion:comment_page", "discussion:remove_comment_page"):
        answer = client.post(company.address(name, {"code": company.comment.code}), {"text": "Changed", "version": 1})
        if who not in SEES_HIDDEN:
            assert answer.status_code == (302 if who == ANONYMOUS else 404), name


@pytest.mark.parametrize("who", EVERYBODY)
def test_guessed_things_of_the_other_company_are_not_there(company: Company, who: str) -> None:
    """An id of another company, put into one's own address, leads nowhere."""
    client, cast = company.browser(who), company.cast
    with company_scope(cast.other.pk):
        foreign = Grant.objects.get(company=cast.other, role="administrator")
    for name, arguments in (
        ("access:grant_page", {"grant_id": foreign.pk}),
        ("access:membership_page", {"member_id": cast.members[OUTSIDER].pk}),
    ):
        answer = client.post(company.address(name, arguments))
        assert answer.status_code in ({ANONYMOUS: {302}, OUTSIDER: {404}, "administrator": {422}}.get(who, {403}))
    with company_scope(cast.other.pk):
        foreign.refresh_from_db()
    assert foreign.removed_at is None


def test_the_page_to_join_is_there_for_who_has_the_link(company: Company) -> None:
    with company_scope(company.cast.company.pk):
        row = create_invitation(company.cast.viewer("administrator", clock.now()), Invited("ann@example.com", "ANN"))
    client = Client()
    there = reverse("invitations:join_page", kwargs={"company": "ACME", "secret": get_secret(row)})
    assert client.get(there).status_code == 200
    for code, secret in (("OTHER", get_secret(row)), ("ACME", "guess"), ("NOWHERE", get_secret(row))):
        address = reverse("invitations:join_page", kwargs={"company": code, "secret": secret})
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "join"}).status_code == 404


def test_a_grant_that_ends_closes_the_page_at_once(company: Company) -> None:
    client = company.browser("finance")
    page = company.address("tokens:tokens_page", {})
    assert client.get(page).status_code == 200
    with company_scope(company.cast.company.pk):
        remove_grant(company.cast.viewer("administrator", clock.now()), company.things["grant"])
    assert client.get(page).status_code == 403


def test_no_page_says_what_somebody_earns_but_that_of_pay(company: Company) -> None:
    """Everybody of the cast walks all pages: amounts show on the page of pay only, and there theirs."""
    amounts = {row.code: f"{(1_000_000 + place) / 100:,.2f}" for place, row in enumerate(_staff(company))}
    for who in EVERYBODY:
        client = company.browser(who)
        for name, (arguments, *_) in PAGES.items():
            content = client.get(company.address(name, arguments)).content.decode()
            shown = {code for code, amount in amounts.items() if amount in content}
            assert shown == (_paid(company, who) if name == "rewards:pay_page" else set()), (who, name)


def _staff(company: Company) -> list[Any]:
    from guantong.organisation.models import Person
    from tests.make.cast import STAFF

    order = [row["code"] for row in STAFF]
    with company_scope(company.cast.company.pk):
        people = list(Person.objects.filter(company=company.cast.company))
    return sorted(people, key=lambda person: order.index(person.code))


def _paid(company: Company, who: str) -> set[str]:
    from guantong.access.queries import list_paid_people

    if who in (ANONYMOUS, OUTSIDER, FORMER):
        return set()
    with company_scope(company.cast.company.pk):
        return {person.code for person in list_paid_people(company.cast.viewer(who, clock.now()))}


def test_each_look_at_pay_is_in_the_trail(company: Company) -> None:
    client = company.browser("manager")
    client.get(company.address("rewards:pay_page", {}))
    entry = company.entries()[-1]
    assert (entry.action, entry.actor, entry.details) == ("read_pay", "DAN", {"people": ["DAN", "TOM"]})


def test_the_cast_has_a_private_goal(company: Company) -> None:
    with company_scope(company.cast.company.pk):
        assert Goal.objects.filter(company=company.cast.company, private=True).count() == 3
