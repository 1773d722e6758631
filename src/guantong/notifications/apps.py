"""The area as Django knows it."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices of what happened: in the application and by mail."""

    name = "guantong.notifications"
