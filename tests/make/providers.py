"""An OpenID Connect provider that runs on this machine, and can be made to lie; a browser that goes there and back."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import oidc_provider_mock
import requests
from django.test import Client
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

CLIENT_ID, CLIENT_SECRET = "guantong", "a-client-secret-of-guantong"
LOGIN = "/accounts/oidc/oidc/login/"
_KEY = "a-key-of-the-provider-that-signs-anything"


@dataclass
class Provider:
    """A running provider.

    Attributes:
        url: Its issuer.
        token_lies: Claims that its tokens get instead of the true ones; None takes one away.
        answer_lies: The same for what it says of a user.
        is_down: Whether it answers everything with a failure.
    """

    url: str = ""
    token_lies: dict[str, Any] = field(default_factory=dict)
    answer_lies: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return what the product's settings make of the operator's variables."""
        given = {"server_url": self.url, "oauth_pkce_enabled": True, **more}
        app = {"provider_id": "oidc", "name": "Acme ID", "client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        return {"openid_connect": {"APPS": [{**app, "settings": given}]}}

    def wrap(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """Return the provider's application with the lies between."""

        def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            if self.is_down:
                start("503 Service Unavailable", [("Content-Type", "text/plain")])
                return [b"down"]
            body, status, headers = run_wsgi_app(inner, environ)
            content = b"".join(body)
            if environ["PATH_INFO"] == "/oauth2/token" and self.token_lies and status.startswith("200"):
                content = _lie_in_token(content, self.token_lies)
            elif environ["PATH_INFO"] == "/userinfo" and self.answer_lies:
                content = json.dumps(_lied(json.loads(content), self.answer_lies)).encode()
            headers["Content-Length"] = str(len(content))
            start(status, list(headers))
            return [content]

        return application


def _lied(claims: Mapping[str, Any], lies: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**claims, **lies}.items() if value is not None}


def _lie_in_token(content: bytes, lies: Mapping[str, Any]) -> bytes:
    answer = json.loads(content)
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    answer["id_token"] = jwt.encode(_lied(claims, lies), _KEY)
    return json.dumps(answer).encode()


@contextmanager
def provider(*users: Mapping[str, Any]) -> Iterator[Provider]:
    """Run a provider that knows some users: claims with `sub`."""
    claims = [
        oidc_provider_mock.User(sub=user["sub"], claims={k: v for k, v in user.items() if k != "sub"}) for user in users
    ]
    made = Provider()
    app = oidc_provider_mock.app(user_claims=claims)
    server = make_server("localhost", 0, made.wrap(app), threaded=True)
    made.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def leave(client: Client, process: str = "login", then: str = "") -> str:
    """Press the button; returns the provider's address that the browser is sent to."""
    query = f"?process={process}" + (f"&next={then}" if then else "")
    response = client.post(LOGIN + query)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def agree(address: str, sub: str) -> str:
    """Sign in at the provider; returns the path, with its query, that the browser is sent back to."""
    response = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in_at(client: Client, sub: str, **more: str) -> Any:
    """Go to the provider, sign in there and come back."""
    return client.get(agree(leave(client, **more), sub))


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
