"""The area as Django knows it."""

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    """Reward schemes, their coefficients and members."""

    name = "guantong.rewards"
