"""`guantong access`: members, roles, invitations, and who may do what and why, in both languages."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from guantong import clock
from guantong.access.models import Membership
from guantong.accounts.actions import create_user
from guantong.cli.main import main
from guantong.messages.labels import LANGUAGES
from tests.make.cast import Cast, build_cast
from tests.make.viewed import company_in_view

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return build_cast(clock.now())


@pytest.fixture
def said(cast: Cast, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command on the cast's company: its exit status, standard output and standard error."""

    def run(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["access", *arguments, "--company", cast.company.code, "--lang", language])
        out, error = capsys.readouterr()
        return status, out, error

    return run


def granted(said: Any, code: str) -> list[str]:
    _, out, _ = said("list", "--format", "json")
    return [grant["role"] for member in json.loads(out)["members"] if member["person"] == code
            for grant in member["grants"]]  # fmt: skip


def test_members_are_listed_with_their_roles(said: Any) -> None:
    status, out, _ = said("list")
    assert status == 0
    assert "UMA Uma  employee@example.com" in out
    assert "adviser · whole company · until" in out
    _, chinese, _ = said("list", language="zh")
    assert "顾问 · 全公司 · 至" in chinese


def test_roles_are_granted_and_taken_by_code_or_address(said: Any) -> None:
    assert said("grant", "UMA", "finance", "--unit", "B1", "--reason", "Budget")[0] == 0
    assert granted(said, "UMA") == ["finance"]
    assert said("revoke", "employee@example.com", "finance")[0] == 0
    assert granted(said, "UMA") == []
    status, _, error = said("revoke", "UMA", "finance")
    assert (status, error) == (2, "UMA does not have the role finance.\n")


def test_a_user_is_added_and_a_membership_ended(said: Any, cast: Cast) -> None:
    create_user("tom@example.com", "Tom", "en", clock.now())
    assert said("add", "tom@example.com", "--person", "TOM", "--role", "human_resources")[0] == 0
    assert granted(said, "TOM") == ["human_resources"]
    assert said("end", "TOM")[0] == 0
    company_in_view(cast.company.code)
    assert Membership.objects.get(company=cast.company, user__email="tom@example.com").ended_at is not None


def test_the_link_of_an_invitation_leads_to_where_one_joins(said: Any) -> None:
    status, out, _ = said("invite", "ann@example.com", "--person", "ANN")
    (path,) = re.findall(r"http://[^/]+(/invitations/\S+)", out)
    assert status == 0
    page = Client().get(path).content.decode()
    assert "ann@example.com" in page


def test_why_somebody_may_and_who_may(said: Any) -> None:
    _, out, _ = said("why", "DAN")
    assert "see private goals  unit and below  —  head of D1" in out
    assert "manage people and roles  —  may not" in out
    abilities = json.loads(said("why", "DAN", "--format", "json")[1])["abilities"]
    assert [reason["kind"] for reason in abilities["record_values"]] == ["head", "member"]
    _, told, _ = said("who", "see_private_goals", "--goal", "HIDDEN2", "--format", "json")
    codes = [one["code"] or one["name"] for one in json.loads(told)["who"]]
    assert codes == ["Strategy_Office", "BOSS", "EVE"]
    assert "PIA Pia  —  granted “pay reader”" in said("who", "see_pay", "--person", "UMA")[1]
    assert "every member" in said("who", "see", "--unit", "D1")[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "nobody@example.com"),
        ("grant", "NOBODY", "finance"),
        ("grant", "UMA", "pay"),
        ("grant", "UMA", "adviser", "--reason", "x"),
        ("grant", "UMA", "administrator", "--unit", "B1"),
        ("grant", "UMA", "finance", "--unit", "NOWHERE"),
        ("grant", "UMA", "finance", "--until", "2020-01-01"),
        ("grant", "FIN", "finance"),
        ("end", "NOBODY"),
        ("invite", "no address"),
        ("invite", "ann@example.com"),
        ("invite", "x@example.com", "--person", "UMA"),
        ("invite", "employee@example.com", "--person", "ANN"),
        ("who", "fly", "--goal", "G"),
        ("who", "see_pay", "--person", "NOBODY"),
        ("who", "see_private_goals", "--goal", "NOTHING"),
        ("who", "see_budgets", "--unit", "NOWHERE"),
    ],
)
def test_what_cannot_be_is_said_in_words(said: Any, arguments: tuple[str, ...], language: str) -> None:
    status, out, error = said(*arguments, language=language)
    assert (status, out) == (2, "")
    assert error.count("\n") == 1
    assert not re.search(r"\{\w*\}", error)
    assert bool(re.search(r"[一-鿿]", error)) is (language == "zh")
