"""How the score of a card came about, item by item (docs/rules/scorecards.md)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from guantong.engine.explain.goals import attainment_term
from guantong.engine.explain.items import Item
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.terms import Cell, Term, closed, filled_cells, known, parameter_term
from guantong.engine.scorecards import CARD_CAP, RATINGS, VETO_CAP, cards
from guantong.engine.scoring import item_scores
from guantong.engine.snapshot import Snapshot


def card_term(snapshot: Snapshot, card: int) -> Term:
    """Return how a card's score came about, with its coverage and rating.

    Args:
        card: Position in `cards(snapshot)`.
    """
    return _Card(snapshot, card).score()


def _holder(snapshot: Snapshot, card: int) -> tuple[tuple[str, str], ...]:
    found, company = cards(snapshot), snapshot.company
    unit, person = found.unit[card], found.person[card]
    holder = ("unit", str(company.units.code[unit])) if unit >= 0 else ("person", str(company.people.code[person]))
    if found.cycle[card] == snapshot.year:
        return (holder,)
    return holder, ("cycle", str(company.cycles.code[found.cycle[card]]))


class _Card:
    """One card under explanation: its items, and what each of them does to the score."""

    def __init__(self, snapshot: Snapshot, card: int) -> None:
        found = cards(snapshot)
        items = np.flatnonzero(found.card == card)
        self.snapshot, self.card, self.found = snapshot, card, found
        self.rows = found.rows[items]
        self.weight = found.weight[items]
        self.scores = item_scores(snapshot, self.rows)
        self.has = ~np.isnan(self.scores.score)
        table, goals = snapshot.company.scorecards, snapshot.company.goals
        goal = table.goal[self.rows]
        self.in_play = (table.monitor[self.rows] != 1) & (goals.exempt[goal] != 1) & (goals.stretch[goal] != 1)
        points = np.nan_to_num(table.points[self.rows])
        attained = self.scores.attained
        self.earned = np.where(self.in_play & np.where(points > 0, attained, self.has & ~attained), points, 0.0)
        self.counts = self.in_play & np.isnan(table.points[self.rows])
        self.vetoed = self.in_play & self.scores.vetoed

    def score(self) -> Term:
        """Return the score as the root."""
        value = known(self.found.score[self.card])
        about = _holder(self.snapshot, self.card)
        if value is None:
            return Term("card_score", None, "score", about, note="no_item_with_data", opened=self._terms)
        return Term("card_score", value, "score", about, formula=self._formula(), opened=self._terms)

    def _formula(self) -> str:
        formula = "Σ{weighted_score} ÷ {weight_with_data}"
        if self.earned.any():
            formula += " + Σ{points}"
        score = self._mean() + float(self.earned.sum())
        limits = [formula]
        if score > CARD_CAP:
            limits.append(f"{CARD_CAP:g}")
        if self.vetoed.any():
            limits.append("min{veto_cap}")
            score = min(score, *(self._veto(place).value for place in np.flatnonzero(self.vetoed).tolist()))
        formula = f"min({', '.join(limits)})" if len(limits) > 1 else formula
        return f"max({formula}, 0)" if score < 0 else formula

    def _mean(self) -> float:
        weight = self.weight[self.has]
        return float((weight * self.scores.score[self.has]).sum() / weight.sum())

    def _terms(self) -> Iterator[Term]:
        data = Term(
            "weight_with_data",
            float(self.weight[self.has].sum()),
            "ratio",
            formula="Σ{weight}",
            opened=lambda: [self._weight(place) for place in np.flatnonzero(self.counts & self.has).tolist()],
        )
        yield self._coverage(data)
        yield self._rating()
        yield data
        for place in np.flatnonzero(self.counts & self.has).tolist():
            yield self._weighted(place)
        for place in np.flatnonzero(self.counts & ~self.has).tolist():
            yield replace(attainment_term(self._goal(place)), name="item_without_data")
        for place in np.flatnonzero(self.earned != 0).tolist():
            yield self._points(place)
        for place in np.flatnonzero(self.vetoed).tolist():
            yield self._veto(place)
        for place in np.flatnonzero(~self.in_play).tolist():
            yield self._left_out(place)

    def _goal(self, place: int) -> OneGoal:
        return OneGoal(self.snapshot, int(self.snapshot.company.scorecards.goal[self.rows[place]]))

    def _cells(self, place: int, *columns: str) -> tuple[Cell, ...]:
        return filled_cells(self.snapshot.company, "scorecards", int(self.rows[place]), *columns)

    def _weight(self, place: int) -> Term:
        weight = float(self.weight[place])
        return Term("weight", weight, "ratio", self._goal(place).about, cells=self._cells(place, "weight"))

    def _weighted(self, place: int) -> Term:
        value = float(self.weight[place] * self.scores.score[place])
        return Term(
            "weighted_score",
            value,
            "score",
            self._goal(place).about,
            formula="{weight} × {item_score}",
            opened=lambda: [self._weight(place), Item(self.snapshot, int(self.rows[place])).score()],
        )

    def _coverage(self, data: Term) -> Term:
        every = np.flatnonzero(self.counts).tolist()
        whole = Term(
            "whole_weight",
            float(self.weight.sum()),
            "ratio",
            formula="Σ{weight}",
            opened=lambda: [self._weight(place) for place in every],
        )
        value = known(self.found.coverage[self.card])
        formula = "" if value is None else "{weight_with_data} ÷ {whole_weight}"
        note = "nothing_weighs" if value is None else ""
        return Term("coverage", value, "ratio", formula=formula, note=note, opened=lambda: [closed(data), whole])

    def _rating(self) -> Term:
        rating = int(self.found.rating[self.card])
        score = Term("card_score", known(self.found.score[self.card]), "score")
        coverage = Term("coverage", known(self.found.coverage[self.card]), "ratio")
        needed = parameter_term(self.snapshot, "coverage_needed", "RATING", "coverage")
        if rating < 0:
            if score.value is None:
                return Term("rating", None, "rating", note="no_item_with_data")
            return Term(
                "rating", None, "rating", formula="{coverage} < {coverage_needed}", opened=lambda: [coverage, needed]
            )
        bands = [parameter_term(self.snapshot, "band", "RATING", letter, "score") for letter in RATINGS[:3]]
        if rating == len(bands):
            return Term(
                "rating", RATINGS[rating], "rating", formula="{card_score} < {band}", opened=lambda: [score, bands[-1]]
            )
        formula = "{card_score} ≥ {band} & {coverage} ≥ {coverage_needed}"
        return Term(
            "rating",
            RATINGS[rating],
            "rating",
            formula=formula,
            opened=lambda: [score, bands[rating], coverage, needed],
        )

    def _points(self, place: int) -> Term:
        about = self._goal(place).about
        sign = "≥" if self.earned[place] > 0 else "<"
        formula = f"{{attainment}} {sign} 1"
        cells = self._cells(place, "points")
        return Term(
            "points",
            float(self.earned[place]),
            "score",
            about,
            formula=formula,
            cells=cells,
            opened=lambda: [attainment_term(self._goal(place))],
        )

    def _veto(self, place: int) -> Term:
        stated = float(self.snapshot.company.scorecards.veto_cap[self.rows[place]])
        item = Item(self.snapshot, int(self.rows[place]))
        formula, terms = item.veto()
        return Term(
            "veto_cap",
            VETO_CAP if np.isnan(stated) else stated,
            "score",
            item.goal.about,
            formula=formula,
            cells=self._cells(place, "veto", "veto_cap"),
            opened=lambda: terms,
        )

    def _left_out(self, place: int) -> Term:
        table, goals = self.snapshot.company.scorecards, self.snapshot.company.goals
        row = self.rows[place]
        note = "monitored" if table.monitor[row] == 1 else "exempt" if goals.exempt[table.goal[row]] == 1 else "stretch"
        cells = self._cells(place, "monitor") if note == "monitored" else self._goal(place).cells(note)
        about = self._goal(place).about
        value = known(self.scores.score[place])
        return Term("left_out", value, "score", about, note=note, cells=cells)
