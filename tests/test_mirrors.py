"""Each module has the test of its name, or is told here with where it is tested, and why there."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent

# Modules by their paths in `autograder/` or `unrolled/`, with where in `tests/` they are tested.
ELSEWHERE = {
    # A verb of the command line: it is called as one, and what it calls has tests.
    "batch/commands": "batch/test_cli.py",
    "batch/arguments": "batch/test_cli.py",
    "batch/grading_program": "batch/test_clean_start.py",
    "confine/command": "batch/test_cli.py",
    "confine/doctor": "confine/test_canary.py",
    "publish/commands": "publish/test_public_folder.py",
    "release/command": "batch/test_cli.py",
    "report/feedback": "batch/test_terminal.py",
    # What they do is done in other processes: batches are graded, whole, by several ways.
    "batch/apart": "gradebook/test_ahead.py",
    "batch/batch": "batch/test_submissions.py",
    # They run in the confinement or make it: each way is tried from outside, and by attacks.
    "confine/bootstrap": "confine/test_canary.py",
    "confine/bubblewrap": "confine/test_confine.py",
    "confine/fork_server": "confine/test_prepared.py",
    "confine/interpreter": "confine/test_confine.py",
    "confine/probe": "confine/test_canary.py",
    "confine/process": "confine/test_confine.py",
    "confine/seccomp": "confine/test_canary.py",
    "confine/unconfined": "confine/test_confine.py",
    "confine/user": "confine/test_confine.py",
    "worker/first_line": "grade/test_first_line.py",
    # A class that only holds something, or is only a name; who makes and reads it has tests.
    "check/executed": "check/test_recorder.py",
    "collect/hand_in": "collect/test_which_file.py",
    "exits": "batch/test_cli.py",
    "gradebook/pages": "gradebook/test_bounded.py",
    "unit/course_error": "unit/test_mistakes.py",
    # Names of files, or files by their hashes.
    "grade/worker_files": "check/test_imports.py",
    "publish/pyodide_files": "publish/test_published_text.py",
    # They need nbgrader at work, a built book or a whole class: there all
    # that is asked of them is asked at once.
    "gradebook/autograde": "grade/test_absent.py",
    "publish/built_book": "publish/test_public_folder.py",
    "report/class_page": "report/test_groups.py",
    "report/nbgrader_marks": "report/test_whole.py",
    "report/roster": "report/test_canvas.py",
}


def modules():
    """Modules by their paths below their package, rooms of the check as `check/…`."""
    found = {}
    for package in ("autograder", "unrolled"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.stem not in ("__init__", "__main__"):
                name = path.relative_to(ROOT / package).with_suffix("").as_posix()
                found[name] = path
    return found


MODULES = modules()


def own_tests(name):
    """Tests of a module's name, in its room; of a file at a package's top in any."""
    room, _, stem = name.rpartition("/")
    return list(TESTS.glob(f"{room or '*'}/test_{stem}.py"))


def public_names(path):
    """A module's own name, and the names that it defines for others."""
    names = {path.stem}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def mentions(path, names):
    text = path.read_text(encoding="utf-8")
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def test_every_module_has_a_test_of_its_name_or_of_a_name_that_is_told():
    without = {name for name in MODULES if not own_tests(name)}
    assert sorted(without - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() - without) == []  # such as are there no more


@pytest.mark.parametrize("name", ["check/landmarks", "release/landmarks", "suite"])
def test_a_test_is_looked_for_in_the_modules_own_room(name):
    (found,) = own_tests(name)
    assert found.parent.name == (name.rpartition("/")[0] or "grade")


def test_what_is_told_speaks_of_the_module():
    silent = [
        name
        for name, told in ELSEWHERE.items()
        if not (TESTS / told).is_file()
        or not mentions(TESTS / told, public_names(MODULES[name]))
    ]
    assert silent == []
