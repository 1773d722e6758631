"""The area as Django knows it."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings."""

    name = "guantong.meetings"
