"""Mistakes that show in the text of an error, whatever the exercise.

Nothing of a text is repeated: it may say what the student's code put into it.
"""

from __future__ import annotations

import re

from unrolled.check.evidence import Check, Evidence, Finding

_UNSET = re.compile(r"UnboundLocalError: ")
_ONE_TUPLE = re.compile(
    r"TypeError: (Cannot interpret '\d+' as a data type"
    r"|only integer scalar arrays can be converted to a scalar index"
    r"|(zeros|ones|empty)\(\) takes from \d+ to \d+ positional arguments but \d+ were"
    r"|(concatenate|stack)\(\) got multiple values for argument 'axis'"
    r"|([vhd]stack|row_stack|column_stack)\(\) takes 1 positional argument but \d+ were)"
)
_ARGUMENTS = re.compile(
    r"TypeError: [\w.<>]+\(\) (missing (\d+ )?required (positional |keyword-only )?argument"
    r"|takes (from )?\d+ (to \d+ )?positional arguments? but \d+ (was|were) given)"
)
_TEXT_ADDED = re.compile(
    r"TypeError: (can only concatenate str \(not|"
    r"unsupported operand type\(s\) for \+=?: .*'str')"
    r"|(UFuncTypeError|_UFuncNoLoopError): .*dtype\('<U\d+'\)",
    re.DOTALL,
)
_WRITTEN_SHAPE = re.compile(r"cannot reshape array of size \d+ into shape (\(.*\))")


def _unset(evidence: Evidence) -> Finding | None:
    """Find that a variable is used before it has a value."""
    if not evidence.has_error(_UNSET):
        return None
    return Finding(
        "used-before-set",
        "unset",
        "A variable is used before anything is stored in it.",
        "What a loop carries on needs a value before the first step: a line above the "
        "loop is missing, or has another name in it.",
    )


def _one_tuple(evidence: Evidence) -> Finding | None:
    """Find that numpy is given one by one what belongs in a tuple."""
    if not evidence.has_error(_ONE_TUPLE):
        return None
    return Finding(
        "tuple-missing",
        "call",
        "numpy is given several arguments where it takes one tuple of them.",
        "The sizes of a new array, and the arrays to join, stand in brackets of their "
        "own, inside those of the call.",
    )


def _arguments(evidence: Evidence) -> Finding | None:
    """Find that a function is called with too few arguments, or too many."""
    if not evidence.has_error(_ARGUMENTS):
        return None
    return Finding(
        "call-arguments",
        "call",
        "A function is called with another number of arguments than it takes.",
        "Look at the line named: between the brackets of a call stands what it works on.",
    )


def _text_added(evidence: Evidence) -> Finding | None:
    """Find that a text is added to numbers, as in a `print` that was left over."""
    if not evidence.has_error(_TEXT_ADDED):
        return None
    return Finding(
        "text-added",
        "call",
        "A text and numbers are added.",
        "Is a `print` left over? Its parts are separated by commas; or delete it.",
    )


def _written_shape(evidence: Evidence) -> Finding | None:
    """Find a shape written into the code: the same one for cases of different sizes."""
    texts = [f"{one.kind}: {one.text}" for one in evidence.raised]
    found = [_WRITTEN_SHAPE.search(text) for text in texts]
    shapes = [match[1] for match in found if match]
    alike = len(shapes) > 1 and len(set(shapes)) == 1
    only_the_example = bool(shapes) and any(evidence.right)
    if not alike and not only_the_example:
        return None
    return Finding(
        "sizes-hard-coded",
        "hard-coded-sizes",
        "Sizes of the example are written into the code.",
        "Every size can be read off an argument's shape; the grader uses other sizes "
        "than the notebook.",
    )


ERRORS: tuple[Check, ...] = (
    _unset,
    _one_tuple,
    _text_added,
    _arguments,
    _written_shape,
)
