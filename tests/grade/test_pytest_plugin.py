"""Running hidden tests by hand: `pytest -p autograder.grade.pytest_plugin
solutions/test_ex1_rnn_cell.py`.
"""

import subprocess
import sys

import notebooks as nb
import pytest


@pytest.fixture
def by_hand(tmp_path):
    def by_hand(*arguments, notebook=None):
        path = nb.COURSE.solutions / f"test_{nb.UNIT.assignment}.py"
        given = (
            ["--submission", str(nb.write(notebook, tmp_path / "x.ipynb"))]
            if notebook
            else []
        )
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rf",
            "-p",
            "autograder.grade.pytest_plugin",
            str(path),
            *given,
            *arguments,
        ]
        return subprocess.run(
            command, cwd=nb.COURSE.root, capture_output=True, text=True, check=False
        )

    return by_hand


def test_the_reference_passes(by_hand):
    done = by_hand("--seed", "4")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_submission_is_judged(by_hand):
    done = by_hand(notebook=nb.mistaken(nb.mistake(nb.CELL, "bias-missing")))
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert done.returncode == 1
    assert any("TestRnnCellForward::test_values[a_next]" in line for line in failed)
    assert not any("test_shapes" in line for line in failed)


def test_what_is_no_notebook_is_an_error(by_hand):
    done = by_hand(notebook=b"nothing")
    assert done.returncode not in (0, 1)
    assert "its JSON is broken" in done.stdout + done.stderr
