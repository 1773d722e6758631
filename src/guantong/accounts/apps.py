"""The area as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users of the installation and how they sign in."""

    name = "guantong.accounts"
