"""Reward schemes, their coefficients and members."""

from guantong.kit.records import Record


class RewardScheme(Record):
    """A scheme that turns scores into pay."""

    table = "reward_schemes"


class Coefficient(Record):
    """A point of a scheme's coefficient table."""

    table = "coefficients"


class RewardMember(Record):
    """A person whom a scheme rewards."""

    table = "reward_members"
