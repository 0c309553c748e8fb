"""Run a student's functions. This is the program inside the confinement; it holds no secret and judges nothing.

Started as `worker.py READ_FD WRITE_FD`. It sees this file, `wire.py` and `names.py`, and nothing else of the course.
Requests and answers are frames of `wire`; whatever a student's code does to this process, the other side only ever
reads numbers from it.
"""

import ast
import builtins
import contextlib
import os
import random
import re
import sys
import traceback
import types

import names
import numpy as np
import wire

MAGIC = re.compile(r"\s*[%!?]|[\s\w,.]*=\s*[%!]|.*\?\s*$")  # of a line that is no Python
CELL_MAGIC = re.compile(r"\s*%%(?!(time|timeit|capture|prun|memit)\b)")  # of cells in other languages
CONFLICT = re.compile(r"^(<{7}( .*)?|={7}|>{7}( .*)?|\|{7}( .*)?)$")
SPLIT = 8  # cells that one may have been split into
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
LIMIT = 2**31


class Quiet:
    """Stands for `check`, `get_ipython()` and the like in a student's own cells: any use does nothing."""

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self):
        raise TypeError("there are no example numbers here")


class Worker:
    """Holds the namespace of one notebook."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.space, self.dropped, self.parts = {}, set(), {}

    def load(self, given, cells):
        """Run the course's own cells, then the student's, each for itself; then drop what is data of that run."""
        self.space = {"__name__": "__main__", "check": Quiet(), "display": Quiet(), "get_ipython": Quiet()}
        if any("random" in text for _, text in (*given, *cells)):
            import numpy.random  # noqa: F401, so that it is seeded: numpy loads it, slowly, when it is first used
        same_chance()
        for cell, text in given:
            exec(compile(text, f"cell {cell}", "exec"), self.space)
        ours = dict(self.space)
        cells, repairs, self.parts = repaired(cells, self.announce)
        errors = []
        for cell, text in cells:
            self.announce(cell)
            error = self.run_cell(cell, text)
            if error:
                errors.append(error)
        self.dropped = {n for n, v in list(self.space.items()) if ours.get(n) is not v and is_data(n, v)}
        for name in self.dropped:
            del self.space[name]
        self.send({"op": "loaded", "errors": errors, "repairs": repairs})

    def announce(self, cell):
        """Say which cell is next, since it may be this process's last."""
        self.send({"op": "running", "cell": cell})

    def run_cell(self, cell, text):
        """Run one cell; what went wrong, or None."""
        try:
            exec(compile(text, f"cell {cell}", "exec", dont_inherit=True), self.space)
        except BaseException as error:
            told = self.told(error, cell)
            with contextlib.suppress(BaseException):
                self.define_rest(error, cell, text)
            return told
        return None

    def define_rest(self, error, cell, text):
        """Define what stands below a cell's failing line: what failed may only be lacking here, such as a file."""
        lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_globals is self.space]
        for part in ast.parse(text).body if lines else ():
            if part.lineno > lines[0] and isinstance(part, DEFINING):
                with contextlib.suppress(BaseException):
                    exec(compile(ast.Module([part], []), f"cell {cell}", "exec", dont_inherit=True), self.space)

    def call(self, name, arguments, serve, driver=""):
        """Call one function, or what drives it, and send what it came to."""
        function = self.space.get(driver or name)
        if not (callable(function) and callable(self.space.get(name))):
            self.send({"op": "missing"})
            return
        own = {}
        for companion in serve:
            mine = self.space.get(companion)
            alike = [n for n, v in self.space.items() if v is mine] if callable(mine) else []
            own |= dict.fromkeys([companion, *alike], mine)
            self.space.update(dict.fromkeys([companion, *alike], self.served(companion)))
        try:
            same_chance()
            value = function(*arguments)
            frame = wire.pack({"op": "returned"}, (value, arguments))
        except BaseException as error:
            frame = wire.pack(self.told(error) | {"op": "raised"})
        self.space.update(own)
        write(self.sink, frame)

    def served(self, name):
        """A function that asks the other side for numbers; the caller's own objects stand where inputs return."""

        def companion(*args, **named):
            given = (*args, *named.values())
            write(self.sink, wire.pack({"op": "serve", "name": name, "named": list(named)}, given))
            message, value = read(self.source, given)
            if message.get("op") != "served":
                raise RuntimeError(str(message.get("text")))
            return value

        companion.__name__ = companion.__qualname__ = name
        return companion

    def told(self, error, cell=""):
        """An exception as plain data, its line counted in the cell that the student sees."""
        found = described(error, cell)
        for part, lines in self.parts.get(found["cell"], ()):
            if found["line"] <= lines:
                return found | {"cell": part}
            found["line"] -= lines
        return found

    def stray(self, name, companions):
        """Send which names of the notebook a function reads."""
        function = self.space.get(name)
        data, unknown = names.stray(function, companions) if callable(function) else ([], [])
        data = data + [n for n in unknown if n in self.dropped]
        self.send({"op": "names", "data": data, "unknown": [n for n in unknown if n not in self.dropped]})

    def send(self, message):
        """Send a message without a value."""
        write(self.sink, wire.pack(message))


def same_chance():
    """Make what is drawn without a seed the same each time, so that the same code gets the same mark."""
    random.seed(0)
    if "numpy.random" in sys.modules:
        np.random.seed(0)
        np.random.bit_generator.randbits = lambda count: 0  # the seed of a generator that is given none


def described(error, cell=""):
    """An exception as plain data: its kind, its text, and the last line of the notebook's code on its way."""
    kind, line = type(error).__name__, 0
    if isinstance(error, SyntaxError) and str(error.filename).startswith("cell "):
        cell, line = error.filename[5:], error.lineno or 0
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith("cell "):
                cell, line = frame.f_code.co_filename[5:], number
    try:
        text = str(error)[:500]
    except BaseException:
        text = ""
    return {"kind": kind[:80], "text": text, "cell": cell, "line": line}


def repaired(cells, announce=lambda cell: None):
    """Make cells compile that do not: magics and conflict markers out, a cell that was split joined again.

    Returns
    -------
    cells : list of (id, text)
    repairs : list of (id, what)
    parts : dict
        For each joined cell the (id, number of lines) of its parts.
    """
    done, repairs, parts, rest = [], [], {}, list(cells)
    while rest:
        cell, text = rest.pop(0)
        announce(cell)
        if compiles(text):
            done.append((cell, text))
        elif mended := next(((t, kinds) for t, kinds in mends(text) if compiles(t)), None):
            done.append((cell, mended[0]))
            repairs += [(cell, what) for what in mended[1]]
        else:
            bare = without_magics(text)
            repairs += [(cell, "magics")] * (bare != text)
            join(cell, bare, done, repairs, parts, rest)
    return done, repairs, parts


def join(cell, text, done, repairs, parts, rest):
    """Put a cell that is no whole together with the one above or those below, from which it was split."""
    if done and compiles(done[-1][1] + "\n" + text):
        first, above = done.pop()
        parts.setdefault(first, [(first, above.count("\n") + 1)]).append((cell, text.count("\n") + 1))
        done.append((first, above + "\n" + text))
        repairs.append((first, "joined"))
        return
    count = split_in(text, rest)
    pieces = [(cell, text), *rest[:count]]
    del rest[:count]
    done.append((cell, "\n".join(t for _, t in pieces)))
    if count:
        parts[cell] = [(c, t.count("\n") + 1) for c, t in pieces]
        repairs.append((cell, "joined"))


def mends(text):
    """A cell without magics, without conflict markers, without both; with the names of what is left out."""
    resolved = without_conflict(text)
    yield without_magics(text), ("magics",)
    yield resolved, ("conflict",)
    yield without_magics(resolved), ("conflict", "magics")


def split_in(text, rest):
    """How many of the cells below a cell were split from it; none if they make no whole together."""
    for count in range(1, min(SPLIT, len(rest) + 1)):
        if compiles("\n".join([text, *(t for _, t in rest[:count])])):
            return 0 if compiles(rest[0][1]) else count
    return 0


def compiles(text):
    """Whether a text is Python."""
    return wrong_line(text) is None


def wrong_line(text):
    """Number of the line, from 1, at which a text stops being Python (0: unknown); None if it is."""
    try:
        compile(text, "cell", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, MemoryError, RecursionError, OverflowError):
        return 0
    return None


def without_magics(text):
    """A cell without IPython's magics and shell lines; the line numbers stay."""
    lines = text.split("\n")
    for _ in lines:
        number = wrong_line("\n".join(lines))
        if not number or number > len(lines) or not MAGIC.match(lines[number - 1]):
            break
        lines[number - 1] = re.sub(r"\S.*", "pass", lines[number - 1])
    if not compiles("\n".join(lines)) and CELL_MAGIC.match(text):
        return ""
    return "\n".join(lines)


def is_data(name, value):
    """Like `names.is_data`, for whatever a notebook may hold."""
    try:
        return names.is_data(name, value)
    except BaseException:
        return False


def without_conflict(text):
    """A cell with the first side of each merge conflict; the line numbers stay."""
    lines, keep = [], True
    for line in text.split("\n"):
        if CONFLICT.match(line):
            keep = not line.startswith(("=", "|"))
            line = ""
        lines.append(line if keep else "")
    return "\n".join(lines)


def read(source, given=()):
    """Read one frame."""
    header, body = wire.sizes(exactly(source, wire.HEAD.size), LIMIT)
    return wire.unpack(exactly(source, header), exactly(source, body), given)


def exactly(source, count):
    """Read so many bytes, or end with the other side."""
    parts = []
    while count:
        part = os.read(source, min(count, 2**20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write(sink, frame):
    """Write a frame whole."""
    view = memoryview(frame)
    while view:
        view = view[os.write(sink, view) :]


DISPLAYS = ("IPython", "IPython.core", "IPython.core.display", "IPython.core.interactiveshell", "IPython.display")
DISPLAYS += ("matplotlib_inline", "matplotlib_inline.backend_inline")


def stand_ins():
    """Modules that a notebook imports and that are not here: the course's, and those that show things."""
    for name in DISPLAYS:
        module = sys.modules[name] = types.ModuleType(name)
        module.__path__, module.__getattr__ = [], Quiet().__getattr__
        above, _, last = name.rpartition(".")
        if above:
            setattr(sys.modules[above], last, module)
    package, student = types.ModuleType("autograder"), types.ModuleType("autograder.student")
    student.exercise = Quiet()
    package.student, package.__path__ = student, []
    sys.modules.update({"autograder": package, "autograder.student": student})


def main():
    """Serve requests until the other side closes."""
    worker = Worker(int(sys.argv[1]), int(sys.argv[2]))
    stand_ins()
    builtins.input = Quiet()
    np.seterr(all="ignore")
    worker.send({"op": "ready"})
    while True:
        message, value = read(worker.source)
        if message["op"] == "load":
            worker.load(message["given"], message["cells"])
        elif message["op"] == "call":
            worker.call(message["name"], value, message["serve"], message["driver"])
        elif message["op"] == "names":
            worker.stray(message["name"], message["companions"])


if __name__ == "__main__":
    main()
