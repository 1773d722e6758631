"""The area as Django knows it."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """The metric library."""

    name = "guantong.metrics"
