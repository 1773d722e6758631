"""Laws of the markup: it knows ratios only, and a carrier without target is no carrier."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.cascade import Markup, carriers, markup
from tests.make.acme import SALES, goal
from tests.make.company import Row, snapshot

TARGETS = st.none() | st.integers(0, 40).map(lambda tens: tens * 10.0)


@st.composite
def cascades(draw: st.DrawFn) -> list[Row]:
    """Return goals of one metric in a tree, by code G00, G01, …"""
    size = draw(st.integers(1, 9))
    rows: list[Row] = []
    for place in range(size):
        above = draw(st.integers(0, place - 1)) if place else None
        cells: dict[str, Any] = {
            "parent": None if above is None else f"G{above:02}",
            "target": draw(TARGETS),
            "retained": draw(st.none() | st.integers(0, 9)),
            "rollup": draw(st.sampled_from([None, "sum"])),
            "exempt": draw(st.sampled_from([None, True])) if place else None,
        }
        rows.append(goal(f"G{place:02}", metric="SALES", **cells))
    return rows


def figures(rows: list[Row], **metric: Any) -> Markup:
    units = [{"code": "HQ", "name": "Company", "kind": "company"}]
    return markup(snapshot(units=units, metrics=[{**SALES, **metric}], goals=rows))


def scaled(rows: list[Row], by: float) -> list[Row]:
    return [{**row, **{key: row[key] * by for key in ("target", "retained") if row[key] is not None}} for row in rows]


@pytest.mark.rule("CASCADE-MARKUP")
@given(cascades(), st.sampled_from([0.001, 0.5, 3, 1e6]))
def test_scaling_all_targets_leaves_markup_unchanged(rows: list[Row], by: float) -> None:
    before, after = figures(rows), figures(scaled(rows, by))
    assert after.factor == pytest.approx(before.factor, nan_ok=True)
    assert after.cumulative == pytest.approx(before.cumulative, nan_ok=True)


@pytest.mark.rule("CASCADE-MARKUP")
@given(cascades())
def test_f_is_known_exactly_where_target_and_carriers_are(rows: list[Row]) -> None:
    units = [{"code": "HQ", "name": "Company", "kind": "company"}]
    seen = snapshot(units=units, metrics=[SALES], goals=rows)
    positive = {row["code"] for row in rows if row["target"]}
    carried = {row["parent"] for row in rows if row["code"] in positive and not row["exempt"]}
    sums = {row["code"] for row in rows if row["rollup"] == "sum"}
    known = set(seen.company.goals.code[~np.isnan(markup(seen).factor)])
    assert known == positive & (carried | sums)
    assert carriers(seen).count.sum() == sum(row["parent"] is not None and not row["exempt"] for row in rows)


@pytest.mark.rule("CASCADE-MARKUP")
@given(cascades())
def test_a_carrier_without_target_carries_as_much_as_none(rows: list[Row]) -> None:
    parents = {row["parent"] for row in rows}
    kept = [row for row in rows if row["target"] or row["code"] in parents or row["parent"] is None]
    here = [place for place, row in enumerate(rows) if row in kept]
    assert figures(rows).factor[here] == pytest.approx(figures(kept).factor, nan_ok=True)


@pytest.mark.rule("CASCADE-MARKUP")
@given(cascades())
def test_cumulative_is_the_product_of_the_levels_above(rows: list[Row]) -> None:
    found = figures(rows)
    factor = dict(zip((row["code"] for row in rows), found.factor, strict=True))
    for place, row in enumerate(rows):
        product, at = factor[row["code"]], row
        while at["parent"] and not at["exempt"]:
            at = next(above for above in rows if above["code"] == at["parent"])
            if np.isnan(factor[at["code"]]):
                break
            product *= factor[at["code"]]
        assert found.cumulative[place] == pytest.approx(product - 1, nan_ok=True)


@pytest.mark.rule("CASCADE-MARKUP")
@given(cascades())
def test_lower_is_better_inverts_the_ratio(rows: list[Row]) -> None:
    rows = [{**row, "rollup": None} for row in rows]
    assert figures(rows, direction="lower").factor == pytest.approx(1 / figures(rows).factor, nan_ok=True)
