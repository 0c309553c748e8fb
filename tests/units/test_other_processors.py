"""Mistakes have their names on other processors than the one on which the numbers were released."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sweeps import few

from autograder.unit.course import Course
from autograder.unit.unit import load

ROOT = Path(__file__).parents[2]
KERNELS = ("Prescott", "Haswell")  # of OpenBLAS: they round otherwise
COURSE = Course.find(__file__)
UNITS = COURSE.assignments


@pytest.mark.parametrize("assignment", few(UNITS, lambda name: name == "ex5_gru"))
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_mistake_is_named(assignment, kernel):
    command = [sys.executable, "-m", "tests.named_here", assignment]
    environment = os.environ | {"OPENBLAS_CORETYPE": kernel}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    *unnamed, tried = done.stdout.splitlines()
    assert int(tried) == len(load(assignment, COURSE).edits) > 0
    assert unnamed == []
