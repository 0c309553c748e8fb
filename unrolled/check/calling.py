"""Call a student's functions in the notebook's own process, as they are called when graded.

Needs numpy and the standard library only.
"""

from __future__ import annotations

import contextlib
import copy
import linecache
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from unrolled.check.numbers import VisibleNumbers
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.stray_names import functions_behind
from unrolled.check.sum_up import Tested


def call_function(
    function: Callable,
    arguments: tuple,
    written: Callable | None = None,
    companions: Mapping[str, Any] | None = None,
) -> Outcome:
    """Call a student's function on copies, and say what it came to.

    Only an interrupt passes through. What the notebook has set for numpy's errors and for
    warnings does not hold here, nor does it when it is graded.

    Parameters
    ----------
    function : callable
        What is called.
    arguments : tuple
        Left as they are.
    written : callable, optional
        What the student wrote, such as a class, where `function` is another one that calls it:
        a failure is told of this.
    companions : mapping, optional
        The notebook's other functions that it may call, by name: a failure in one of them is told
        with its name.

    Returns
    -------
    Outcome
        A `Returned`, with the copies as the call left them, or a `Raised`.
    """
    given = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*given)
    except (Exception, SystemExit) as error:
        return _raised(written or function, error, companions or {})
    return Returned(value, given)


def call_plainly(called: Callable, arguments: tuple) -> Any:
    """Call a function on copies, as it is called when it is judged; what it raises comes out.

    Parameters
    ----------
    called : callable
        The function, or what drives a class.
    arguments : tuple
        Left as they are.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return called(*copy.deepcopy(arguments))


def called_for(function: Callable, side: VisibleNumbers) -> Any:
    """Give what is called: the function, or what drives a class.

    Parameters
    ----------
    function : callable
        What the student wrote.
    side : VisibleNumbers
        The exercise's, with the name of the driver.

    Returns
    -------
    object
        Which is no callable where the notebook lacks the driver.
    """
    driver = side.function.driver
    return namespace_of(function).get(driver) if driver else function


def call_all(called: Callable, side: VisibleNumbers, written: Callable) -> Tested:
    """Call a function on all visible cases; what it prints, it prints once, for the example.

    Parameters
    ----------
    called : callable
        The function, or what drives a class.
    side : VisibleNumbers
        The cases.
    written : callable
        What the student wrote.
    """
    space = namespace_of(written)
    companions = {name: space.get(name) for name in side.function.companions}

    def outcome(function: Callable, arguments: tuple) -> Outcome:
        return call_function(function, arguments, written, companions)

    first = outcome(called, side.cases[0])
    with silence():
        others = [outcome(called, case) for case in side.cases[1:]]
        tried = [
            outcome(space.get(one.by, called), one.arguments) for one in side.trials
        ]
    return Tested([first, *others], tried)


def _raised(
    function: Callable, error: BaseException, companions: Mapping[str, Any]
) -> Raised:
    """Give the exception with the last line of the student's own code on its way.

    Parameters
    ----------
    function : callable
        What was called.
    error : BaseException
        What it raised.
    companions : mapping
        Other functions of the student's, by name.
    """
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        text = ""
    owners = {file: name for name, one in companions.items() for file in _files(one)}
    owners |= dict.fromkeys(_files(function), "")
    place = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in owners:
            place = (frame.f_code.co_filename, number)
    if place is None:
        return Raised(kind, text)
    line = linecache.getline(*place).strip()
    return Raised(kind, text, line, place[1], owners[place[0]])


def _files(function: Any) -> set[str]:
    """Give where the code behind a callable stands: a name for each cell."""
    return {one.__code__.co_filename for one in functions_behind(function)}


def namespace_of(function: Any) -> dict[str, Any]:
    """Give the notebook's variables, for a callable without code of its own too."""
    methods = functions_behind(function) if isinstance(function, type) else ()
    written = methods[0] if methods else function
    space = getattr(written, "__globals__", None)
    return space if isinstance(space, dict) else vars(sys.modules["__main__"])


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Throw away what is printed meanwhile."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield
