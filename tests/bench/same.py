"""Are results the same, byte for byte, from forked workers as from workers that each start alone?

`python -m tests.bench same [EXERCISE …]`: every sample, every known mistake, the released notebook
and every hostile one.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import notebooks as nb
from hostile.conftest import ASSIGNMENT, Ground, attack_notebook
from hostile.test_attacks import NAMES

from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.unit import Unit, load


def submissions(unit: Unit) -> Iterator[tuple[str, dict]]:
    """Name and notebook of each submission of an exercise."""
    yield "released", nb.untouched(unit)
    for path in samples(unit):
        yield path.stem, sample_notebook(unit, path)
    for edit in unit.edits:
        mistake = edit.misconception
        yield f"{mistake.function}-{mistake.id}", nb.mistaken(edit, unit)
    if unit.assignment == ASSIGNMENT:
        ground = Ground(unit.course.root, "planted-for-nobody")
        for attack, attack_name in NAMES.items():
            if not attack.hangs:
                yield attack_name, attack_notebook(ground, attack)


def main(*names: str) -> None:
    """Print each difference, and how many submissions there were."""
    course = Course.find()
    different = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name in names or course.assignments:
            start = time.monotonic()
            for student, notebook in submissions(load(name, course)):
                path = nb.write(notebook, Path(scratch, "in", student, f"{name}.ipynb"))
                found = [
                    _graded(course, Path(scratch), path, student, name, fresh)
                    for fresh in (0, 1)
                ]
                count += 1
                if found[0] != found[1]:
                    different += 1
                    print(
                        f"{name} {student}:\n  forked {found[0]}\n  alone  {found[1]}"
                    )
            print(f"{name}: {time.monotonic() - start:.0f} s")
    print(f"{count} submissions, {different} with other results")
    sys.exit(bool(different))


def _graded(
    course: Course, scratch: Path, path: Path, student: str, name: str, fresh: int
) -> str:
    out = scratch / f"out-{fresh}"
    batch = Batch(course.root, course.solutions, out, again=True, fresh=bool(fresh))
    grade_one(batch, HandIn(student, name, path))
    return (out / student / f"{name}.json").read_text()
