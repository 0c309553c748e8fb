"""The program inside the confinement: it holds a notebook's namespace and calls its functions
with arrays.

It runs as `worker.py READ_FD WRITE_FD`. It sees this file and those that it imports from beside it,
and nothing else of the course. Requests and answers are frames of `wire`; whatever a student's code
does to this process, the other side only ever reads numbers from it.
"""

import builtins
import contextlib
import functools
import os
import random
import sys
import traceback
import types
import warnings

import numpy as np
import stray_names
import wire
from loading import Loading, Plan
from repair import repaired
from shell import Finder, NotHere, Quiet, Shell

LIMIT = 2**31


class Worker:
    """Holds the namespace of one notebook."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.space, self.ours, self.dropped, self.parts = {}, {}, set(), {}
        self.written = {}  # the course's own functions, by name, as they were written
        self.shell = Shell()
        self.serving = set()  # companions that may be asked for now

    def load(self, given, cells, serve=(), plan=None):
        """Run the course's own cells, then the student's; then drop what is data of that run.

        Companions to `serve` stand in place of the student's own from where these are made, so that
        whatever keeps one keeps the served one.
        """
        self.space = {
            "__name__": "__main__",
            "check": Quiet(),
            "display": Quiet(),
            "get_ipython": self.shell,
        }
        texts = [text for cell in (*given, *cells) for text in cell[1:] if text]
        if any("random" in text for text in texts):
            import numpy.random  # noqa: F401, so that it is seeded: numpy loads it, slowly, when it is first used
        same_chance()
        for cell, text in given:
            exec(compile(text, f"cell {cell}", "exec", dont_inherit=True), self.space)
        self.ours = dict(self.space)
        self.written = {
            n: parts_of(v)
            for n, v in self.ours.items()
            if isinstance(v, types.FunctionType)
        }
        cells, repairs, self.parts = repaired(cells, self.announce)
        stand_ins = {name: self.served(name) for name in serve}
        self.space.update(stand_ins)
        loading = Loading(
            self.space,
            plan or Plan({}),
            self.announce,
            lambda: self.exchange(stand_ins),
        )
        errors = [self.told(error, cell) for cell, error in loading.run(cells).items()]
        self.dropped = {
            n
            for n, v in list(self.space.items())
            if self.ours.get(n) is not v and is_data(n, v)
        }
        for name in self.dropped:
            del self.space[name]
        failed = sorted(loading.failed.items())
        self.send(
            {"op": "loaded", "errors": errors, "repairs": repairs, "failed": failed}
        )

    def exchange(self, stand_ins):
        """Put served companions where the student's own have been put meanwhile."""
        for name, served in stand_ins.items():
            mine = self.space.get(name)
            if mine is not served:
                self.space[name] = served
                put_in_place(self.space, mine, served)

    def announce(self, cell, line=0):
        """Say what is next, since it may be this process's last."""
        self.send({"op": "running", "cell": cell, "line": line})

    def call(self, name, arguments, serve, driver=""):
        """Call one function, or what drives it, and send what it came to."""
        if not callable(self.space.get(name)):
            self.send({"op": "missing"})
            return
        own = {}
        for companion in serve:
            mine = self.space.get(companion)
            alike = (
                [n for n, v in self.space.items() if v is mine]
                if callable(mine)
                else []
            )
            own |= dict.fromkeys([companion, *alike], mine)
            self.space.update(
                dict.fromkeys([companion, *alike], self.served(companion))
            )
        self.serving = set(serve)
        try:
            same_chance()
            function = self.driven(driver) if driver else self.space[name]
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # what the notebook sets for its own runs is not for this one
                value = function(*arguments)
            frame = wire.pack({"op": "returned"}, (value, arguments))
        except BaseException as error:
            frame = wire.pack(self.told(error) | {"op": "raised"})
        self.serving = set()
        self.space.update(own)
        write(self.sink, frame)

    def driven(self, name):
        """A function of the course's own cells, as the course wrote it.

        It reads the student's names, too; but all that the course's cells define is the course's
        for it, whatever the student's cells put in its place.
        """
        space = self.space | self.ours
        for key, (code, defaults, named) in self.written.items():
            space[key] = types.FunctionType(code, space, key, defaults)
            space[key].__kwdefaults__ = named
        return space[name]

    def served(self, name):
        """A function that asks the other side for numbers; the caller's own objects stand where inputs return."""

        def companion(*args, **named):
            if name not in self.serving:
                raise NotHere(
                    "this function stands for another one, and can be asked only while it is graded"
                )
            given = (*args, *named.values())
            write(
                self.sink,
                wire.pack({"op": "serve", "name": name, "named": list(named)}, given),
            )
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
        data, unknown = (
            stray_names.stray(function, companions) if callable(function) else ([], [])
        )
        data = data + [n for n in unknown if n in self.dropped]
        self.send(
            {
                "op": "names",
                "data": data,
                "unknown": [n for n in unknown if n not in self.dropped],
            }
        )

    def send(self, message):
        """Send a message without a value."""
        write(self.sink, wire.pack(message))


def same_chance():
    """Make what is drawn without a seed the same each time, so that the same code gets the same mark."""
    random.seed(0)
    if "numpy.random" in sys.modules:
        np.random.seed(0)
        np.random.bit_generator.randbits = lambda count: (
            0
        )  # the seed of a generator that is given none


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


def parts_of(function):
    """What makes a function of the course's, whatever is done to it later."""
    return function.__code__, function.__defaults__, function.__kwdefaults__


def put_in_place(space, mine, other):
    """Put one object in the place of another wherever the notebook keeps it, one level deep."""
    for name, value in list(space.items()):
        with contextlib.suppress(BaseException):
            if value is mine:
                space[name] = other
            elif isinstance(value, types.FunctionType) and value is not other:
                in_function(value, mine, other)
            elif isinstance(value, functools.partial):
                given = [
                    other if one is mine else one for one in (value.func, *value.args)
                ]
                named = {
                    key: other if one is mine else one
                    for key, one in value.keywords.items()
                }
                space[name] = functools.partial(*given, **named)
            elif isinstance(value, type):
                in_class(value, mine, other)
            elif isinstance(value, dict):
                value.update({key: other for key, one in value.items() if one is mine})
            elif isinstance(value, list):
                value[:] = [other if one is mine else one for one in value]


def in_function(function, mine, other):
    """Put one object for another in what a function closes over and takes by default."""
    for cell in function.__closure__ or ():
        if cell.cell_contents is mine:
            cell.cell_contents = other
    if function.__defaults__:
        function.__defaults__ = tuple(
            other if one is mine else one for one in function.__defaults__
        )
    if function.__kwdefaults__:
        function.__kwdefaults__ = {
            k: other if v is mine else v for k, v in function.__kwdefaults__.items()
        }


def in_class(kind, mine, other):
    """Put one object in the place of another among the attributes of a class."""
    for key, one in list(vars(kind).items()):
        if one is mine:
            setattr(kind, key, other)
        elif isinstance(one, staticmethod) and one.__func__ is mine:
            setattr(kind, key, staticmethod(other))


def is_data(name, value):
    """Like `stray_names.is_data`, for whatever a notebook may hold."""
    try:
        return stray_names.is_data(name, value)
    except BaseException:
        return False


def read(source, given=()):
    """Read one frame."""
    header, body = wire.frame_sizes(exactly(source, wire.HEAD.size), LIMIT)
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


def stand_ins(shell):
    """Modules of the course and of IPython that a notebook imports, without either."""
    check, package, student = map(
        types.ModuleType, ("unrolled", "autograder", "autograder.student")
    )
    check.exercise = student.exercise = Quiet()
    check.__path__, package.__path__, package.student = [], [], student
    sys.modules |= {
        one.__name__: one for one in (check, package, student)
    }  # the latter two: notebooks of before
    sys.meta_path.insert(0, Finder(shell))


def main():
    """Serve requests until the other side closes."""
    worker = Worker(int(sys.argv[1]), int(sys.argv[2]))
    stand_ins(worker.shell)
    builtins.input = Quiet()
    np.seterr(all="ignore")
    worker.send({"op": "ready"})
    while True:
        message, value = read(worker.source)
        if message["op"] == "load":
            worker.load(
                message["given"], message["cells"], message["serve"], Plan(message)
            )
        elif message["op"] == "call":
            worker.call(message["name"], value, message["serve"], message["driver"])
        elif message["op"] == "names":
            worker.stray(message["name"], message["companions"])


if __name__ == "__main__":
    main()
