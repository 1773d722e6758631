"""The area as Django knows it."""

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    """Scorecards, performance contracts and the strategy map."""

    name = "guantong.scorecards"
