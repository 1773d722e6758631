"""Signing in through an OpenID Connect provider: whom it lets in, and every answer of it that is not believed."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from guantong.accounts.actions import set_active
from guantong.accounts.models import User
from guantong.audit.models import Entry
from guantong.environment import EnvironmentValueError, read_environment
from guantong.kit.separation import company_scope
from tests.make.providers import Provider, agree, leave, provider, query_of, sign_in_at
from tests.make.signing_in import AT, PASSWORD, a_user, is_signed_in, sign_in, with_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("user", "at_once")]
LI = {"sub": "li-1", "email": "Li@Example.com", "email_verified": True, "name": "Li"}
EVE = {"sub": "eve-1", "email": "li@example.com", "email_verified": False, "name": "Eve"}
STRANGER = {"sub": "x-1", "email": "stranger@example.com", "email_verified": True}


@pytest.fixture
def idp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Run a provider that the installation trusts."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with provider(LI, EVE, STRANGER) as running:
        settings.SOCIALACCOUNT_PROVIDERS = running.settings()
        settings.GUANTONG_OIDC_NAME = "Acme ID"
        yield running


@pytest.mark.usefixtures("idp")
def test_the_sign_in_page_offers_it(client: Client) -> None:
    text = client.get("/accounts/login/", headers={"Accept-Language": "en"}).content.decode()
    assert "Sign in with Acme ID" in text


@pytest.mark.usefixtures("idp")
def test_a_verified_address_signs_its_user_in(client: Client, user: User) -> None:
    assert sign_in_at(client, "li-1", then="/c/acme/")["Location"] == "/c/acme/"
    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.usefixtures("idp")
def test_once_connected_the_address_no_longer_matters(client: Client, user: User) -> None:
    sign_in_at(client, "li-1")
    user.email = "li.new@example.com"
    user.save()
    browser = Client()
    sign_in_at(browser, "li-1")
    assert is_signed_in(browser)


@pytest.mark.usefixtures("idp")
def test_the_exchange_is_bound_to_the_browser_and_to_this_attempt(client: Client) -> None:
    asked = query_of(leave(client))
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16
    assert asked["redirect_uri"].endswith("/accounts/oidc/oidc/login/callback/")


@pytest.mark.usefixtures("idp")
@pytest.mark.parametrize(("sub", "words"), [("eve-1", "does not vouch"), ("x-1", "has no account for stranger@")])
def test_whom_it_does_not_vouch_for_and_whom_nobody_invited_stay_out(client: Client, sub: str, words: str) -> None:
    client.post("/language/", {"language": "en"})
    response = sign_in_at(client, sub)
    assert response.status_code == 403
    assert words in response.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    with company_scope(0):
        assert Entry.objects.filter(action="fail_sign_in").get().details["reason"] == "provider"


@pytest.mark.parametrize("said", ["true", "false", 1, None])
def test_only_a_true_counts_as_verified(client: Client, idp: Provider, said: object) -> None:
    idp.answer_lies = {"email_verified": said}
    assert sign_in_at(client, "li-1").status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "lies",
    [{"aud": "another-client"}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000}, {"aud": None}, {"iss": None},
     {"sub": "somebody-else"}, {"sub": None}],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_is_not_believed(client: Client, idp: Provider, lies: dict[str, Any]) -> None:
    idp.token_lies = lies
    assert sign_in_at(client, "li-1").status_code == 403
    assert not is_signed_in(client)


def test_two_answers_about_two_people_are_not_believed(client: Client, idp: Provider) -> None:
    idp.answer_lies = {"sub": "somebody-else"}
    assert sign_in_at(client, "li-1").status_code == 403
    assert not is_signed_in(client)


def test_a_provider_of_another_name_is_not_believed(client: Client, idp: Provider, settings: Any) -> None:
    overrides = {"openid_configuration_overrides": {"issuer": "https://other.example"}}
    settings.SOCIALACCOUNT_PROVIDERS = idp.settings(**overrides)
    assert sign_in_at(client, "li-1").status_code == 403
    assert not is_signed_in(client)


@pytest.mark.usefixtures("idp")
@pytest.mark.parametrize("change", ["other", "none", "browser"])
def test_an_answer_to_another_question_is_not_believed(client: Client, change: str) -> None:
    back = agree(leave(client), "li-1")
    state = query_of(back)["state"]
    browser = Client() if change == "browser" else client
    path = {"other": back.replace(state, "x" * len(state)), "none": back.replace(f"state={state}", ""), "browser": back}
    assert browser.get(path[change]).status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.usefixtures("idp")
def test_an_answer_counts_once(client: Client) -> None:
    back = agree(leave(client), "li-1")
    client.get(back)
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.usefixtures("idp")
def test_who_cancels_there_is_told_so(client: Client) -> None:
    state = query_of(leave(client))["state"]
    response = client.get(f"/accounts/oidc/oidc/login/callback/?error=access_denied&state={state}")
    assert response.status_code == 403
    assert "登录已取消" in response.content.decode()


def test_a_provider_that_is_down_breaks_nothing(client: Client, idp: Provider) -> None:
    back = agree(leave(client), "li-1")
    idp.is_down = True
    response = client.get(back)
    assert response.status_code == 403
    assert "往来没有成功" in response.content.decode()
    browser = Client()
    assert browser.post("/accounts/oidc/oidc/login/?process=login").status_code == 403
    sign_in(browser)
    assert is_signed_in(browser)


@pytest.mark.usefixtures("idp")
def test_a_deactivated_user_stays_out(client: Client, user: User) -> None:
    set_active(user, AT, "operator", is_active=False)
    sign_in_at(client, "li-1")
    assert not is_signed_in(client)


@pytest.mark.usefixtures("idp")
def test_the_second_step_stays(client: Client, user: User) -> None:
    with_codes(user)
    assert sign_in_at(client, "li-1")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


@pytest.mark.usefixtures("idp")
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_it_leads_nowhere_else(client: Client, target: str) -> None:
    assert sign_in_at(client, "li-1", then=target)["Location"] == "/"


@pytest.mark.usefixtures("idp")
def test_starting_takes_a_form_of_ours(client: Client) -> None:
    page = client.get("/accounts/oidc/oidc/login/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "On to Acme ID" in page.content.decode()
    assert Client(enforce_csrf_checks=True).post("/accounts/oidc/oidc/login/").status_code == 403


@pytest.mark.usefixtures("idp")
def test_one_connects_and_disconnects_by_oneself(client: Client) -> None:
    a_user("zhao@example.com")
    sign_in(client, email="zhao@example.com")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert sign_in_at(client, "x-1", process="connect")["Location"] == "/accounts/3rdparty/"
    account = SocialAccount.objects.get()
    assert "Acme ID" in client.get("/accounts/3rdparty/").content.decode()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_without_a_provider_there_is_none(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.post("/accounts/oidc/oidc/login/").status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"GUANTONG_OIDC_ISSUER": "http://id.example"}, {"GUANTONG_OIDC_ISSUER", "GUANTONG_OIDC_CLIENT"}),
        ({"GUANTONG_OIDC_ISSUER": "https://id.example"}, {"GUANTONG_OIDC_CLIENT"}),
        ({"GUANTONG_OIDC_ISSUER": "id.example", "GUANTONG_OIDC_CLIENT": "x"}, {"GUANTONG_OIDC_ISSUER"}),
    ],
)
def test_the_operator_is_told_what_is_missing(given: dict[str, str], named: set[str]) -> None:
    with pytest.raises(EnvironmentValueError) as caught:
        read_environment(given)
    assert set(caught.value.variables) <= named
    assert caught.value.variables
