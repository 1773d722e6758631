"""The area as Django knows it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The trail: who changed what, when, from what to what."""

    name = "guantong.audit"
