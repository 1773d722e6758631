"""Who may do what travels with a company's backup; sign-in stays with the installation."""

from pathlib import Path

import pytest
from django.core.management import call_command

from guantong.access.models import Grant, Membership
from guantong.accounts.models import User
from tests.areas.exchange.test_backup import back_up, restore
from tests.make.cast import ROLES, build_cast
from tests.make.viewed import company_in_view

pytestmark = pytest.mark.django_db(transaction=True)


def test_members_come_back_with_their_roles_as_users_of_the_new_installation(tmp_path: Path) -> None:
    build_cast()
    path = back_up(tmp_path / "all")
    call_command("flush", interactive=False, verbosity=0)
    known = User.objects.create(email="manager@example.com", created_at="2026-01-01T00:00:00Z", password="kept")
    restore(path)
    company_in_view("ACME")
    members = Membership.objects.filter(company__code="ACME").select_related("user", "person")
    assert {member.user.email for member in members} == {f"{role}@example.com" for role in ROLES}
    assert {member.person.code for member in members if member.person} == {p for p, _ in ROLES.values() if p}
    assert set(Grant.objects.filter(company__code="ACME").values_list("role", flat=True)) == {
        role for role, (_, wanted) in ROLES.items() if wanted
    }
    assert User.objects.get(email="manager@example.com").pk == known.pk
    assert not User.objects.get(email="employee@example.com").has_usable_password()
