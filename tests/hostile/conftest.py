"""The ground on which attacks are tried: a copy of the course with a planted token, and every
way of confinement.
"""

import contextlib
import ctypes
import json
import os
import shutil
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder import confine
from autograder.batch import graders
from autograder.batch.batch import Batch
from autograder.batch.terminal import show
from autograder.collect.hand_in import HandIn
from autograder.confine import interpreter
from autograder.confine.clock import Stretch
from autograder.confine.unconfined import Unconfined
from autograder.confine.user import closed_to_others
from autograder.grade.client import Client
from autograder.grade.hidden_tests import collected
from autograder.grade.result import Result
from autograder.unit.course import Course
from autograder.unit.secret_seed import seed_of
from autograder.unit.source import END, START, read_cells
from autograder.unit.unit import load
from unrolled.check.outcome import Raised, Returned

from .attack import CELL, FORWARD, Attack

ASSIGNMENT = "ex1_rnn_cell"
LIMITS = """
[limits]
cell_seconds = {0}
call_seconds = {0}
loading_seconds = {1}
function_seconds = {1}
memory_mb = 512
output_mb = 32
scratch_mb = 8
"""
# PR_SET_CHILD_SUBREAPER: what a worker leaves behind becomes this process's child
BECOME_REAPER = 36


@dataclass(frozen=True)
class Seen:
    """What came of one submission: its result, all texts that people read, what was noted
    inside, the time it took.
    """

    result: Result
    texts: str
    told: list
    raised: set[str]
    seconds: float

    def points(self, task: str) -> float | None:
        return next(t.points for t in self.result.tasks if t.task == task)

    def status(self, task: str) -> str:
        return next(t.status for t in self.result.tasks if t.task == task)


@dataclass
class Ground:
    """A course whose secrets are closed to others, on open ground."""

    root: Path
    token: str
    course: Course = field(init=False)

    def __post_init__(self):
        self.course = Course(self.root)
        cells = read_cells(self.course.source(ASSIGNMENT))
        self.right = {c.task: c.text for c in cells if c.role == "solve"}
        self.secrets = [
            self.token,
            *_solution_lines(self.right.values()),
            *self._tests(),
        ]

    @property
    def places(self) -> dict:
        """What an attacker is told, so that it need not search."""
        return {
            **{
                name: str(self.root / name)
                for name in ("root", "solutions", "open", "results")
            },
            "root": str(self.root),
            "token": str(self.root / "solutions" / "token.txt"),
            "source": str(self.course.source(ASSIGNMENT)),
            "other": str(
                self.root
                / "grading"
                / "submitted"
                / "alice"
                / ASSIGNMENT
                / f"{ASSIGNMENT}.ipynb"
            ),
            "result": str(self.root / "results" / "alice" / f"{ASSIGNMENT}.json"),
            "gradebook": str(self.root / "grading" / "gradebook.db"),
            "history": str(self.root / ".git" / "objects" / "one"),
            "cwd": os.getcwd(),
            "parent": os.getpid(),
            "start": self.token[:16],
            "mark": f"mark-{self.token[:8]}",
        }

    def _tests(self) -> list[str]:
        tests = self.course.solutions / f"test_{ASSIGNMENT}.py"
        return [
            line.strip()
            for line in tests.read_text().splitlines()
            if len(line.strip()) > 20
        ]

    def state(self) -> dict:
        """Every file of the course, results apart: what it holds, when it was changed, who may
        read it.
        """
        found = {}
        for path in sorted(
            p
            for p in self.root.rglob("*")
            if "out" not in p.relative_to(self.root).parts[:1]
        ):
            info = path.lstat()
            found[str(path)] = (
                info.st_mode,
                info.st_uid,
                info.st_size,
                info.st_mtime_ns,
                info.st_nlink,
            )
        return found

    def notebook(self, cells) -> dict:
        """The released notebook with these cells: those of the functions in their places, the
        others above them.
        """
        data = json.loads(
            (self.root / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
        )
        texts, own = dict(cells), [(i, t) for i, t in cells if i not in (CELL, FORWARD)]
        for cell in data["cells"]:
            cell["source"] = texts.get(cell["id"], cell["source"])
        first = next(i for i, c in enumerate(data["cells"]) if c["id"] == CELL)
        data["cells"][first:first] = [
            {"cell_type": "code", "id": i, "metadata": {}, "outputs": [], "source": t}
            for i, t in own
        ]
        return data

    def hand_in(self, data, name: str = "eve") -> Path:
        """Write a submission where nobody else's lies."""
        path = self.root / "out" / "inbox" / name / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return path

    def order(self, way: str, hurried: bool = False) -> Batch:
        root = self.root / "hurried" if hurried else self.root
        return Batch(
            root,
            self.course.solutions,
            self.root / "out" / "results",
            sandbox=way,
            again=True,
        )


def _solution_lines(cells) -> list[str]:
    found = []
    for text in cells:
        inside = False
        for line in text.splitlines():
            inside = (inside or START.match(line)) and not END.match(line)
            if inside and not line.strip().startswith("#") and len(line.strip()) > 20:
                found.append(line.strip())
    return found


@pytest.fixture(scope="package", autouse=True)
def reaper():
    """Let orphans become this process's children while attacks run, and no longer: other tests
    count theirs.
    """
    ctypes.CDLL(None).prctl(BECOME_REAPER, 1, 0, 0, 0)
    yield
    ctypes.CDLL(None).prctl(BECOME_REAPER, 0, 0, 0, 0)


@pytest.fixture(scope="session")
def ground(real_course):
    root = Path(tempfile.mkdtemp(prefix="course-"))
    root.chmod(0o755)
    for name in ("solutions", "exercises"):
        shutil.copytree(real_course.root / name, root / name)
    (root / "hurried").mkdir()
    for folder, seconds in ((root, (5, 60)), (root / "hurried", (1, 10))):
        (folder / "course.toml").write_text(
            '[course]\ntitle = "x"\nid = "x"\n' + LIMITS.format(*seconds)
        )
    token = f"planted-{uuid.uuid4().hex}{uuid.uuid4().hex}"
    (root / "solutions" / "token.txt").write_text(token)
    (root / "open").mkdir()
    (root / "open").chmod(0o777)
    made = Ground(root, token)
    # made at first use, which no attack is to be blamed for: the seed, and compiled tests
    seed_of(made.course)
    collected(load(ASSIGNMENT, made.course))
    for name in ("other", "result", "gradebook", "history"):
        path = Path(made.places[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(token)
    for name in ("solutions", "grading", "results", ".git"):
        (root / name).chmod(0o700)
    os.environ["PLANTED"] = token  # in the grader's environment, and in its memory
    yield made
    del os.environ["PLANTED"]
    graders.grader_of.cache_clear()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def offered(monkeypatch):
    """Make a way of confinement usable here, or skip with the reason why it is not."""

    def offered(name: str) -> str:
        if name == "user" and closed_to_others(interpreter.current().reads):
            program = Path(
                f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
            )
            found = interpreter.Interpreter(
                program, Path("/usr/lib"), interpreter.current().packages
            )
            if program.exists():  # the system's own Python, which everyone may read
                monkeypatch.setattr(interpreter, "current", lambda: found)
        way = next(w for w in (*confine.WAYS, Unconfined()) if w.name == name)
        if reason := way.available():
            pytest.skip(f"{name}: {reason}")
        return name

    return offered


@pytest.fixture
def grade(ground, monkeypatch, capsys):
    """Grade a notebook as the command line does, and collect all that comes of it."""
    told, raised = [], set()
    ask = Client.call

    def call(self, *given, **named):
        outcome = ask(self, *given, **named)
        if isinstance(outcome, Returned):
            told.append(outcome.value)
        elif isinstance(outcome, Raised) and given[0] == CELL:
            raised.add(outcome.kind)
        return outcome

    monkeypatch.setattr(Client, "call", call)
    used, charge = [], Stretch.charge
    monkeypatch.setattr(
        Stretch, "charge", lambda stretch: used.append(charge(stretch)) or used[-1]
    )

    def grade(data, way: str, student: str = "eve", hurried: bool = False) -> Seen:
        told.clear()
        raised.clear()
        used.clear()
        path = ground.hand_in(data, student)
        begin = time.process_time()
        (done,) = show(
            ground.order(way, hurried), [HandIn(student, ASSIGNMENT, path)], jobs=1
        )
        seconds = time.process_time() - begin + sum(used)  # however busy the machine is
        out = capsys.readouterr()
        file = ground.root / "out" / "results" / student / f"{ASSIGNMENT}.json"
        texts = [out.out, out.err, file.read_text() if file.exists() else ""]
        texts += [f"{t.html}{t.message}{t.feedback}" for t in done.result.tasks]
        file.unlink(missing_ok=True)
        return Seen(done.result, "\n".join(texts), list(told), set(raised), seconds)

    return grade


def children() -> set[int]:
    """Running processes that are or were started for a submission: those of which this one is the
    parent, own and adopted, and those that a prepared process has forked. Prepared ones stay.
    """
    running = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().split(b"\0")
            prepared = any(
                word.endswith(b"})\n") and b"\nserve({" in word for word in words
            )
            if state != "Z":
                running[int(folder.name)] = (
                    int(parent),
                    prepared,
                    b"bwrap" in words[0],
                )
    none = (0, False, False)
    ours = {
        p
        for p, (parent, prepared, _) in running.items()
        if parent == os.getpid() and not prepared
    }
    forked = {
        process
        for process, (parent, prepared, of_bwrap) in running.items()
        if prepared and not of_bwrap and running.get(parent, none)[1:] == (True, False)
    }
    return ours | forked


def ends_soon(before: set[int], seconds: float = 20.0) -> bool:
    """Whether there are no more processes than before, at once or when killed ones are gone."""
    end = time.monotonic() + seconds
    while not children() <= before:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def attack_notebook(ground: Ground, attack: Attack) -> dict:
    """The notebook of an attack."""
    return ground.notebook(attack.sources(ground.right, ground.places))
