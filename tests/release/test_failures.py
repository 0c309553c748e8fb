"""Whatever an instructor can get wrong ends a release in one line, with the file and the line."""

import re

import minicourse
import pytest
from sweeps import few

from autograder import cli
from autograder.release.build import release

NAME = minicourse.NAME
SOURCE, CONTRACT = f"{NAME}.py", f"contract_{NAME}.py"
TESTS, MISTAKES = f"test_{NAME}.py", f"misconceptions/{NAME}.toml"
MARKING = f"marking/{NAME}.toml"

WRONG = {
    # what is wrong: the file, what stands there, what stands there instead, what is said
    "a given cell is no Python": (
        SOURCE,
        "numpy as np",
        "numpy as",
        r"\.py:7: SyntaxE",
    ),
    "an import is of nothing": (
        SOURCE,
        "import numpy",
        "import nunpy",
        r"\.py:7: Modu",
    ),
    "the reference is no Python": (SOURCE, "= 3.0", "= = 3.0", r"\.py:15: SyntaxError"),
    "the reference raises": (SOURCE, "np.tanh(", "np.tahn(", r"\.py:15: AttributeErr"),
    "a function has another name": (
        SOURCE,
        "def step(",
        "def stepp(",
        r"\.py:9: .*step",
    ),
    "points are no number": (SOURCE, "points=10", 'points="x"', r"\.py:23: points='x'"),
    "a contract is no Python": (CONTRACT, "", "\n)", r"contract_.*\.py:7: SyntaxError"),
    "a contract raises": (CONTRACT, "", "\nnothing", r"contract_.*\.py:7: NameError"),
    "a contract lacks a part": (
        CONTRACT,
        "EXAMPLE",
        "EXAMPEL",
        r"\.py: EXAMPLE is miss",
    ),
    "hidden tests are no Python": (TESTS, "", "\n)", r"test_.*\.py:13: SyntaxError"),
    "hidden tests raise": (
        TESTS,
        "",
        "\nimport nothing_here",
        r"test_.*\.py:13: Module",
    ),
    "a function has no tests": (
        TESTS,
        "TestStep",
        "Step",
        r"test_.*\.py: .*no tests for",
    ),
    "tests of another function": (
        TESTS,
        '"step"',
        '"stepp"',
        r"test_.*\.py: .*'stepp'",
    ),
    "a mark that there is not": (
        TESTS,
        "",
        "\nimport pytest\n@pytest.mark.tsak\ndef test_x(judge):\n    pass\n",
        r"test_.*\.py:14: 'tsak' not found",
    ),
    "mistakes are no TOML": (MISTAKES, "", "\nx = \n", r"\.toml: .*line 9"),
    "a mistake lacks a part": (MISTAKES, "hint", "hnit", r"entry 1 .*hnit.*line 1"),
    "an edit finds nothing": (MISTAKES, "3.0 * np", "7.0 * np", r"stands 0 times"),
    "a mistake is no Python": (
        MISTAKES,
        "5.0 * np",
        "5.0 * * np",
        r"'scale' is no Pyth",
    ),
    "a mistake of no function": (MISTAKES, '"step"', '"stpe"', r"no function stpe"),
    "marking is no list": (MARKING, "", "why = 3", r"marking/.*\.toml: expected lists"),
    "marking is no TOML": (MARKING, "", "why = ", r"marking/.*\.toml: expected lists"),
    "marking does not add up": (
        MARKING,
        "",
        "why = [[1, 'x']]",
        r"\.toml: .*makes up 1",
    ),
}


def spoilt(course, file, old, new):
    """Put something else into a file of the solutions, at its end where nothing is to go."""
    path = course.solutions / file
    path.parent.mkdir(exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert old in text
    changed = text.replace(old, new, 1) if old else text + new
    path.write_text(changed, encoding="utf-8")


OFTEN = [  # at least one of each file
    "the reference is no Python",
    "the reference raises",
    "points are no number",
    "a contract raises",
    "hidden tests raise",
    "a function has no tests",
    "a mistake lacks a part",
    "an edit finds nothing",
    "marking does not add up",
]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    few(WRONG.values(), lambda *row: row in [WRONG[name] for name in OFTEN]),
    ids=WRONG,
)
def test_a_failure_is_one_line(
    file, old, new, said, tmp_path, monkeypatch, capsys, recwarn
):
    course = minicourse.make(tmp_path)
    spoilt(course, file, old, new)
    monkeypatch.chdir(course.root)
    assert cli.main(["release"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("autograder: ")
    assert len(err.splitlines()) == 1
    assert re.search(said, err), err


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch, capsys):
    course = minicourse.make(tmp_path)
    course.exercises.write_text("a file where the folder should be")
    monkeypatch.chdir(course.root)
    assert cli.main(["release"]) == 2
    assert f"{NAME} cannot be released: " in capsys.readouterr().err


def test_what_is_handed_in_is_closed_to_others_from_the_first_release_on(tmp_path):
    course = minicourse.make(tmp_path)
    release(course)
    assert (course.root / "grading").stat().st_mode & 0o777 == 0o700


def test_a_folder_for_grading_that_is_there_keeps_its_mode(tmp_path):
    course = minicourse.make(tmp_path)
    (course.root / "grading").mkdir(mode=0o750)
    (course.root / "grading").chmod(0o750)
    course.make_grading()
    assert (course.root / "grading").stat().st_mode & 0o777 == 0o750
