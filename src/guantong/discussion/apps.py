"""The area as Django knows it."""

from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    """Comments, mentions, follows and attachments of what a company keeps."""

    name = "guantong.discussion"
