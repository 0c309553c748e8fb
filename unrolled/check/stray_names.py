"""Which names a function takes from the notebook around it.

Helpers and constants may be, data may not. Only code objects are looked at; nothing is run.
Standard library and numpy only: the confined worker reads this file too.
"""

import builtins
import contextlib
import dis
import functools
import inspect
import itertools
from types import CodeType, FunctionType, MethodType

import numpy as np

GLOBAL_READS = ("LOAD_GLOBAL", "LOAD_NAME")
MOST_VALUES = 10_000  # of a container that are looked at
MOST_WRAPPERS = 4  # around a function that are looked behind


def global_names(code):
    """Give the globals that a code object reads, in order.

    Nested functions and comprehensions are included.
    """
    names, own = [], set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":  # in the body of a class
            own.add(step.argval)
        elif step.opname in GLOBAL_READS and step.argval not in own:
            names.append(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names += global_names(constant)
    return list(dict.fromkeys(names))


def is_data(name, value):
    """Say whether a notebook variable holds the data of some run, not a helper or a constant.

    Arrays do, and containers of arrays; functions, classes, modules, numbers and texts do not,
    and neither does what is spelled as a constant: capitals only, two letters or more.
    """
    constant = name.isupper() and len(name) > 1
    return not constant and holds_arrays(value)


def holds_arrays(value, most=MOST_VALUES):
    """Say whether a value is an array or a container with one inside.

    Of a large one, as far as `most` values tell.
    """
    queue = [value]
    for one in queue:
        if isinstance(one, np.ndarray):
            return True
        if isinstance(one, dict | list | tuple | set):
            inner = one.values() if isinstance(one, dict) else one
            room = max(0, most - len(queue))
            queue += itertools.islice(inner, room)
    return False


def find_stray_names(function, companions=()):
    """Find notebook variables that a function reads in place of its arguments, and unknown names.

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
    found = functions_behind(function)
    # The last one is what is decorated: its globals are the notebook's, a decorator's may not be.
    home = found[-1].__globals__ if found else {}
    queue = _at_home(found, home)
    data, unknown, seen = [], [], set()
    while queue:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        for name in global_names(one.__code__):
            if name not in one.__globals__:
                unknown += [] if hasattr(builtins, name) else [name]
                continue
            value = one.__globals__[name]
            if name not in companions:
                queue += _at_home(functions_behind(value), home)
            if is_data(name, value):
                data.append(name)
    return list(dict.fromkeys(data)), list(dict.fromkeys(unknown))


def _at_home(functions, home):
    """Give those functions whose globals are the notebook's variables."""
    return [one for one in functions if one.__globals__ is home]


def functions_behind(value, depth=MOST_WRAPPERS):
    """Give the functions with code of their own behind a callable.

    It may be decorated, partial, an object that is called as one, or a class, of which they
    are the methods.
    """
    if depth == 0:
        return []
    behind = _behind_each(_wrapped_in(value), depth - 1)
    return [value, *behind] if isinstance(value, FunctionType) else behind


def _behind_each(values, depth):
    """Give the functions behind each of several values, in order."""
    return [one for value in values for one in functions_behind(value, depth)]


def _wrapped_in(value):
    """Give what a value may pass its calls on to."""
    if isinstance(value, type):
        return list(vars(value).values())
    if isinstance(value, FunctionType):
        return list(closed_over(value))
    if isinstance(value, staticmethod | classmethod | MethodType):
        return [value.__func__]
    if isinstance(value, functools.partial):
        return [value.func]
    # Looked up without asking the object, which may answer anything.
    inner = inspect.getattr_static(value, "__wrapped__", None)
    if not isinstance(inner, FunctionType):
        inner = inspect.getattr_static(type(value), "__call__", None)
    return [inner] if isinstance(inner, FunctionType) else []


def closed_over(function):
    """Give the values that a function keeps from the one it was made in."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # not filled yet
            yield cell.cell_contents
