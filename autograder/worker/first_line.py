"""Finds, beside a student's code, the line of it that departs first from the book's numbers.

What it is given is public: a visible case, and the landmarks that lie beside every notebook. What
it answers is positions, names and verdicts; they are looked at on the other side, and no mark
follows from them.
"""

import copy  # noqa: F401  # with the next two, all that the course's modules import beside what
import dataclasses  # noqa: F401  # a worker has: so any worker has the same modules
import os
import sys
import types
import unicodedata  # noqa: F401

import wire

PACKAGES = ("unrolled", "unrolled.check")
FOLDER = os.path.dirname(wire.__file__)  # where all files of a worker lie
_loaded = {}  # the module that finds a line, by its name


def prepare():
    """Import what finds a line, which takes longer than most searches.

    No `import` of a notebook's finds it.
    """
    name = "unrolled.check.locate"
    _loaded[name] = course_module(name)
    return _loaded[name]


class CourseFinder:
    """Finds the course's public modules beside this file."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Give what `import` asks for; None for every other module.

        Parameters as for `importlib.abc.MetaPathFinder.find_spec`.
        """
        file = os.path.join(FOLDER, f"{name.rpartition('.')[2]}.py")
        if not name.startswith("unrolled.") or not os.path.exists(file):
            return None
        from importlib.machinery import ModuleSpec, SourceFileLoader

        return ModuleSpec(name, SourceFileLoader(name, file), origin=file)


def course_module(name):
    """Import one of the course's public modules from beside this file, by its own name.

    What a notebook gets by these names is put back afterwards.

    Parameters
    ----------
    name : str
        Such as `unrolled.check.locate`.
    """
    import importlib

    def take_out():
        names = [name for name in sys.modules if name.partition(".")[0] == "unrolled"]
        return {name: sys.modules.pop(name) for name in names}

    theirs = take_out()
    for package in PACKAGES:
        module = types.ModuleType(package)
        module.__path__ = [FOLDER]
        sys.modules[package] = module
    sys.meta_path.insert(0, CourseFinder)
    try:
        return importlib.import_module(name)
    finally:
        sys.meta_path.remove(CourseFinder)
        take_out()
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
    locate = _loaded.get("unrolled.check.locate") or prepare()
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
