"""The area as Django knows it."""

from django.apps import AppConfig


class ActionitemsConfig(AppConfig):
    """One list of actions over meetings, plans and retrospectives."""

    name = "guantong.actionitems"
