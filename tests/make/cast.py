"""The standing cast: one user per role in a small company, and an outsider who is everything in another one.

    HQ  BOSS (executive)      B1 ANN   D1 DAN (manager)   T1 TOM, UMA (employee)   D2 EVE, FAY, HUE, FIN, PIA

Administrator, strategy office and adviser are no people of the company. Everybody earns 10,000 plus their place in
`PEOPLE`; D1 and D2 have a private goal and a budget each.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from guantong.access.actions import RoleFor, create_membership
from guantong.access.models import Membership
from guantong.access.policies import Operator, Viewer
from guantong.access.queries import find_membership, get_viewer
from guantong.accounts.models import User
from guantong.kit.records import Record
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company
from guantong.organisation.queries import company_day
from tests.make.acme import PEOPLE, SALES, UNITS, YEAR, goal
from tests.make.company import COMPANY, build
from tests.make.kept import AT, loaded
from tests.make.viewed import company_in_view

LAST_DAY = datetime.date(2026, 12, 31)
STAFF = tuple(
    {**row, "base_bonus": 1_000_000 + place, "grade_factor": 1.5}
    for place, row in enumerate(
        (*PEOPLE, *({"code": code, "name": code.title(), "unit": "D2", "manager": "EVE", "joined": "2020-01-01"}
                    for code in ("HUE", "FIN", "PIA")))
    )
)  # fmt: skip
ROLES: Mapping[str, tuple[str, RoleFor | None]] = {
    "administrator": ("", RoleFor("administrator")),
    "strategy_office": ("", RoleFor("strategy_office")),
    "executive": ("BOSS", RoleFor("executive")),
    "human_resources": ("HUE", RoleFor("human_resources")),
    "finance": ("FIN", RoleFor("finance")),
    "manager": ("DAN", None),
    "employee": ("UMA", None),
    "adviser": ("", RoleFor("adviser", ends_on=LAST_DAY, reason="Reviews the plan")),
    "pay": ("PIA", RoleFor("pay", ends_on=LAST_DAY, reason="Prepares the bonus")),
}
"""By role the person that its member is, and what they are granted."""

OUTSIDER = "outsider"
HIRED = "ACME"
FOREIGN = "OTHER"


@dataclass(frozen=True)
class Cast:
    """The cast: the company, the other one, and the memberships by role, the outsider's of the other one."""

    company: Company
    other: Company
    members: Mapping[str, Membership]

    def row[Kind: Record](self, model: type[Kind], code: str) -> Kind:
        """Return the row of a code in the company."""
        found: Kind = model._base_manager.get(company=self.company, code=code)
        return found

    def viewer(self, role: str, at: datetime.datetime = AT) -> Viewer:
        """Return who a member of the cast is at a moment, in their own company."""
        found = self.find(role, at)
        assert found is not None
        return found

    def find(self, role: str, at: datetime.datetime = AT) -> Viewer | None:
        """Return who a member of the cast is at a moment, None where they may not enter."""
        member = self.members[role]
        code = self.other.code if role == OUTSIDER else self.company.code
        fresh = find_membership(member.user_id, code)
        if fresh is None:
            return None
        with company_scope(fresh.company_id):
            return get_viewer(fresh, at)


def operator(company: Company, at: datetime.datetime = AT, actor: str = "operator") -> Operator:
    """Return the operator at work in a company; the trail names them as `actor`."""
    return Operator(company, at, company_day(company, at), actor)


def user_named(name: str) -> User:
    """Return a new user of the address name@example.com."""
    user: User = User.objects.create(email=f"{name}@example.com", name=name.title(), created_at=AT)
    return user


def build_cast(at: datetime.datetime = AT) -> Cast:
    """Load both companies and give everybody their place, from a moment on; the company is in view, not the other."""
    later = at.date() - AT.date()
    company, other = (_company(code) for code in (HIRED, FOREIGN))
    members = {}
    with company_scope(company.pk):
        for role, (person, wanted) in ROLES.items():
            if wanted is not None and wanted.ends_on is not None:
                wanted = replace(wanted, ends_on=wanted.ends_on + later)
            members[role] = create_membership(operator(company, at), user_named(role), person, wanted)
    with company_scope(other.pk):
        wanted = RoleFor("administrator")
        members[OUTSIDER] = create_membership(operator(other, at), user_named(OUTSIDER), "BOSS", wanted)
    return Cast(company_in_view(company.code), other, members)


def _company(code: str) -> Company:
    return loaded(
        build(
            company=[{**COMPANY, "code": code, "name": code.title()}],
            units=UNITS,
            people=STAFF,
            metrics=[SALES],
            goals=[
                goal("G", owner="BOSS", metric="SALES", target=1200, **YEAR),
                goal("OPEN1", "D1", owner="DAN", parent="G", metric="SALES", target=600, **YEAR),
                goal("HIDDEN1", "D1", owner="DAN", parent="G", metric="SALES", target=300, private=True, **YEAR),
                goal("HIDDEN2", "D2", owner="EVE", parent="G", metric="SALES", target=300, private=True, **YEAR),
                goal("MINE", "T1", owner="UMA", parent="OPEN1", metric="SALES", target=100, personal=True,
                     private=True, **YEAR),
            ],
            actuals=[{"goal": name, "date": "2026-05-31", "value": 10} for name in ("G", "OPEN1", "HIDDEN1")],
            budget_requests=[
                {"code": f"B-{unit}", "name": unit, "cycle": "2026", "unit": unit, "requested": 100_000,
                 "category": "expense"}
                for unit in ("D1", "D2")
            ],
            reward_schemes=[{"code": "BONUS", "name": "Bonus", "cycle": "2026", "pool": 5_000_000}],
            reward_members=[{"scheme": "BONUS", "person": row["code"]} for row in STAFF],
        )
    )  # fmt: skip
