"""A batch that is stopped the hard way: no finished result is lost, nothing half written or
running stays.
"""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import notebooks as nb
import pytest
import signals
from sweeps import few

from autograder import exits
from autograder.grade import result

ROOT = nb.COURSE.root
NAME = nb.UNIT.assignment
KINDS = ["right", "bias_missing", "untouched"]
MANY = 12


@pytest.fixture
def tree(tmp_path):
    """A submitted tree."""
    for k in range(MANY):
        name = f"student{k:02}"
        nb.write(
            nb.SUBMISSIONS[KINDS[k % 3]],
            tmp_path / "submitted" / name / NAME / f"{NAME}.ipynb",
        )
    return tmp_path / "submitted"


def command(tree, *more):
    return [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(tree),
        "--out",
        str(tree.parent / "results"),
        *more,
    ]


def environment(place):
    (place / "tmp").mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(place / "tmp"), "PYTHONPATH": str(ROOT)}


def descendants(pid):
    """Processes that come from one, however far."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            own = [int(child) for child in children.read_text().split()]
        except OSError:
            continue
        found += own + [one for child in own for one in descendants(child)]
    return found


def running(pid):
    """Whether a process lives, and is no zombie that waits to be reaped."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            not in "ZX"
        )
    except OSError:
        return False


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return met


def graded(out):
    return sorted(p for p in out.glob("*/*.json") if ".time." not in p.name)


# how a batch was started, what stops it, whether that reaches all its processes, and what it
# exits with
ENDS = {
    "killed": (signals.default, signal.SIGKILL, False, -signal.SIGKILL),
    "ctrl-c": (signals.default, signal.SIGINT, True, exits.STOPPED),
    "terminated": (signals.default, signal.SIGTERM, False, exits.TERMINATED),
    "all terminated": (signals.default, signal.SIGTERM, True, exits.TERMINATED),
    "background": (signals.in_the_background, signal.SIGTERM, False, exits.TERMINATED),
}


@pytest.mark.parametrize(
    ("how", "jobs"),
    few(
        product(ENDS, "12"),
        lambda how, jobs: how in ("killed", "all terminated") and jobs == "2",
    ),
)
def test_a_stopped_batch_goes_on_where_it_was(tree, jobs, how):
    out, place = tree.parent / "results", tree.parent
    started, stop, everywhere, code = ENDS[how]
    batch = subprocess.Popen(
        command(tree, "--jobs", jobs),
        cwd=ROOT,
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=started,
    )
    try:
        assert until(lambda: len(graded(out)) >= 3, 60), batch.communicate()
        family = until(lambda: descendants(batch.pid), 10)
        assert family
        if how == "background":
            os.killpg(batch.pid, signal.SIGINT)  # nothing comes of it
            os.killpg(batch.pid, signal.SIGHUP)
        os.killpg(batch.pid, stop) if everywhere else batch.send_signal(stop)
        assert until(lambda: not any(map(running, family)), 15)
        said = batch.communicate(timeout=15)[1]
    finally:
        batch.kill()
    assert batch.returncode == code
    assert ("run the same command again" in said) == (how != "killed")
    assert "Traceback" not in said
    before = {path: path.read_bytes() for path in graded(out)}
    assert 3 <= len(before) < MANY
    for path in before:
        assert result.read(path).score is not None

    again = subprocess.run(
        command(tree, "--jobs", "2"),
        cwd=ROOT,
        env=environment(place),
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert f", {len(before)} of them graded before" in " ".join(again.stdout.split())
    assert len(graded(out)) == MANY
    assert {path: path.read_bytes() for path in before} == before
    assert not list(out.rglob(".*"))
    assert not list((place / "tmp").iterdir())


INSIDE = """
import json, os, pathlib, subprocess, sys
out, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
out.mkdir()
free = lambda: os.statvfs(out).f_bavail * os.statvfs(out).f_frsize
told = []
with open(out / "filler", "wb") as filler:
    filler.write(bytes(free() - 40_000))
for _ in range(2):
    done = subprocess.run(command, capture_output=True, text=True)
    whole = []
    for path in out.glob("*/*.json"):
        if ".time." not in path.name:
            json.loads(path.read_text())
            whole.append(path.name)
    half = [p.name for p in out.rglob(".*")]
    told.append([done.returncode, len(whole), half, done.stdout[-600:] + done.stderr[-600:]])
    (out / "filler").unlink(missing_ok=True)
print(json.dumps(told))
"""


def test_a_full_disk_is_a_failure_of_the_machinery_and_no_mark(tree):
    small = tree.parent / "small"
    small.mkdir()
    sandbox = [
        "bwrap",
        "--dev-bind",
        "/",
        "/",
        "--size",
        str(2**20),
        "--tmpfs",
        str(small),
    ]
    if subprocess.run([*sandbox, "true"], capture_output=True, check=False).returncode:
        pytest.skip("bubblewrap cannot mount a small file system here")
    grade = [*command(tree)[:-1], str(small / "results")]
    done = subprocess.run(
        [*sandbox, sys.executable, "-c", INSIDE, str(small / "results"), *grade],
        cwd=ROOT, env=environment(tree.parent), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    full, roomy = json.loads(done.stdout)
    assert (full[0], full[2]) == (1, [])
    assert full[1] < MANY
    assert "[Errno 28]" in full[3]
    assert roomy[:3] == [0, MANY, []], roomy
