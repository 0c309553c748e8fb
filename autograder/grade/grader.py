"""Grade one submission.

It is read, the hidden tests are run against its confined functions, and what came is written down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from unrolled.check.outcome import Lost, MachineryError, Outcome
from unrolled.check.where import Where

from ..confine import Confinement, Limits, NotConfined
from ..unit.secret_seed import fingerprint
from ..unit.unit import Unit
from . import companions as serve
from .client import Client
from .feedback import explained, names_told, repairs_of
from .first_line import first_lines
from .hidden_tests import Attempt, TestRecord, run_tests
from .judge import Judge, Stray
from .notebook_file import UnreadableError
from .result import Result, TaskResult, TestResult, versions
from .submission import Submission, read
from .told import Feedback, feedback_of


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
        Is given each function's first attempt, by name.
    """

    unit: Unit
    confinement: Confinement
    limits: Limits
    seed: int = field(default=0, repr=False)
    watch: Callable[[dict[str, Attempt]], None] = lambda attempts: None

    def grade(self, path: Path, student: str) -> Result:
        """Grade a notebook; `score` is None if the machinery failed.

        It never raises for what a submission is.
        """
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
            problem = f"the grading machinery failed: {why}"
            return self._result(student, None, [], repairs, problem)

    def _graded(self, submission: Submission, student: str) -> Result:
        with client_for(self.unit, submission, self.confinement, self.limits) as client:
            # asked before anything hidden is sent: what the worker says of names can then carry
            # nothing
            stray = self._stray_names(client, submission)
            attempts = run_tests(self.unit, Judge(self.unit, client, self.seed))
            self.watch(attempts)
            attempts |= _again(self, client, attempts, submission.untouched)
            told = {
                name: _task_result(self.unit, client, submission, attempt, stray[name])
                for name, attempt in attempts.items()
            }
            wrong = _to_be_traced(self.unit, told)
            where = first_lines(self.unit, client, submission, wrong)
            tasks = [_with_place(task, where.get(name)) for name, task in told.items()]
            repairs = submission.repairs + repairs_of(client.loaded)
        if submission.foreign and all(task.status == "missing" for task in tasks):
            return self.refused(student, submission.foreign)
        score = _total(tasks)
        problem = "the grading machinery failed; see the tasks" if score is None else ""
        return self._result(student, score, tasks, repairs, problem)

    def _stray_names(self, client: Client, submission: Submission) -> dict[str, Stray]:
        """Ask which names each function takes from the notebook."""
        found = {}
        for name, function in self.unit.functions.items():
            said = client.stray(name, function.companions)
            found[name] = names_told(said, submission, function.companions)
        return found

    def refused(self, student: str, why: str) -> Result:
        """Give the result of a submission that holds nothing to grade."""
        said = f"Not graded: {why}."
        tasks = [
            TaskResult(name, 0.0, points, "missing", Feedback(said))
            for name, points in self.unit.points.items()
        ]
        return self._result(student, 0.0, tasks, [], why)

    def _result(
        self,
        student: str,
        score: float | None,
        tasks: list[TaskResult],
        repairs: list[str],
        problem: str,
    ) -> Result:
        return Result(
            assignment=self.unit.assignment,
            student=student,
            seed=fingerprint(self.seed),
            score=score,
            max_score=sum(self.unit.points.values()),
            tasks=tasks,
            repairs=repairs,
            problem=problem,
            versions=versions(digest(self.unit)),
        )


@dataclass(frozen=True)
class _ServedCaller:
    """Calls functions on a restart budget of its own, with the reference's companions if any."""

    client: Client
    budget: str
    companions: dict[str, Callable]

    def call(self, name: str, arguments: tuple) -> Outcome:
        budget = f"{self.budget} {name}"
        return self.client.call(name, arguments, self.companions, budget=budget)


def client_for(
    unit: Unit,
    submission: Submission,
    confinement: Confinement,
    limits: Limits | None = None,
) -> Client:
    """Make a client for the functions of a submission.

    Parameters
    ----------
    unit : Unit
        The exercise.
    submission : Submission
        The notebook's code.
    confinement : Confinement
        How it is confined.
    limits : Limits, optional
        Clock and memory; the course's own unless given.
    """
    limits = limits or Limits.from_settings(unit.course.settings)
    drivers = {name: f.driver for name, f in unit.functions.items() if f.driver}
    # by their own names, so that each is the course's whatever the notebook calls so
    drivers |= {by: by for ways in unit.also.values() for by in ways.values()}
    return Client(confinement, limits, submission.given, submission.cells, drivers)


def _again(
    grader: Grader,
    client: Client,
    attempts: dict[str, Attempt],
    untouched: frozenset[str],
) -> dict[str, Attempt]:
    """Judge again what may have lost points by another function's fault.

    With right companions if one of its own is not right; else alone, if it had been called in a
    worker that other functions were called in before. Each in a fresh worker, since the one
    there is may be spoilt. Only the first that needs companions is tried in that one before: if
    all is right nothing can have been spoilt, and most end there. Whatever comes after is kept
    from it, for numbers were served there. What is still as it was released is not judged again.
    """
    better, served = {}, False
    for name, function in grader.unit.functions.items():
        wrong = [c for c in function.companions if not attempts[c].whole]
        others_fault = bool(wrong) or client.mixed(name)
        if attempts[name].whole or name in untouched or not others_fault:
            continue
        attempt = None
        if wrong and not served and not client.died(name):
            served = True
            attempt = _judged_again(grader, client, name, "helped", function.companions)
        if attempt is None or not attempt.whole:
            budget = "served" if wrong else "alone"
            companions = function.companions if wrong else ()
            client.fresh(serve=companions)
            attempt = _judged_again(grader, client, name, budget, companions)
        # where equal, what it says is about this function alone
        if attempt.part >= attempts[name].part:
            better[name] = attempt
    return better


def _judged_again(
    grader: Grader, client: Client, name: str, budget: str, companions: tuple[str, ...]
) -> Attempt:
    contracts, reference = grader.unit.functions, grader.unit.reference
    served = {
        one: serve.companion(getattr(reference, one), contracts[one])
        for one in companions
    }
    client.asked.clear()
    judge = Judge(grader.unit, _ServedCaller(client, budget, served), grader.seed)
    attempt = run_tests(grader.unit, judge, (name,))[name]
    return replace(attempt, served=bool(client.asked))


def _task_result(
    unit: Unit,
    client: Client,
    submission: Submission,
    attempt: Attempt,
    stray: Stray,
) -> TaskResult:
    name, highest = attempt.name, unit.points[attempt.name]
    if attempt.broken:
        said = "The grading machinery failed here."
        return TaskResult(name, None, highest, "error", Feedback(said))
    verdict = explained(unit, client.loaded, submission, attempt, stray)
    return TaskResult(
        task=name,
        points=points_of(attempt, highest),
        max_points=highest,
        status=_status(attempt, submission),
        feedback=feedback_of(verdict),
        tests=[_test_result(record, highest) for record in attempt.records],
    )


def _to_be_traced(unit: Unit, told: Mapping[str, TaskResult]) -> list[str]:
    """Give the wrong functions of which a line can be told: what they call is right."""
    return [
        name
        for name, function in unit.functions.items()
        if told[name].status in ("failed", "partial")
        and all(told[one].status == "passed" for one in function.companions)
    ]


def _with_place(task: TaskResult, where: Where | None) -> TaskResult:
    if where is None:
        return task
    return replace(task, feedback=replace(task.feedback, where=where))


def _test_result(record: TestRecord, highest: float) -> TestResult:
    worth = round(record.part * highest, 4)
    points = worth if record.outcome == "passed" else 0.0
    return TestResult(record.name, record.kind, record.outcome, points, worth)


def _total(tasks: list[TaskResult]) -> float | None:
    """Give the points of all tasks; None if the machinery failed at one."""
    total = 0.0
    for task in tasks:
        if task.points is None:
            return None
        total += task.points
    return round(total, 2)


def points_of(attempt: Attempt, highest: float) -> float:
    """Give what an attempt earns of a function's points."""
    return round(attempt.part * highest, 2)


def _status(attempt: Attempt, submission: Submission) -> str:
    if attempt.whole:
        return "passed"
    if attempt.name in submission.untouched:
        return "untouched"
    for call in attempt.judge.calls(attempt.name).values():
        if isinstance(call.outcome, Lost):
            return call.outcome.how
    return "partial" if attempt.part > 0 else "failed"


@lru_cache(maxsize=64)
def digest(unit: Unit) -> str:
    """Give a digest of everything that the hidden tests of a unit depend on."""
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
