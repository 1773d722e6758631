"""Giving and taking access: memberships, grants, delegations, the company's choices."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import IntegrityError, models, transaction

from guantong.access.events import AccessChanged
from guantong.access.models import Delegation, Grant, Membership
from guantong.access.policies import (
    ABILITIES,
    DATED_ROLES,
    DUTIES,
    LONGEST_GRANT,
    ROLES,
    Operator,
    Who,
    check_may,
    deed_of,
    list_scopes,
)
from guantong.access.queries import is_at_work, list_grants, list_memberships
from guantong.accounts.events import SignedIn, SignedOut, SignInChanged, SignInFailed
from guantong.accounts.models import User
from guantong.audit.actions import Deed, RowChange, filled_texts, record_entry
from guantong.kit.events import publish
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company, Person, Unit
from guantong.organisation.queries import find_records

_LONGEST_REASON = 1000
_GIVEN_SCOPES = {"administrator": ("company",), "manager": ("unit", "below")}
"""Scopes that a role may be granted for; all but `own` where it is not named."""


class RefusedAccessError(Exception):
    """Access that cannot be given or taken; `fault` says why, labels under `errors.access` in words."""

    def __init__(self, fault: str, **words: object) -> None:
        self.fault = fault
        self.words = words
        super().__init__(fault)


# --- Grants ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoleFor:
    """A role, how far and how long: scope, code of the unit, first and last day, reason."""

    role: str
    scope: str = "company"
    unit: str = ""
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    reason: str = ""


def create_grant(who: Who, membership_id: int, wanted: RoleFor) -> Grant:
    """Give a member a role.

    Args:
        who: Who gives it; nobody gives themselves a role.
        membership_id: The member.
        wanted: The role; from today on where it does not say.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: The member is unknown or they themselves, or the role cannot be given so.
    """
    check_may(who, "manage_access")
    with transaction.atomic():
        member = _member(who, membership_id)
        if member.pk == who.membership_id:
            raise RefusedAccessError("self")
        unit = check_role(who, wanted)
        if _has(member, wanted, unit, who.day):
            raise RefusedAccessError("twice", role=wanted.role)
        grant = _granted(who, member, wanted, unit)
        change = _change(grant, "create", {}, _told(grant))
        publish(AccessChanged(who.company_id, member.pk, "create_grant", wanted.role, who.actor, who.at))
        record_entry(deed_of(who), "create_grant", {}, [change])
    return grant


def _granted(who: Who, member: Membership, wanted: RoleFor, unit: Unit | None) -> Grant:
    grant: Grant = Grant.objects.create(
        company=who.company, membership=member, role=wanted.role, scope=wanted.scope, unit=unit,
        starts_on=wanted.starts_on or who.day, ends_on=wanted.ends_on, reason=wanted.reason, given_by=who.actor,
        created_at=who.at,
    )  # fmt: skip
    return grant


def _has(member: Membership, wanted: RoleFor, unit: Unit | None, day: datetime.date) -> bool:
    """Return whether a member has a role for the same, in force on a day of the wanted span."""
    same = list_grants(member.company, day).filter(membership=member, role=wanted.role, scope=wanted.scope, unit=unit)
    if wanted.ends_on is not None:
        same = same.filter(starts_on__lte=wanted.ends_on)
    return any(grant.ends_on is None or grant.ends_on >= (wanted.starts_on or day) for grant in same)


def check_role(who: Who, wanted: RoleFor) -> Unit | None:
    """Return the unit of a role that can be given so.

    Raises:
        RefusedAccessError: It cannot be given so.
    """
    if wanted.role not in ROLES or wanted.role == "employee":
        raise RefusedAccessError("role", role=wanted.role)
    if wanted.scope not in _GIVEN_SCOPES.get(wanted.role, ("unit", "below", "company")):
        raise RefusedAccessError("scope", role=wanted.role)
    if len(wanted.reason) > _LONGEST_REASON or (wanted.role in DATED_ROLES and not wanted.reason.strip()):
        raise RefusedAccessError("reason", role=wanted.role, most=_LONGEST_REASON)
    _check_days(who, wanted)
    if (wanted.scope == "company") != (wanted.unit == ""):
        raise RefusedAccessError("unit_by_scope", unit=wanted.unit)
    return _unit(who.company, wanted.unit) if wanted.unit else None


def _check_days(who: Who, wanted: RoleFor) -> None:
    start, end = wanted.starts_on or who.day, wanted.ends_on
    if end is None:
        if wanted.role in DATED_ROLES:
            raise RefusedAccessError("dated", role=wanted.role, days=LONGEST_GRANT.days)
    elif end < max(start, who.day):
        raise RefusedAccessError("over", date=end)
    elif wanted.role in DATED_ROLES and end - start > LONGEST_GRANT:
        raise RefusedAccessError("dated", role=wanted.role, days=LONGEST_GRANT.days)


def _unit(company: Company, code: str) -> Unit:
    unit = find_records(company, Unit, [code]).get(code)
    if unit is None:
        raise RefusedAccessError("unit", unit=code)
    return unit


def remove_grant(who: Who, grant_id: int) -> None:
    """Take a role away from a member.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: There is no such grant, or nobody would administrate the company any more.
    """
    check_may(who, "manage_access")
    with transaction.atomic():
        grant = Grant.objects.select_for_update(of=("self",)).filter(company=who.company, pk=grant_id, removed_at=None)
        row = grant.select_related("membership__user", "membership__person", "unit").first()
        if row is None:
            raise RefusedAccessError("grant")
        if row.role == "administrator":
            _check_administrators(who, [row.pk])
        before = _told(row)
        row.removed_at, row.version = who.at, row.version + 1
        row.save(update_fields=["removed_at", "version"])
        publish(AccessChanged(who.company_id, row.membership_id, "remove_grant", row.role, who.actor, who.at))
        record_entry(deed_of(who), "remove_grant", {}, [_change(row, "remove", before, {})])


def _check_administrators(who: Who, leaving: Iterable[int]) -> None:
    """Refuse to leave a company without an administrator, unless the operator does it."""
    if isinstance(who, Operator):
        return
    Company.objects.select_for_update(no_key=True).get(pk=who.company_id)  # two leave one after the other
    others = list_grants(who.company, who.day).filter(role="administrator", starts_on__lte=who.day, ends_on=None)
    if not others.exclude(pk__in=list(leaving)).exists():
        raise RefusedAccessError("last_administrator")


# --- Members -----------------------------------------------------------------------------------------


def _member(who: Who, membership_id: int) -> Membership:
    """Return a member of the company, locked; refuses who is none."""
    members = Membership.objects.select_for_update(of=("self",)).filter(company=who.company, ended_at=None)
    member: Membership | None = members.select_related("user", "person").filter(pk=membership_id).first()
    if member is None:
        raise RefusedAccessError("member")
    return member


def create_membership(who: Who, user: User, person_code: str, wanted: RoleFor | None) -> Membership:
    """Make a user a member of the company; one who was a member before is so again.

    Args:
        who: Who does it.
        user: The user.
        person_code: Code of the person that they are, "" for none.
        wanted: A role for them, None for none.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: The user or the person is a member already, or the role cannot be given so.
    """
    check_may(who, "manage_access")
    with transaction.atomic():
        person = check_person(who, person_code) if person_code else None
        unit = None if wanted is None else check_role(who, wanted)
        member, kind = _joined(who, user, person)
        changes = [_member_change(member, kind)]
        if wanted is not None:
            grant = _granted(who, member, wanted, unit)
            changes.append(_change(grant, "create", {}, _told(grant)))
        record_entry(deed_of(who), "create_membership", {}, changes)
    return member


def _joined(who: Who, user: User, person: Person | None) -> tuple[Membership, str]:
    """Return the membership of a user from now on, and whether it is new or restored."""
    member = Membership.objects.select_for_update().filter(company=who.company, user=user).first()
    if member is not None and member.ended_at is None:
        raise RefusedAccessError("joined", email=user.email)
    kind = "create" if member is None else "restore"
    member = member or Membership(company=who.company, user=user, created_at=who.at, version=0)
    member.person, member.ended_at, member.version = person, None, member.version + 1
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise RefusedAccessError("person_joined", person=getattr(person, "code", "")) from None
    return member, kind


def remove_membership(who: Who, membership_id: int) -> None:
    """End a membership: roles, tokens and everything that it gave end with it.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: There is no such member, or nobody would administrate the company any more.
    """
    check_may(who, "manage_access")
    with transaction.atomic():
        member = _member(who, membership_id)
        grants = list_grants(who.company, who.day).filter(membership=member)
        roles = [grant.pk for grant in grants if grant.role == "administrator"]
        if roles:
            _check_administrators(who, roles)
        changes = [_change(grant, "remove", _told(grant), {}) for grant in grants]
        grants.update(removed_at=who.at, version=models.F("version") + 1)
        changes.append(_member_change(member, "remove"))
        member.ended_at, member.version = who.at, member.version + 1
        member.save(update_fields=["ended_at", "version"])
        record_entry(deed_of(who), "remove_membership", {}, changes)


def check_person(who: Who, code: str) -> Person:
    """Return the person of a code who is at work.

    Raises:
        RefusedAccessError: Nobody of that code is.
    """
    person = find_records(who.company, Person, [code]).get(code)
    if person is None or not is_at_work(person, who.day):
        raise RefusedAccessError("person", person=code)
    return person


# --- Delegations -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delegated:
    """That a deputy checks in or approves for the giver from a first to a last day; both by their codes."""

    giver: str
    deputy: str
    duty: str
    starts_on: datetime.date
    ends_on: datetime.date


def create_delegation(who: Who, wanted: Delegated) -> Delegation:
    """Have somebody do a duty for somebody else: one's own duty, or anybody's for who manages access.

    Raises:
        ForbiddenError: It is neither their own duty nor do they manage access.
        RefusedAccessError: Giver or deputy are not at work, the same, or that duty is delegated to them already; or
            the days are the wrong way round, over, or more than a year.
    """
    with transaction.atomic():
        giver = check_person(who, wanted.giver)
        if giver.pk != who.person_id:
            check_may(who, "manage_access")
        deputy = check_person(who, wanted.deputy)
        if giver.pk == deputy.pk or wanted.duty not in DUTIES:
            raise RefusedAccessError("deputy")
        if wanted.ends_on < max(wanted.starts_on, who.day):
            raise RefusedAccessError("over", date=wanted.ends_on)
        if wanted.ends_on - wanted.starts_on > LONGEST_GRANT:
            raise RefusedAccessError("long", days=LONGEST_GRANT.days)
        same = Delegation.objects.filter(
            company=who.company, giver=giver, deputy=deputy, duty=wanted.duty, removed_at=None,
            starts_on__lte=wanted.ends_on, ends_on__gte=wanted.starts_on,
        )  # fmt: skip
        if same.exists():
            raise RefusedAccessError("twice", role=wanted.duty)
        row: Delegation = Delegation.objects.create(
            company=who.company, giver=giver, deputy=deputy, duty=wanted.duty, starts_on=wanted.starts_on,
            ends_on=wanted.ends_on, created_at=who.at,
        )  # fmt: skip
        _record_delegation(who, row, "create_delegation")
    return row


def remove_delegation(who: Who, delegation_id: int) -> None:
    """End a delegation at once: the giver, the deputy and who manages access may.

    Raises:
        ForbiddenError: They are neither.
        RefusedAccessError: There is no such delegation.
    """
    with transaction.atomic():
        rows = Delegation.objects.select_for_update(of=("self",)).filter(company=who.company, removed_at=None)
        row = rows.select_related("giver", "deputy").filter(pk=delegation_id).first()
        if row is None:
            raise RefusedAccessError("delegation")
        if who.person_id not in (row.giver_id, row.deputy_id) or who.person_id is None:
            check_may(who, "manage_access")
        row.removed_at, row.version = who.at, row.version + 1
        row.save(update_fields=["removed_at", "version"])
        _record_delegation(who, row, "remove_delegation")


def _record_delegation(who: Who, row: Delegation, action: str) -> None:
    cells = filled_texts(row, ("giver", "deputy", "duty", "starts_on", "ends_on"))
    kind, before, after = ("create", {}, cells) if action == "create_delegation" else ("remove", cells, {})
    key = f"{row.giver.code}/{row.deputy.code}/{row.duty}"
    members = Membership.objects.filter(person=row.deputy, ended_at=None)
    member = members.values_list("pk", flat=True).first()
    publish(AccessChanged(who.company_id, member, action, row.duty, who.actor, who.at))
    record_entry(deed_of(who), action, {}, [RowChange(row.table, row.pk, key, kind, before, after)])


# --- Choices ---------------------------------------------------------------------------------------


def change_choice(who: Who, ability: str, role: str, scope: str) -> None:
    """Choose how far a role has an ability in the company, within the bounds that are fixed.

    Raises:
        ForbiddenError: They may not manage access.
        RefusedAccessError: There is no such ability or role, it is fixed, or the scope is out of bounds.
    """
    check_may(who, "manage_access")
    scopes = list_scopes(ability, role) if ability in ABILITIES else ()
    if len(scopes) < len(("one", "another")) or scope not in scopes:
        raise RefusedAccessError("choice", scopes=", ".join(scopes))
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=who.company_id)
        before = company.access.get(ability, {}).get(role, ABILITIES[ability].bounds[role].usual)
        if before == scope:
            return
        company.access = {**company.access, ability: {**company.access.get(ability, {}), role: scope}}
        company.version += 1
        company.save(update_fields=["access", "version"])
        row = RowChange("choices", company.pk, f"{ability}/{role}", "change", {"scope": before}, {"scope": scope})
        record_entry(deed_of(who), "change_choice", {}, [row])


# --- Signing in ------------------------------------------------------------------------------------


def record_access(event: SignedIn | SignInFailed | SignedOut | SignInChanged) -> None:
    """Write into the trail of each company of a user that they signed in or out, failed to, or changed how they do."""
    if event.user_id is None:
        return
    details = {name: value for name, value in asdict(event).items() if name not in ("user_id", "at", "agent")}
    for member in sorted(list_memberships(event.user_id), key=lambda member: int(member.company_id)):
        with company_scope(member.company_id):
            who = member.person.code if member.person else member.user.email
            actor = "system" if isinstance(event, SignInFailed) else who
            deed = Deed(member.company_id, member.company.code, actor, event.at)
            record_entry(deed, _SIGNING[type(event)], {**details, "user": who}, ())


_SIGNING = {SignedIn: "sign_in", SignInFailed: "fail_sign_in", SignedOut: "sign_out", SignInChanged: "change_sign_in"}


# --- As the trail tells it -------------------------------------------------------------------------


def _told(grant: Grant) -> dict[str, str]:
    return filled_texts(grant, ("role", "scope", "unit", "starts_on", "ends_on", "reason"))


def _change(row: Grant, kind: str, before: dict[str, str], after: dict[str, str]) -> RowChange:
    member = row.membership
    who = member.user.email if member.person is None else member.person.code
    return RowChange(row.table, row.pk, f"{who}/{row.role}", kind, before, after)


def _member_change(member: Membership, kind: str) -> RowChange:
    cells = filled_texts(member, ("user", "person"))
    before, after = (cells, {}) if kind == "remove" else ({}, cells)
    return RowChange(member.table, member.pk, member.user.email, kind, before, after)
