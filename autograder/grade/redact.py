"""What an exception says, as far as it may be told: a student's code can put hidden inputs into it,
and into differences (`narrow`).

Whatever varies with the outcome of a call is a channel, since the code chooses the outcome
knowing its arguments. So it is made narrow, to `PLAIN_BITS` a function and grading, beside
which tests passed:

| of an exception | bits | of differences | bits |
|---|---|---|---|
| which case came first | 4 | which case came first | 4 |
| its kind, if public or a word of the student's own | 11 | which outputs differ, and how | 24 |
| which of the known forms of messages | 6 | the first one's place, if within a cache | 9 |
| at most 3 names, of words of the student's own | 33 | about how many entries, and the first | 14 |
| at most 8 numbers, lengths that the case has | 61 | which rows, columns, steps, if just so | 36 |
| its line | 11 | its first step, its size in powers of ten | 14 |
| | | the two known mistakes that it looks like | 14 |

Once a reference companion was served the code also knows numbers that are part of a solution.
Then there are `SERVED_BITS`: the case, which outputs differ, the first one's place and the size
of its error, one known mistake; of an exception the kind if it is public, the line, and a
message with dots in place of its numbers and with at most 2 names, public ones or the
exercise's own. Names that a function takes from the notebook are asked for before anything
hidden is sent (`grade`).
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from unrolled.check.outcome import Raised
from unrolled.check.wire import ITSELF, TOO_DEEP, OpaqueValue

_NAME = r"'?(\w+)'?"
_KIND = r"'?([\w.]+)'?"
_KINDS = r"'([\w.]+)'"
_SHAPE = r"(\((?:\d+,|\d+(?:,\d+){1,3})?\))"
# What varies in a message is in groups, each of which is looked at; none is of unbounded length.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"name {_NAME} is not defined",
        rf"cannot access local variable {_NAME} where it is not associated with a value",
        r"'(\w+)'",  # of a KeyError
        rf"{_KIND} object has no attribute {_NAME}",
        rf"module {_KIND} has no attribute {_NAME}",
        r"(\w+)\(\) missing (\d+) required positional arguments?: ('\w+'(?:(?:, |,? and "
        r")'\w+'){0,8})",
        r"(\w+)\(\) takes ((?:from \d+ to )?\d+) positional arguments? but (\d+) "
        r"(?:was|were) given",
        rf"(\w+)\(\) got an unexpected keyword argument {_NAME}",
        rf"operands could not be broadcast together with shapes {_SHAPE} {_SHAPE} ?",
        rf"shapes {_SHAPE} and {_SHAPE} not aligned: (\d+) \(dim (\d)\) != (\d+) \(dim (\d)\)",
        r"matmul: Input operand (\d) has a mismatch in its core dimension (\d), with "
        r"gufunc signature "
        r"\(n\?,k\),\(k,m\?\)->\(n\?,m\?\) \(size (\d+) is different from (\d+)\)",
        r"matmul: Input operand (\d) does not have enough dimensions \(has (\d), gufunc "
        r"core with signature "
        r"\(n\?,k\),\(k,m\?\)->\(n\?,m\?\) requires (\d)\)",
        rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}",
        rf"cannot reshape array of size (\d+) into shape {_SHAPE}",
        r"all the input array dimensions except for the concatenation axis must match "
        r"exactly, but along dimension "
        r"(\d), the array at index (\d) has size (\d+) and the array at index (\d) has size (\d+)",
        r"all the input arrays must have same number of dimensions, but the array at "
        r"index (\d) has (\d) "
        r"dimension\(s\) and the array at index (\d) has (\d) dimension\(s\)",
        r"index (\d+) is out of bounds for axis (\d) with size (\d+)",
        r"axis (\d) is out of bounds for array of dimension (\d)",
        r"too many indices for array: array is (\d)-dimensional, but (\d) were indexed",
        r"(list|tuple) index out of range",
        r"(list|tuple) indices must be integers or slices, not ([\w.]+)",
        r"setting an array element with a sequence\.",
        rf"setting an array element with a sequence\. The requested array has an "
        rf"inhomogeneous shape after (\d) "
        rf"dimensions\. The detected shape was {_SHAPE} \+ inhomogeneous part\.",
        rf"{_KIND} object is not (?:subscriptable|callable|iterable)",
        rf"{_KIND} object does not support item assignment",
        r"cannot unpack non-iterable ([\w.]+) object",
        r"not enough values to unpack \(expected (\d+), got (\d+)\)",
        r"too many values to unpack \(expected (\d+(?:, got \d+)?)\)",
        r"maximum recursion depth exceeded(?: while calling a Python object| in comparison)?",
        rf"unsupported operand type\(s\) for (?:[-+*/@%&|^]=?|//=?|\*\* or pow\(\)): "
        rf"{_KINDS} and {_KINDS}",
        r"The truth value of an array with more than one element is ambiguous\. Use "
        r"a\.any\(\) or a\.all\(\)",
        r"division by zero",
        r"Cannot interpret '(\d+)' as a data type",
        r"only integer scalar arrays can be converted to a scalar index",
        rf"(\w+)\(\) got multiple values for argument {_NAME}",
        rf"can only concatenate str \(not \"{_KIND}\"\) to str",
        r"zero-dimensional arrays cannot be concatenated",
        rf"non-broadcastable output operand with shape {_SHAPE} doesn't match the "
        rf"broadcast shape {_SHAPE}",
        # of a companion that is served, about its arguments
        r"(\w+) is called with (?:more than it can take|an array that holds no real "
        r"numbers|an array of another shape|a long text|an object that is no array|numbers that "
        r"are too large|arrays whose shapes do not belong together|containers within containers)",
        r"invalid syntax(?:\. Perhaps you forgot a comma\?)?",
        r"'[()\[\]{}]' was never closed",
        r"unexpected indent|unindent does not match any outer indentation level",
    )
)
_BETWEEN = ("and", "from", "got", "to")  # names or numbers, where a message has several
_PUBLIC = frozenset(dir(builtins)) | {
    *(
        "NoneType",
        "builtin_function_or_method",
        "function",
        "generator",
        "method",
        "module",
    ),
    *("float32", "float64", "int64", "ndarray", "np", "numpy"),
    *_BETWEEN,
}
_OF_NUMPY = (
    "LinAlgError",
    "UFuncTypeError",  # what numpy calls the next three to whoever asks for their names
    "_UFuncNoLoopError",
    "_UFuncInputCastingError",
    "_UFuncOutputCastingError",
    "_ArrayMemoryError",
)
# That feedback on one function can carry, beside which of its tests passed.
PLAIN_BITS, SERVED_BITS = 128, 48
# that can be named of one function, those of any exercise among them
MOST_MISTAKES = 128
MOST_NAMES, MOST_NUMBERS = 3, 8  # in a message
SERVED_NAMES = 2
MOST_WORDS = MOST_LINES = 2048  # of a student's own; of more none is repeated


def redacted(
    raised: Raised,
    own: Collection[str],
    case: Any = (),
    served: Collection[str] | None = None,
) -> Raised:
    """Give an exception as a student may read it.

    Parameters
    ----------
    raised : Raised
        As the worker told it.
    own : collection of str
        Words that stand in the student's cells: these may be repeated.
    case : object, optional
        The hidden arguments: lengths of their axes may be repeated.
    served : collection of str, optional
        Where companions were served: the names of the exercise, which may be repeated, and no
        number.
    """
    allowed: Collection[int] = lengths(case)
    most_names, most_numbers = MOST_NAMES, MOST_NUMBERS
    if served is not None:
        own, allowed, most_names, most_numbers = frozenset(), (), SERVED_NAMES, 0
    is_known = _is_exception(raised.kind) or raised.kind in own
    kind = raised.kind if is_known else "an exception"
    repeatable = own if served is None else served
    # of a removed name, numpy goes on to tell its history
    text = raised.text.split(".\n")[0]
    match = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if match is None:
        return replace(raised, kind=kind, text="")
    parts = [part for part in match.groups() if part]
    names = [name for part in parts for name in _names(part)]
    numbers = [number for part in parts for number in _numbers(part)]
    if served is not None:
        text, numbers = _without_numbers(match), []
        parts = names
    told = (
        len(names) <= most_names
        and len(numbers) <= most_numbers
        and all(_known(part, repeatable, allowed) for part in parts)
    )
    return replace(raised, kind=kind, text=text if told else "")


def _without_numbers(match: re.Match) -> str:
    """Give the text of a known form with dots in the place of its numbers and shapes."""
    told, end = "", 0
    for group in range(1, len(match.groups()) + 1):
        start, stop = match.span(group)
        if start < end:  # it takes no part
            continue
        part = re.sub(r"\([\d, ]*\)", "(…)", match[group])
        part = re.sub(r"(?<!\w)\d+", "…", part)
        told, end = told + match.string[end:start] + part, stop
    return told + match.string[end:]


def _names(part: str) -> list[str]:
    words_in = re.findall(r"[^\W\d][\w.]*", part)
    return [word for word in words_in if word not in _BETWEEN]


def words(code: Iterable[str]) -> frozenset[str]:
    """Give all names in a student's cells; none if one of so many could say much."""
    found = frozenset(word for text in code for word in _words(text))
    return found if len(found) <= MOST_WORDS else frozenset()


def line(text: str, code: Iterable[str]) -> str:
    """Give a line of a student's cells; nothing if they have so many that its place says much."""
    lines = sum(one.count("\n") + 1 for one in code)
    return text if lines <= MOST_LINES else ""


def without_kinds(value: Any, own: Collection[str]) -> Any:
    """Give a returned value without names of classes that are neither the student's nor public."""
    if isinstance(value, OpaqueValue):
        if value.kind in (ITSELF, TOO_DEEP):  # that is the wire's own word
            return value
        told = all(_known(word, own, range(10)) for word in value.kind.split())
        return value if told else OpaqueValue("its own class")
    if isinstance(value, Mapping):
        return {key: without_kinds(one, own) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(without_kinds(one, own) for one in value)
    return value


def _is_exception(kind: str) -> bool:
    found = getattr(builtins, kind, None) or getattr(np.exceptions, kind, None)
    return kind in _OF_NUMPY or (
        isinstance(found, type) and issubclass(found, BaseException)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", text)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", re.sub(r"[^\W\d]\w*", "", text))


def _known(part: str, own: Collection[str], allowed: Collection[int]) -> bool:
    if not all(len(n) <= 5 and int(n) in allowed for n in _numbers(part)):
        return False
    return all(word in own or word in _PUBLIC for word in _words(part))


def lengths(case: Any) -> frozenset[int]:
    """Give the lengths that may show in a message.

    Those of the arguments' axes, sums and products of two, and small counts.
    """
    found: set[int] = set()

    def walk(value: Any) -> None:
        if isinstance(value, np.ndarray):
            found.update(value.shape)
            found.update(n - 1 for n in value.shape)  # the last index is one less
        elif isinstance(value, Mapping):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            found.add(len(value))
            for one in value:
                walk(one)

    walk(case)
    pairs = [(a, b) for a in found for b in found]
    return frozenset(
        found | {a + b for a, b in pairs} | {a * b for a, b in pairs} | set(range(10))
    )
