"""Put one object in the place of another, wherever a notebook keeps it."""

import contextlib
import functools
import types


def replace_everywhere(space, mine, other):
    """Put one object in the place of another wherever the notebook keeps it, one level deep.

    Parameters
    ----------
    space : dict
        The notebook's variables.
    mine, other : object
        What is replaced, and by what.
    """
    for name, value in list(space.items()):
        with contextlib.suppress(BaseException):
            if value is mine:
                space[name] = other
            elif isinstance(value, types.FunctionType):
                if value is not other:
                    replace_in_function(value, mine, other)
            elif isinstance(value, functools.partial):
                space[name] = replaced_partial(value, mine, other)
            elif isinstance(value, type):
                replace_in_class(value, mine, other)
            elif isinstance(value, dict):
                replace_in_dict(value, mine, other)
            elif isinstance(value, list):
                value[:] = replaced_items(value, mine, other)


def replaced_items(items, mine, other):
    """Give a list of items with one put for another.

    Parameters
    ----------
    items : iterable
        What is looked through; it stays as it is.
    mine, other : object
        What is replaced, and by what.

    Returns
    -------
    list
        A new one.
    """
    return [other if item is mine else item for item in items]


def replaced_values(items, mine, other):
    """Give a dictionary with one value put for another.

    Parameters
    ----------
    items : dict
        What is looked through; it stays as it is.
    mine, other : object
        What is replaced, and by what.

    Returns
    -------
    dict
        A new one.
    """
    return {key: other if value is mine else value for key, value in items.items()}


def replaced_partial(value, mine, other):
    """Give a partial function with one object put for another.

    Parameters
    ----------
    value : functools.partial
        It stays as it is.
    mine, other : object
        What is replaced, and by what.

    Returns
    -------
    functools.partial
        A new one.
    """
    given = replaced_items((value.func, *value.args), mine, other)
    named = replaced_values(value.keywords, mine, other)
    return functools.partial(*given, **named)


def replace_in_function(function, mine, other):
    """Put one object for another in what a function closes over and takes by default.

    Parameters
    ----------
    function : function
        Changed in place.
    mine, other : object
        What is replaced, and by what.
    """
    for cell in function.__closure__ or ():
        if cell.cell_contents is mine:
            cell.cell_contents = other
    if function.__defaults__:
        defaults = replaced_items(function.__defaults__, mine, other)
        function.__defaults__ = tuple(defaults)
    if function.__kwdefaults__:
        named = replaced_values(function.__kwdefaults__, mine, other)
        function.__kwdefaults__ = named


def replace_in_dict(items, mine, other):
    """Put one object in the place of another among the values of a dictionary.

    Parameters
    ----------
    items : dict
        Changed in place.
    mine, other : object
        What is replaced, and by what.
    """
    keys = [key for key, value in items.items() if value is mine]
    items.update(dict.fromkeys(keys, other))


def replace_in_class(kind, mine, other):
    """Put one object in the place of another among the attributes of a class.

    Parameters
    ----------
    kind : type
        Changed in place.
    mine, other : object
        What is replaced, and by what.
    """
    for name, value in list(vars(kind).items()):
        if value is mine:
            setattr(kind, name, other)
        elif isinstance(value, staticmethod) and value.__func__ is mine:
            setattr(kind, name, staticmethod(other))
