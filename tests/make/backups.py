"""Backup files made by hand, and sound ones changed and sealed anew."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from guantong.formats.backup import Backup, BackupWriter, Block, Manifest, Section, line_of

Rows = dict[str, Block]
"""Blocks of rows by model, one each."""


def written(path: Path, rows: Rows, code: str = "ACME", **more: Any) -> Manifest:
    """Write a backup with one section of one block per model."""
    with path.open("w+b") as file, BackupWriter(file) as writer:
        parts = tuple(
            writer.write_part(1, model, tuple(block), [(len(next(iter(block.values()))), line_of(block))])
            for model, block in rows.items()
        )
        section = Section(code, code.title(), "2026-06-30", "", parts)
        manifest = Manifest(**{"version": "0", "method": "m", "made_at": "2026-07-01", "sections": (section,), **more})
        writer.finish(manifest)
    return manifest


def rewritten(
    source: Path,
    target: Path,
    change: Callable[[str, Block], Block] = lambda _, block: block,
    rename: Callable[[str], str] = str,
    **more: Any,
) -> Path:
    """Write a backup again with other blocks, models or words in its manifest, so that all its hashes are right.

    Args:
        source: A sound backup.
        target: Where it goes.
        change: Returns what becomes of a model's block.
        rename: Returns what a model is called.
        more: Fields of the manifest; `report` is that of every section.
    """
    with source.open("rb") as file, Backup(file) as backup, target.open("w+b") as out, BackupWriter(out) as writer:
        sections = []
        for number, section in enumerate(backup.manifest.sections, start=1):
            parts = []
            for part in section.parts:
                blocks = [change(part.model, block) for block in backup.blocks(section, part)]
                lines = [(len(next(iter(block.values()))), line_of(block)) for block in blocks]
                parts.append(writer.write_part(number, rename(part.model), tuple(blocks[0]), lines))
            report = more.get("report", section.report)
            sections.append(replace(section, report=report, parts=tuple(parts)))
        words = {name: value for name, value in more.items() if name != "report"}
        writer.finish(replace(backup.manifest, sections=tuple(sections), **words))
    return target


def manifest_text(manifest: Manifest) -> str:
    """Return a manifest as text, for comparing."""
    return json.dumps(asdict(manifest), sort_keys=True)
