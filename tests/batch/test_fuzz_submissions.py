"""No submission, whatever is in it, costs its mark: it is graded or refused, in bounded time and
memory.
"""

import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import notebooks as nb
import pytest
from fuzzing import THOROUGH, cases
from hypothesis import given
from hypothesis import strategies as st
from submission_fuzz import CELLS, ENDINGS, EXTREMES, mutated, with_cell
from sweeps import few, sweep

from autograder.batch import graders
from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.grade import result as results
from autograder.grade.notebook_file import UnreadableError, contents, parse
from autograder.gradebook.repaired import repaired
from autograder.report import FORMATS
from autograder.report.gather import Gathered

NAME = nb.UNIT.assignment
COURSES = graders.Limits.from_settings
SECONDS = 60  # of this process's own work for one submission
MEMORY = 1400  # MB to read one, the interpreter with its packages included
STUDENTS = (
    "ann", "Zoë", "\udcff\udcfe", "a\nb", "\x1b[31m", "=1+1", "-rf", "..a", "a" * 200,
    "李 \u202e", "'\"`", "a%sb{}",
)  # fmt: skip
FILES = (
    "x.ipynb",
    f"{NAME}.ipynb",
    "\udcff.ipynb",
    "a\nb.ipynb",
    "-.ipynb",
    "é" * 120 + ".ipynb",
)
EACH = [
    text
    for text in sorted(FORMATS)
    if text in ("csv", "junit", "summary", "gradescope")
]


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    """One grader for all, less patient than usual: some of the code hangs."""
    hurried = classmethod(
        lambda _, settings: replace(COURSES(settings), cell_seconds=4, call_seconds=4)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graders.Limits, "from_settings", hurried)
        yield Batch(
            nb.COURSE.root,
            nb.COURSE.solutions,
            tmp_path_factory.mktemp("results"),
            again=True,
        )
    graders.grader_of.cache_clear()


@pytest.fixture
def patient(order, monkeypatch, tmp_path):
    """A grader as patient as the course: some of the code is right, and large."""
    monkeypatch.setattr(graders.Limits, "from_settings", COURSES)
    return replace(order, out=tmp_path / "results")


@pytest.fixture(scope="module")
def release():
    return nbformat.read(nb.COURSE.exercises / NAME / f"{NAME}.ipynb", as_version=4)


def graded(order, path, student="ann", assignment=NAME):
    """Grade, and see that there is a mark that can be written, read and reported."""
    start = time.process_time()
    result = grade_one(order, HandIn(student, assignment, path)).result
    assert result.score is not None, result.problem
    assert 0 <= result.score <= result.max_score
    assert time.process_time() - start < SECONDS
    again = results.from_bytes(result.to_json().encode("utf-8", "replace"))
    assert (again.score, len(again.tasks)) == (result.score, len(result.tasks))
    options = SimpleNamespace(visibility="visible", json=True)
    for name in EACH:
        assert FORMATS[name].make_report(Gathered((result,)), options)
    return result


def nbgrader_takes(path, release):
    """See that what is read becomes a notebook that nbgrader can work with."""
    try:
        data, _ = parse(contents(path))
    except UnreadableError:
        return
    labels = {cell.id for cell in release.cells if "nbgrader" in cell.metadata}
    assert labels <= {cell.id for cell in repaired(data, release).cells}


@cases(12)
@given(
    st.integers(0, 2**32),
    st.sampled_from(STUDENTS),
    st.sampled_from(FILES),
    st.sampled_from(["", NAME]),
)
def test_a_submission_changed_anywhere_keeps_its_mark(
    order, release, tmp_path_factory, seed, student, file, known
):
    path = tmp_path_factory.mktemp("in") / file
    path.write_bytes(mutated(seed))
    graded(order, path, student, known)
    nbgrader_takes(path, release)


def some(items, count):
    """All in `make fuzz`; else some, evenly spread."""
    return items if THOROUGH else items[:: max(1, len(items) // count)]


@pytest.mark.parametrize("text", some(CELLS, 6), ids=lambda text: ascii(text[:30]))
def test_a_cell_of_any_kind_costs_no_mark(text, order, tmp_path):
    (tmp_path / "x.ipynb").write_bytes(
        nb.write(nb.with_cell(text), tmp_path / "y").read_bytes()
    )
    graded(order, tmp_path / "x.ipynb")


@pytest.mark.parametrize("ending", some(ENDINGS, 6), ids=lambda text: ascii(text[:30]))
def test_whatever_a_function_comes_to_costs_no_mark(ending, order, tmp_path):
    texts = {
        name: f"{text.split(':')[0]}:\n    {ending}" for name, text in nb.RIGHT.items()
    }
    result = graded(order, nb.write(nb.answered(**texts), tmp_path / "x.ipynb"))
    assert result.score < result.max_score


QUICK = [name for name, (quick, _) in EXTREMES.items() if quick or THOROUGH]


@pytest.mark.parametrize(
    "name", few(QUICK, lambda name: THOROUGH or QUICK.index(name) % 3 == 0)
)
def test_a_submission_at_its_limits_keeps_its_mark(name, order, release, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(EXTREMES[name][1]())
    result = graded(order, path)
    assert (result.score == result.max_score) is not bool(result.problem), result
    nbgrader_takes(path, release)


READING = """
import resource, sys
from pathlib import Path
from autograder.grade.notebook_file import UnreadableError, code_cells, contents, parse
try:
    code_cells(parse(contents(Path(sys.argv[1])))[0])
except UnreadableError:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
LARGEST = [
    "a file of lists",
    *(n for n in EXTREMES if THOROUGH and n.startswith("a file")),
]


@pytest.mark.parametrize("name", dict.fromkeys(LARGEST))
def test_no_file_takes_more_memory_than_there_is(name, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(EXTREMES[name][1]())
    command = [sys.executable, "-c", READING, path]
    done = subprocess.run(
        command, cwd=nb.COURSE.root, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < MEMORY


@sweep
def test_a_table_or_a_text_of_braces_costs_nothing(patient, tmp_path):
    for text in ("[" + "[1, 2], " * 400_000 + "]", "'" + "{[," * 1_100_000 + "'"):
        (tmp_path / "x.ipynb").write_bytes(with_cell(f"data = {text}"))
        assert graded(patient, tmp_path / "x.ipynb").score == 20
