"""Run a command of guantong that a fault befalls: `faulty_command.py FAULT ARGUMENT …`.

full:BYTES          the disk is full: no file can grow beyond so many bytes
killed:restoring    the process is killed when all is written and nothing is committed
killed:writing      the process is killed while it writes the file .*.part in the folder of its second argument
lost:restoring      the database ends the connection at that moment
lost:writing        likewise
"""

import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path


def main() -> int:
    """Prepare the fault and run the command."""
    fault, *arguments = sys.argv[1:]
    kind, _, moment = fault.partition(":")
    from guantong.cli.database import set_up_django

    set_up_django()
    if kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(moment), int(moment)))
    elif moment == "restoring":
        before_commit(kill if kind == "killed" else lose)
    else:
        while_writing(Path(arguments[1]), kill if kind == "killed" else lose)
    from guantong.cli.main import main as run

    return run(arguments)


def before_commit(strike: object) -> None:
    """Have the fault strike when the restored rows are announced."""
    from guantong.kit.events import subscribe
    from guantong.organisation.events import RowsChanged

    subscribe(RowsChanged, lambda _: strike())  # type: ignore[operator]


def while_writing(target: Path, strike: object) -> None:
    """Have the fault strike when the first bytes of the file are written."""
    part = target.with_name(f".{target.name}.part")

    def watch() -> None:
        while not part.exists() or part.stat().st_size < 8192:
            time.sleep(0.001)
        strike()  # type: ignore[operator]

    threading.Thread(target=watch, daemon=True).start()


def kill() -> None:
    """End this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def lose() -> None:
    """Have the server end all other connections to the database."""
    import psycopg

    url = os.environ.get("GUANTONG_OWNER_DATABASE_URL") or os.environ["GUANTONG_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


if __name__ == "__main__":
    sys.exit(main())
