"""The area as Django knows it."""

from django.apps import AppConfig


class ResponsibilitiesConfig(AppConfig):
    """The responsibility matrix."""

    name = "guantong.responsibilities"
