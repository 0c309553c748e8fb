"""The program inside the confinement: it holds a notebook's namespace and calls its functions.

It runs as `worker.py READ_FD WRITE_FD`. It sees this file and those that it imports from beside it,
and nothing else of the course. Requests and answers are frames of `wire`; whatever a student's code
does to this process, the other side only ever reads numbers from it.

The other side asks, and this one answers:

=======  ==========================================================================
load     runs the cells; says `running` before whatever may be its last, then `loaded`
call     calls a function; `returned`, `raised` or `missing`, and before any of these
         `serve` each time that the function calls a companion which the other side
         answers for, by `served` or `refused`
names    says which `names` of the notebook a function reads
trace    calls a function once more, watched; `traced` says where it departs first
=======  ==========================================================================
"""

import builtins
import random
import sys
import traceback
import types
import warnings

import first_line
import numpy as np
import numpy.random  # or it would be loaded, and not seeded, when a cell first uses it
import stray_names
import wire
from frames import read_frame, write_frame
from loading import CELL, CellRunner, LoadingPlan
from repair import repair_cells
from replacing import replace_everywhere
from shell import Finder, NotHere, Quiet, Shell

LONGEST_TEXT = 500  # characters of an exception's message
LONGEST_KIND = 80  # characters of its type's name


def prepare():
    """Load what only some workers need, once for all that are forked from this process."""
    first_line.prepare()


class Worker:
    """Holds the namespace of one notebook.

    Parameters
    ----------
    source, sink : int
        File descriptors that requests come from, and that answers go to.
    """

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.space = {}
        self.ours = {}  # the namespace as the course's own cells leave it
        self.written = {}  # the course's own functions, by name, as they were written
        self.dropped = set()  # names of data that the notebook's own run left behind
        self.parts = {}  # of each cell that was joined from several
        self.shell = Shell()
        self.texts = {}  # the student's code, by file name
        self.serving = set()  # companions that may be asked for now

    def load(self, given, cells, serve=(), plan=None):
        """Run the course's own cells, then the student's; then drop what is data of that run.

        Companions to `serve` stand in place of the student's own from where these are made, so that
        whatever keeps one keeps the served one.

        Parameters
        ----------
        given : list of (id, text)
            The course's cells.
        cells : list of (id, text, Python or None)
            The student's, as `repair_cells` takes them.
        serve : sequence of str, optional
            Names of companions.
        plan : LoadingPlan, optional
            What to leave out.
        """
        # 1. Chance and the course's own names, the same for whatever notebook.
        self.space = {
            "__name__": "__main__",
            "check": Quiet(),
            "display": Quiet(),
            "get_ipython": self.shell,
        }
        seed_chance()
        for cell, text in given:
            code = compile(text, f"{CELL}{cell}", "exec", dont_inherit=True)
            exec(code, self.space)
        # 2. The course's functions are kept as written, since the student's cells may change them.
        self.ours = dict(self.space)
        self.written = {
            name: written_parts(value)
            for name, value in self.ours.items()
            if isinstance(value, types.FunctionType)
        }
        # 3. The student's cells, mended, around stand-ins for what is served.
        cells, repairs, self.parts = repair_cells(cells, self.announce)
        stand_ins = {name: self.served_companion(name) for name in serve}
        self.space.update(stand_ins)
        runner = CellRunner(
            self.space,
            plan or LoadingPlan({}),
            self.announce,
            after=lambda: self.put_stand_ins(stand_ins),
        )
        self.texts = {f"{CELL}{cell}": text for cell, text in cells}
        failures = runner.run(cells)
        errors = [self.error_data(error, cell) for cell, error in failures.items()]
        # 4. Without the data of that run, a function that needs them fails, as it should.
        self.drop_data()
        # 5. What the other side tells the student, and asks for where it loads once more.
        self.send(
            {
                "op": "loaded",
                "errors": errors,
                "repairs": repairs,
                "failed": sorted(runner.failed.items()),
            }
        )

    def drop_data(self):
        """Delete the data of the notebook's own run, and remember their names."""
        self.dropped = set()
        for name, value in list(self.space.items()):
            is_courses = self.ours.get(name) is value
            if not is_courses and is_data(name, value):
                self.dropped.add(name)
        for name in self.dropped:
            del self.space[name]

    def put_stand_ins(self, stand_ins):
        """Put served companions where the student's own have been put meanwhile."""
        for name, served in stand_ins.items():
            mine = self.space.get(name)
            if mine is not served:
                self.space[name] = served
                replace_everywhere(self.space, mine, served)

    def announce(self, cell, line=0):
        """Say what is next, since it may be this process's last."""
        self.send({"op": "running", "cell": cell, "line": line})

    def call(self, name, arguments, serve, driver=""):
        """Call one function, or what drives it, and send what it came to.

        Parameters
        ----------
        name : str
            The function, or the class.
        arguments : tuple
            What it, or what drives it, is called with.
        serve : sequence of str
            Companions that the other side answers for.
        driver : str, optional
            A function of the course's cells that is called in its place.
        """
        # 1. A function that is not there is told from one that fails.
        if not callable(self.space.get(name)):
            self.send({"op": "missing"})
            return
        # 2. The companions are the other side's for this call, under whatever name.
        own = self.put_companions(serve)
        self.serving = set(serve)
        # 3. The call: chance, numpy's errors and warnings are the same whatever the notebook set.
        try:
            seed_chance()
            function = self.written_function(driver) if driver else self.space[name]
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = function(*arguments)
            # The arguments go back too: a function must leave them as they are.
            frame = wire.pack({"op": "returned"}, (value, arguments))
        except BaseException as error:
            frame = wire.pack(self.error_data(error) | {"op": "raised"})
        # 4. The student's own companions are back before anything else is asked.
        self.serving = set()
        self.space.update(own)
        write_frame(self.sink, frame)

    def trace(self, message, value):
        """Send where a function departs first from the book, in a visible case."""
        name, driver = message["name"], message["driver"]
        where = None
        try:
            seed_chance()
            called = self.written_function(driver) if driver else self.space[name]
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = first_line.first_line(
                    self.space[name], called, message, value, self.texts
                )
            where = self.where_shown(found)
            frame = wire.pack({"op": "traced", "where": where})
        except BaseException:
            frame = wire.pack({"op": "traced", "where": None})
        write_frame(self.sink, frame)

    def where_shown(self, where):
        """Give a place with its cell and lines as the student sees them."""
        if where is None or not where["cell"].startswith(CELL):
            return None
        cell = where["cell"].removeprefix(CELL)
        for part, lines in self.parts.get(cell, ()):
            if where["line"] <= lines:
                cell = part
                break
            where["line"] -= lines
            where["last"] = max(0, where["last"] - lines)
            for mark in where["marks"]:
                mark["number"] -= lines
        marks = [mark for mark in where["marks"] if mark["number"] > 0]
        return where | {"cell": cell, "marks": marks}

    def put_companions(self, serve):
        """Put served companions in place of the student's own; these, by all their names."""
        own = {}
        for companion in serve:
            mine = self.space.get(companion)
            names = [companion]
            if callable(mine):
                names += [name for name, value in self.space.items() if value is mine]
            own |= dict.fromkeys(names, mine)
            self.space.update(dict.fromkeys(names, self.served_companion(companion)))
        return own

    def written_function(self, name):
        """Give a function of the course's own cells, as the course wrote it.

        It reads the student's names, too; but all that the course's cells define is the course's
        for it, whatever the student's cells put in its place.
        """
        space = self.space | self.ours
        for key, (code, defaults, named) in self.written.items():
            space[key] = types.FunctionType(code, space, key, defaults)
            space[key].__kwdefaults__ = named
        return space[name]

    def served_companion(self, name):
        """Give a function that asks the other side for numbers.

        Where inputs come back in what it returns, they are the caller's own objects.
        """

        def companion(*args, **named):
            if name not in self.serving:
                raise NotHere(
                    "this function stands for another one, and can be asked only while it "
                    "is graded"
                )
            # Keywords follow the positional ones; their names go in the message.
            given = (*args, *named.values())
            request = {"op": "serve", "name": name, "named": list(named)}
            write_frame(self.sink, wire.pack(request, given))
            # Nothing else can come before the answer: the other side waits for this call.
            message, value = read_frame(self.source, given)
            if message.get("op") != "served":
                raise exception_of(message.get("kind"), str(message.get("text")))
            return value

        companion.__name__ = companion.__qualname__ = name
        return companion

    def error_data(self, error, cell=""):
        """Give an exception as plain data, its line counted in the cell that the student sees."""
        found = describe_error(error, cell)
        for part, lines in self.parts.get(found["cell"], ()):
            if found["line"] <= lines:
                return found | {"cell": part}
            found["line"] -= lines
        return found

    def send_stray_names(self, name, companions):
        """Send which names of the notebook a function reads."""
        data, unknown = [], []
        function = self.space.get(name)
        if callable(function):
            data, unknown = stray_names.find_stray_names(function, companions)
        # Data that were dropped are no unknown names: the notebook had them.
        dropped = [read for read in unknown if read in self.dropped]
        unknown = [read for read in unknown if read not in self.dropped]
        self.send({"op": "names", "data": data + dropped, "unknown": unknown})

    def send(self, message):
        """Send a message without a value."""
        write_frame(self.sink, wire.pack(message))


def seed_chance():
    """Make what is drawn without a seed the same each time: the same code, the same mark."""
    random.seed(0)
    np.random.seed(0)
    # The seed of a generator that is given none.
    np.random.bit_generator.randbits = lambda count: 0


def exception_of(kind, text):
    """Give the exception that a companion answers with, by the name of its type and its text.

    It is caught as one of Python's own where there is one of this name.
    """
    named = getattr(builtins, str(kind), None)
    is_exception = isinstance(named, type) and issubclass(named, Exception)
    base = named if is_exception else Exception
    made = type(str(kind), (base,), {"__str__": lambda self: text})
    return made.__new__(made)  # some take more than a text


def describe_error(error, cell=""):
    """Give an exception as plain data: kind, text, and the notebook's last line on its way."""
    kind = type(error).__name__[:LONGEST_KIND]
    cell, line = place_of(error, cell)
    try:
        text = str(error)[:LONGEST_TEXT]
    except BaseException:
        text = ""
    return {"kind": kind, "text": text, "cell": cell, "line": line}


def place_of(error, cell):
    """Give the notebook's last cell and line on an exception's way; or the given cell, line 0."""
    if isinstance(error, SyntaxError) and str(error.filename).startswith(CELL):
        return error.filename.removeprefix(CELL), error.lineno or 0
    line = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(CELL):
            cell = file.removeprefix(CELL)
            line = number
    return cell, line


def written_parts(function):
    """Give what makes a function of the course's, whatever is done to it later."""
    return function.__code__, function.__defaults__, function.__kwdefaults__


def is_data(name, value):
    """Say what `stray_names.is_data` says, of whatever a notebook may hold."""
    try:
        return stray_names.is_data(name, value)
    except BaseException:
        return False


def put_modules(shell):
    """Put modules of the course and of IPython there that a notebook imports, without either."""
    check = types.ModuleType("unrolled")
    package = types.ModuleType("autograder")  # with the next, in notebooks of before
    student = types.ModuleType("autograder.student")
    check.exercise = student.exercise = Quiet()
    check.__path__ = []
    package.__path__ = []
    package.student = student
    for module in (check, package, student):
        sys.modules[module.__name__] = module
    sys.meta_path.insert(0, Finder(shell))


def main():
    """Serve requests, one after the other, until the other side closes."""
    worker = Worker(int(sys.argv[1]), int(sys.argv[2]))
    # What a notebook may ask for and a grader has not, before any of its code runs.
    put_modules(worker.shell)
    builtins.input = Quiet()
    np.seterr(all="ignore")
    # From here on the clock is the student's; what took long before was Python's start.
    worker.send({"op": "ready"})
    while True:
        message, value = read_frame(worker.source)
        op = message["op"]
        # Each is answered before the next is read, so that no two can be mixed up.
        if op == "load":
            plan = LoadingPlan(message)
            worker.load(message["given"], message["cells"], message["serve"], plan)
        elif op == "call":
            worker.call(message["name"], value, message["serve"], message["driver"])
        elif op == "trace":
            worker.trace(message, value)
        elif op == "names":
            worker.send_stray_names(message["name"], message["companions"])


if __name__ == "__main__":
    main()
