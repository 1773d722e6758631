"""`guantong user`: make users of the installation, and help those who cannot sign in."""

import argparse
import sys
from collections.abc import Callable, Mapping

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from guantong import clock
from guantong.accounts.actions import (
    EmailError,
    ExistingUserError,
    create_user,
    remove_second_step,
    set_active,
    set_password,
)
from guantong.accounts.models import User
from guantong.accounts.queries import find_user, get_password_link, list_users
from guantong.cli.database import OPERATOR
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_language
from guantong.kit.language import in_language
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong user`."""
    parser.add_argument("action", choices=(*_ACTIONS, "create", "list"), help="做什么 · what to do")
    parser.add_argument("email", metavar="EMAIL", nargs="?", default="", help="邮箱 · e-mail address")
    parser.add_argument("--name", default="", help="姓名 · name (create)")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="从标准输入读一行作密码，不打印链接 · read a password from standard input, print no link (create)",
    )
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong user`; returns the exit status.

    Raises:
        UsageError: There is no user of the address or one already, or the password is too weak.
    """
    language = arguments.lang or "zh"
    if arguments.action == "list":
        for user in list_users():
            state = label("user.active" if user.is_active else "user.inactive", language)
            sys.stdout.write(f"{user.email}\t{user.name}\t{state}\n")
        return 0
    if not arguments.email:
        raise UsageError(label("user.no_email", language))
    lines = _create(arguments) if arguments.action == "create" else _ACTIONS[arguments.action](_named(arguments))
    sys.stdout.write(label(f"user.done.{arguments.action}", language, email=arguments.email.strip().lower()) + "\n")
    for line in lines:
        sys.stdout.write(line + "\n")
    return 0


def _named(arguments: argparse.Namespace) -> User:
    user = find_user(arguments.email)
    if user is None:
        near = nearest(arguments.email, [known.email for known in list_users()])
        raise UsageError(label("user.unknown", arguments.lang or "zh", value=arguments.email, near=near))
    return user


def _create(arguments: argparse.Namespace) -> list[str]:
    language = arguments.lang or "zh"
    password = sys.stdin.readline().rstrip("\r\n") if arguments.password_stdin else ""
    if arguments.password_stdin:
        _check_password(password, language)
    try:
        user = create_user(arguments.email, arguments.name, arguments.lang or "", clock.now(), OPERATOR)
    except ExistingUserError:
        raise UsageError(label("user.exists", language, value=arguments.email)) from None
    except EmailError:
        raise UsageError(label("user.bad_email", language, value=arguments.email)) from None
    if not password:
        return [label("user.done.link", language, email=user.email), *_link(user)]
    set_password(user, password, clock.now(), OPERATOR)
    return []


def _check_password(password: str, language: str) -> None:
    try:
        with in_language(language):
            validate_password(password)
    except ValidationError:
        raise UsageError(label("user.weak", language)) from None


def _link(user: User) -> list[str]:
    return [get_password_link(user)]


def _unlock(user: User) -> list[str]:
    remove_second_step(user, clock.now(), OPERATOR)
    return []


def _activate(user: User) -> list[str]:
    set_active(user, clock.now(), OPERATOR, is_active=True)
    return []


def _deactivate(user: User) -> list[str]:
    set_active(user, clock.now(), OPERATOR, is_active=False)
    return []


_ACTIONS: Mapping[str, Callable[[User], list[str]]] = {
    "link": _link,
    "unlock": _unlock,
    "activate": _activate,
    "deactivate": _deactivate,
}
