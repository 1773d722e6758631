"""The area as Django knows it."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """The check of a company kept in the database: findings, figures, index over time."""

    name = "guantong.findings"
