"""Check a company in a process of its own: `killed_check.py COMPANY_ID [kill]`.

With `kill` the process kills itself when the findings are written and nothing is committed.
"""

import os
import signal
import sys


def main() -> None:
    """Set up Django, and the fault if it is asked for; check."""
    from guantong.cli.database import set_up_django

    set_up_django()
    from guantong.findings.actions import keep_check
    from guantong.findings.events import FindingsChanged
    from guantong.kit.events import subscribe
    from guantong.kit.separation import company_scope
    from tests.make.kept import AT

    if sys.argv[2:] == ["kill"]:
        subscribe(FindingsChanged, lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with company_scope(int(sys.argv[1])):
        keep_check(int(sys.argv[1]), AT)


if __name__ == "__main__":
    main()
