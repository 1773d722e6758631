"""The area as Django knows it."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Companies in and out: load, export, backup, restore."""

    name = "guantong.exchange"
