"""The area as Django knows it."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """Processes, their nodes, and scenarios of how to organise them."""

    name = "guantong.processes"
