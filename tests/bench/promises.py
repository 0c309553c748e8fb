"""How often a ✓ is followed by less than full marks, over wrong and right answers of many kinds.

    python -m tests.bench promises

The check's ✓ says that a function is right by the visible numbers; hidden tests then try it on
others. Each answer here is put before both.
"""

import ast
import contextlib
import copy
import io
import random
import signal
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import NamedTuple

from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, outcome_here
from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.samples import (
    SilentCheck,
    sample_notebook,
    samples,
    without_commands,
)
from autograder.unit.source import module_of, solved
from autograder.unit.unit import Unit, load
from unrolled.check.outcome import Outcome
from unrolled.notebook_check import Check

SEED = 7
MUTANTS = 6  # of a function, at most
SECONDS = 10  # of work for one answer
WAYS = {  # of writing what is right for ordinary inputs only: what stands there, and a helper
    "softmax without a shift": (
        "softmax(",
        "naive_softmax(",
        "def naive_softmax(z):\n    return np.exp(z) / np.exp(z).sum(axis=0, keepdims=True)\n",
    ),
    "sigmoid by an exponential": (
        "sigmoid(",
        "naive_sigmoid(",
        "def naive_sigmoid(z):\n    return np.exp(z) / (1 + np.exp(z))\n",
    ),
    "tanh by exponentials": (
        "np.tanh(",
        "naive_tanh(",
        "def naive_tanh(z):\n"
        "    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))\n",
    ),
    "half precision": ("np.zeros(", "half_zeros(", ""),
    "clipped": (
        "np.tanh(",
        "clipped_tanh(",
        "def clipped_tanh(z):\n    return np.clip(z - z**3 / 3, -1, 1) if abs(z).max() > 50 "
        "else np.tanh(z)\n",
    ),
}
HALF = "def half_zeros(shape):\n    return np.zeros(shape, np.float16)\n"


class TooLong(BaseException):
    """An answer takes too long; no `except Exception` on the way catches this."""


class Answer(NamedTuple):
    """One function as somebody might write it."""

    kind: str
    label: str
    name: str
    module: ModuleType


@dataclass(frozen=True)
class Tally:
    """How many answers of a kind there were, how many had a ✓, and which of these lost points."""

    answers: int = 0
    ticked: int = 0
    broken: tuple[str, ...] = ()

    def with_more(self, other: "Tally") -> "Tally":
        """Add another tally."""
        return Tally(
            self.answers + other.answers,
            self.ticked + other.ticked,
            self.broken + other.broken,
        )


@dataclass(frozen=True)
class _Here:
    """Calls an answer in this process: all of them are the course's own."""

    unit: Unit
    module: ModuleType

    def call(self, name: str, arguments: tuple) -> Outcome:
        """Call one of its functions."""
        return outcome_here(self.unit.of(self.module, name), arguments)


def main() -> None:
    """Print the table, and each answer whose ✓ was a promise not kept."""
    course = Course.find()
    tallies: dict[str, Tally] = {}
    for assignment in course.assignments:
        unit = load(assignment, course)
        for kind, tally in measured(unit, list(answers(unit))).items():
            tallies[kind] = tallies.get(kind, Tally()).with_more(tally)
            for label in tally.broken:
                print(f"  {kind}: {label}", flush=True)
    print(
        "answers to one function: how many have a ✓, and how many of these lose points"
    )
    for kind, tally in tallies.items():
        print(
            f"  {kind:<12} {tally.answers:5d} answers, {tally.ticked:4d} ✓, "
            f"{len(tally.broken):3d} of them below full marks"
        )


def measured(unit: Unit, given: list[Answer]) -> dict[str, Tally]:
    """Put answers before the check and before the hidden tests, by their kinds."""
    check = Check(unit.assignment, unit.course.exercises / unit.assignment)
    found: dict[str, Tally] = {}
    for answer in given:
        tally = found.get(answer.kind, Tally())
        tally = replace(tally, answers=tally.answers + 1)
        try:
            with bounded(), contextlib.redirect_stdout(io.StringIO()):
                ticked = check.verdict(getattr(answer.module, answer.name)).right
                mark = marks_lost(unit, answer) if ticked else ""
        except TooLong:
            ticked, mark = False, ""
        if ticked:
            tally = replace(tally, ticked=tally.ticked + 1)
        if mark:
            text = f"{unit.assignment} {answer.name}, {answer.label}: {mark}"
            tally = replace(tally, broken=(*tally.broken, text))
        found[answer.kind] = tally
    return found


def marks_lost(unit: Unit, answer: Answer) -> str:
    """Give the part of the points and what failed; "" where there are full marks."""
    judge = Judge(unit, _Here(unit, answer.module), SEED)
    attempt = run_tests(unit, judge, (answer.name,))[answer.name]
    if attempt.whole:
        return ""
    failed = ", ".join(r.name for r in attempt.records if r.outcome != "passed")
    return f"{attempt.part:.0%} ({failed})"


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """End what works too long, by this process's own time, which a busy machine does not spend.

    Raises
    ------
    TooLong
        Also where something on the way has caught it: pytest takes it for a test that fails.
    """
    rung = []

    def stop(*_: object) -> None:
        rung.append(True)
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    if rung:
        raise TooLong


def answers(unit: Unit, mutants: int = MUTANTS) -> Iterator[Answer]:
    """Give answers of all kinds, each with one function that is not the reference's."""
    for edit in unit.edits:
        one = edit.misconception
        module = variant(unit.assignment, edit, unit.course)
        yield Answer("catalogue", one.id, one.function, module)
    yield from _samples(unit)
    submissions = unit.course.root / "tests" / "submissions" / unit.assignment
    yield from _files(unit, "submissions", sorted(submissions.glob("*.py")))
    for name, cell in unit.solves.items():
        text = solved(cell.text)
        yield from _other_ways(unit, name, text)
        yield from _mutants(unit, name, text, mutants)


def _samples(unit: Unit) -> Iterator[Answer]:
    yield from _files(unit, "samples", samples(unit))


def _files(unit: Unit, kind: str, paths: list) -> Iterator[Answer]:
    """Give the functions of sample answers: of those that need no notebook around them."""
    for path in paths:
        module = ModuleType(path.stem)
        module.check = SilentCheck(unit)  # type: ignore[attr-defined]
        for cell in sample_notebook(unit, path)["cells"]:
            if cell["cell_type"] == "code" and "bind_check" not in cell["id"]:
                with contextlib.suppress(TooLong), bounded():
                    _run("".join(cell["source"]), module)
        for name in unit.functions:
            if hasattr(module, name):
                yield Answer(kind, path.stem, name, module)


def _run(text: str, module: ModuleType) -> None:
    with (
        contextlib.suppress(Exception),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(action="ignore"),
    ):
        exec(compile(without_commands(text), "sample", "exec"), module.__dict__)


def _other_ways(unit: Unit, name: str, text: str) -> Iterator[Answer]:
    for label, (find, put, helper) in WAYS.items():
        if find in text:
            changed = text.replace(find, put)
            module = module_with(unit, name, f"{helper or HALF}\n{changed}")
            yield Answer("other ways", label, name, module)


def _mutants(unit: Unit, name: str, text: str, most: int) -> Iterator[Answer]:
    tree = ast.parse(text)
    places = list(_changes(tree))
    random.Random(name).shuffle(places)
    for label, change in places[:most]:
        mutant = ast.unparse(ast.fix_missing_locations(change()))
        yield Answer("mutants", label, name, module_with(unit, name, mutant))


def module_with(unit: Unit, name: str, text: str) -> ModuleType:
    """Give the exercise's functions with one of another text."""
    cells = []
    for cell in unit.cells:
        if cell.role == "solve":
            own = cell.task == name
            cell = replace(cell, text=text if own else solved(cell.text))
        cells.append(cell)
    return module_of(tuple(cells), f"{unit.assignment} answer")


def _changes(tree: ast.Module) -> Iterator[tuple[str, Callable[[], ast.Module]]]:
    """Give small changes of a function: each a label, and what makes the changed tree."""
    for number, node in enumerate(ast.walk(tree)):
        for label, edit in _edits(node):
            yield (
                f"line {getattr(node, 'lineno', 0)} {label}",
                _change(tree, number, edit),
            )


def _change(
    tree: ast.Module, number: int, edit: Callable[[ast.AST], None]
) -> Callable[[], ast.Module]:
    def make() -> ast.Module:
        changed = copy.deepcopy(tree)
        edit(list(ast.walk(changed))[number])
        return changed

    return make


def _edits(node: ast.AST) -> Iterator[tuple[str, Callable]]:
    if isinstance(node, ast.BinOp):
        for old, new in (
            (ast.Add, ast.Sub()),
            (ast.Sub, ast.Add()),
            (ast.Mult, ast.Add()),
            (ast.Div, ast.Mult()),
        ):
            if isinstance(node.op, old):
                yield (
                    f"{old.__name__} to {type(new).__name__}",
                    lambda n, new=new: setattr(n, "op", new),
                )
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        other = not node.value if isinstance(node.value, bool) else node.value + 1
        yield (
            f"{node.value} to {other}",
            lambda n, other=other: setattr(n, "value", other),
        )
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield "+= to -=", lambda n: setattr(n, "op", ast.Sub())
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        swaps = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
        new = swaps.get(type(node.ops[0]))
        if new:
            yield new.__name__, lambda n, new=new: setattr(n, "ops", [new()])
    elif isinstance(node, ast.Call) and node.keywords:
        yield (
            f"without {node.keywords[-1].arg}",
            lambda n: setattr(n, "keywords", n.keywords[:-1]),
        )
