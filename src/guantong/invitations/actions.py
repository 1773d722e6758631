"""Inviting people into a company, and their joining it."""

import datetime
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from guantong.access.actions import (
    RefusedAccessError,
    RoleFor,
    check_person,
    check_role,
    create_membership,
)
from guantong.access.models import Membership
from guantong.access.policies import Operator, Who, check_may, deed_of
from guantong.access.queries import digest_of
from guantong.accounts.models import User
from guantong.audit.actions import RowChange, filled_texts, record_entry
from guantong.invitations.events import InvitationCreated
from guantong.invitations.models import Invitation
from guantong.invitations.queries import find_invitation, get_secret, list_invitations
from guantong.kit.events import publish
from guantong.organisation.models import Company
from guantong.organisation.queries import company_day

_INVITED_FOR = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """Who is invited: address, code of the person that they are ("" = none), language of the mail, and the role.

    A role of None is that of an employee, for whom a person must be named.
    """

    email: str
    person: str = ""
    language: str = ""
    wanted: RoleFor | None = None


def create_invitation(who: Who, invited: Invited) -> Invitation:
    """Invite an address into the company; an invitation that still waits there is withdrawn.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: The address is none or a member's, the person is unknown, or the role cannot be given so.
    """
    check_may(who, "manage_access")
    email = _email(invited.email)
    with transaction.atomic():
        if Membership.objects.filter(company=who.company, user__email=email, ended_at=None).exists():
            raise RefusedAccessError("joined", email=email)
        person = check_person(who, invited.person) if invited.person else None
        if person is not None and Membership.objects.filter(person=person, ended_at=None).exists():
            raise RefusedAccessError("person_joined", person=person.code)
        if person is None and invited.wanted is None:
            raise RefusedAccessError("nobody")
        role = invited.wanted or RoleFor("employee", "own")
        unit = None if invited.wanted is None else check_role(who, role)
        changes = [_withdrawn(who, former) for former in list_invitations(who.company).filter(email=email)]
        row = Invitation(
            company=who.company, email=email, person=person, role=role.role, scope=role.scope, unit=unit,
            starts_on=role.starts_on, ends_on=role.ends_on, reason=role.reason, language=invited.language,
            given_by=who.actor, created_at=who.at, expires_at=who.at + _INVITED_FOR, digest=secrets.token_hex(),
        )  # fmt: skip
        row.save()
        row.digest = digest_of(get_secret(row))
        row.save(update_fields=["digest"])
        changes.append(_change(row, "create"))
        publish(InvitationCreated(who.company_id, row.pk))
        record_entry(deed_of(who), "create_invitation", {}, changes)
    return row


def remove_invitation(who: Who, invitation_id: int) -> None:
    """Withdraw an invitation that waits.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: There is no such invitation.
    """
    check_may(who, "manage_access")
    with transaction.atomic():
        row = list_invitations(who.company).filter(pk=invitation_id).first()
        if row is None:
            raise RefusedAccessError("invitation")
        record_entry(deed_of(who), "remove_invitation", {}, [_withdrawn(who, row)])


def _withdrawn(who: Who, row: Invitation) -> RowChange:
    row.removed_at, row.version = who.at, row.version + 1
    row.save(update_fields=["removed_at", "version"])
    return _change(row, "remove")


def _email(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise RefusedAccessError("email", email=text) from None
    return email


def accept_invitation(company: Company, secret: str, user: User, at: datetime.datetime) -> Membership:
    """Have a user join the company that they were invited into.

    Args:
        company: The company.
        secret: What the link holds.
        user: Who has signed in; the invitation must have gone to their address.
        at: When.

    Raises:
        RefusedAccessError: The link is unknown, withdrawn, used or too old; it went to another address; or what it
            promised cannot be given any more.
    """
    with transaction.atomic():
        row = find_invitation(company, secret, at)
        row = None if row is None else Invitation.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row is None or row.accepted_at is not None or row.removed_at is not None:
            raise RefusedAccessError("link")
        if user.email != row.email:
            raise RefusedAccessError("other_address", email=user.email)
        # They act with the authority of who invited them, which was examined then.
        who = Operator(company, at, company_day(company, at), user.email)
        unit = "" if row.unit is None else row.unit.code
        role = RoleFor(row.role, row.scope, unit, row.starts_on, row.ends_on, row.reason)
        person = "" if row.person is None else row.person.code
        member = create_membership(who, user, person, None if row.role == "employee" else role)
        row.accepted_at, row.membership, row.version = at, member, row.version + 1
        row.save(update_fields=["accepted_at", "membership", "version"])
        record_entry(deed_of(who), "accept_invitation", {"given_by": row.given_by}, [])
    return member


def _change(row: Invitation, kind: str) -> RowChange:
    cells = filled_texts(row, ("email", "person", "role", "scope", "unit", "starts_on", "ends_on", "reason"))
    before, after = (cells, {}) if kind == "remove" else ({}, cells)
    return RowChange(row.table, row.pk, row.email, kind, before, after)
