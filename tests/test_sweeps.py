"""What is left to the sweep is left to it alone, and never the whole of a table."""

import re
import subprocess
from pathlib import Path

import pytest
from sweeps import few

ROOT = Path(__file__).parents[1]
pytest_plugins = ["pytester"]

TESTS = """
import pytest
from sweeps import few

@pytest.mark.parametrize("number", few([1, 2, 3, 4], lambda number: number == 2))
def test_value(number):
    assert number < 4

PAIRS = [("a", 1), ("b", 2), ("c", 1)]

@pytest.mark.parametrize(("name", "size"), few(PAIRS, lambda name, size: size == 1), ids="xyz")
def test_values(name, size):
    assert name != "c"
"""
MARKERS = "[pytest]\nmarkers = sweep: all of a kind\n"


def test_rows_are_tried_once_by_one_of_both(pytester):
    pytester.makepyfile(TESTS)
    pytester.makeini(MARKERS)
    pytester.runpytest("-m", "not sweep").assert_outcomes(
        passed=2, failed=1, deselected=4
    )
    pytester.runpytest("-m", "sweep").assert_outcomes(passed=3, failed=1, deselected=3)
    pytester.runpytest().assert_outcomes(passed=5, failed=2)


def test_a_table_of_which_nothing_is_kept_is_refused():
    with pytest.raises(ValueError, match="none of these rows"):
        few([1, 2], lambda number: number > 2)


def told(target):
    """The command of a target of the Makefile."""
    command = ["make", "--dry-run", "--old-file=setup", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = [one for one in done.stdout.splitlines() if "-m pytest" in one]
    return line


def test_both_targets_together_run_everything():
    whole, rest = told("test"), told("test-sweep")
    assert re.search(r' -m "not sweep"$', whole)
    assert re.search(r" -m sweep$", rest)
    assert whole.replace('"not sweep"', "sweep") == rest  # the same but for that


def test_continuous_integration_runs_both():
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert run[-2:] == ["make test-sweep", "make test"]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    for target in ("test", "test-sweep"):
        assert workflow.count(f"- run: make {target}\n") == 1
        assert workflow.count(f'- run: make -C "$RUNNER_TEMP/adapted" {target}\n') == 1
