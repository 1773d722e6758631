"""Rows that hold what was computed: made equal to the newest result, writing only what differs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import models

from guantong.kit.bulk import delete_rows, insert_rows, reserve_ids, update_rows
from guantong.kit.columns import Arrays, read_columns
from guantong.kit.difference import as_numbers, differs
from guantong.kit.stored import positions


def keep_rows(model: type[models.Model], where: Mapping[str, Any], found: Arrays, key: Sequence[str]) -> None:
    """Insert, update and delete rows so that those with `where` are what was found.

    Args:
        model: The model.
        where: Values of fields that all these rows have.
        found: The other fields, by name, of the rows that shall be there.
        key: Names of the fields in `found` that tell rows apart.
    """
    before = read_columns(model, ["id", *found], where)
    size = len(found[key[0]])
    numbers = as_numbers([(found[name], before[name]) for name in key], size + len(before["id"]))
    old = positions(numbers[size:], numbers[:size])
    new, known = np.flatnonzero(old < 0), np.flatnonzero(old >= 0)
    changed = np.zeros(len(known), dtype=bool)
    for name, cells in found.items():
        changed |= differs(cells[known], before[name][old[known]])
    rows = known[changed]
    update_rows(model, before["id"][old[rows]], {name: cells[rows] for name, cells in found.items()})
    gone = np.ones(len(before["id"]), dtype=bool)
    gone[old[known]] = False
    delete_rows(model, "pk", before["id"][gone])
    same = {name: [value] * len(new) for name, value in where.items()}
    own = {"id": reserve_ids(model, len(new)), **same}
    insert_rows(model, {**own, **{name: cells[new] for name, cells in found.items()}})
