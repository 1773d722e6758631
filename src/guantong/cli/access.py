"""`guantong access`: who belongs to a company, with which roles, what somebody may do and why, who may see a thing."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from guantong import clock
from guantong.access.actions import RefusedAccessError, RoleFor, create_grant, create_membership, remove_grant
from guantong.access.actions import remove_membership as end_membership
from guantong.access.models import Membership
from guantong.access.policies import ABILITIES, ROLES, SCOPES, Operator
from guantong.access.queries import list_grants, list_members
from guantong.accounts.queries import find_user
from guantong.cli import access_text
from guantong.cli.database import company_named
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_format, add_language, day_of
from guantong.invitations.actions import Invited, create_invitation
from guantong.invitations.queries import get_link
from guantong.messages.labels import label
from guantong.messages.reasons import scope_text
from guantong.organisation.queries import company_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong access`."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _declare(commands, "list", "列出成员与角色 · list members and their roles", form=True)
    add = _declare(commands, "add", "让用户成为成员 · make a user a member", who="EMAIL")
    add.add_argument("--person", default="", metavar="CODE", help="对应的工号 · the person that they are")
    _add_role(add, optional=True)
    invite = _declare(commands, "invite", "发邀请 · invite somebody by mail", who="EMAIL")
    invite.add_argument("--person", default="", metavar="CODE", help="对应的工号 · the person that they are")
    _add_role(invite, optional=True)
    _add_role(_declare(commands, "grant", "授予角色 · give a member a role", who="MEMBER"))
    revoke = _declare(commands, "revoke", "撤销角色 · take a role away", who="MEMBER")
    revoke.add_argument("role", choices=ROLES, metavar="ROLE", help="角色 · the role")
    _declare(commands, "end", "结束成员资格 · end a membership", who="MEMBER")
    _declare(commands, "why", "此人可以做什么,为什么 · what may they do, and why", who="MEMBER", form=True)
    who = _declare(commands, "who", "谁可以看到或处理它 · who may see or do it, and why", form=True)
    who.add_argument("ability", metavar="ABILITY", help=f"能力 · {' '.join(ABILITIES)}")
    thing = who.add_mutually_exclusive_group(required=True)
    for name, words in (("goal", "目标 · a goal"), ("person", "人员 · a person"), ("unit", "单元 · a unit")):
        thing.add_argument(f"--{name}", metavar="CODE", help=words)


def _declare(commands: Any, name: str, words: str, who: str = "", form: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words)
    if who:
        parser.add_argument("who", metavar=who, help="电子邮件或工号 · e-mail address or person's code")
    add_company(parser)
    if form:
        add_format(parser)
    add_language(parser)
    return parser


def _add_role(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    if optional:
        parser.add_argument("--role", choices=ROLES, metavar="ROLE", help=f"角色 · {' '.join(ROLES)}")
    else:
        parser.add_argument("role", choices=ROLES, metavar="ROLE", help=f"角色 · {' '.join(ROLES)}")
    parser.add_argument("--scope", choices=SCOPES[2:], help="范围(全公司) · how far (company)")
    parser.add_argument("--unit", default="", metavar="CODE", help="单元 · the unit")
    parser.add_argument("--from", dest="starts_on", type=day_of, metavar="DATE", help="首日(今天) · first day (today)")
    parser.add_argument("--until", dest="ends_on", type=day_of, metavar="DATE", help="末日 · last day (open)")
    parser.add_argument("--reason", default="", metavar="TEXT", help="理由 · why")


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong access`; returns the exit status.

    Raises:
        UsageError: What is refused, and why.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    language = arguments.lang or company.language or "zh"
    at = clock.now()
    who = Operator(company, at, company_day(company, at))
    try:
        text = _COMMANDS[arguments.what](who, arguments, language)
    except RefusedAccessError as error:
        raise UsageError(label(f"refused.{error.fault}", language, **error.words)) from None
    if text:
        sys.stdout.write(text + "\n")
    return 0


def _role(arguments: argparse.Namespace) -> RoleFor:
    scope = arguments.scope or ("below" if arguments.unit else "company")
    days = (arguments.starts_on, arguments.ends_on)
    return RoleFor(arguments.role, scope, arguments.unit, *days, arguments.reason)


def _member(who: Operator, name: str, language: str) -> Membership:
    members = list(list_members(who.company))
    names = {key: member for member in members for key in access_text.names_of(member)}
    if name not in names:
        raise UsageError(label("access.no_member", language, value=name, near=nearest(name, names)))
    return names[name]


def _add(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    user = find_user(arguments.who)
    if user is None:
        raise RefusedAccessError("user", email=arguments.who)
    create_membership(who, user, arguments.person, _role(arguments) if arguments.role else None)
    return label("access.added", language, email=user.email)


def _invite(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    wanted = _role(arguments) if arguments.role else None
    row = create_invitation(who, Invited(arguments.who, arguments.person, language, wanted))
    return label("access.invited", language, email=row.email) + "\n" + settings.GUANTONG_URL + get_link(row)


def _grant(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    member, wanted = _member(who, arguments.who, language), _role(arguments)
    create_grant(who, member.pk, wanted)
    words = {"role": label(f"roles.{wanted.role}", language), "scope": scope_text(wanted.scope, wanted.unit, language)}
    return label("access.granted", language, who=arguments.who, **words)


def _revoke(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    member = _member(who, arguments.who, language)
    grants = list(list_grants(who.company, who.day).filter(membership=member, role=arguments.role))
    role = label(f"roles.{arguments.role}", language)
    if not grants:
        raise UsageError(label("access.no_role", language, who=arguments.who, role=role))
    for grant in grants:
        remove_grant(who, grant.pk)
    return label("access.revoked", language, who=arguments.who, role=role)


def _end(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    end_membership(who, _member(who, arguments.who, language).pk)
    return label("access.ended", language, who=arguments.who)


def _list(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    access_text.write_members(who, arguments.format, language)
    return ""


def _why(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    access_text.write_abilities(who, _member(who, arguments.who, language), arguments.format, language)
    return ""


def _who(who: Operator, arguments: argparse.Namespace, language: str) -> str:
    if arguments.ability not in ABILITIES:
        raise RefusedAccessError("ability", value=arguments.ability, names=" ".join(ABILITIES))
    kind = next(name for name in ("goal", "person", "unit") if getattr(arguments, name))
    access_text.write_allowed(who, arguments.ability, (kind, getattr(arguments, kind)), arguments.format, language)
    return ""


_COMMANDS: Mapping[str, Callable[[Operator, argparse.Namespace, str], str]] = {
    "list": _list, "add": _add, "invite": _invite, "grant": _grant, "revoke": _revoke, "end": _end, "why": _why,
    "who": _who,
}  # fmt: skip
