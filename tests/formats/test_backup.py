"""The backup file: whole or refused, whatever happened to its bytes."""

import hashlib
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from guantong.formats.backup import FORMAT, Backup, BackupError, BackupWriter, line_of, open_backup
from tests.make.backups import rewritten, written

ROWS = {"goals.goal": {"code": ["G1", "G2"], "parent": [None, 1]}, "audit.entry": {"actor": ["王"]}}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "acme.guantong"
    written(path, ROWS)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BackupError) as caught, open_backup(path) as backup:
        backup.check()
    return caught.value.kind


def test_what_is_written_is_read(backup: Path) -> None:
    with open_backup(backup) as opened:
        opened.check()
        section = opened.section("ACME")
        assert section is not None
        assert {part.model: list(opened.blocks(section, part)) for part in section.parts} == {
            model: [block] for model, block in ROWS.items()
        }
        assert (section.rows, section.count("goals.goal"), section.count("goals.milestone")) == (3, 2, 0)
        assert opened.section("OTHER") is None


def test_equal_content_is_equal_bytes(backup: Path, tmp_path: Path) -> None:
    written(tmp_path / "again", {model: dict(reversed(block.items())) for model, block in ROWS.items()})
    first, second = (hashlib.sha256(zipfile.ZipFile(path).read("1/goals.goal.jsonl")).digest()
                     for path in (backup, tmp_path / "again"))  # fmt: skip
    assert first == second
    assert rewritten(backup, tmp_path / "same").read_bytes() == backup.read_bytes()


def test_any_flipped_byte_is_noticed(backup: Path, tmp_path: Path) -> None:
    sound = backup.read_bytes()
    draw = random.Random(5)
    for place in {*draw.sample(range(len(sound)), 100), 0, 40, len(sound) - 1, len(sound) - 65, len(sound) - 70}:
        damaged = bytearray(sound)
        damaged[place] ^= 1 << draw.randrange(8)
        path = tmp_path / "damaged"
        path.write_bytes(damaged)
        if place < 30:
            assert refusal(path) == "damaged"
        else:
            assert refusal(path) in ("damaged", "foreign")


def test_a_truncated_file_is_refused(backup: Path, tmp_path: Path) -> None:
    sound = backup.read_bytes()
    path = tmp_path / "short"
    for size in (80, 200, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:size])
        assert refusal(path) == "damaged"
    path.write_bytes(sound + b"more")
    assert refusal(path) == "damaged"
    for size in (0, 4, 40):
        path.write_bytes(sound[:size])
        assert refusal(path) == "foreign"


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("manifest.json", "{}")
    (tmp_path / "text").write_text("a text that is longer than the beginning of a backup is, by some words", "utf-8")
    assert refusal(tmp_path / "other.zip") == "foreign"
    assert refusal(tmp_path / "text") == "foreign"
    assert refusal(tmp_path / "nowhere") == "missing"
    assert refusal(tmp_path / "text" / "below") == "missing"
    assert refusal(tmp_path) == "unreadable"


def test_a_newer_form_is_refused_by_its_version(backup: Path, tmp_path: Path) -> None:
    path = rewritten(backup, tmp_path / "newer", format=FORMAT + 1, version="7.0")
    with pytest.raises(BackupError) as caught:
        open_backup(path)
    assert (caught.value.kind, caught.value.details) == ("newer", {"version": "7.0"})


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b'{"format": 1}', b'{"format": "1"}', b'{"format": 1, "sections": [{}], "version": "0"}', None],
)
def test_a_sealed_file_without_a_right_manifest_is_damaged(tmp_path: Path, manifest: bytes | None) -> None:
    path = tmp_path / "odd"
    with path.open("w+b") as file:
        writer = BackupWriter(file)
        if manifest is not None:
            writer._zip.writestr("manifest.json", manifest)
        writer._zip.comment = b"0" * 64
        writer._zip.close()
        content = path.read_bytes()[:-64]
        path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    assert refusal(path) == "damaged"


@pytest.mark.parametrize("wrong", [{"rows": 3}, {"sha256": "0"}, {"fields": ("code",)}, {"model": "goals.other"}])
def test_rows_that_are_not_as_the_manifest_says_are_damage(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = tmp_path / "wrong"
    with path.open("w+b") as file, BackupWriter(file) as writer:
        block = {"code": ["G1", "G2"], "name": ["", ""]}
        part = writer.write_part(1, "goals.goal", tuple(block), [(2, line_of(block))])
        manifest = written(tmp_path / "other", {})
        section = replace(manifest.sections[0], parts=(replace(part, **wrong),))  # type: ignore[arg-type]
        writer.finish(replace(manifest, sections=(section,)))
    assert refusal(path) == "damaged"


def test_columns_of_unequal_length_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "uneven"
    written(path, {"goals.goal": {"code": ["G1"], "name": ["a", "b"]}})
    assert refusal(path) == "damaged"


def test_no_number_is_written_that_others_cannot_read() -> None:
    with pytest.raises(ValueError, match="JSON"):
        line_of({"value": [float("nan")]})


def test_a_writer_that_failed_leaves_the_file_to_its_owner(tmp_path: Path) -> None:
    def lines() -> object:
        yield 1, line_of({"code": ["G1"]})
        raise RuntimeError("the database is gone")

    with (tmp_path / "half").open("w+b") as file:
        with pytest.raises(RuntimeError, match="gone"), BackupWriter(file) as writer:
            writer.write_part(1, "goals.goal", ("code",), lines())  # type: ignore[arg-type]
        file.seek(0)
        with pytest.raises(BackupError):
            Backup(file)
