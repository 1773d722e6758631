"""Reward schemes, their coefficients and members."""

from django.db.models import Q

from guantong.kit.records import Record
from guantong.kit.visibility import EVERYTHING, Viewer
from guantong.organisation.models import Post


class RewardScheme(Record):
    """A scheme that turns scores into pay."""

    table = "reward_schemes"


class Coefficient(Record):
    """A point of a scheme's coefficient table."""

    table = "coefficients"


class RewardMember(Record):
    """A person whom a scheme rewards."""

    table = "reward_members"

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see the person's pay."""
        reach = viewer.reach("see_pay")
        if reach.everything:
            return EVERYTHING
        posts = Post.objects.on(viewer.company_id, viewer.day).paid_within(reach)
        return Q(**{f"{prefix}person__in": posts.values("record")})
