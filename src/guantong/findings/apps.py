"""The area as Django knows it."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """The check of a company kept in the database: findings, figures, index over time."""

    name = "guantong.findings"

    def ready(self) -> None:
        """Have every change of rows marked for the next check."""
        from guantong.findings.tasks import mark_and_check
        from guantong.kit.events import subscribe
        from guantong.organisation.events import RowsChanged

        subscribe(RowsChanged, mark_and_check)
