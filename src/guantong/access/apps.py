"""The area as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who belongs to a company and what they may do there."""

    name = "guantong.access"

    def ready(self) -> None:
        """Have the companies of a user know when they sign in."""
        from guantong.access.actions import record_access
        from guantong.accounts.events import SignedIn, SignedOut, SignInChanged, SignInFailed
        from guantong.kit.events import subscribe

        subscribe(SignedIn, record_access)
        subscribe(SignInFailed, record_access)
        subscribe(SignedOut, record_access)
        subscribe(SignInChanged, record_access)
