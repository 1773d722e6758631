"""The area as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who belongs to a company and what they may do there."""

    name = "guantong.access"
