"""What is set for an installation that others can reach: Django's own check, headers, cookies, files."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client, RequestFactory

from guantong import settings as product
from guantong.accounts.views import failed_page
from guantong.environment import EnvironmentValueError, read_environment
from guantong.kit.addresses import NOWHERE, client_address
from tests.conftest import ROOT

ENCRYPTED = {
    "GUANTONG_URL": "https://guantong.example",
    "GUANTONG_PROXIES": "1",
    "GUANTONG_SECRET_KEY": "a1b2" * 16 + "xyz",
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'"


def run(code: str, folder: Path, **more: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}", "GUANTONG_DATA": str(folder), **more}
    environment["DJANGO_SETTINGS_MODULE"] = "guantong.settings"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.full
def test_djangos_check_for_deployment_has_nothing_to_say(tmp_path: Path) -> None:
    code = "from django.core.management import execute_from_command_line as e; e(['x', 'check', '--deploy'])"
    assert "no issues" in run(code, tmp_path, **ENCRYPTED)


@pytest.mark.full
def test_an_encrypted_installation_binds_its_cookies_to_itself(tmp_path: Path) -> None:
    code = (
        "from guantong import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.CSRF_TRUSTED_ORIGINS, s.MFA_SUPPORTED_TYPES, s.SECURE_CSP['form-action'])"
    )
    more = {"GUANTONG_OIDC_ISSUER": "https://id.example/realms/a", "GUANTONG_OIDC_CLIENT": "x"}
    said = run(code, tmp_path, **ENCRYPTED, **more)
    assert said.startswith("__Host-session __Host-csrf True 31536000 ['https://guantong.example']")
    assert "webauthn" in said
    assert "https://id.example'" in said
    plain = run(code, tmp_path, GUANTONG_URL="http://10.0.0.1:8000")
    assert plain.startswith("session csrf False 0")
    assert "webauthn" not in plain


def test_encryption_needs_a_proxy_that_does_it() -> None:
    with pytest.raises(EnvironmentValueError) as caught:
        read_environment({"GUANTONG_URL": "https://guantong.example"})
    assert caught.value.variables == ("GUANTONG_PROXIES",)
    assert read_environment(ENCRYPTED)["GUANTONG_URL"] == "https://guantong.example"


@pytest.mark.parametrize(
    "url",
    ["guantong.example", "ftp://guantong.example", "https://guantong.example/app", "https://", "https://u@guantong.example",
     "http://guantong.example:port", "http://guantong.example?x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(EnvironmentValueError) as caught:
        read_environment({"GUANTONG_URL": url})
    assert "GUANTONG_URL" in caught.value.variables


def test_passwords_are_hashed_by_argon2_as_the_library_advises() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.django_db
def test_every_answer_carries_the_safe_headers(client: Client) -> None:
    for path in ("/accounts/login/", "/no/such/page", "/health/live"):
        response = client.get(path)
        assert response["Content-Security-Policy"].startswith(POLICY)
        assert "unsafe" not in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in response["Permissions-Policy"]
        assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_files_are_kept_for_long_under_the_digest_of_their_content(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(addresses) >= 5
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        response = client.get(address)
        assert b"".join(response.streaming_content)
        response.close()
        assert response.status_code == 200
        assert "max-age=31536000" in response["Cache-Control"]
    assert client.get("/static/../settings.py").status_code == 404
    assert client.get("/static/%2e%2e/settings.py").status_code == 404


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "1.2.3.4"),
        (1, "not-an-address", NOWHERE),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_the_operators_proxies_say_where_a_request_comes_from(
    settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.GUANTONG_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_nothing(client: Client) -> None:
    response = client.get("/accounts/login/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_page_that_fails_needs_neither_database_nor_session() -> None:
    response = failed_page(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "出了故障" in response.content.decode()
    assert django_settings.DEBUG is False
