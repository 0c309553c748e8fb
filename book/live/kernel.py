"""What a notebook's kernel does, for cells in a page: run one, show what it shows.

It runs in Pyodide, in a worker of the page. `unrolled` asks IPython what a notebook is like, so a
small stand-in answers: the variables, the events around a cell, and `display`.
"""

import ast
import builtins
import hashlib
import json
import linecache
import os
import re
import sys
import time
import traceback
import types
from pathlib import Path

PAUSE = 0.05  # seconds between two messages about what a cell prints
MOST = 200_000  # letters that a cell may show: a page with more is slow
FRAME = re.compile(r'File "/cells/([^"]+)-[0-9a-f]{8}\.py"')
ELSEWHERE = {
    "matplotlib": "The page's Python has numpy and no more: draw in JupyterLab."
}
NO_INPUT = "A page cannot wait for what you type: write the value into the cell."
TOO_DEEP = "A function calls itself again and again: what is to end that?"
MAGIC = re.compile(r"\s*[%!]")
NO_MAGIC = """Lines that begin with % or ! are Jupyter's own, and a page does not know them:
take them out, or work in JupyterLab."""


class Events:
    """IPython's events, as far as a check follows them."""

    def __init__(self):
        self.followers = {"pre_run_cell": [], "post_run_cell": []}

    def register(self, event, function):
        """Call a function whenever this happens."""
        self.followers[event].append(function)

    def trigger(self, event, about):
        """Tell those who follow."""
        for function in self.followers[event]:
            function(about)


class Shell:
    """IPython's shell, as far as a check looks at it."""

    def __init__(self, space):
        self.user_ns = space
        self.events = Events()


class Stream:
    """Where a cell prints: what it writes goes to the page now and then, up to a limit."""

    encoding = "utf-8"

    def __init__(self, name, show):
        self.name, self.show = name, show
        self.held, self.written, self.last = [], 0, 0.0

    def write(self, text):
        """Take a text, and send it on if the page has heard nothing for a while."""
        left = max(MOST - self.written, 0)
        self.held.append(text[:left])
        if self.written <= MOST < self.written + len(text):
            self.held.append("\n… the rest is cut off\n")
        self.written += len(text)
        if "\n" in text and time.monotonic() - self.last > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Send what is held back."""
        if text := "".join(self.held):
            self.show("stream", self.name, text)
        self.held, self.last = [], time.monotonic()


class Kernel:
    """Runs the cells of one notebook.

    Parameters
    ----------
    home : path
        Folder of the exercises' folders.
    assignment : str
        The exercise whose notebook it is; "" for a chapter.
    """

    def __init__(self, home, assignment=""):
        self.home = Path(home)
        self.module = types.ModuleType("__main__")
        self.space = self.module.__dict__
        self.show = lambda *about: None
        sys.modules["__main__"] = self.module
        self.shell = Shell(self.space)
        self._stand_in()
        folder = self.home / assignment if assignment else self.home
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        if assignment:
            os.environ["JPY_SESSION_NAME"] = str(folder / f"{assignment}.ipynb")

    def _stand_in(self):
        """Put a module in IPython's place."""
        ipython = types.ModuleType("IPython")
        ipython.display = types.ModuleType("IPython.display")
        ipython.get_ipython = lambda: self.shell
        ipython.display.display = self.display
        sys.modules |= {"IPython": ipython, "IPython.display": ipython.display}
        self.space |= {"display": self.display, "get_ipython": ipython.get_ipython}

        def no_input(prompt=""):
            raise RuntimeError(NO_INPUT)

        builtins.input = no_input

    def write(self, path, text):
        """Write a file, such as a notebook as it stands in the page."""
        target = self.home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def display(self, *values):
        """Show values; HTML is taken from the course's own package only."""
        for value in values:
            html = None
            if type(value).__module__.partition(".")[0] == "unrolled":
                html = getattr(value, "_repr_html_", lambda: None)()
            self._tell("display", html or "", cut(repr(value)))

    def _tell(self, *about):
        """Show something after what was printed before it."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.show(*about)

    def run(self, cell, text, show):
        """Run a cell, and say whether it came to its end.

        Parameters
        ----------
        cell : str
            Its name.
        text : str
            What stands in it.
        show : callable
            Takes what is shown: a kind, and two texts.
        """
        self.show = show
        info = types.SimpleNamespace(raw_cell=text)
        result = types.SimpleNamespace(
            info=info, success=True, error_before_exec=None, error_in_exec=None
        )
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream("stdout", show), Stream("stderr", show)
        self.shell.events.trigger("pre_run_cell", info)
        try:
            parts, code = compiled(cell, text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            result.success, result.error_before_exec = False, error
            self._tell("error", told(error, text), "")
        else:
            self._execute(parts, code, result)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            sys.stdout, sys.stderr = before
            self.shell.events.trigger("post_run_cell", result)
        return result.success

    def _execute(self, parts, last, result):
        try:
            exec(parts, self.space)
            if last is not None:
                value = eval(last, self.space)
                if value is not None:
                    self.space["_"] = value
                    self.display(value)
        except BaseException as error:  # an exit, too, ends the cell and not the page
            result.success, result.error_in_exec = False, error
            self._tell("error", told(error, result.info.raw_cell), "")

    def points(self):
        """Give the exercise's points by the visible checks, as plain values."""
        summary = self.space["check"].summary(self.space)
        lines = [vars(one) for one in summary.lines]
        return {"points": summary.points, "most": summary.most, "lines": lines}

    def borrow(self, assignment, names):
        """Take a reader's own functions of an exercise into a chapter.

        Parameters
        ----------
        assignment : str
            The exercise, whose notebook lies in the folder of that name.
        names : list of str
            As the chapter calls each: `rnn_forward`, or `lm.sample`.

        Returns
        -------
        str
            Empty, or what is missing.
        """
        from unrolled import exercise
        from unrolled.sibling import NotThereError, functions

        numbers = exercise(assignment, self.home / assignment).numbers
        wanted = {name: name.rpartition(".")[2] for name in names}
        mine = [one for one in dict.fromkeys(wanted.values()) if one in numbers]
        found = given_by(self.home / assignment / f"{assignment}.ipynb")
        try:
            own = functions(assignment, *mine, folder=self.home)
        except NotThereError as error:
            return str(error)
        found |= dict(zip(mine, own, strict=True))
        for name, plain in wanted.items():
            self._bind(name, found[plain])
        return ""

    def _bind(self, name, value):
        """Bind a name, or an attribute of one that stands for an exercise."""
        home, _, plain = name.rpartition(".")
        if home:
            place = self.space.get(home)
            if not isinstance(place, types.SimpleNamespace):
                place = self.space[home] = types.SimpleNamespace()
            setattr(place, plain, value)
        else:
            self.space[name] = value


def given_by(path):
    """Run the cells that the course gives in a notebook, and give what they define."""
    space = {"__name__": path.stem}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        graded = cell["metadata"].get("nbgrader")
        given = graded and graded["locked"] and not graded["grade"]
        if cell["cell_type"] == "code" and given:
            exec(compile("".join(cell["source"]), str(path), "exec"), space)
    return space


def compiled(cell, text):
    """Give a cell's statements and its last expression, if it ends with one, as code.

    Its lines are kept where tracebacks, and whoever asks for a function's source, look for them.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    file = f"/cells/{cell}-{digest}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    tree = ast.parse(text, file)
    last = None
    quiet = text.rstrip().endswith(";")
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not quiet:
        last = ast.Expression(tree.body.pop().value)
    flags = {"dont_inherit": True}
    parts = compile(tree, file, "exec", **flags)
    return parts, compile(last, file, "eval", **flags) if last else None


def told(error, text):
    """Tell an exception as the page shows it: with the lines of cells, without anyone else's."""
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    if isinstance(error, SystemExit):
        return "The cell asked Python to stop; it goes on without that."
    lines = list(of_cells(traceback.TracebackException.from_exception(error)).format())
    said = FRAME.sub(r"Cell \1", "".join(lines)).rstrip()
    hint = hint_on(error, text)
    return cut(f"{said}\n\n{hint}" if hint else said)


def of_cells(told):
    """Leave of an exception, and of those before it, the frames that are lines of cells."""
    frames = [one for one in told.stack if one.filename.startswith("/cells/")]
    told.stack = traceback.StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__):
        if other is not None:
            of_cells(other)
    return told


def hint_on(error, text):
    """Say what is special about a page, where that is what has failed."""
    if isinstance(error, ModuleNotFoundError):
        module = (error.name or "").partition(".")[0]
        return ELSEWHERE.get(module, "The page's Python has numpy and no more.")
    if isinstance(error, RecursionError):
        return TOO_DEEP
    if isinstance(error, SyntaxError) and any(map(MAGIC.match, text.splitlines())):
        return NO_MAGIC
    return ""


def cut(text):
    """Give a text that a page can show."""
    return text if len(text) <= MOST else f"{text[:MOST]}\n… the rest is cut off"
