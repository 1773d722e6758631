"""Where a request comes from, through the operator's own proxies."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # nosec B104  # stands for no address
"""What stands for an address that is not one."""


def client_address(request: HttpRequest) -> str:
    """Return the IP address of whoever asks.

    Each of the operator's proxies adds the address that it was reached from: the last of them cannot be made up.
    """
    proxies: int = settings.GUANTONG_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    given = forwarded[-proxies:][0] if proxies and forwarded else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(given.strip("[]")))
    except ValueError:
        return NOWHERE
