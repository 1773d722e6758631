"""What is committed works on every machine and behind every mirror."""

import os
import re
import tomllib

from tests.architecture.tree import ROOT, repository_files

# Written so that this file does not name them itself.
REGISTRIES = r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|deb[.]debian[.]org|npmmirror[.]com"
MACHINE_PATHS = r"(?<![\w.}\-])/(?:root|work|home/\w+|Users/\w+)/"
FORBIDDEN = re.compile(f"{REGISTRIES}|{MACHINE_PATHS}")


def test_no_file_names_a_registry_or_a_machine_path() -> None:
    found = {}
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content and (hits := FORBIDDEN.findall(content.decode("utf-8"))):
            found[str(path.relative_to(ROOT))] = sorted(set(hits))
    assert not found


def test_the_locks_hold_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert all("--hash=" in block for block in re.split(r"\n(?=[a-z0-9])", text)[1:])


def test_the_lock_holds_the_build_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["dependency-groups"]["build"] == project["build-system"]["requires"]


def test_scripts_are_executable_and_the_start_script_stays_where_it_is() -> None:
    assert os.access(ROOT / "guantong", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert not re.search(r"\b(?:cd|pushd) ", (ROOT / "guantong").read_text("utf-8"))
