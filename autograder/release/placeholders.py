"""Fill `{{…}}` in an exercise's texts with the reference's numbers, so that no number is typed
by hand.

`{{points:FUNCTION}}`, `{{kinds:FUNCTION}}` (the points by kind of hidden test), `{{size:n_x}}` and
`{{FUNCTION:EXPRESSION}}`, where the expression is the name of an output
with `.shape` or subscripts of integers and slices behind it: `{{rnn_forward:a[0, :, -1]}}`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from ..grade.hidden_tests import shares
from ..grade.points import in_order
from ..unit.course import CourseError
from ..unit.mistakes import mistakes_told
from ..unit.unit import Unit

Values = Callable[[str], str]
_PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")


def fill(text: str, values: Values, where: str = "text", first_line: int = 1) -> str:
    """Replace every placeholder of a text.

    Parameters
    ----------
    text : str
        Markdown with placeholders.
    values : callable
        Gives the text for what stands between the braces; raises KeyError or ValueError where
        it has none.
    where, first_line : str and int
        File and line at which the text begins, for messages.

    Raises
    ------
    CourseError
        If a placeholder is unknown, or `{{` opens none.
    """
    lines = text.split("\n")
    for i, line in enumerate(lines):
        at = f"{where}:{first_line + i}"
        if "{{" in _PLACEHOLDER.sub("", line):
            raise CourseError(
                f"{at}: '{{{{' opens a placeholder such as {{{{size:n_x}}}}, closed on the same "
                "line; in a formula, put a space between the braces"
            )
        lines[i] = _PLACEHOLDER.sub(partial(_value, values=values, at=at), line)
    return "\n".join(lines)


def _value(match: re.Match, values: Values, at: str) -> str:
    try:
        return values(match[1])
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        reason = error.args[0] if error.args else type(error).__name__
        raise CourseError(f"{at}: cannot fill {match[0]}: {reason}") from None


def of_unit(unit: Unit) -> Values:
    """Give the values of a unit.

    They are its points, the example's sizes, and the reference's outputs on the example.
    """
    outputs: dict[str, Mapping[str, Any]] = {}

    def values(key: str) -> str:
        kind, colon, rest = key.partition(":")
        if kind == "points":
            return show(_known(rest, unit.points, "function with a check cell"))
        if kind == "kinds":
            _known(rest, unit.points, "function with a check cell")
            return _by_kind(unit, rest)
        if kind == "size":
            return show(_known(rest, unit.contracts.EXAMPLE, "size of the example"))
        if not colon or kind not in unit.functions:
            names = ", ".join(unit.functions)
            raise KeyError(
                f"write points:FUNCTION, size:NAME or FUNCTION:EXPRESSION with one of {names}"
            )
        if kind not in outputs:
            outputs[kind] = _example_outputs(unit, kind)
        return show(evaluate(rest, outputs[kind]))

    return values


def _known(name: str, known: Mapping[str, Any], what: str) -> Any:
    if name not in known:
        raise KeyError(f"{name!r} is no {what}; there are: {', '.join(known)}")
    return known[name]


def _by_kind(unit: Unit, name: str) -> str:
    """Give the points of a function by kind of test.

    In tenths that sum to them: `shapes 2, values 5, robustness 3`.
    """
    tests = shares(unit, name)
    parts = dict.fromkeys(in_order(test.kind for test in tests), 0.0)
    for test in tests:
        parts[test.kind] += 10 * test.part * unit.points[name]
    tenths = {kind: int(part + 1e-9) for kind, part in parts.items()}
    left = round(10 * unit.points[name]) - sum(tenths.values())
    for kind in sorted(parts, key=lambda kind: tenths[kind] - parts[kind])[:left]:
        tenths[kind] += 1
    return ", ".join(f"{kind} {part / 10:g}" for kind, part in tenths.items())


def _example_outputs(unit: Unit, name: str) -> Mapping[str, Any]:
    example = unit.visible_cases(name)[0]
    names = unit.functions[name].outputs
    with mistakes_told(unit.path, unit.cells):
        result = unit.of(unit.reference, name)(*example)
        if isinstance(result, Mapping):
            return result
        values = result if len(names) > 1 else (result,)
        return dict(zip(names, values, strict=True))


def evaluate(expression: str, outputs: Mapping[str, Any]) -> Any:
    """Give the value of an output's name with what stands behind it.

    That is `.shape` and subscripts of integers, slices and texts; nothing else.

    Raises
    ------
    KeyError
        If the expression begins with a name that is no output.
    ValueError
        If it is any other kind of expression.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise ValueError(f"{expression!r} is not an expression") from None
    return _node(tree, expression, outputs)


def _node(node: ast.expr, expression: str, outputs: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return _known(node.id, outputs, "output")
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        return _node(node.value, expression, outputs).shape
    if isinstance(node, ast.Subscript):
        return _node(node.value, expression, outputs)[
            _subscript(node.slice, expression)
        ]
    raise ValueError(
        f"{expression!r} may hold an output's name, .shape and subscripts only"
    )


def _subscript(node: ast.expr, expression: str) -> Any:
    if isinstance(node, ast.Tuple):
        return tuple(_subscript(item, expression) for item in node.elts)
    if isinstance(node, ast.Slice):
        return slice(
            *(
                part and _literal(part, expression)
                for part in (node.lower, node.upper, node.step)
            )
        )
    return _literal(node, expression)


def _literal(node: ast.expr, expression: str) -> int | str:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if type(value) not in (int, str):
        raise ValueError(
            f"{expression!r} may have integers, slices and quoted keys as subscripts only"
        )
    return value


def show(value: Any) -> str:
    """Give a value as `print` shows it in the notebook.

    It stands on one line, whatever numpy's options are set to.
    """
    if type(value) is float and value.is_integer():
        return str(int(value))  # points: 10, not 10.0
    if not isinstance(value, np.ndarray | np.generic):
        return str(value)
    text = np.array2string(
        np.asarray(value),
        precision=8,
        suppress_small=False,
        floatmode="maxprec",
        threshold=sys.maxsize,
        sign="-",
    )
    return " ".join(text.split())
