"""The area as Django knows it."""

from django.apps import AppConfig


class ValuechainConfig(AppConfig):
    """The value chain: its links, customers' feedback, small profit centres."""

    name = "guantong.valuechain"
