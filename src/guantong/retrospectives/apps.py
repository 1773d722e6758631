"""The area as Django knows it."""

from django.apps import AppConfig


class RetrospectivesConfig(AppConfig):
    """Retrospectives of goals."""

    name = "guantong.retrospectives"
