"""What the line that raised works on: two mistakes with the same message may stand in two lines."""

from __future__ import annotations

import ast
from collections.abc import Collection

from unrolled.check.outcome import Raised


def assigned(line: str) -> str:
    """Give the name that a line assigns to, or puts a part into; "" if it is not one name."""
    try:
        (statement,) = ast.parse(line.strip()).body
    except (SyntaxError, ValueError):  # no whole statement, or not one
        return ""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AugAssign):
        target = statement.target
    else:
        return ""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def of_one_line(mine: Raised, other: Raised, names: Collection[str]) -> bool:
    """Say whether two exceptions may come of the same line: not if they assign to two outputs.

    Parameters
    ----------
    mine, other : Raised
        A student's, and a known mistake's.
    names : collection of str
        The function's outputs: other names are everybody's own.
    """
    first, second = mine.on or assigned(mine.cell), other.on
    return first == second or first not in names or second not in names
