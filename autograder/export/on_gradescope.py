"""What `run_autograder` starts: grade the submission, and leave a `results.json` whatever happens.

The grading is the command line's own, in a process of its own that has a clock, so that neither a crash nor a
machinery that hangs leaves Gradescope without an answer.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ..clean_start import command, environment
from ..document import LARGEST
from ..report import gradescope
from ..results import read, write_text

SECONDS = 540  # Gradescope ends a run after 10 minutes and gives 0 for it
STUDENT = "submission"
NOTEBOOKS = 50  # more are not looked at


def main(arguments: Sequence[str]) -> int:
    """Grade what lies in `<root>/submission`.

    Returns
    -------
    int
        0: graded; 1: the machinery failed, and `results.json` has no score.
    """
    root, assignment = Path(arguments[0]), arguments[1]
    target = root / "results" / "results.json"
    # Before anything runs, in case this process is killed: without a score there is no mark, hence no zero.
    write_text(gradescope.as_json(gradescope.failure("The grading was stopped before its end.")), target)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        tree = place / "submitted" / STUDENT / assignment
        tree.mkdir(parents=True)
        trouble = ""
        try:
            _bring(root / "submission", tree, f"{assignment}.ipynb")
            trouble = _grade(tree.parents[1], place / "results", assignment)
            result = read(place / "results" / STUDENT / f"{assignment}.json")
            data = gradescope.payload(result, seconds=time.monotonic() - start)
        except (OSError, ValueError) as error:
            print(f"no result: {error}\n{trouble}", flush=True)  # shown to the instructor only
            data = gradescope.failure("Your instructor sees the reason.")
    write_text(gradescope.as_json(data), target)
    return 0 if "score" in data else 1


def _bring(submission: Path, tree: Path, name: str) -> None:
    """Copy the notebooks of a submission, from whatever folders they lie in, to where they are looked for.

    The one of the exercise's name comes first, the least deep if there are several; links are not followed.
    """
    found = [Path(folder) / file for folder, _, names in os.walk(submission, onerror=_raise) for file in names]
    notebooks = [path for path in found if path.suffix.lower() == ".ipynb" and not _beside(path, submission)]
    notebooks.sort(key=lambda path: (path.name != name, len(path.parts), path))
    for number, path in enumerate(notebooks[:NOTEBOOKS]):
        own = path.name if not os.path.lexists(tree / path.name) else f"{number}-{path.name}"
        if path.is_symlink() or not path.is_file():
            os.symlink("nowhere", tree / own)  # the grader says that a link cannot be taken
        elif path.stat().st_size <= LARGEST:
            shutil.copyfile(path, tree / own)
        else:
            with open(tree / own, "wb") as file:
                file.truncate(path.stat().st_size)  # the grader says that it is too large


def _raise(error: OSError) -> None:
    """Have a folder that cannot be read not pass for an empty one."""
    raise error


def _beside(path: Path, submission: Path) -> bool:
    """Whether a file is one that systems and editors put beside a notebook."""
    parts = path.relative_to(submission).parts
    return any(part == "__MACOSX" or part.startswith(".") for part in parts)


def _grade(submitted: Path, results: Path, assignment: str) -> str:
    """Run the command line; what it printed."""
    line = command("cli", "grade", str(submitted), "--assignment", assignment, "--out", str(results))
    with subprocess.Popen(
        line, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            said += f"\nended after {SECONDS} seconds".encode()
    return said.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
