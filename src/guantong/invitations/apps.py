"""The area as Django knows it."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """Invitations into a company."""

    name = "guantong.invitations"
