"""Does the trace name the line in which a mistake was made? Over mistakes whose lines are known."""

import ast
import contextlib
import difflib
import io
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from autograder.release.landmarks import landmarks_of
from autograder.unit.catalogue import edited
from autograder.unit.samples import (
    SilentCheck,
    sample_notebook,
    samples,
    without_commands,
)
from autograder.unit.source import module_of, solved
from autograder.unit.unit import Unit, copied, outcome
from tests.bench import promises
from unrolled.check.compare import compare_returned
from unrolled.check.landmarks import Landmarks
from unrolled.check.locate import Located, Run, locate
from unrolled.check.outcome import Returned

NAMED, EARLIER, LATER, SILENT = "named", "earlier", "later", "silent"
SEED = 11


@dataclass(frozen=True)
class Mistake:
    """A wrong function whose mistake is at known lines."""

    name: str
    label: str
    module: ModuleType
    texts: dict[str, str]  # the cells by file name
    file: str  # the one with the mistake
    lines: frozenset[int]


@dataclass
class Score:
    """How many mistakes the trace names the line of, and which it does not."""

    counts: Counter = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The part whose line is named."""
        return self.counts[NAMED] / max(1, self.counts.total())

    def add(self, other: "Score") -> None:
        """Count another one's too."""
        self.counts += other.counts
        self.misses += other.misses


def catalogued(unit: Unit) -> Iterator[Mistake]:
    """Give the mistakes of the catalogue, each way of making one for itself."""
    for edit in unit.edits:
        name = edit.misconception.function
        cells = edited(unit.cells, edit)
        runs = [cell for cell in cells if cell.role in ("given", "solve")]
        texts = {f"<reference {unit.assignment}:{c.id}>": c.text for c in runs}
        file = f"<reference {unit.assignment}:{name}>"
        before = solved(unit.solves[name].text)
        yield Mistake(
            name,
            edit.misconception.id,
            module_of(cells, f"{unit.assignment} wrong"),
            texts,
            file,
            changed_lines(before, texts[file]),
        )


def mutants(unit: Unit, most: int) -> Iterator[Mistake]:
    """Give right answers in all styles with one thing changed that nobody has catalogued.

    Parameters
    ----------
    unit : Unit
        The exercise.
    most : int
        Of each function of each answer.
    """
    for path in [None, *samples(unit)]:
        notebook = sample_notebook(unit, path)
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        texts = {f"cell {c['id']}": "".join(c["source"]) for c in cells}
        for name in unit.functions:
            file = _defining(texts, name)
            if file is None:
                continue
            tree = ast.parse(texts[file])
            before = ast.unparse(tree)
            places = list(promises._changes(tree))
            random.Random(f"{SEED} {path} {name}").shuffle(places)
            for label, change in places[:most]:
                after = ast.unparse(ast.fix_missing_locations(change()))
                made = texts | {file: after}
                module = _module(unit, made)
                if hasattr(module, name):
                    which = path.stem if path else "reference"
                    lines = changed_lines(before, after)
                    yield Mistake(name, f"{which} {label}", module, made, file, lines)


def _defining(texts: dict[str, str], name: str) -> str | None:
    for file, text in texts.items():
        with contextlib.suppress(SyntaxError):
            body = ast.parse(text).body
            if any(getattr(node, "name", "") == name for node in body):
                return file
    return None


def _module(unit: Unit, texts: dict[str, str]) -> ModuleType:
    module = ModuleType(f"{unit.assignment} mutant")
    module.check = SilentCheck(unit)  # type: ignore[attr-defined]
    for file, text in texts.items():
        if "bind_check" in file or "try_" in file or "sum_up" in file:
            continue
        with (
            contextlib.suppress(Exception),
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(action="ignore"),
        ):
            exec(compile(text, file, "exec"), module.__dict__)
    return module


def changed_lines(before: str, after: str) -> frozenset[int]:
    """Give the lines of a text that another one has not; where lines are gone, those around."""
    lines: set[int] = set()
    matcher = difflib.SequenceMatcher(
        None, before.split("\n"), after.split("\n"), autojunk=False
    )
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            lines |= set(range(first + 1, last + 1))
        elif tag == "delete":
            lines |= {first, first + 1}
    return frozenset(lines)


@cache
def _landmarks(unit: Unit, name: str):
    return landmarks_of(unit, name)


def located(unit: Unit, mistake: Mistake) -> Located | str | None:
    """Trace a mistake on the first visible case that shows it; "" where none does."""
    function = unit.functions[mistake.name]
    called = unit.of(mistake.module, mistake.name)
    known = _landmarks(unit, mistake.name).cases
    for case, landmarks in zip(unit.visible_cases(mistake.name), known, strict=False):
        want = outcome(unit.of(unit.reference, mistake.name), case).value
        with contextlib.redirect_stdout(io.StringIO()):
            came = outcome(called, case)
        right = isinstance(came, Returned) and not compare_returned(
            function.returns, came.value, want
        )
        if not right:
            return traced(unit, mistake, case, want, landmarks)
    return ""


def traced(
    unit: Unit, mistake: Mistake, case: tuple, want: Any, landmarks: Landmarks
) -> Located | None:
    """Watch a function on a case, whether it is right there or not."""
    called = unit.of(mistake.module, mistake.name)
    run = Run(
        unit.functions[mistake.name],
        getattr(mistake.module, mistake.name),
        lambda: called(*copied(case)),
        want,
        landmarks,
        mistake.texts,
    )
    with (
        contextlib.redirect_stdout(io.StringIO()),
        np.errstate(all="ignore"),
        warnings.catch_warnings(action="ignore"),
    ):
        return locate(run)


def right_answers(unit: Unit) -> Iterator[Mistake]:
    """Give each function of each right answer as if there were a mistake in it."""
    for path in [None, *samples(unit)]:
        notebook = sample_notebook(unit, path)
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        texts = {
            f"cell {c['id']}": without_commands("".join(c["source"])) for c in cells
        }
        module = _module(unit, texts)
        for name in unit.functions:
            file = _defining(texts, name)
            if file is not None:
                label = path.stem if path else "reference"
                yield Mistake(name, label, module, texts, file, frozenset())


def score(unit: Unit, mistakes: Iterator[Mistake]) -> Score:
    """Trace mistakes, and count.

    Parameters
    ----------
    unit : Unit
        The exercise.
    mistakes : iterable of Mistake
        Those that no visible case shows are not counted.
    """
    found = Score()
    for mistake in mistakes:
        said = located(unit, mistake)
        if said == "":
            continue
        result = _result(said, mistake)
        found.counts[result] += 1
        if result != NAMED:
            line = said.where.line if isinstance(said, Located) else 0
            found.misses.append(
                f"{mistake.name} {mistake.label}: {result}, line {line}, made in "
                f"{sorted(mistake.lines)}"
            )
    return found


def _result(said: Located | str | None, mistake: Mistake) -> str:
    if not isinstance(said, Located):
        return SILENT
    where = said.where
    last = max(where.line, where.last)
    if said.file == mistake.file and set(range(where.line, last + 1)) & mistake.lines:
        return NAMED
    earlier = said.file == mistake.file and last < min(mistake.lines)
    return EARLIER if earlier else LATER
