"""Reading users and how they sign in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from guantong.accounts.models import User


@dataclass(frozen=True)
class SignInState:
    """How somebody can sign in: a password or not, how many passkeys, one-time codes or not, how many providers."""

    has_password: bool
    passkeys: int
    has_codes: bool
    providers: int


def find_user(email: str) -> User | None:
    """Return the user of an e-mail address however it is written, None where there is none."""
    return User.objects.filter(email=email.strip().lower()).first()


def get_user(user_id: int) -> User:
    """Return a user.

    Raises:
        User.DoesNotExist: There is none of this id.
    """
    user: User = User.objects.get(pk=user_id)
    return user


def list_users() -> QuerySet[User]:
    """Return all users by address."""
    return User.objects.order_by("email")


def get_sign_in_state(user: User) -> SignInState:
    """Return how a user can sign in."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return SignInState(
        has_password=user.has_usable_password(),
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        has_codes=Authenticator.Type.TOTP in kinds,
        providers=SocialAccount.objects.filter(user=user).count(),
    )


def get_password_path(user: User, then: str = "") -> str:
    """Return the path of the page on which a user sets a new password; good once, and for an hour.

    Args:
        user: The user; whoever opens the page is taken for them.
        then: The path to go to afterwards, "" for the start page.
    """
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path: str = reverse("account_reset_password_from_key", kwargs=parts)
    return f"{path}?{urlencode({'next': then})}" if then else path


def get_password_link(user: User) -> str:
    """Return the whole address of that page."""
    return f"{settings.GUANTONG_URL}{get_password_path(user)}"
