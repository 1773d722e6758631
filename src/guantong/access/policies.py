"""Who may do what: abilities by role, how far each reaches, and why somebody holds one.

A role gives each of its abilities up to a scope. What is usual is stated here with the bounds within which a company
may choose otherwise; a grant gives a role for a unit, a unit with those below, or the company, and narrows its reach.
Everybody who works in the company is an employee without a grant, and who heads a unit is its manager.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied

from guantong.audit.actions import Deed
from guantong.kit.visibility import Reach

if TYPE_CHECKING:
    from guantong.organisation.models import Company

ROLES = (
    "administrator", "strategy_office", "executive", "human_resources", "finance", "manager", "employee", "adviser",
    "pay",
)  # fmt: skip
"""The roles of the method, and `pay`: who, beside the person and their manager, sees what somebody earns."""

SCOPES = ("none", "own", "unit", "below", "company")
"""How far, least first: nothing, what is one's own, a unit, a unit with those below, the company."""

DUTIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"checkin": frozenset({"see_private_goals", "record_values"}), "approve": frozenset({"waive_findings"})}
)
"""What a deputy may do for who delegated it, as far as these may."""

DATED_ROLES = frozenset({"adviser", "pay"})
"""Roles that are granted until a day, not for good."""

LONGEST_GRANT = datetime.timedelta(days=366)
"""How long a grant of a dated role lasts at most."""


@dataclass(frozen=True)
class Bounds:
    """How far a role has an ability: at least, usually, at most."""

    least: str
    usual: str
    most: str


@dataclass(frozen=True)
class Ability:
    """Something that may be done.

    Attributes:
        name: Its name; labels under `abilities` say what it is.
        bounds: By role; a role that is not named does not have it.
        is_wide: Whether it is about the company as a whole, so that a grant for a unit gives it all the same.
        for_tokens: Whether an API token may be given it.
    """

    name: str
    bounds: Mapping[str, Bounds]
    is_wide: bool = False
    for_tokens: bool = False


def _ability(name: str, kind: str = "", **roles: str) -> tuple[str, Ability]:
    """Declare an ability; each role as "usual", or as "least usual most"; of its kind the words `wide` and `tokens`."""
    bounds = {}
    for role, words in roles.items():
        parts = words.split()
        least, usual, most = parts if len(parts) == len(("least", "usual", "most")) else parts * 3
        bounds[role] = Bounds(least, usual, most)
    return name, Ability(name, MappingProxyType(bounds), "wide" in kind, "tokens" in kind)


ABILITIES: Mapping[str, Ability] = MappingProxyType(
    dict(
        (
            _ability(
                "see", "wide tokens", administrator="company", strategy_office="company", executive="company",
                human_resources="company", finance="company", manager="company", employee="company", adviser="company",
            ),
            _ability(
                "see_private_goals", "tokens", strategy_office="none company company", executive="none company company",
                human_resources="none none company", manager="unit below below", employee="own",
                adviser="none none company",
            ),
            _ability(
                "see_budgets", "tokens", finance="company", strategy_office="none company company",
                executive="none company company", manager="unit below below", employee="none none unit",
                adviser="none none company",
            ),
            _ability(
                "see_scores", strategy_office="none company company", executive="none company company",
                human_resources="company", manager="below", employee="own", adviser="none none company",
            ),
            _ability("see_pay", employee="own", pay="company"),
            _ability(
                "record_values", "tokens", strategy_office="none company company", finance="none company company",
                executive="none none company", manager="own below below", employee="own",
            ),
            _ability(
                "comment", "wide", administrator="company", strategy_office="company", executive="company",
                human_resources="company", finance="company", manager="company", employee="none company company",
                adviser="none company company",
            ),
            _ability(
                "waive_findings", strategy_office="company", executive="none company company",
                manager="none none below",
            ),
            _ability("see_trail", administrator="company", strategy_office="none company company",
                     adviser="none none company"),
            _ability("manage_access", administrator="company"),
            _ability(
                "make_tokens", "wide", administrator="company", strategy_office="none company company",
                finance="none company company", human_resources="none company company",
                executive="none none company", manager="none none company", employee="none none company",
            ),
        )
    )
)  # fmt: skip
"""Every ability by name."""

TOKEN_ABILITIES = tuple(name for name, ability in ABILITIES.items() if ability.for_tokens)


@dataclass(frozen=True)
class Reason:
    """Why somebody has a role: `member`, `head` of a unit, `grant`, or `report`s of theirs; delegated or not.

    Attributes:
        kind: Which of these.
        role: The role.
        scope: How far the role was given.
        unit: Code of the unit, "" where none.
        giver: Code of the person who delegated it, "" where it is one's own.
        ends_on: The last day, None = open.
    """

    kind: Literal["member", "head", "grant", "report"]
    role: str
    scope: str
    unit: str = ""
    giver: str = ""
    ends_on: datetime.date | None = None


@dataclass(frozen=True)
class Held:
    """A role that somebody holds today.

    Attributes:
        reason: Why.
        duty: The duty that was delegated, "" where the role is one's own.
        person_id: Whose own things the scope `own` means; None for members who are no person of the company.
        unit_ids: The units that `unit` and `below` mean.
    """

    reason: Reason
    duty: str
    person_id: int | None
    unit_ids: frozenset[int] = frozenset()

    def scope_of(self, ability: str, choices: "Choices") -> str:
        """Return how far an ability reaches by this role."""
        if self.duty and ability not in DUTIES[self.duty]:
            return "none"
        scope = scope_of_role(ability, self.reason.role, choices)
        return scope if ABILITIES[ability].is_wide else min(self.reason.scope, scope, key=SCOPES.index)


Choices = Mapping[str, Mapping[str, str]]
"""What a company has chosen: by ability and role the scope."""


def scope_of_role(ability: str, role: str, choices: Choices) -> str:
    """Return how far a role has an ability in a company."""
    bounds = ABILITIES[ability].bounds.get(role)
    if bounds is None:
        return "none"
    return choices.get(ability, {}).get(role, bounds.usual)


def list_scopes(ability: str, role: str) -> tuple[str, ...]:
    """Return the scopes that a company may choose for a role's ability, least first; one where it is fixed."""
    bounds = ABILITIES[ability].bounds.get(role)
    if bounds is None:
        return ("none",)
    return SCOPES[SCOPES.index(bounds.least) : SCOPES.index(bounds.most) + 1]


@dataclass(frozen=True)
class Viewer:
    """A user in a company at a moment: who they are there and what they may do.

    Attributes:
        company: The company.
        user_id, membership_id: The user, and their membership there.
        person_id: The person of the company that they are, None where they are none, as advisers from outside.
        actor: How the trail names them: the person's code, else the e-mail address.
        name: How pages name them.
        language: In which pages speak to them.
        at, day: The moment, and the day that it is in the company.
        held: The roles that they hold.
        only: The abilities that the API token is restricted to; None where they signed in themselves.
    """

    company: "Company"
    user_id: int
    membership_id: int
    person_id: int | None
    actor: str
    name: str
    language: str
    at: datetime.datetime
    day: datetime.date
    held: tuple[Held, ...]
    only: frozenset[str] | None = None
    _reaches: dict[str, Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def company_id(self) -> int:
        """The company's id."""
        return int(self.company.pk)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of their own, delegated ones not counted."""
        return frozenset(held.reason.role for held in self.held if not held.duty)

    def may(self, ability: str) -> bool:
        """Return whether they may do something at all."""
        return bool(self.reach(ability))

    def reach(self, ability: str) -> Reach:
        """Return how far they may do something."""
        if ability not in self._reaches:
            self._reaches[ability] = _reach(ability, self._holding(ability))
        return self._reaches[ability]

    def why(self, ability: str) -> list[tuple[Reason, str]]:
        """Return by which roles they may do something, with how far each reaches."""
        return [(held.reason, scope) for held, scope in self._holding(ability)]

    def _holding(self, ability: str) -> list[tuple[Held, str]]:
        if self.only is not None and ability not in self.only:
            return []
        scopes = ((held, held.scope_of(ability, self.company.access)) for held in self.held)
        return [(held, scope) for held, scope in scopes if scope != "none"]


@dataclass(frozen=True)
class Operator:
    """Who acts at the terminal: whoever runs the installation may do everything there, and the trail says so."""

    company: "Company"
    at: datetime.datetime
    day: datetime.date
    actor: str = "operator"
    membership_id: None = None
    person_id: None = None

    @property
    def company_id(self) -> int:
        """The company's id."""
        return int(self.company.pk)

    def may(self, ability: str) -> bool:
        """Return that they may."""
        return ability in ABILITIES

    def reach(self, ability: str) -> Reach:
        """Return that it reaches everything."""
        return Reach(everything=self.may(ability))


Who = Viewer | Operator
"""Who does something."""


class ForbiddenError(PermissionDenied):
    """Somebody lacks an ability for what they want to do; `ability` names it."""

    def __init__(self, ability: str) -> None:
        self.ability = ability
        super().__init__(ability)


def check_may(who: Who, ability: str) -> None:
    """Refuse who may not do something at all.

    Raises:
        ForbiddenError: They may not.
    """
    if not who.may(ability):
        raise ForbiddenError(ability)


def deed_of(who: Who) -> Deed:
    """Return who does something, when and where, for the trail."""
    return Deed(who.company_id, who.company.code, who.actor, who.at)


def _reach(ability: str, holding: Iterable[tuple[Held, str]]) -> Reach:
    units: set[int] = set()
    people: set[int] = set()
    managers: set[int] = set()
    for held, scope in holding:
        if scope == "company":
            return Reach(everything=True)
        if scope in ("unit", "below"):
            units |= held.unit_ids
        elif held.person_id is not None:
            people.add(held.person_id)
    if ability == "see_pay":
        managers = set(people)
    return Reach(False, frozenset(units), frozenset(people), frozenset(managers))


def list_abilities(viewer: Viewer) -> Iterator[tuple[str, list[tuple[Reason, str]]]]:
    """Yield every ability with the roles that give it to somebody; none = they may not."""
    for name in ABILITIES:
        yield name, viewer.why(name)
