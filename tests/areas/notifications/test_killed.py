"""A worker that is killed while it sends a mail: nobody gets the mail twice, and nothing is lost but the mail."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.architecture.tree import ROOT
from tests.make.installation import free_port, installation

pytestmark = pytest.mark.full


class Deadly:
    """A mail server that kills its client at a moment of the conversation, and counts the mails that it took."""

    def __init__(self, moment: str) -> None:
        self.moment, self.taken = moment, 0
        self.victim: subprocess.Popen[str] | None = None

    async def _strike(self, moment: str) -> None:
        if self.victim is not None and moment == self.moment:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim = None
            await asyncio.sleep(0.2)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Take a recipient."""
        await self._strike("recipient")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        self.taken += 1
        await self._strike("mail")
        return "250 OK"


@pytest.mark.parametrize(("moment", "taken"), [("recipient", 0), ("mail", 1)])
def test_a_mail_of_a_killed_worker_is_not_sent_again(tmp_path: Path, moment: str, taken: int) -> None:
    deadly, port = Deadly(moment), free_port()
    controller = Controller(deadly, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with installation(tmp_path) as own:
            assert own.run("migrate").returncode == 0
            own.environment["GUANTONG_MAIL_URL"] = f"smtp://127.0.0.1:{port}"

            def started(what: str) -> subprocess.Popen[str]:
                command = [sys.executable, str(ROOT / "tests/make/killed_mail.py"), what]
                return subprocess.Popen(command, env=own.environment, text=True, stdout=subprocess.PIPE)

            assert started("prepare").communicate(timeout=60)[0].endswith("waiting")
            deadly.victim = started("send")
            victim = deadly.victim
            victim.communicate(timeout=60)
            assert victim.returncode == -signal.SIGKILL
            assert started("send").communicate(timeout=60)[0].endswith("sending")
            assert started("later").communicate(timeout=60)[0].endswith("uncertain")
            assert deadly.taken == taken
    finally:
        controller.stop()
