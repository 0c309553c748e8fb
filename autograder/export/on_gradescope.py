"""What `run_autograder` starts: grade the submission, and leave a `results.json` whatever happens.

The grading is the command line's own, in a process of its own that has a clock, so that neither
a crash nor a machinery that hangs leaves Gradescope without an answer.
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
from ..collect.sources import IN_DISGUISE
from ..grade.notebook_file import LARGEST
from ..grade.result import read, write_text
from ..report import gradescope
from ..safe.listing import Entry, in_folder

SECONDS = 540  # Gradescope ends a run after 10 minutes and gives 0 for it
STUDENT = "submission"
FILES = 200  # more are not looked at, notebooks first


def main(arguments: Sequence[str]) -> int:
    """Grade what lies in `<root>/submission`.

    Returns
    -------
    int
        0: graded; 1: the machinery failed, and `results.json` has no score.
    """
    root, assignment = Path(arguments[0]), arguments[1]
    target = root / "results" / "results.json"
    # Before anything runs, in case this process is killed: without a score there is no mark,
    # hence no zero.
    write_text(
        gradescope.as_json(
            gradescope.failure("The grading was stopped before its end.")
        ),
        target,
    )
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
            print(
                f"no result: {error}\n{trouble}", flush=True
            )  # shown to the instructor only
            data = gradescope.failure("Your instructor sees the reason.")
    write_text(gradescope.as_json(data), target)
    return 0 if "score" in data else 1


def _bring(submission: Path, tree: Path, name: str) -> None:
    """Copy a submission to where it is looked for, in its folders; which file counts the grader
    says.

    What can be no notebook is there by its name alone; links are not followed.

    Raises
    ------
    OSError
        If something cannot be read or written.
    """
    found = [entry for entry in in_folder(submission, ()) if not _beside(entry.parts)]
    found = [entry for entry in found if entry.kind in ("file", "link", "closed")]
    if closed := [entry for entry in found if entry.kind == "closed"]:
        raise OSError(f"{closed[0].path} cannot be read: {closed[0].why}")
    found.sort(key=lambda entry: (len(entry.parts), entry.parts))
    found.sort(key=lambda entry: (not _may_be(entry), entry.parts[-1] != name))
    for entry in found[:FILES]:
        target = tree.joinpath(*entry.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if entry.kind == "link" or entry.path.is_symlink() or not entry.path.is_file():
            os.symlink("nowhere", target)  # the grader says that a link cannot be taken
        elif not _may_be(entry):
            target.touch()
        elif entry.path.stat().st_size <= LARGEST:
            shutil.copyfile(entry.path, target)
        else:
            with open(target, "wb") as file:
                file.truncate(
                    entry.path.stat().st_size
                )  # the grader says that it is too large


def _may_be(entry: Entry) -> bool:
    return (
        entry.parts[-1].lower().endswith((".ipynb", ".zip", *filter(None, IN_DISGUISE)))
    )


def _beside(parts: Sequence[str]) -> bool:
    """Whether a file is one that systems and editors put beside a notebook."""
    return any(part == "__MACOSX" or part.startswith(".") for part in parts)


def _grade(submitted: Path, results: Path, assignment: str) -> str:
    """Run the command line; what it printed."""
    line = command(
        "cli",
        "grade",
        str(submitted),
        "--assignment",
        assignment,
        "--out",
        str(results),
    )
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
