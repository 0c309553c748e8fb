"""The worked example of a new unit: put where the instructor's page says, it is released,
checked and graded.
"""

import json
import re
import shutil
from pathlib import Path

import notebooks
import pytest
from copies import copied

from autograder.cli import main
from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge, ReferenceCaller
from autograder.grade.rehearsal import rehearse
from autograder.grade.result import path_of, read
from autograder.publish.leaks import find_leaks
from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.unit import load
from unrolled.notebook_check import Check

NAME, FUNCTION = "ex9_peak_meter", "peak_step"
EXAMPLE = Path(__file__).resolve().parents[2] / "templates" / "unit"


@pytest.fixture(scope="module")
def unit(real_course, tmp_path_factory):
    """The unit in a copy of the course, released by the command."""
    root = tmp_path_factory.mktemp("course")
    copied(real_course, root)
    shutil.copy(real_course.root / "nbgrader_config.py", root)
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["release", NAME]) == 0
    return load(NAME, Course(root))


@pytest.fixture(scope="module")
def check(unit):
    return Check(NAME, unit.course.exercises / NAME)


def test_it_has_a_file_for_each_step_of_the_page(unit):
    files = {
        path.relative_to(EXAMPLE).as_posix()
        for path in EXAMPLE.rglob("*")
        if path.is_file()
    }
    secret = {
        f"{NAME}.py",
        f"contract_{NAME}.py",
        f"test_{NAME}.py",
        f"misconceptions/{NAME}.toml",
    }
    pages = {"book/ch9_peak_meter.md", "book/slips9_peak_meter.md"}
    assert (
        files
        == {f"solutions/{name}" for name in secret | {f"samples/{NAME}/where.py"}}
        | pages
    )


def test_what_is_released_shows_no_solution(unit):
    released = unit.course.exercises / NAME / f"{NAME}.ipynb"
    text = "".join(
        "".join(cell["source"])
        for cell in json.loads(released.read_text(encoding="utf-8"))["cells"]
    )
    assert "p_next = None" in text
    assert "{{" not in text
    assert find_leaks(unit.course, [released]) == []


def test_every_mistake_is_caught_and_named(unit, check):
    assert len(unit.edits) == 4
    for edit in unit.edits:
        verdict = check.verdict(getattr(variant(NAME, edit, unit.course), FUNCTION))
        assert not verdict.right
        assert verdict.mistake == edit.misconception


def test_every_section_that_is_named_is_in_the_book(unit):
    named = {edit.misconception.section for edit in unit.edits} | {
        f.section for f in unit.functions.values()
    }
    there = {
        f"{page}#{target}"
        for page in ("ch9_peak_meter", "slips9_peak_meter")
        for target in re.findall(
            r"^\(([\w-]+)\)=$",
            (unit.course.root / "book" / f"{page}.md").read_text(encoding="utf-8"),
            re.M,
        )
    }
    assert named == there - {"ch9_peak_meter#ch9-exercise", "slips9_peak_meter#slips9"}


def test_submissions_are_graded_like_any_other(unit, tmp_path, monkeypatch):
    monkeypatch.chdir(unit.course.root)
    (sample,) = samples(unit)
    untouched = (unit.course.exercises / NAME / f"{NAME}.ipynb").read_text(
        encoding="utf-8"
    )
    for student, text in (
        ("ada", json.dumps(sample_notebook(unit, sample))),
        ("bob", untouched),
        ("reference", json.dumps(sample_notebook(unit))),
    ):
        path = tmp_path / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    out = tmp_path / "results"
    assert main(["grade", str(tmp_path / "submitted"), "--out", str(out)]) == 0
    assert [
        read(path_of(out, student, NAME)).score
        for student in ("ada", "bob", "reference")
    ] == [5, 0, 5]


def test_a_test_of_ones_own_as_the_page_writes_it_judges(unit, real_course):
    page = (real_course.root / "book" / "teach_add_a_unit.md").read_text(
        encoding="utf-8"
    )
    (text,) = re.findall(r"```python\n(import pytest\n.*?)```", page, re.S)
    path = unit.course.solutions / f"test_{NAME}.py"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(text, encoding="utf-8")
        own = load(NAME, unit.course)
        rehearse(notebooks.grader(unit=own))
        attempt = run_tests(own, Judge(own, ReferenceCaller(own), 0))[FUNCTION]
    finally:
        path.write_text(before, encoding="utf-8")
    assert "test_more_draws" in {record.name for record in attempt.records}
    assert attempt.whole
