"""The area as Django knows it."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """The strategy: entries of the plan (BLM) and the year's priorities."""

    name = "guantong.strategy"
