"""The trail: an entry per action and a change per row that it touched.

Plain ids and names, no foreign keys: the trail outlives its subjects. On PostgreSQL the product's role may add to it
and nothing else (kit/separation.py).
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from guantong.kit.visibility import EVERYTHING, NOTHING, Viewer, Visible


def _of_whole_company(viewer: Viewer, prefix: str) -> Q:
    """Return the condition that somebody may see the trail: all of it or nothing."""
    del prefix
    return EVERYTHING if viewer.reach("see_trail").everything else NOTHING


class Entry(Visible):
    """An action that changed something.

    Attributes:
        company_id: Whose company; 0 for what concerns the installation.
        actor: Who did it: `operator` at the terminal, `system` by itself, else the person's code.
        action: The action's name, such as `load_company`.
        details: What it was about, as JSON.
    """

    append_only: ClassVar[bool] = True

    company_id = models.BigIntegerField()
    company = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    details = models.JSONField(default=dict)

    seen_by = staticmethod(_of_whole_company)

    class Meta:
        """Read by company, newest first."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["company_id", "id"], name="entry_of_company")]


class Change(Visible):
    """What an action did to one row.

    Attributes:
        record: The row's key as the workbook writes it, parts joined by a slash.
        kind: `create`, `change`, `remove` or `restore`.
        before: Cells before, by column, of the columns that changed; empty for new rows.
        after: Cells after, in the same way; empty for removed rows.
    """

    append_only: ClassVar[bool] = True

    KINDS = ("create", "change", "remove", "restore")

    company_id = models.BigIntegerField()
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="changes")
    table = models.TextField()
    record_id = models.BigIntegerField()
    record = models.TextField()
    kind = models.TextField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    seen_by = staticmethod(_of_whole_company)

    class Meta:
        """Read by the row that it is about."""

        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company_id", "table", "record_id"], name="change_of_record")
        ]
