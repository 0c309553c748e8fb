"""What an exception or a difference says, as far as it may be told: a student's code can put hidden inputs into it.

Only messages of known forms are repeated, with names that stand in the student's own code and with lengths that the
hidden case's arrays have; of all others the kind and the line remain.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .compare import Difference
from .outcome import Raised
from .wire import Opaque

_NAME = r"'?(\w+)'?"
_KIND = r"'?([\w.]+)'?"
_KINDS = r"'([\w.]+)'"
_SHAPE = r"(\((?:\d+,|\d+(?:,\d+){1,3})?\))"
_SPACED = r"(\((?:\d+,|\d+(?:, \d+){1,3})?\))"
_LABEL = r"(\([\w+ ,]{1,60}\))"
# What varies in a message is in groups, each of which is looked at; none is of unbounded length.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"name {_NAME} is not defined",
        rf"cannot access local variable {_NAME} where it is not associated with a value",
        r"'(\w+)'",  # of a KeyError
        rf"{_KIND} object has no attribute {_NAME}",
        rf"module {_KIND} has no attribute {_NAME}",
        r"(\w+)\(\) missing (\d+) required positional arguments?: ('\w+'(?:(?:, |,? and )'\w+'){0,8})",
        r"(\w+)\(\) takes ((?:from \d+ to )?\d+) positional arguments? but (\d+) (?:was|were) given",
        rf"(\w+)\(\) got an unexpected keyword argument {_NAME}",
        rf"operands could not be broadcast together with shapes {_SHAPE} {_SHAPE} ?",
        rf"shapes {_SHAPE} and {_SHAPE} not aligned: (\d+) \(dim (\d)\) != (\d+) \(dim (\d)\)",
        r"matmul: Input operand (\d) has a mismatch in its core dimension (\d), with gufunc signature "
        r"\(n\?,k\),\(k,m\?\)->\(n\?,m\?\) \(size (\d+) is different from (\d+)\)",
        r"matmul: Input operand (\d) does not have enough dimensions \(has (\d), gufunc core with signature "
        r"\(n\?,k\),\(k,m\?\)->\(n\?,m\?\) requires (\d)\)",
        rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}",
        rf"cannot reshape array of size (\d+) into shape {_SHAPE}",
        r"all the input array dimensions except for the concatenation axis must match exactly, but along dimension "
        r"(\d), the array at index (\d) has size (\d+) and the array at index (\d) has size (\d+)",
        r"all the input arrays must have same number of dimensions, but the array at index (\d) has (\d) "
        r"dimension\(s\) and the array at index (\d) has (\d) dimension\(s\)",
        r"index (\d+) is out of bounds for axis (\d) with size (\d+)",
        r"axis (\d) is out of bounds for array of dimension (\d)",
        r"too many indices for array: array is (\d)-dimensional, but (\d) were indexed",
        r"(list|tuple) index out of range",
        r"(list|tuple) indices must be integers or slices, not ([\w.]+)",
        r"setting an array element with a sequence\.",
        rf"setting an array element with a sequence\. The requested array has an inhomogeneous shape after (\d) "
        rf"dimensions\. The detected shape was {_SHAPE} \+ inhomogeneous part\.",
        rf"{_KIND} object is not (?:subscriptable|callable|iterable)",
        rf"{_KIND} object does not support item assignment",
        r"cannot unpack non-iterable ([\w.]+) object",
        r"not enough values to unpack \(expected (\d+), got (\d+)\)",
        r"too many values to unpack \(expected (\d+(?:, got \d+)?)\)",
        r"maximum recursion depth exceeded(?: while calling a Python object| in comparison)?",
        rf"unsupported operand type\(s\) for (?:[-+*/@%&|^]=?|//=?|\*\* or pow\(\)): {_KINDS} and {_KINDS}",
        r"The truth value of an array with more than one element is ambiguous\. Use a\.any\(\) or a\.all\(\)",
        r"division by zero",
        # of a companion that is served, about its arguments
        rf"(\w+) has shape {_SPACED}, expected {_LABEL}",
        rf"(\w+) has (\d) axes, expected {_LABEL}",
        r"(\w+) must be (?:an array of numbers|a dictionary|a tuple or list)",
        r"(\w+) has no key (\w+)",
        r"(\w+) takes (\w+(?:, \w+){0,5})",
        r"invalid syntax(?:\. Perhaps you forgot a comma\?)?",
        r"'[()\[\]{}]' was never closed",
        r"unexpected indent|unindent does not match any outer indentation level",
    )
)
_PUBLIC = frozenset(dir(builtins)) | {
    *("NoneType", "builtin_function_or_method", "function", "generator", "method", "module"),
    *("float32", "float64", "int64", "ndarray", "np", "numpy"),
    *("and", "from", "got", "to"),
}
_OF_NUMPY = ("LinAlgError", "_ArrayMemoryError", "_UFuncNoLoopError", "_UFuncOutputCastingError")
_MOST_AXES = 4


def redacted(raised: Raised, own: Collection[str], case: Any = ()) -> Raised:
    """An exception as a student may read it.

    Parameters
    ----------
    raised : Raised
        As the worker told it.
    own : collection of str
        Words that stand in the student's cells: these may be repeated.
    case : object, optional
        The hidden arguments: lengths of their axes may be repeated.
    """
    allowed = lengths(case)
    kind = raised.kind if _is_exception(raised.kind) or raised.kind in own else "an exception"
    text = raised.text.split(".\n")[0]  # of a removed name, numpy goes on to tell its history
    match = next((m for m in (form.fullmatch(text) for form in _FORMS) if m), None)
    told = match and all(_known(part, own, allowed) for part in match.groups())
    return replace(raised, kind=kind, text=text if told else "")


def words(code: Iterable[str]) -> frozenset[str]:
    """All names in a student's cells."""
    return frozenset(word for text in code for word in _words(text))


def without_kinds(value: Any, own: Collection[str]) -> Any:
    """A returned value whose objects show the names of their classes only where these are the student's or public."""
    if isinstance(value, Opaque):
        return value if all(_known(word, own, range(10)) for word in value.kind.split()) else Opaque("its own class")
    if isinstance(value, Mapping):
        return {key: without_kinds(one, own) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(without_kinds(one, own) for one in value)
    return value


def plain(difference: Difference, case: Any) -> Difference:
    """A difference in structure or shape whose text holds lengths of the hidden case and small numbers only."""
    if difference.kind == "value":
        return difference
    allowed = lengths(case)
    text = re.sub(rf"\(\d+(?:, \d+){{{_MOST_AXES},}}\)", "(…)", difference.text)
    text = re.sub(r"(?<!\w)\d+", lambda n: n[0] if len(n[0]) <= 5 and int(n[0]) in allowed else "…", text)
    return replace(difference, text=text)


def _is_exception(kind: str) -> bool:
    found = getattr(builtins, kind, None) or getattr(np.exceptions, kind, None)
    return kind in _OF_NUMPY or (isinstance(found, type) and issubclass(found, BaseException))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", text)


def _known(part: str, own: Collection[str], allowed: Collection[int]) -> bool:
    numbers = re.findall(r"\d+", re.sub(r"[^\W\d]\w*", "", part))
    if not all(len(n) <= 5 and int(n) in allowed for n in numbers):
        return False
    return all(word in own or word in _PUBLIC for word in _words(part))


def lengths(case: Any) -> frozenset[int]:
    """Lengths that may show in a message: of the arguments' axes, sums and products of two, and small counts."""
    found: set[int] = set()

    def walk(value: Any) -> None:
        if isinstance(value, np.ndarray):
            found.update(n - less for n in value.shape for less in (0, 1))  # the last index is one less
        elif isinstance(value, Mapping):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            found.add(len(value))
            for one in value:
                walk(one)

    walk(case)
    pairs = [(a, b) for a in found for b in found]
    return frozenset(found | {a + b for a, b in pairs} | {a * b for a, b in pairs} | set(range(10)))
