"""What discussions tell the areas above."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class CommentCreated:
    """Somebody said something about a row, or now mentions more people in it.

    Attributes:
        company_id: The company.
        comment_id: The comment.
        author_id: Membership of who said it.
        mentioned: Memberships of those whom the text names, who may see the row.
        followers: Memberships of those who follow the row; whether they may still see it is to be asked again.
        at: When.
    """

    company_id: int
    comment_id: int
    author_id: int
    mentioned: tuple[int, ...]
    followers: tuple[int, ...]
    at: datetime.datetime
