"""The area as Django knows it."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Goals, and what is agreed about them."""

    name = "guantong.goals"
