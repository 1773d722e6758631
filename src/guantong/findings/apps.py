"""The area as Django knows it."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """The check of a company kept in the database: findings, figures, index over time."""

    name = "guantong.findings"

    def ready(self) -> None:
        """Have every change marked for the next check, and every new code of a row written into what is kept."""
        from guantong.findings.actions import rename_subjects
        from guantong.findings.tasks import mark_and_check
        from guantong.kit.events import subscribe
        from guantong.organisation.events import CodeRenamed, RowsChanged

        subscribe(RowsChanged, mark_and_check)
        subscribe(CodeRenamed, rename_subjects)
