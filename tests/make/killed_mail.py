"""Mails in a process of its own: `killed_mail.py prepare | send | later`; prints the states of all mails.

`prepare` makes a company in which somebody is mentioned; `send` sends what is due; `later` does so when a mail that
nobody heard of since counts as uncertain.
"""

import sys


def main() -> None:
    """Set up Django and do what is asked for."""
    from guantong.cli.database import set_up_django

    set_up_django()
    from guantong.kit.separation import company_scope
    from guantong.notifications.policies import SILENCE
    from guantong.notifications.tasks import send_due_mails
    from guantong.organisation.queries import find_company
    from tests.make.cast import HIRED, build_cast
    from tests.make.mailing import backdate, say, states

    if sys.argv[1] == "prepare":
        cast = build_cast()
        with company_scope(cast.company.pk):
            say(cast.viewer("manager"), "@UMA?")
    with company_scope(0):
        company = find_company(HIRED)
    assert company is not None
    with company_scope(company.pk):
        if sys.argv[1] == "later":
            backdate(SILENCE)
    if sys.argv[1] != "prepare":
        send_due_mails.func()
    with company_scope(company.pk):
        sys.stdout.write(" ".join(states()))


if __name__ == "__main__":
    main()
