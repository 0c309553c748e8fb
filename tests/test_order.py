"""The files that `make test` begins with and those of `make test-fast` are there."""

import re
import subprocess
from pathlib import Path

from conftest import LONGEST

ROOT = Path(__file__).parents[1]


def test_files_that_take_longest_are_there():
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_files_of_the_fast_tests_are_there():
    command = ["make", "--dry-run", "--old-file=setup", "test-fast"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    named = re.findall(r"(?<= )tests/\S+", told.stdout)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
