"""A table of cases as one test, each row of which is a subtest with a name of its own."""

import functools
import inspect
from contextlib import AbstractContextManager


def each_row(names, table, ids=None):
    """Let a test go through a table: one id for the whole, a subtest for each row.

    For tables of what goes in and what comes out. Fixtures are made once for all rows, so that a
    test which leaves something behind keeps `pytest.mark.parametrize`.

    Parameters
    ----------
    names : str or sequence of str
        The test's arguments that a row gives, as in `pytest.mark.parametrize`.
    table : iterable
        Values, or tuples of them where there are several names.
    ids : sequence of str or callable, optional
        What a row is called where it fails, or how a value is; without it the row's values are
        told.

    Raises
    ------
    ValueError
        If the table has no rows, since a test without cases would pass.
    """
    names = _names(names)
    rows = [(row,) if len(names) == 1 else tuple(row) for row in table]
    if not rows:
        raise ValueError(f"no rows for {', '.join(names)}")
    labels = _labels(rows, ids)

    def through_rows(test):
        @functools.wraps(test)
        def run(subtests, **fixtures):
            for row, label in zip(rows, labels, strict=True):
                case = dict(zip(names, row, strict=True))
                with _named(subtests, label, case):
                    test(**case, **fixtures)

        run.__signature__ = _signature(test, names)
        return run

    return through_rows


def _names(names) -> list[str]:
    if isinstance(names, str):
        return [name.strip() for name in names.split(",")]
    return list(names)


def _labels(rows, ids) -> list[str | None]:
    """What each row is called, or None where its values tell."""
    if ids is None:
        return [None] * len(rows)
    if callable(ids):
        return ["-".join(str(ids(value)) for value in row) for row in rows]
    return [str(label) for label in ids]


def _named(subtests, label, case) -> AbstractContextManager:
    return subtests.test(**case) if label is None else subtests.test(label)


def _signature(test, names) -> inspect.Signature:
    """What pytest is to give: the test's fixtures, and the subtests."""
    kind = inspect.Parameter.KEYWORD_ONLY
    wanted = [name for name in inspect.signature(test).parameters if name not in names]
    return inspect.Signature(
        [inspect.Parameter(name, kind) for name in ("subtests", *wanted)]
    )
