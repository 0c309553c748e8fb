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
KINDS = ("file", "link", "closed")  # of entries that a submission is made of
ENDINGS = (".ipynb", ".zip", *filter(None, IN_DISGUISE))


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
    stopped = gradescope.failure("The grading was stopped before its end.")
    write_text(gradescope.as_json(stopped), target)
    with tempfile.TemporaryDirectory() as scratch:
        data = _grade_in(Path(scratch), root / "submission", assignment)
    write_text(gradescope.as_json(data), target)
    return 0 if "score" in data else 1


def _grade_in(scratch: Path, submission: Path, assignment: str) -> dict:
    """Grade a copy of the submission; give what `results.json` is to hold."""
    start = time.monotonic()
    tree = scratch / "submitted" / STUDENT / assignment
    tree.mkdir(parents=True)
    said = ""
    try:
        _copy_submission(submission, tree, f"{assignment}.ipynb")
        said = _run_grading(tree.parents[1], scratch / "results", assignment)
        result = read(scratch / "results" / STUDENT / f"{assignment}.json")
        return gradescope.payload(result, seconds=time.monotonic() - start)
    except (OSError, ValueError) as error:
        print(f"no result: {error}\n{said}", flush=True)  # the instructor's alone
        return gradescope.failure("Your instructor sees the reason.")


def _copy_submission(submission: Path, tree: Path, name: str) -> None:
    """Copy a submission to where it is looked for, in its folders; which file counts the grader
    says.

    What can be no notebook is there by its name alone; links are not followed.

    Raises
    ------
    OSError
        If something cannot be read or written.
    """
    found = []
    for entry in in_folder(submission, ()):
        if entry.kind not in KINDS or _is_put_beside(entry.parts):
            continue
        if entry.kind == "closed":
            raise OSError(f"{entry.path} cannot be read: {entry.why}")
        found.append(entry)
    # the uppermost first, and before all others what may be the notebook
    found.sort(key=lambda entry: (len(entry.parts), entry.parts))
    found.sort(key=lambda entry: (not _may_be_notebook(entry), entry.parts[-1] != name))
    for entry in found[:FILES]:
        target = tree.joinpath(*entry.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy_entry(entry, target)


def _copy_entry(entry: Entry, target: Path) -> None:
    """Copy one file, or leave in its place what the grader says the same of."""
    if entry.kind == "link" or entry.path.is_symlink() or not entry.path.is_file():
        os.symlink("nowhere", target)  # that a link cannot be taken
        return
    if not _may_be_notebook(entry):
        target.touch()
        return
    size = entry.path.stat().st_size
    if size <= LARGEST:
        shutil.copyfile(entry.path, target)
        return
    with open(target, "wb") as file:
        file.truncate(size)  # that it is too large


def _may_be_notebook(entry: Entry) -> bool:
    return entry.parts[-1].lower().endswith(ENDINGS)


def _is_put_beside(parts: Sequence[str]) -> bool:
    """Say whether a file is one that systems and editors put beside a notebook."""
    return any(part == "__MACOSX" or part.startswith(".") for part in parts)


def _run_grading(submitted: Path, results: Path, assignment: str) -> str:
    """Run the command line; give what it printed."""
    arguments = ["grade", str(submitted), "--assignment", assignment]
    line = command("cli", *arguments, "--out", str(results))
    with subprocess.Popen(
        line,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # a group of its own, which is ended as a whole
    ) as process:
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            said += f"\nended after {SECONDS} seconds".encode()
    return said.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
