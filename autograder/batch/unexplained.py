"""Wrong answers that no known mistake explains, grouped by their wrong numbers.

Where several students came to the same numbers, they made the same mistake, and it wants an
entry in the catalogue. Their functions are called again on the two visible cases, in the same
confinement as for a mark; what they return is compared with each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from unrolled.check.compare import is_same
from unrolled.check.outcome import Outcome, Raised, Returned

from ..collect.hand_in import HandIn
from ..grade import companions as served
from ..grade import result as results
from ..grade.client import Client
from ..grade.grader import Grader, client_for
from ..grade.notebook_file import UnreadableError
from ..grade.result import TaskResult
from ..grade.submission import Submission, defines, read
from ..unit.unit import Unit
from .batch import Batch
from .graders import grader_of, rehearsed

NOTE = "unexplained.json"  # beside the results
WRONG = ("partial", "failed")


@dataclass
class Group:
    """Students whose functions came to the same wrong numbers.

    Attributes
    ----------
    assignment, function : str
        Of what.
    students : list of str
        Who.
    said : str
        What was found in the first of them.
    code : str
        The function as the shortest of them wrote it.
    """

    assignment: str
    function: str
    students: list[str]
    said: str
    code: str
    outcomes: list[Outcome] = field(default_factory=list, repr=False)

    def is_of_same(self, other: Group) -> bool:
        """Say whether two groups are of one function and came to the same numbers."""
        if (self.assignment, self.function) != (other.assignment, other.function):
            return False
        return all(map(are_same, other.outcomes, self.outcomes))


def unexplained(batch: Batch, hand_ins: Sequence[HandIn]) -> list[Group]:
    """Group what no mistake explains, the largest groups first.

    Parameters
    ----------
    batch : Batch
        With the folder of the results, which say what is to be looked at.
    hand_ins : sequence of HandIn
        The submissions that were graded.

    Raises
    ------
    NotConfined, RehearsalError
        As when they were graded.
    """
    groups: list[Group] = []
    for hand_in in hand_ins:
        for task in _tasks(batch.out, hand_in):
            _put(groups, batch, hand_in, task)
    return sorted(groups, key=_largest_first)


def _largest_first(group: Group) -> tuple[str, int, str, list[str]]:
    return group.assignment, -len(group.students), group.function, group.students


def _tasks(out: Path, hand_in: HandIn) -> list[TaskResult]:
    """Give the functions of a submission that are wrong for no known reason."""
    if not hand_in.assignment or not hand_in.is_sound:
        return []
    path = results.path_of(out, hand_in.student, hand_in.assignment)
    try:
        result = results.read(path)
    except (OSError, results.DamagedError):
        return []
    wrong = [task for task in result.tasks if task.status in WRONG]
    return [task for task in wrong if not task.misconception]


def _put(groups: list[Group], batch: Batch, hand_in: HandIn, task: TaskResult) -> None:
    """Put a student into the group of the same numbers, or into a new one."""
    with rehearsed(grader_of(batch, hand_in.assignment)) as grader:
        found = outcomes_and_code(grader, hand_in.path, task.task)
    if found is None:
        return
    outcomes, code = found
    own = Group(
        hand_in.assignment, task.task, [hand_in.student], task.found, code, outcomes
    )
    for group in groups:
        if group.is_of_same(own):
            group.students.append(hand_in.student)
            group.code = min(group.code, code, key=len)
            return
    groups.append(own)


def outcomes_and_code(
    grader: Grader, path: Path, name: str
) -> tuple[list[Outcome], str] | None:
    """Call a function of a notebook on the visible cases; None if it cannot be read.

    Parameters
    ----------
    grader : Grader
        Of the exercise.
    path : Path
        The notebook.
    name : str
        The function; its companions are the reference's.
    """
    unit = grader.unit
    try:
        submission = read(path, unit)
    except (UnreadableError, OSError):
        return None
    helpers = _companions(unit, name)
    with client_for(unit, submission, grader.confinement, grader.limits) as client:
        if helpers:
            client.fresh(serve=tuple(helpers))
        outcomes = list(_outcomes(client, unit, name, helpers))
    return outcomes, _code_of(submission, name)


def _companions(unit: Unit, name: str) -> dict[str, Callable]:
    return {
        called: served.companion(
            getattr(unit.reference, called), unit.functions[called]
        )
        for called in unit.functions[name].companions
    }


def _outcomes(
    client: Client, unit: Unit, name: str, helpers: dict[str, Callable]
) -> Iterator[Outcome]:
    for arguments in unit.visible_cases(name):
        yield client.call(name, arguments, helpers, budget=f"again {name}")


def are_same(one: Outcome, other: Outcome) -> bool:
    """Say whether two calls came to the same: equal numbers, the same error, the same end."""
    if isinstance(one, Returned) and isinstance(other, Returned):
        return is_same(one.value, other.value)
    if isinstance(one, Raised) and isinstance(other, Raised):
        return (one.kind, one.text) == (other.kind, other.text)
    return type(one) is type(other) and vars(one) == vars(other)


def _code_of(submission: Submission, name: str) -> str:
    """Give the cell that defines a function, the last if several do."""
    texts = [text for _, text in submission.cells if defines(text, name)]
    return texts[-1] if texts else ""


def as_json(groups: Sequence[Group]) -> str:
    """Give groups as a file beside the results, which reports read."""
    rows: list[dict[str, Any]] = []
    for group in groups:
        row = asdict(group)
        del row["outcomes"]
        rows.append(row)
    return json.dumps({"groups": rows}, indent=1, ensure_ascii=False) + "\n"
