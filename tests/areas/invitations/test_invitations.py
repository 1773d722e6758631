"""Inviting people into a company and their joining it."""

import datetime

import pytest

from guantong.access.actions import RoleFor, remove_grant, remove_membership
from guantong.access.models import Grant
from guantong.access.policies import ForbiddenError
from guantong.audit.models import Change, Entry
from guantong.invitations.actions import Invited, accept_invitation, create_invitation, remove_invitation
from guantong.invitations.models import Invitation
from guantong.invitations.queries import find_invitation, get_secret, list_invitations
from guantong.kit.separation import company_scope
from tests.make.cast import LAST_DAY, Cast, build_cast, operator, user_named
from tests.make.kept import AT
from tests.make.refused import fault

pytestmark = pytest.mark.django_db

WEEK = datetime.timedelta(days=7)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def invite(cast: Cast, email: str = "tom@example.com", person: str = "TOM", wanted: RoleFor | None = None) -> str:
    """Invite somebody as the administrator does; returns what the link holds."""
    with company_scope(cast.company.pk):
        return get_secret(create_invitation(cast.viewer("administrator"), Invited(email, person, "en", wanted)))


def test_who_is_invited_joins_as_that_person_with_that_role(cast: Cast) -> None:
    secret = invite(cast, " Tom@Example.com ", wanted=RoleFor("finance", "below", "B1"))
    with company_scope(cast.company.pk):
        member = accept_invitation(cast.company, secret, user_named("tom"), AT)
        grant = Grant.objects.get(membership=member)
        assert (member.person.code, grant.role, grant.unit.code) == ("TOM", "finance", "B1")
        entries = Entry.objects.filter(company="ACME").order_by("-pk")[:3]
        assert [(entry.action, entry.actor) for entry in entries] == [
            ("accept_invitation", "tom@example.com"),
            ("create_membership", "tom@example.com"),
            ("create_invitation", "administrator@example.com"),
        ]
        assert not list_invitations(cast.company)


def test_an_employee_joins_without_a_grant(cast: Cast) -> None:
    secret = invite(cast)
    with company_scope(cast.company.pk):
        member = accept_invitation(cast.company, secret, user_named("tom"), AT)
        assert not Grant.objects.filter(membership=member)


def test_a_link_works_once_for_its_address_until_it_expires(cast: Cast) -> None:
    secret, tom, eve = invite(cast), user_named("tom"), user_named("eve")
    with company_scope(cast.company.pk):
        assert fault(lambda: accept_invitation(cast.company, secret, eve, AT)) == "other_address"
        assert fault(lambda: accept_invitation(cast.company, secret[:-1] + "!", tom, AT)) == "link"
        assert fault(lambda: accept_invitation(cast.company, "", tom, AT)) == "link"
        assert fault(lambda: accept_invitation(cast.company, secret, tom, AT + WEEK)) == "link"
        accept_invitation(cast.company, secret, tom, AT + WEEK - SECOND)
        assert fault(lambda: accept_invitation(cast.company, secret, tom, AT)) == "link"


def test_a_link_of_another_company_opens_nothing(cast: Cast) -> None:
    secret = invite(cast)
    with company_scope(cast.other.pk):
        assert find_invitation(cast.other, secret, AT) is None
        assert fault(lambda: accept_invitation(cast.other, secret, user_named("tom"), AT)) == "link"


def test_a_second_invitation_replaces_the_first_and_one_can_be_withdrawn(cast: Cast) -> None:
    first, second = invite(cast), invite(cast)
    with company_scope(cast.company.pk):
        assert find_invitation(cast.company, first, AT) is None
        row = find_invitation(cast.company, second, AT)
        assert row is not None
        remove_invitation(cast.viewer("administrator"), row.pk)
        assert find_invitation(cast.company, second, AT) is None
        assert fault(lambda: remove_invitation(cast.viewer("administrator"), row.pk)) == "invitation"


@pytest.mark.parametrize(
    ("invited", "why"),
    [
        (Invited("not an address", "TOM"), "email"),
        (Invited("a@example.com\r\nBcc: b@example.com", "TOM"), "email"),
        (Invited("employee@example.com", "TOM"), "joined"),
        (Invited("tom@example.com", "UMA"), "person_joined"),
        (Invited("tom@example.com", "NOBODY"), "person"),
        (Invited("tom@example.com"), "nobody"),
        (Invited("tom@example.com", "", "zh", RoleFor("adviser", reason="x")), "dated"),
        (Invited("tom@example.com", "", "zh", RoleFor("pay", ends_on=LAST_DAY)), "reason"),
    ],
)
def test_invitations_that_cannot_be(cast: Cast, invited: Invited, why: str) -> None:
    with company_scope(cast.company.pk):
        assert fault(lambda: create_invitation(cast.viewer("administrator"), invited)) == why
        assert not Invitation.objects.filter(company=cast.company)


def test_only_administrators_invite_and_see_who_is_invited(cast: Cast) -> None:
    secret = invite(cast)
    with company_scope(cast.company.pk):
        row = find_invitation(cast.company, secret, AT)
        assert row is not None
        for role in set(cast.members) - {"administrator", "outsider"}:
            viewer = cast.viewer(role)
            assert not Invitation.objects.visible_to(viewer)
            with pytest.raises(ForbiddenError):
                create_invitation(viewer, Invited("x@example.com", "ANN"))
            with pytest.raises(ForbiddenError):
                remove_invitation(viewer, row.pk)
        assert list(Invitation.objects.visible_to(cast.viewer("administrator"))) == [row]


def test_what_cannot_be_given_any_more_is_refused_whole(cast: Cast) -> None:
    secret, tom = invite(cast), user_named("tom")
    with company_scope(cast.company.pk):
        person = cast.viewer("administrator").company
        assert person == cast.company
        other = user_named("double")
        accept_invitation(cast.company, invite(cast, "double@example.com", "ANN"), other, AT)
        from guantong.organisation.models import Person

        Person.objects.filter(company=cast.company, code="TOM").update(left=AT.date())
        before = Entry.objects.count()
        assert fault(lambda: accept_invitation(cast.company, secret, tom, AT)) == "person"
        assert Entry.objects.count() == before


def test_the_secret_is_nowhere_in_the_database(cast: Cast) -> None:
    secret = invite(cast)
    rows = [*Invitation.objects.values(), *Change.objects.values(), *Entry.objects.values()]
    assert rows
    assert all(secret not in repr(row) for row in rows)


def test_who_was_a_member_can_be_invited_again(cast: Cast) -> None:
    admin = cast.viewer("administrator")
    with company_scope(cast.company.pk):
        member = cast.members["adviser"]
        remove_membership(admin, member.pk)
        again = RoleFor("adviser", ends_on=LAST_DAY, reason="Once more")
        secret = invite(cast, member.user.email, "", again)
        accepted = accept_invitation(cast.company, secret, member.user, AT)
        assert accepted.pk == member.pk
        assert cast.viewer("adviser").may("see")
        for grant in Grant.objects.filter(membership=member, removed_at=None):
            remove_grant(operator(cast.company), grant.pk)
        assert not cast.viewer("adviser").may("see")
