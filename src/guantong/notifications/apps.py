"""The area as Django knows it."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What members are told, in the product and by mail."""

    name = "guantong.notifications"

    def ready(self) -> None:
        """Hear what the areas below tell."""
        from guantong.access.events import AccessChanged
        from guantong.accounts.events import SignInChanged
        from guantong.discussion.events import CommentCreated
        from guantong.findings.events import ApproverNamed, FindingsChanged
        from guantong.invitations.events import InvitationCreated
        from guantong.kit.events import subscribe
        from guantong.notifications import tasks

        subscribe(FindingsChanged, tasks.hear_findings)
        subscribe(CommentCreated, tasks.hear_comment)
        subscribe(ApproverNamed, tasks.hear_approver)
        subscribe(AccessChanged, tasks.hear_access)
        subscribe(SignInChanged, tasks.hear_sign_in)
        subscribe(InvitationCreated, tasks.hear_invitation)
