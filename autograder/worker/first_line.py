"""Finds, beside a student's code, the line of it that departs first from the book's numbers.

What it is given is public: a visible case, and the landmarks that lie beside every notebook. What
it answers is positions, names and verdicts; they are looked at on the other side, and no mark
follows from them.
"""

import os
import sys
import types

import wire

PACKAGES = ("unrolled", "unrolled.check")
_loaded = {}  # what was imported before a worker was forked


def prepare():
    """Import what finds a line: compiling it takes longer than most searches."""
    _loaded["locate"] = course_module("unrolled.check.locate")


def course_module(name):
    """Import one of the course's public modules from beside this file, by its own name.

    What a notebook gets by these names is put back afterwards.

    Parameters
    ----------
    name : str
        Such as `unrolled.check.locate`.
    """
    import importlib

    def is_ours(one):
        return one.partition(".")[0] == "unrolled"

    theirs = {one: sys.modules.pop(one) for one in list(sys.modules) if is_ours(one)}
    for package in PACKAGES:
        module = types.ModuleType(package)
        module.__path__ = [os.path.dirname(wire.__file__)]
        sys.modules[package] = module
    try:
        return importlib.import_module(name)
    finally:
        for one in [one for one in sys.modules if is_ours(one)]:
            del sys.modules[one]
        sys.modules.update(theirs)


def first_line(written, called, message, value, texts):
    """Call a function once more, watched, and give where it departs first.

    Parameters
    ----------
    written : callable
        What the student wrote.
    called : callable
        What is called: the function, or what drives a class.
    message : dict
        What the function returns, its companions, and the landmarks' names.
    value : tuple
        The arguments, what the reference returns, and the landmarks' arrays.
    texts : dict
        The student's code, by file name.

    Returns
    -------
    dict or None
        A `Where` as plain data, its cell the name of the code that it stands in.
    """
    if not _loaded:
        prepare()
    locate = _loaded["locate"]
    arguments, want, arrays = value
    run = locate.Run(
        locate.function_from_data(message["function"]),
        written,
        lambda: called(*arguments),
        want,
        locate.landmarks_from_data(message["landmarks"], arrays),
        texts,
    )
    found = locate.locate(run)
    if found is None:
        return None
    return found.where.to_data() | {"cell": found.file}
