"""The area as Django knows it."""

from django.apps import AppConfig


class ValuesConfig(AppConfig):
    """Actual values of goals and their plans by month."""

    name = "guantong.values"
