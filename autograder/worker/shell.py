"""What stands in the worker for what Jupyter gives a notebook: `get_ipython()`, IPython's modules.

A magic that runs Python runs it; every other one does nothing, nor does a command.
"""

import ast
import sys
import types

# As `%lsmagic` of `ipykernel` 7 lists them, and those that Colab adds.
KNOWN = frozenset((
    "alias", "alias_magic", "autoawait", "autocall", "automagic", "autosave", "bookmark", "cat",
    "cd", "clear", "code_wrap", "colors", "conda", "config", "connect_info", "cp", "debug",
    "dhist", "dirs", "doctest_mode", "ed", "edit", "env", "gui", "hist", "history",
    "killbgscripts", "ldir", "less", "lf", "lk", "ll", "load", "load_ext", "loadpy", "logoff",
    "logon", "logstart", "logstate", "logstop", "ls", "lsmagic", "lx", "macro", "magic", "mamba",
    "man", "matplotlib", "micromamba", "mkdir", "more", "mv", "notebook", "page", "pastebin",
    "pdb", "pdef", "pdoc", "pfile", "pinfo", "pinfo2", "pip", "popd", "pprint", "precision",
    "prun", "psearch", "psource", "pushd", "pwd", "pycat", "pylab", "qtconsole", "quickref",
    "recall", "rehashx", "reload_ext", "rep", "rerun", "reset", "reset_selective", "rm", "rmdir",
    "run", "save", "sc", "set_env", "store", "subshell", "sx", "system", "tb", "time", "timeit",
    "unalias", "unload_ext", "uv", "who", "who_ls", "whos", "xdel", "xmode", "bigquery", "shell",
    "tensorflow_version", "unload",
))  # fmt: skip
RUNNING = ("time", "prun")
WITH_VALUE = ("-l", "-s", "-T", "-D")  # options of `%prun`
STOOD_IN_FOR = ("IPython", "matplotlib_inline")
PYLAB = (
    "import matplotlib.pylab, numpy; plt, np = matplotlib.pylab.plt, numpy",
    "from matplotlib.pylab import *",
    "from numpy import *",
)


class NotHere(TypeError):
    """Something was asked for that a notebook has and a grader has not."""


NotHere.__name__ = "TypeError"  # what a student knows


class UsageError(Exception):
    """There is no such magic."""


class Quiet:
    """Stands for `check`, `display` and the like in a student's own cells: any use does nothing."""

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        raise NotHere("there are no example numbers here")

    def __mro_entries__(self, bases):
        return ()


class Shell(Quiet):
    """Stands for IPython's shell."""

    def __init__(self):
        # Whether some extension may have brought magics of its own.
        self.extended = False

    def __call__(self):
        return self

    def run_line_magic(self, name, line="", _stack_depth=1):
        """Run the Python that a magic is given; of all others, nothing.

        Parameters
        ----------
        name, line : str
            The magic's name, and what stands behind it.
        """
        frame = sys._getframe(1)
        if name in RUNNING:
            return run(without_options(line), frame)
        if name == "pylab":
            exec("\n".join(PYLAB), frame.f_globals)
        elif name in ("sx", "system"):
            return []
        elif name in ("load_ext", "reload_ext"):
            self.extended = True
        elif name not in KNOWN and not self.extended:
            raise UsageError(f"Line magic function `%{name}` not found.")
        return Quiet()

    magic = run_line_magic

    def run_cell_magic(self, name, line, cell):
        """Run the cell of a magic that runs it.

        Parameters
        ----------
        name, line, cell : str
            The magic's name, what stands behind it, and the lines below.
        """
        if name in (*RUNNING, "capture"):
            run(cell, sys._getframe(1))

    def run_cell(self, cell, *args, **kwargs):
        """Run a text as a cell."""
        run(cell, sys._getframe(1))

    def system(self, command=""):
        """Run no command."""

    def getoutput(self, command=""):
        """Give the output of no command."""
        return []

    def register_magic_function(self, *args, **kwargs):
        """Know that there are other magics from now on."""
        self.extended = True


def without_options(line):
    """Give the Python in the arguments of `%time` or `%prun`."""
    words = line.lstrip()
    while words.startswith("-"):
        option, _, words = words.partition(" ")
        if option in WITH_VALUE:
            words = words.lstrip().partition(" ")[2]
        words = words.lstrip()
    return words


def run(text, frame):
    """Run statements where a magic stands, and return the value of the last one."""
    name = frame.f_code.co_filename
    above = "\n" * (frame.f_lineno - 1)  # so that lines have the cell's numbers
    body = ast.parse(above + text).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    code = compile(ast.Module(body, []), name, "exec", dont_inherit=True)
    exec(code, frame.f_globals, frame.f_locals)
    if last is None:
        return None
    code = compile(ast.Expression(last.value), name, "eval", dont_inherit=True)
    return eval(code, frame.f_globals, frame.f_locals)


class Module(types.ModuleType):
    """A module of IPython's: whatever is taken from it does nothing."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Quiet()


class Finder:
    """Finds every module below `IPython` and `matplotlib_inline`.

    To import the real ones takes as long as grading does, and they find no kernel.
    """

    def __init__(self, shell):
        self.shell = shell

    def find_spec(self, name, path=None, target=None):
        """Give the stand-in for a module of IPython's.

        Parameters
        ----------
        name : str
            The module's.
        path, target : object, optional
            As Python's own finders take them; not looked at.
        """
        if name.partition(".")[0] not in STOOD_IN_FOR:
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        """Make it."""
        module = Module(spec.name)
        module.get_ipython, module.__version__ = self.shell, "9.0.0"
        self.shell.extended |= spec.name.startswith("IPython.core.magic")
        return module

    def exec_module(self, module):
        """Run nothing."""
