"""Who somebody is in a company, what they may do there and why, and who may do something with a thing."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from guantong.access.models import Delegation, Grant, Membership
from guantong.access.policies import DUTIES, Choices, Held, Reason, Viewer, scope_of_role
from guantong.kit.separation import company_scope, user_scope
from guantong.kit.subjects import Subject, subject_models
from guantong.organisation.models import Company, Person, Post, Unit
from guantong.organisation.queries import company_day

_PAGE = 50


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


# --- Who somebody is -----------------------------------------------------------------------------


def list_memberships(user_id: int) -> list[Membership]:
    """Return the memberships of a user that have not ended, with their companies, by company name."""
    with company_scope(0), user_scope(user_id):
        found = Membership.objects.filter(user=user_id, ended_at=None).select_related("company")
        return sorted(found, key=lambda membership: (membership.company.name, membership.company.code))


def find_membership(user_id: int, company_code: str) -> Membership | None:
    """Return the membership of a user in the company of a code, with both; None where there is none."""
    with company_scope(0), user_scope(user_id):
        found: Membership | None = (
            Membership.objects.filter(user=user_id, company__code=company_code, ended_at=None, user__is_active=True)
            .select_related("company", "user")
            .first()
        )
        return found


def get_viewer(member: Membership, at: datetime.datetime) -> Viewer | None:
    """Return who a member is at a moment and what they may do; None where they may not enter any more.

    To be called within the scope of the company; takes one query.

    Args:
        member: A membership that has not ended, with its company and its user.
        at: The moment; on its day the person must not have left.
    """
    day = company_day(member.company, at)
    person, held = _held(member, day)
    if person is None and member.person_id is not None:
        return None
    return Viewer(
        company=member.company,
        user_id=member.user_id,
        membership_id=member.pk,
        person_id=member.person_id,
        actor=member.user.email if person is None else person[0],
        name=str(member.user) if person is None else person[1],
        language=member.user.language or member.company.language or "zh",
        at=at,
        day=day,
        held=tuple(held),
    )


# --- What they hold ------------------------------------------------------------------------------

_HELD = """
WITH RECURSIVE
principals (person_id, membership_id, duty, giver, ends_on) AS (
    SELECT CAST(%(person)s AS bigint), CAST(%(membership)s AS bigint), '', '', CAST(NULL AS date)
    UNION ALL
    SELECT d.giver_id, m.id, d.duty, p.code, d.ends_on
    FROM access_delegation d
    JOIN organisation_person p ON p.id = d.giver_id
    LEFT JOIN access_membership m ON m.person_id = d.giver_id AND m.ended_at IS NULL
    WHERE d.company_id = %(company)s AND d.deputy_id = %(person)s AND d.removed_at IS NULL
      AND d.starts_on <= %(day)s AND d.ends_on >= %(day)s
      AND p.removed_at IS NULL AND (p."left" IS NULL OR p."left" > %(day)s)
),
roles (kind, role, scope, unit_id, person_id, duty, giver, ends_on, until) AS (
    SELECT 'grant', g.role, g.scope, g.unit_id, p.person_id, p.duty, p.giver, g.ends_on, p.ends_on
    FROM access_grant g JOIN principals p ON g.membership_id = p.membership_id
    WHERE g.company_id = %(company)s AND g.removed_at IS NULL
      AND g.starts_on <= %(day)s AND (g.ends_on IS NULL OR g.ends_on >= %(day)s)
    UNION ALL
    SELECT 'head', 'manager', 'below', u.id, p.person_id, p.duty, p.giver, NULL, p.ends_on
    FROM organisation_unit u JOIN principals p ON u.head_id = p.person_id
    WHERE u.company_id = %(company)s AND u.removed_at IS NULL
    UNION ALL
    SELECT 'member', 'employee', 'own', NULL, p.person_id, p.duty, p.giver, NULL, p.ends_on
    FROM principals p WHERE p.person_id IS NOT NULL
),
below (root, unit_id) AS (
    SELECT DISTINCT unit_id, unit_id FROM roles WHERE scope = 'below'
    UNION
    SELECT b.root, u.id FROM below b JOIN organisation_unit u ON u.parent_id = b.unit_id WHERE u.removed_at IS NULL
)
SELECT own.code, own.name, coalesce(b.unit_id, r.unit_id),
       r.kind, r.role, r.scope, u.code, r.person_id, r.duty, r.giver, r.ends_on, r.until
FROM roles r
LEFT JOIN organisation_person own
    ON own.id = %(person)s AND own.removed_at IS NULL AND (own."left" IS NULL OR own."left" > %(day)s)
LEFT JOIN organisation_unit u ON u.id = r.unit_id
LEFT JOIN below b ON b.root = r.unit_id AND r.scope = 'below'
"""


def _held(member: Membership, day: datetime.date) -> tuple[tuple[str, str] | None, list[Held]]:
    """Return code and name of the person that a member is, None where they are none at work, and the roles held."""
    values = {"company": member.company_id, "membership": member.pk, "person": member.person_id, "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values)
        rows = cursor.fetchall()
    person = next(((code, name) for code, name, *_ in rows if code is not None), None)
    units: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for _, _, unit_id, *role in rows:
        units[tuple(role)].update(() if unit_id is None else (unit_id,))
    return person, [_role_of(role, unit_ids) for role, unit_ids in units.items()]


def _role_of(role: tuple[Any, ...], unit_ids: set[int]) -> Held:
    kind, name, scope, unit, person_id, duty, giver, *ends = role
    last = min(filter(None, map(_day, ends)), default=None)
    return Held(Reason(kind, name, scope, unit or "", giver, last), duty, person_id, frozenset(unit_ids))


def _day(value: datetime.date | str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def is_at_work(person: Person, day: datetime.date) -> bool:
    """Return whether a person is in the company on a day, whether they have begun or not."""
    return person.removed_at is None and (person.left is None or person.left > day)


def list_paid_people(viewer: Viewer) -> QuerySet[Person]:
    """Return the people whose pay somebody may see: they themselves, their reports, and whom a grant says."""
    posts = Post.objects.on(viewer.company_id, viewer.day).paid_within(viewer.reach("see_pay"))
    people: QuerySet[Person] = Person.objects.visible_to(viewer).filter(pk__in=posts.values("record"))
    return people


# --- Who may do something with a thing -----------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """Where a thing lies in a company: its unit, and the people whose it is."""

    unit_id: int | None = None
    person_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Allowed:
    """Somebody who may do something, and why.

    Attributes:
        code: The person's code, "" for members who are no person of the company.
        name: As pages name them.
        reasons: Why, at least one.
    """

    code: str
    name: str
    reasons: tuple[Reason, ...]


def list_allowed(company: Company, ability: str, thing: Thing, day: datetime.date) -> list[Allowed]:
    """Return who may do something with a thing on a day, and why, by code and name.

    People without an account are named too: they may as soon as they have one.

    Args:
        company: The company.
        ability: What they may do; not one that everybody has in the whole company.
        thing: Where the thing lies.
        day: The day.
    """
    choices: Choices = company.access
    line = _line_of(company, thing.unit_id)
    found: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    for grant in _grants(company, day):
        scope = Held(_reason(grant), "", None).scope_of(ability, choices)
        if _covers(scope, grant.unit_id, grant.membership.person_id, line, thing):
            found[_named(grant.membership)].append(_reason(grant))
    people = Person.objects.filter(pk__in=thing.person_ids, removed_at=None)
    if scope_of_role(ability, "employee", choices) != "none":
        for person in people:
            found[person.code, person.name].append(Reason("member", "employee", "own"))
    for unit in line.values():
        scope = Held(Reason("head", "manager", "below"), "", None).scope_of(ability, choices)
        if unit.head is not None and _covers(scope, unit.pk, unit.head_id, line, thing):
            found[unit.head.code, unit.head.name].append(Reason("head", "manager", "below", unit.code))
    if ability == "see_pay":
        posts = Post.objects.on(company.pk, day).filter(record__in=thing.person_ids, manager__isnull=False)
        for post in posts.select_related("manager"):
            found[post.manager.code, post.manager.name].append(Reason("report", "employee", "own"))
    _add_deputies(company, ability, day, found)
    return [Allowed(code, name, tuple(reasons)) for (code, name), reasons in sorted(found.items())]


def _named(membership: Membership) -> tuple[str, str]:
    person = membership.person
    return (person.code, person.name) if person is not None else ("", str(membership.user))


def _reason(grant: Grant) -> Reason:
    unit = "" if grant.unit is None else grant.unit.code
    return Reason("grant", grant.role, grant.scope, unit, "", grant.ends_on)


def _grants(company: Company, day: datetime.date) -> QuerySet[Grant]:
    in_force = Q(ends_on=None) | Q(ends_on__gte=day)
    here = Q(membership__person=None) | Q(membership__person__left=None) | Q(membership__person__left__gt=day)
    grants: QuerySet[Grant] = Grant.objects.filter(
        in_force, here, company=company, removed_at=None, starts_on__lte=day, membership__ended_at=None
    )
    return grants.select_related("unit", "membership__person", "membership__user")


def _line_of(company: Company, unit_id: int | None) -> dict[int, Unit]:
    """Return a unit and those above it by id, the unit first."""
    line: dict[int, Unit] = {}
    while unit_id is not None and unit_id not in line:
        unit = Unit.objects.select_related("head").filter(company=company, pk=unit_id).first()
        if unit is None:
            break
        line[unit.pk] = unit
        unit_id = unit.parent_id
    return line


def _covers(scope: str, unit: int | None, person: int | None, line: Mapping[int, Unit], thing: Thing) -> bool:
    """Return whether a scope, of a unit or a person, reaches a thing that lies in a line of units."""
    if scope == "company":
        return True
    if scope == "own":
        return person in thing.person_ids
    return (scope == "unit" and unit == thing.unit_id) or (scope == "below" and unit in line)


def _add_deputies(
    company: Company, ability: str, day: datetime.date, found: dict[tuple[str, str], list[Reason]]
) -> None:
    duties = [duty for duty, abilities in DUTIES.items() if ability in abilities]
    delegations = Delegation.objects.filter(
        company=company, duty__in=duties, removed_at=None, starts_on__lte=day, ends_on__gte=day,
        giver__code__in=[code for code, _ in found],
    ).select_related("giver", "deputy")  # fmt: skip
    for delegation in delegations:
        for reason in found[delegation.giver.code, delegation.giver.name][:]:
            last = min(filter(None, (reason.ends_on, delegation.ends_on)))
            theirs = replace(reason, giver=delegation.giver.code, ends_on=last)
            found[delegation.deputy.code, delegation.deputy.name].append(theirs)


def get_audience(viewer: Viewer, subject: Subject) -> list[Allowed] | None:
    """Return who may see a row, and so what is said about it; None where that is everybody in the company.

    A model whose rows are not everybody's says of a row by `audience()` which ability opens it, its unit and its
    people; where it says nothing of these, the list is empty: those who may see what the row tells of.
    """
    model: Any = subject_models()[subject.table]
    row = model.objects.visible_to(viewer).filter(pk=subject.record_id).first()
    audience = getattr(row, "audience", None)
    found = None if audience is None else audience()
    if not found:
        return None if found is None else []
    ability, unit_id, person_ids = found
    return list_allowed(viewer.company, ability, Thing(unit_id, frozenset(person_ids)), viewer.day)


# --- What was given ------------------------------------------------------------------------------


def list_members(company: Company) -> QuerySet[Membership]:
    """Return the memberships of a company that have not ended, with user and person, oldest first."""
    members: QuerySet[Membership] = Membership.objects.filter(company=company, ended_at=None)
    return members.select_related("user", "person").order_by("pk")


def page_members(viewer: Viewer, after: int, find: str) -> tuple[list[tuple[Membership, list[Grant]]], int | None]:
    """Return a page of the members of a company with their grants, and after whom the next page begins.

    Args:
        viewer: Who looks; others' memberships show to who manages access.
        after: Id of the last member of the page before, 0 for the first.
        find: What address, code or name must contain, "" for anybody.
    """
    members = Membership.objects.visible_to(viewer).filter(ended_at=None, pk__gt=after).select_related("user", "person")
    if find:
        fields = ("user__email", "user__name", "person__code", "person__name")
        members = members.filter(reduce(or_, (Q(**{f"{field}__icontains": find}) for field in fields)))
    rows = list(members.order_by("pk")[: _PAGE + 1])
    grants: dict[int, list[Grant]] = defaultdict(list)
    for grant in list_grants(viewer.company, viewer.day).filter(membership__in=[row.pk for row in rows]):
        grants[grant.membership_id].append(grant)
    page = rows[:_PAGE]
    return [(row, grants[row.pk]) for row in page], page[-1].pk if len(rows) > _PAGE else None


def list_grants(company: Company, day: datetime.date) -> QuerySet[Grant]:
    """Return the grants of a company that have neither been removed nor ended by a day, oldest first."""
    grants: QuerySet[Grant] = Grant.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), company=company)
    return (
        grants.filter(removed_at=None).select_related("unit", "membership__person", "membership__user").order_by("pk")
    )


def list_delegations(viewer: Viewer) -> QuerySet[Delegation]:
    """Return the delegations that somebody may see and that have not ended, by their first day."""
    given: QuerySet[Delegation] = Delegation.objects.visible_to(viewer).filter(ends_on__gte=viewer.day)
    return given.select_related("giver", "deputy").order_by("starts_on", "pk")
