"""What signing in tells the areas above. Nothing secret is in it."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class SignedIn:
    """Somebody has signed in, all steps done.

    Attributes:
        method: The steps taken, such as "password+totp", "webauthn" or "socialaccount".
        address: The IP address.
        agent: What the browser calls itself.
    """

    user_id: int
    at: datetime.datetime
    method: str
    address: str
    agent: str


@dataclass(frozen=True)
class SignInFailed:
    """Somebody has failed to sign in.

    Attributes:
        email: As it was typed; "" where none was.
        user_id: Whose address that is; None where nobody's.
        reason: `password`, `code`, `passkey` or `provider`.
    """

    email: str
    user_id: int | None
    at: datetime.datetime
    address: str
    reason: str


@dataclass(frozen=True)
class SignedOut:
    """Somebody has signed out."""

    user_id: int
    at: datetime.datetime


@dataclass(frozen=True)
class SignInChanged:
    """How somebody signs in has changed.

    Attributes:
        what: `password_changed`, `password_set`, `password_reset`, `email_changed`, `totp_added`, `webauthn_removed`,
            `recovery_codes_reset`, `provider_added`, `session_ended`, `deactivated` and the like.
    """

    user_id: int
    at: datetime.datetime
    what: str
