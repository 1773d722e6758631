"""The area as Django knows it."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """The company, its settings, cycles, units, positions and people."""

    name = "guantong.organisation"
