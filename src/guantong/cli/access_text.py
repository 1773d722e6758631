"""Members, their roles and what they may do, as text and JSON."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from guantong.access.actions import RefusedAccessError
from guantong.access.models import Membership
from guantong.access.policies import ABILITIES, Operator, Reason, list_abilities
from guantong.access.queries import Allowed, Thing, get_viewer, list_allowed, list_grants, list_members
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.wrapping import wrap
from guantong.goals.models import Goal
from guantong.messages.labels import label
from guantong.messages.reasons import reason_text, scope_text
from guantong.organisation.models import Person, Unit
from guantong.organisation.queries import find_records


def names_of(member: Membership) -> Iterator[str]:
    """Yield by what a member can be named: address, and the person's code."""
    yield member.user.email
    if member.person is not None:
        yield member.person.code


def write_members(who: Operator, form: str, language: str) -> None:
    """Write the members of a company with the roles that they were granted."""
    roles: dict[int, list[Any]] = {}
    for grant in list_grants(who.company, who.day):
        roles.setdefault(grant.membership_id, []).append(grant)
    members = list(list_members(who.company))
    if form == "json":
        entries = [_member_entry(member, roles.get(member.pk, [])) for member in members]
        sys.stdout.write(document_text({"company": who.company.code, "members": entries}))
        return
    if not members:
        sys.stdout.write(label("access.nobody", language) + "\n")
        return
    print_text(lambda console: _members(console, who, members, roles, language))


def _member_entry(member: Membership, grants: Sequence[Any]) -> dict[str, Any]:
    return {
        "email": member.user.email,
        "person": member.person.code if member.person else None,
        "name": member.person.name if member.person else str(member.user),
        "grants": [
            {
                "role": grant.role,
                "scope": grant.scope,
                "unit": grant.unit.code if grant.unit else None,
                "starts_on": grant.starts_on.isoformat(),
                "ends_on": grant.ends_on.isoformat() if grant.ends_on else None,
                "reason": grant.reason,
                "given_by": grant.given_by,
            }
            for grant in grants
        ],
    }


def _members(
    console: Console, who: Operator, members: Sequence[Membership], roles: dict[int, list[Any]], language: str
) -> None:
    title = f"{who.company.name} ({who.company.code})"
    console.print(Text(label("access.members", language), style="bold").append(f"  {title}", style="not bold"))
    for member in members:
        name = f"{member.person.code} {member.person.name}" if member.person else str(member.user)
        console.print(Text(f"  {name}", style="bold").append(f"  {member.user.email}", style="not bold"))
        for grant in roles.get(member.pk, []):
            unit = grant.unit.code if grant.unit else ""
            parts = [label(f"roles.{grant.role}", language), scope_text(grant.scope, unit, language)]
            if grant.ends_on:
                parts.append(label("reasons.until", language, date=grant.ends_on.isoformat()))
            console.print(wrap("    " + " · ".join([*parts, *([grant.reason] if grant.reason else [])]), console.width))


def write_abilities(who: Operator, member: Membership, form: str, language: str) -> None:
    """Write what a member may do and why, refusing who may not enter."""
    viewer = get_viewer(member, who.at)
    if viewer is None:
        raise RefusedAccessError("person", person=next(reversed(list(names_of(member)))))
    found = list(list_abilities(viewer))
    if form == "json":
        abilities = {
            name: [{"scope": scope, **_reason_entry(reason)} for reason, scope in reasons] for name, reasons in found
        }
        sys.stdout.write(document_text({"company": who.company.code, "who": viewer.actor, "abilities": abilities}))
        return
    print_text(lambda console: _abilities(console, (viewer.name, who.company.name), found, language))


def _abilities(
    console: Console, title: tuple[str, str], found: Sequence[tuple[str, list[tuple[Reason, str]]]], language: str
) -> None:
    name, company = title
    console.print(Text(label("access.title_why", language, name=name, company=company), style="bold"))
    for ability, reasons in found:
        words = label(f"abilities.{ability}", language)
        if not reasons:
            console.print(Text(f"  {words}  —  {label('access.may_not', language)}", style="dim"))
        for reason, scope in reasons:
            line = f"  {words}  {label(f'scopes.{scope}', language)}  —  {reason_text(reason, language)}"
            console.print(wrap(line, console.width))


def _reason_entry(reason: Reason) -> dict[str, Any]:
    ends = reason.ends_on.isoformat() if reason.ends_on else None
    return {"kind": reason.kind, "role": reason.role, "unit": reason.unit or None, "giver": reason.giver or None,
            "ends_on": ends}  # fmt: skip


def write_allowed(who: Operator, ability: str, named: tuple[str, str], form: str, language: str) -> None:
    """Write who may do something with a goal, person or unit, and why."""
    thing = _thing(who, *named)
    is_wide = ABILITIES[ability].is_wide
    allowed = [] if is_wide else list_allowed(who.company, ability, thing, who.day)
    if form == "json":
        entries = [
            {"code": one.code or None, "name": one.name, "reasons": [_reason_entry(why) for why in one.reasons]}
            for one in allowed
        ]
        document = {"company": who.company.code, "ability": ability, named[0]: named[1], "everybody": is_wide}
        sys.stdout.write(document_text({**document, "who": entries}))
        return
    title = label("access.title_who", language, ability=label(f"abilities.{ability}", language), thing=named[1])
    print_text(lambda console: _allowed(console, title, is_wide, allowed, language))


def _allowed(console: Console, title: str, is_wide: bool, allowed: Sequence[Allowed], language: str) -> None:
    console.print(Text(title, style="bold"))
    if is_wide:
        console.print(f"  {label('access.everybody', language)}")
    for one in allowed:
        mark = "；" if language == "zh" else "; "
        reasons = mark.join(reason_text(reason, language) for reason in one.reasons)
        console.print(wrap(f"  {one.code} {one.name}  —  {reasons}", console.width))


def _thing(who: Operator, kind: str, code: str) -> Thing:
    model: Any = {"goal": Goal, "person": Person, "unit": Unit}[kind]
    row = find_records(who.company, model, [code]).get(code)
    if row is None:
        words = {"goal": {"value": code}, "person": {"person": code}, "unit": {"unit": code}}[kind]
        raise RefusedAccessError(kind, **words)
    if kind == "goal":
        return Thing(row.unit_id, frozenset(filter(None, (row.owner_id, row.proposed_by_id))))
    return Thing(row.pk, frozenset()) if kind == "unit" else Thing(None, frozenset({row.pk}))
