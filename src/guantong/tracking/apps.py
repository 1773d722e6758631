"""The area as Django knows it."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Following goals: check-ins and corrective plans."""

    name = "guantong.tracking"
