"""The area as Django knows it."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Keys with which programs act for members of a company."""

    name = "guantong.tokens"
