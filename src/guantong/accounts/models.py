"""Users: whoever signs in. Which companies they belong to, and as whom, is `access.Membership`'s to say."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models.functions import Lower

from guantong import clock

LANGUAGES = ("zh", "en")


class UserManager(BaseUserManager):
    """Finds users by their e-mail address, however it is written."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of an e-mail address; case does not matter."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in, in however many companies.

    Attributes:
        email: The address, in lower case: the name to sign in with.
        name: As pages and mails call them.
        language: In which pages and mails are written, "" for what the browser asks for.
        is_active: Whether they may sign in at all.
    """

    transient: ClassVar[str] = "Users belong to the installation; a restored company finds its own by their address."
    carried_by: ClassVar[str] = "email"

    email = models.EmailField(max_length=254, unique=True)
    name = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="", choices=[(code, code) for code in LANGUAGES])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        """What the database itself refuses."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")
        ]

    @classmethod
    def of_name(cls, email: str) -> "User":
        """Return a new user of an address, not saved yet, who sets a password by the mail that resets it."""
        return cls(email=email, password=make_password(None), created_at=clock.now())

    def __str__(self) -> str:
        """Return the name, or the address where there is none."""
        return self.name or self.email


class CacheEntry(models.Model):
    """What all processes remember together for a while: attempts to sign in, codes used.

    Django's cache reads and writes this table by itself; its columns are as that wants them.
    """

    transient: ClassVar[str] = "What is remembered for minutes belongs to the running installation."

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
