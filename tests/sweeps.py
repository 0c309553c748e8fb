"""What is tried in full by `make test-sweep`, and by a few of its kind in `make test`."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

sweep = pytest.mark.sweep


def few(rows: Iterable[Any], keep: Callable[..., bool]) -> list[Any]:
    """Mark rows for the sweep, but for a few that stand for all of them in `make test`.

    Parameters
    ----------
    rows : iterable
        What `pytest.mark.parametrize` goes through: values, or tuples of them where there are
        several names.
    keep : callable
        Says of a row's values whether `make test` tries it.

    Returns
    -------
    list
        All of the rows, in their order.

    Raises
    ------
    ValueError
        If no row stands for the others.
    """
    found, kept = [], 0
    for row in rows:
        values = row if isinstance(row, tuple) else (row,)
        if keep(*values):
            kept += 1
            found.append(row)
        else:
            found.append(pytest.param(*values, marks=sweep))
    if not kept:
        raise ValueError("`make test` would try none of these rows")
    return found
