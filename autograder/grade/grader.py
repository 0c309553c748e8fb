"""Grade one submission: read it, run the hidden tests against its confined functions, and write down what came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from unrolled.check.outcome import Lost, MachineryError, Outcome, Returned
from unrolled.check.render import as_html, as_text
from unrolled.check.verdict import Verdict, shown_line
from unrolled.contract import names_in

from ..confine import Confinement, Limits, NotConfined
from ..unit.secret_seed import fingerprint
from ..unit.unit import Unit
from . import companions as serve
from .client import REPAIRS, Client
from .hidden_tests import Attempt, run_tests
from .judge import Judge, Judged
from .notebook_file import UnreadableError
from .redact import line, narrowed, redacted, without_kinds, words
from .result import Result, TaskResult, TestResult, versions
from .submission import Submission, defines, read


@dataclass(frozen=True)
class Grader:
    """Grades submissions of one exercise, all in the same way.

    Parameters
    ----------
    unit : Unit
        The exercise.
    confinement : Confinement
        How the student's code is confined.
    limits : Limits
        Its clock and memory.
    seed : int
        Hidden inputs are drawn from it.
    watch : callable, optional
        Is given each function's first attempt, by name, before anything is left out of it.
    """

    unit: Unit
    confinement: Confinement
    limits: Limits
    seed: int = field(default=0, repr=False)
    watch: Callable[[dict[str, Attempt]], None] = lambda attempts: None

    def grade(self, path: Path, student: str) -> Result:
        """Grade a notebook. Never raises for what a submission is; `score` is None if the machinery failed."""
        repairs: list[str] = []
        try:
            submission = read(path, self.unit)
            repairs = submission.repairs
            return self._graded(submission, student)
        except UnreadableError as error:
            return self.refused(student, str(error))
        # the last line: whatever it is, it must not stop the batch nor cost marks
        except Exception as error:
            known = isinstance(error, MachineryError | NotConfined)
            why = str(error) if known else f"{type(error).__name__}: {error}"
            return self._result(
                student, None, [], repairs, f"the grading machinery failed: {why}"
            )

    def _graded(self, submission: Submission, student: str) -> Result:
        with client_for(self.unit, submission, self.confinement, self.limits) as client:
            # asked before anything hidden is sent: what the worker says of names can then carry
            # nothing
            stray = {
                name: _stray(self.unit, client, submission, name)
                for name in self.unit.functions
            }
            attempts = run_tests(self.unit, Judge(self.unit, client, self.seed))
            self.watch(attempts)
            attempts |= _again(self, client, attempts, submission.untouched)
            tasks = [
                _task(self, client, submission, a, stray.get(name))
                for name, a in attempts.items()
            ]
            repairs = submission.repairs + _repairs(client)
        if submission.foreign and all(task.status == "missing" for task in tasks):
            return self.refused(student, submission.foreign)
        score = (
            None
            if any(t.points is None for t in tasks)
            else round(sum(t.points for t in tasks), 2)
        )
        problem = "the grading machinery failed; see the tasks" if score is None else ""
        return self._result(student, score, tasks, repairs, problem)

    def refused(self, student: str, why: str) -> Result:
        """The result of a submission that holds nothing to grade."""
        tasks = [
            TaskResult(
                name, 0.0, points, "missing", None, f"Not graded: {why}.", "", []
            )
            for name, points in self.unit.points.items()
        ]
        return self._result(student, 0.0, tasks, [], why)

    def _result(self, student, score, tasks, repairs, problem) -> Result:
        highest = sum(self.unit.points.values())
        made_by = versions(digest(self.unit))
        seed = fingerprint(self.seed)
        return Result(
            self.unit.assignment,
            student,
            seed,
            score,
            highest,
            tasks,
            repairs,
            problem,
            made_by,
        )


@dataclass(frozen=True)
class _Caller:
    """Calls functions on a restart budget of its own, and with the reference's companions, as numbers, if any."""

    client: Client
    budget: str
    companions: dict[str, Callable]

    def call(self, name: str, arguments: tuple) -> Outcome:
        return self.client.call(
            name, arguments, self.companions, budget=f"{self.budget} {name}"
        )


def client_for(
    unit: Unit,
    submission: Submission,
    confinement: Confinement,
    limits: Limits | None = None,
) -> Client:
    """A client for the functions of a submission."""
    limits = limits or Limits.from_settings(unit.course.settings)
    drivers = {name: f.driver for name, f in unit.functions.items() if f.driver}
    return Client(confinement, limits, submission.given, submission.cells, drivers)


def _again(
    grader: Grader,
    client: Client,
    attempts: dict[str, Attempt],
    untouched: frozenset[str],
) -> dict[str, Attempt]:
    """Judge again what may have lost points by another function's fault; not what is still as
    it was released.

    With right companions if one of its own is not right; else alone, if it had been called in a
    worker that other functions were called in before. Each in a fresh worker, since the one
    there is may be spoilt. Only the first that needs companions is tried in that one before: if
    all is right nothing can have been spoilt, and most end there. Whatever comes after is kept
    from it, for numbers were served there.
    """
    better, served = {}, False
    for name, function in grader.unit.functions.items():
        wrong = [c for c in function.companions if not attempts[c].whole]
        if (
            attempts[name].whole
            or name in untouched
            or not (wrong or client.mixed(name))
        ):
            continue
        attempt = None
        if wrong and not served and not client.died(name):
            served = True
            attempt = _judged_again(grader, client, name, "helped", function.companions)
        if attempt is None or not attempt.whole:
            budget, companions = (
                ("served", function.companions) if wrong else ("alone", ())
            )
            client.fresh(serve=companions)
            attempt = _judged_again(grader, client, name, budget, companions)
        if (
            attempt.part >= attempts[name].part
        ):  # where equal, what it says is about this function alone
            better[name] = attempt
    return better


def _judged_again(
    grader: Grader, client: Client, name: str, budget: str, companions: tuple[str, ...]
) -> Attempt:
    contracts, reference = grader.unit.functions, grader.unit.reference
    served = {
        c: serve.companion(getattr(reference, c), contracts[c]) for c in companions
    }
    client.asked.clear()
    judge = Judge(grader.unit, _Caller(client, budget, served), grader.seed)
    return replace(
        run_tests(grader.unit, judge, (name,))[name], served=bool(client.asked)
    )


def _stray(
    unit: Unit, client: Client, submission: Submission, name: str
) -> tuple[list[str], list[str]]:
    """Names that a function takes from the notebook, as far as they stand in it."""
    own = words(text for _, text in submission.cells)
    companions = unit.functions[
        name
    ].companions  # one that is missing is judged, and told, for itself
    data, unknown = client.stray(name, companions)
    return [n for n in data if n in own], [
        n for n in unknown if n in own and n not in companions
    ]


def _task(
    grader: Grader,
    client: Client,
    submission: Submission,
    attempt: Attempt,
    stray: tuple | None,
) -> TaskResult:
    name, highest = attempt.name, grader.unit.points[attempt.name]
    if attempt.broken:
        return TaskResult(
            name,
            None,
            highest,
            "error",
            None,
            "The grading machinery failed here.",
            "",
            [],
        )
    points = points_of(attempt, highest)
    tests = [
        TestResult(r.name, r.kind, r.outcome, round(r.part * highest, 4) if r.outcome == "passed" else 0.0,
                   round(r.part * highest, 4))
        for r in attempt.records
    ]  # fmt: skip
    verdict = explained(grader.unit, client, submission, attempt, stray or ((), ()))
    status = _status(attempt, submission)
    mistake = verdict.mistake.id if verdict.mistake else None
    return TaskResult(
        name,
        points,
        highest,
        status,
        mistake,
        as_text(verdict),
        as_html(verdict),
        tests,
    )


def points_of(attempt: Attempt, highest: float) -> float:
    """What an attempt earns of a function's points."""
    return round(attempt.part * highest, 2)


def _status(attempt: Attempt, submission: Submission) -> str:
    if attempt.whole:
        return "passed"
    if attempt.name in submission.untouched:
        return "untouched"
    calls = [
        call for (name, _), call in attempt.judge.judged.items() if name == attempt.name
    ]
    lost = [call.outcome.how for call in calls if isinstance(call.outcome, Lost)]
    if lost:
        return lost[0]
    return "partial" if attempt.part > 0 else "failed"


def explained(
    unit: Unit, client: Client, submission: Submission, attempt: Attempt, stray: tuple
) -> Verdict:
    """The verdict on one function, with nothing in it that a student may not see."""
    name, judge = attempt.name, attempt.judge
    mistake = judge.verdict(
        name, stray
    ).mistake  # known by what the worker said, of which the rest may be left out
    own = words(text for _, text in (*submission.given, *submission.cells))
    served = frozenset(names_in(unit.functions[name])) if attempt.served else None
    for key, call in judge.judged.items():
        if key[0] == name:
            told = _told(
                call.outcome, name, client, submission, call.arguments, own, served
            )
            judge.judged[key] = replace(call, outcome=told)
    verdict = judge.verdict(name, stray)
    lost = any(
        isinstance(call.outcome, Lost)
        for key, call in judge.judged.items()
        if key[0] == name
    )
    verdict = replace(
        verdict, mistake=mistake or (verdict.mistake if lost else None)
    )  # of a loss, our words tell more
    if not attempt.whole and verdict.right:
        failed = ", ".join(
            dict.fromkeys(r.kind for r in attempt.records if r.outcome != "passed")
        )
        verdict = replace(
            verdict,
            right=False,
            call=name,
            failure=f"does not pass all tests of {failed}",
        )
    case = next(
        (c.arguments for (n, _), c in judge.judged.items() if n == name and _wrong(c)),
        (),
    )
    notes = list(verdict.notes)
    if attempt.served:
        companions = ", ".join(f"`{c}`" for c in unit.functions[name].companions)
        notes.append(
            f"Judged with a right {companions}, since your own is not right: its mistake costs nothing here."
        )
    told = narrowed(verdict.differences, case, attempt.served)
    return replace(verdict, notes=tuple(notes), differences=told)


def _wrong(call: Judged) -> bool:
    return bool(call.differences) or not isinstance(call.outcome, Returned)


def _told(
    outcome: Outcome,
    name: str,
    client: Client,
    submission: Submission,
    case: tuple,
    own: frozenset[str],
    served: frozenset[str] | None,
) -> Outcome:
    if isinstance(outcome, Returned):
        return replace(
            outcome,
            value=without_kinds(outcome.value, own if served is None else served),
        )
    if isinstance(outcome, Lost):
        return (
            Lost("missing", _why_missing(name, client, submission))
            if outcome.how == "missing"
            else outcome
        )
    text = submission.line(outcome.cell, outcome.line)
    shown = line(text, (one for _, one in submission.cells))
    return replace(redacted(outcome, own, case, served), cell=shown)


def _why_missing(name: str, client: Client, submission: Submission) -> str:
    for cell, text in submission.cells:
        if not defines(text, name):
            continue
        if cell in client.loaded.foreign:
            return f"code cell {cell}, which would define it, is {REPAIRS['foreign']}"
        if cell in client.loaded.skipped:
            return f"code cell {cell}, which defines it, does not run to its end: {client.loaded.skipped[cell]}"
        if error := client.loaded.errors.get(cell):
            told = redacted(error, words(t for _, t in submission.cells))
            line = shown_line(submission.line(cell, error.line))
            where = f", line {error.line}: `{line}`" if line else ""
            return f"code cell {cell}, which defines it, fails with {told.kind}{where}"
    return f"there is no function `{name}` in the notebook"


def _repairs(client: Client) -> list[str]:
    made = [
        f"code cell {cell}: {REPAIRS[what]}" for cell, what in client.loaded.repairs
    ]
    made += [
        f"code cell {cell} is left out {_where(why)}"
        for cell, why in client.loaded.skipped.items()
    ]
    return made + [client.loaded.cut] * bool(client.loaded.cut)


def _where(why: str) -> str:
    return why if why.startswith("at line") else f"as a whole: {why}"


def digest(unit: Unit) -> str:
    """A digest of everything that the hidden tests of a unit depend on."""
    sha = hashlib.sha256()
    folder, name = unit.course.solutions, unit.assignment
    for part in (
        f"{name}.py",
        f"contract_{name}.py",
        f"test_{name}.py",
        f"misconceptions/{name}.toml",
    ):
        file = folder / part
        sha.update(file.read_bytes() if file.is_file() else b"")
    return sha.hexdigest()[:16]
