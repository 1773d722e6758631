"""What is in a backup, as lines of text."""

import sys
from collections.abc import Sequence

from guantong.formats.backup import Section
from guantong.messages.labels import label


def write_sections(sections: Sequence[Section], language: str) -> None:
    """Write a line per section: whose it is, its rows, its trail, and the report's day and digest."""
    for section in sections:
        key = "backup.company" if section.code else "backup.installation"
        words = label(
            key,
            language,
            code=section.code,
            name=section.name,
            rows=f"{section.rows:,}",
            entries=f"{section.count('audit.entry'):,}",
            changes=f"{section.count('audit.change'):,}",
        )
        files = label("backup.files", language, count=f"{len(section.files):,}") if section.files else ""
        report = label("backup.report", language, day=section.day, digest=section.report[:16]) if section.report else ""
        sys.stdout.write(f"{words}{files}{report}\n")
        if section.lost:
            sys.stdout.write(label("backup.lost_files", language, code=section.code, count=section.lost) + "\n")
