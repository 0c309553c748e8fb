"""Which names a function takes from the notebook around it: helpers and constants may be, data
may not.

Only code objects are looked at; nothing is run. Standard library and numpy only: the confined
worker reads this file too.
"""

import builtins
import contextlib
import dis
import functools
import inspect
import itertools
from types import CodeType, FunctionType, MethodType

import numpy as np


def loaded(code):
    """Names of all globals that a code object reads, nested functions and comprehensions included, in order."""
    names, own = [], set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":  # in the body of a class
            own.add(step.argval)
        elif (
            step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
            and step.argval not in own
            and step.argval not in names
        ):
            names.append(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names += [n for n in loaded(constant) if n not in names]
    return names


def is_data(name, value):
    """Whether a notebook variable holds the data of some run, not a helper or a constant.

    Arrays do, and containers of arrays; functions, classes, modules, numbers and texts do not,
    and neither does what is spelled as a constant: capitals only, two letters or more.
    """
    return not (name.isupper() and len(name) > 1) and holds_arrays(value)


def holds_arrays(value, most=10_000):
    """Whether a value is an array or a container with one inside; of a large one, as far as `most` values tell."""
    queue = [value]
    for one in queue:
        if isinstance(one, np.ndarray):
            return True
        if isinstance(one, dict | list | tuple | set):
            inner = one.values() if isinstance(one, dict) else one
            queue += itertools.islice(inner, max(0, most - len(queue)))
    return False


def stray(function, companions=()):
    """Notebook variables that a function reads in place of its arguments, and names that do not
    exist.

    The student's own helper functions are followed, decorated ones too.

    Parameters
    ----------
    function : callable
        What the student wrote.
    companions : sequence of str, optional
        Functions of the exercise, which answer for themselves and are not followed.

    Returns
    -------
    data : list of str
        Variables of the notebook that hold data.
    unknown : list of str
        Names defined nowhere.
    """
    found = plain(function)
    home = (
        found[-1].__globals__ if found else {}
    )  # of what is decorated, not of the decorator
    data, unknown, seen, queue = (
        [],
        [],
        set(),
        [f for f in found if f.__globals__ is home],
    )
    while queue:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        for name in loaded(one.__code__):
            if name in one.__globals__:
                value = one.__globals__[name]
                if name not in companions:
                    queue += [f for f in plain(value) if f.__globals__ is home]
                if is_data(name, value) and name not in data:
                    data.append(name)
            elif not hasattr(builtins, name) and name not in unknown:
                unknown.append(name)
    return data, unknown


def plain(value, depth=4):
    """The functions with code of their own behind a callable: decorated, partial, called as one, methods of a class."""
    if depth == 0:
        return []
    if isinstance(value, type):
        return [f for inner in vars(value).values() for f in plain(inner, depth - 1)]
    if isinstance(value, staticmethod | classmethod):
        return plain(value.__func__, depth - 1)
    if isinstance(value, FunctionType):
        return [
            value,
            *(f for inner in closed_over(value) for f in plain(inner, depth - 1)),
        ]
    if isinstance(value, MethodType):
        return plain(value.__func__, depth - 1)
    if isinstance(value, functools.partial):
        return plain(value.func, depth - 1)
    wrapped = inspect.getattr_static(value, "__wrapped__", None)
    inner = (
        wrapped
        if isinstance(wrapped, FunctionType)
        else inspect.getattr_static(type(value), "__call__", None)
    )
    return plain(inner, depth - 1) if isinstance(inner, FunctionType) else []


def closed_over(function):
    """The values that a function keeps from the one it was made in."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # not filled yet
            yield cell.cell_contents
