"""The trail: an entry per action and a change per row that it touched, chained entry by entry.

Plain ids and names, no foreign keys out of the trail: it outlives its subjects. On PostgreSQL the product's role may
add to it and nothing else (kit/separation.py).
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from guantong.kit.visibility import EVERYTHING, NOTHING, Viewer, Visible


def _of_whole_company(viewer: Viewer, prefix: str) -> Q:
    """Return the condition that somebody may see the trail: all of it or nothing."""
    del prefix
    return EVERYTHING if viewer.reach("see_trail").everything else NOTHING


class Chain(Visible):
    """The entries of a company one after the other, and where they end.

    A company has one; the installation also has those of the installations that were restored into it, and goes on with
    its first.

    Attributes:
        company_id: Whose; 0 for the installation.
        number: That of the last entry; 0 where there is none.
        digest: That of the last entry.
    """

    company_id = models.BigIntegerField(db_index=True)
    number = models.BigIntegerField(default=0)
    digest = models.TextField(blank=True, default="")

    seen_by = staticmethod(_of_whole_company)


class Entry(Visible):
    """An action that changed something, or that has to be told.

    Attributes:
        company_id: Whose company; 0 for what concerns the installation.
        number: Its place in the chain, from 1.
        company: The company's code; in an entry of the installation that of the company it is about.
        actor: Who did it: `operator` at the terminal, `system` by itself, else the person's code.
        action: The action's name, such as `load_company`.
        details: What it was about, as JSON.
        size: How many changes it has.
        changes_digest: The digest of its changes in their order.
        digest: The digest of the entry before and of all this (kit/chain.py).
    """

    append_only: ClassVar[bool] = True

    company_id = models.BigIntegerField()
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="entries", db_index=False)
    number = models.BigIntegerField()
    company = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    details = models.JSONField(default=dict)
    size = models.BigIntegerField()
    changes_digest = models.TextField()
    digest = models.TextField()

    seen_by = staticmethod(_of_whole_company)

    class Meta:
        """Read by company or chain, newest first."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["chain", "number"], name="entry_once_in_chain")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["company_id", "number"], name="entry_of_company")]


class Change(Visible):
    """What an action did to one row.

    Attributes:
        table: A table of engine/tables.py, or one that is no sheet, such as `grants`.
        record_id: The row; 0 where it is gone.
        record: The row's key as the workbook writes it, parts joined by a slash.
        kind: `create`, `change`, `remove` or `restore`.
        before: Cells before, by column, of the columns that changed; empty for new rows.
        after: Cells after, in the same way; empty for removed rows.
    """

    append_only: ClassVar[bool] = True

    KINDS = ("create", "change", "remove", "restore")

    company_id = models.BigIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="changes", db_index=False)
    table = models.TextField()
    record_id = models.BigIntegerField()
    record = models.TextField()
    kind = models.TextField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    seen_by = staticmethod(_of_whole_company)

    class Meta:
        """Read by the row that it is about, or by its entry."""

        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company_id", "table", "record_id"], name="change_of_record"),
            models.Index(fields=["entry", "id"], name="change_of_entry"),
        ]
