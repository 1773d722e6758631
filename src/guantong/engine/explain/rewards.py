"""How an amount of a reward scheme came about, down to the last minor unit (docs/rules/rewards.md).

Money that is not rounded yet is a Fraction of a minor unit, and factors are the fractions that rewards takes them for:
every formula but the rounding is exact.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from guantong.engine import trees
from guantong.engine.explain.cards import card_term
from guantong.engine.explain.coefficients import coefficient_term, exact
from guantong.engine.explain.terms import Term, filled_cells
from guantong.engine.rewards import (
    SCALE,
    Quotas,
    by_remainder,
    card_of_unit,
    company_coefficient,
    core_factors,
    core_units,
    days_employed,
    member_bases,
    member_cards,
    or_one,
    period_days,
    scheme_parts,
    scheme_quotas,
    unit_coefficients,
    unit_scores,
)
from guantong.engine.snapshot import Snapshot


def reward_term(snapshot: Snapshot, member: int) -> Term:
    """Return how a member's amount came about.

    Args:
        member: Position in reward_members; its scheme belongs to the checked year.
    """
    scheme = _Scheme(snapshot, int(snapshot.company.reward_members.scheme[member]))
    return scheme.amount(member)


class _Scheme:
    """One scheme under explanation; places count its paid members."""

    def __init__(self, snapshot: Snapshot, scheme: int) -> None:
        self.snapshot, self.scheme = snapshot, scheme
        self.parts = scheme_parts(snapshot, scheme)
        self.paid = self.parts.members[self.parts.paid]
        self.quotas = scheme_quotas(snapshot, self.parts)
        self.units = self.parts.unit.tolist()
        self.days = period_days(snapshot, scheme)

    @cached_property
    def _coefficients(self) -> list[float]:
        return unit_coefficients(self.snapshot, self.scheme).tolist()

    @property
    def _shared(self) -> bool:
        return self.snapshot.company.reward_schemes.choice("mode", self.scheme) != "ceiling"

    def _about(self, member: int) -> tuple[tuple[str, str], ...]:
        company = self.snapshot.company
        return (("person", str(company.people.code[company.reward_members.person[member]])),)

    def amount(self, member: int) -> Term:
        """Return the amount as the root."""
        scheme = ("scheme", str(self.snapshot.company.reward_schemes.code[self.scheme]))
        about = (scheme, *self._about(member))
        places = np.flatnonzero(self.paid == member)
        if self.quotas is None or not len(places):
            note = self._why_unpaid(member)
            return Term("amount", None, "money", about, note=note, opened=lambda: self._without_amount(member))
        place, quotas = int(places[0]), self.quotas
        value = quotas.rounded()[place]
        if not quotas.numerators[place]:
            note = "no_weight" if not any(quotas.numerators) else "no_share"
            terms = [self._personal_weight(place)]
            return Term("amount", value, "money", about, note=note, opened=lambda: terms)
        quota = self._quota(place, quotas)
        rounding = self._rounding(place, value, quotas)
        return Term("amount", value, "money", about, formula="{quota} + {rounding}", opened=lambda: [quota, rounding])

    def _why_unpaid(self, member: int) -> str:
        if np.isnan(self.parts.personal[self.parts.members == member][0]):
            return "no_score"
        return "no_base" if member_bases(self.snapshot)[member] < 0 else "no_pool"

    def _without_amount(self, member: int) -> list[Term]:
        card = int(member_cards(self.snapshot)[member])
        return [card_term(self.snapshot, card)] if card >= 0 else []

    def _rounding(self, place: int, value: int, quotas: Quotas) -> Term:
        """Return what rounding by largest remainder adds to a quota or takes from it."""
        pairs = zip(quotas.numerators, quotas.denominators, strict=True)
        left = quotas.total - sum(over // under for over, under in pairs)
        rank = by_remainder(quotas.numerators, quotas.denominators).index(place) + 1
        terms = [Term("remainder_rank", rank, "count"), Term("left_over", left, "count")]
        added = value - Fraction(quotas.numerators[place], quotas.denominators[place])
        formula = f"{{remainder_rank}} {'≤' if rank <= left else '>'} {{left_over}}"
        note = "rounded_up" if rank <= left else "rounded_down"
        return Term("rounding", added, "money", formula=formula, note=note, opened=lambda: terms)

    def _quota(self, place: int, quotas: Quotas) -> Term:
        value = Fraction(quotas.numerators[place], quotas.denominators[place])
        about = self._about(self.paid[place])
        if self._shared:
            formula = "{unit_part} × {personal_weight} ÷ {unit_personal_weights}"
            return Term("quota", value, "money", about, formula=formula, opened=lambda: self._share_terms(place))
        claim = self._claim(place)
        if claim.value == value:
            return replace(claim, name="quota")
        formula = "{pool} × {claim} ÷ {all_claims}"
        return Term("quota", value, "money", about, formula=formula, opened=lambda: self._scaled_terms(claim))

    # Mode `share`: the pool by unit weight, a unit's part by weight x personal coefficient

    def _share_terms(self, place: int) -> Iterator[Term]:
        unit = self.units[place]
        yield self._unit_part(unit)
        yield self._personal_weight(place)
        members = self._by_unit[unit]
        whole = sum((self._personal(one) for one in members), Fraction())
        yield Term(
            "unit_personal_weights",
            whole,
            "money",
            self._about_unit(unit),
            formula="Σ{personal_weight}",
            opened=lambda: [self._personal_weight(one) for one in members],
        )

    @cached_property
    def _by_unit(self) -> dict[int, list[int]]:
        places: dict[int, list[int]] = defaultdict(list)
        for place, unit in enumerate(self.units):
            places[unit].append(place)
        return places

    def _about_unit(self, unit: int) -> tuple[tuple[str, str], ...]:
        return (("unit", str(self.snapshot.company.units.code[unit])),) if unit >= 0 else ()

    def _unit_part(self, unit: int) -> Term:
        shares = self.parts.shares
        units = [each for each, places in self._by_unit.items() if any(shares[place] for place in places)]
        whole = sum((self._weight_of_unit(each) for each in units), Fraction())
        mine = self._weight_of_unit(unit)
        pool = self._pool()

        def terms() -> Iterator[Term]:
            yield pool
            yield self._unit_weight(unit)
            yield Term(
                "all_unit_weights",
                whole,
                "money",
                formula="Σ{unit_weight}",
                opened=lambda: [self._unit_weight(each) for each in units],
            )

        formula = "{pool} × {unit_weight} ÷ {all_unit_weights}"
        value = Fraction(pool.value) * mine / whole
        return Term("unit_part", value, "money", self._about_unit(unit), formula=formula, opened=terms)

    def _unit_weight(self, unit: int) -> Term:
        return Term(
            "unit_weight",
            self._weight_of_unit(unit),
            "money",
            self._about_unit(unit),
            formula="Σ{member_weight} × {core_factor} × {unit_coefficient}",
            opened=lambda: [
                *(self._weight(place) for place in self._by_unit[unit]),
                self._core_factor(unit),
                self._unit_coefficient(unit),
            ],
        )

    def _weight_of_unit(self, unit: int) -> Fraction:
        weights = sum(self.parts.weights[place] for place in self._by_unit[unit])
        level = self._core_factor(unit).value * self._coefficient_of(unit)
        return Fraction(weights, SCALE**2 * self.days) * level

    def _pool(self) -> Term:
        stated = int(self.snapshot.company.reward_schemes.pool[self.scheme])
        cells = filled_cells(self.snapshot.company, "reward_schemes", self.scheme, "pool")
        company = self._company()
        if company.value == 1 or not self._shared:
            return Term("pool", self.parts.pool, "money", cells=cells)
        terms = [Term("stated_pool", stated, "money", cells=cells), company]
        formula = "round({stated_pool} × {company_coefficient})"
        return Term("pool", self.parts.pool, "money", formula=formula, opened=lambda: terms)

    # Mode `ceiling`: everybody's own product, scaled down where the pool is too small

    def _claim(self, place: int) -> Term:
        unit = self.units[place]
        factors = [self._company(), self._core_factor(unit), self._unit_coefficient(unit)]
        value = self._personal(place)
        for factor in factors:
            value *= factor.value
        return Term(
            "claim",
            value,
            "money",
            self._about(self.paid[place]),
            formula="{personal_weight} × {company_coefficient} × {core_factor} × {unit_coefficient}",
            opened=lambda: [self._personal_weight(place), *factors],
        )

    def _scaled_terms(self, claim: Term) -> Iterator[Term]:
        claims = [self._claim(place) for place in range(len(self.paid))]
        yield self._pool()
        yield claim
        whole = sum((one.value for one in claims), Fraction())
        yield Term("all_claims", whole, "money", formula="Σ{claim}", opened=lambda: claims)

    # What both are made of

    def _personal(self, place: int) -> Fraction:
        return Fraction(self.parts.shares[place], SCALE**3 * self.days)

    def _personal_weight(self, place: int) -> Term:
        member = int(self.paid[place])
        return Term(
            "personal_weight",
            self._personal(place),
            "money",
            self._about(member),
            formula="{member_weight} × {personal_coefficient}",
            opened=lambda: [self._weight(place), self._personal_coefficient(place)],
        )

    def _personal_coefficient(self, place: int) -> Term:
        score = card_term(self.snapshot, int(member_cards(self.snapshot)[self.paid[place]]))
        value = float(self.parts.personal[self.parts.paid[place]])
        return coefficient_term(self.snapshot, self.scheme, "personal", value, score)

    def _weight(self, place: int) -> Term:
        member = int(self.paid[place])
        return Term(
            "member_weight",
            Fraction(self.parts.weights[place], SCALE**2 * self.days),
            "money",
            self._about(member),
            formula="{base} × {grade_factor} × {member_factor} × {days_employed} ÷ {period_days}",
            opened=lambda: self._weight_terms(member),
        )

    def _weight_terms(self, member: int) -> Iterator[Term]:
        company = self.snapshot.company
        person = company.reward_members.person[member]
        own = filled_cells(company, "reward_members", member, "base")
        base = int(member_bases(self.snapshot)[member])
        yield Term("base", base, "money", cells=own or filled_cells(company, "people", person, "base_bonus"))
        factors = (
            ("grade_factor", "people", person, "grade_factor"),
            ("member_factor", "reward_members", member, "factor"),
        )
        for name, table, row, column in factors:
            value = getattr(getattr(company, table), column)[row]
            cells = filled_cells(company, table, row, column)
            factor = exact(float(or_one(np.array([value]))[0]))
            yield Term(name, factor, cells=cells, note="" if cells else "factor_blank")
        cells = filled_cells(company, "people", person, "joined", "left")
        days = int(days_employed(self.snapshot, self.scheme, np.array([person]))[0])
        yield Term("days_employed", days, "count", cells=cells)
        cycle = int(company.reward_schemes.cycle[self.scheme])
        yield Term("period_days", self.days, "count", cells=filled_cells(company, "cycles", cycle, "start", "end"))

    def _core_factor(self, unit: int) -> Term:
        company = self.snapshot.company
        if unit < 0 or not core_units(self.snapshot)[unit]:
            return Term("core_factor", Fraction(1), about=self._about_unit(unit), note="unit_not_core")
        core = int(trees.nearest_upward(company.units.parent, company.units.core == 1)[unit])
        factor = filled_cells(company, "reward_schemes", self.scheme, "core_factor")
        return Term(
            "core_factor",
            exact(float(core_factors(self.snapshot)[self.scheme])),
            about=self._about_unit(unit),
            note="" if factor else "factor_blank",
            cells=(*factor, *filled_cells(company, "units", core, "core")),
        )

    def _coefficient_of(self, unit: int) -> Fraction:
        return exact(self._coefficients[unit]) if unit >= 0 else Fraction(1)

    def _unit_coefficient(self, unit: int) -> Term:
        scores = unit_scores(self.snapshot, self.scheme)
        nearest = trees.nearest_upward(self.snapshot.company.units.parent, ~np.isnan(scores))
        if unit < 0 or nearest[unit] < 0:
            about = self._about_unit(unit)
            return Term("unit_coefficient", self._coefficient_of(unit), about=about, note="no_unit_score")
        score = self._unit_card(int(nearest[unit]))
        term = coefficient_term(self.snapshot, self.scheme, "unit", self._coefficients[unit], score)
        return replace(term, about=self._about_unit(unit))

    def _unit_card(self, unit: int) -> Term:
        return card_term(self.snapshot, card_of_unit(self.snapshot, self.scheme, unit))

    def _company(self) -> Term:
        value = company_coefficient(self.snapshot, self.scheme)
        cells = filled_cells(self.snapshot.company, "reward_schemes", self.scheme, "company_coefficient")
        table = self.snapshot.company.coefficients
        by_table = ((table.scheme == self.scheme) & table.is_choice("kind", "company")).any()
        root = self.snapshot.root
        if cells or not by_table or root < 0 or np.isnan(unit_scores(self.snapshot, self.scheme)[root]):
            return Term("company_coefficient", exact(value), cells=cells, note="" if cells else "factor_blank")
        return coefficient_term(self.snapshot, self.scheme, "company", value, self._unit_card(root))
