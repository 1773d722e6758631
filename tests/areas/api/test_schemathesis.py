"""The running server holds to its own description, whatever is sent: schemathesis with all of its checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.make.live import live_server

CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "409", "422", "429"]
"""
"""What refuses with 422 a request that the schema allows is held by a check of tests/make/schemathesis_hooks.py."""


@pytest.mark.parametrize("examples", [5, pytest.param(200, marks=pytest.mark.full)])
def test_the_server_holds_to_its_description(tmp_path: Path, examples: int) -> None:
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    with live_server(tmp_path / "installation") as live:
        done = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run",
                f"{live.url}/api/v1/openapi.json",
                "--checks", "all", "--header", f"Authorization: Bearer {live.token}", "--continue-on-failure",
                "--max-examples", str(examples), "--generation-deterministic",
            ],
            env={
                **os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "NO_COLOR": "1",
                "SCHEMATHESIS_HOOKS": "tests.make.schemathesis_hooks",
            },
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        log = (live.installation.folder / "serve.log").read_text()
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Tested: 6" in done.stdout
    assert "Traceback" not in log
