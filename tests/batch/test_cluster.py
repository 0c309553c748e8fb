"""A real cluster on this machine: a scheduler and workers as processes of their own, one of
which is killed.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import notebooks as nb
import pytest
from sweeps import sweep

from autograder import cli
from autograder.batch import cluster
from autograder.batch.batch import Batch
from autograder.batch.cluster import NoClusterError, map_on_cluster
from autograder.batch.submissions import grade_all
from autograder.collect.hand_in import HandIn
from autograder.system.processes import Died

pytest.importorskip("distributed")
HERE = Path(__file__).parent
NAME = nb.UNIT.assignment


def deadly(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@contextlib.contextmanager
def started(folder, *command):
    """A program of the cluster; its log is a file that it gives."""
    log = folder / f"{command[0]}-{time.monotonic_ns()}.log"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (HERE.parents[1], HERE.parent, HERE))),
    }
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + command[0], *command[1:]],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, log
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def address(log):
    """Where the scheduler listens, by its log."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Address of a scheduler with three workers, each with a nanny that starts it again when it
    dies.
    """
    folder = tmp_path_factory.mktemp("cluster")
    with contextlib.ExitStack() as stack:
        local = ("--host", "127.0.0.1", "--no-dashboard")
        _, log = stack.enter_context(
            started(folder, "scheduler", "--port", "0", *local)
        )
        place = address(log)
        options = ("--nthreads", "1", "--memory-limit", "0", *local)
        stack.enter_context(
            started(folder, "worker", place, "--nworkers", "3", *options)
        )
        yield place


@pytest.fixture
def submissions(tmp_path):
    names = [
        "right",
        "untouched",
        "empty",
        "bias_missing",
        "right",
        "cut_off",
        "untouched",
        "right",
    ]
    found = [
        (f"{n}{k}", nb.SUBMISSIONS[n], tmp_path / "in" / f"{n}{k}" / f"{NAME}.ipynb")
        for k, n in enumerate(names)
    ]
    return [HandIn(who, NAME, nb.write(what, path)) for who, what, path in found]


def files(out):
    return {
        str(p.relative_to(out)): p.read_bytes()
        for p in out.rglob("*.json")
        if ".time." not in p.name
    }


def test_the_same_results_as_here_though_a_worker_is_killed(
    scheduler, submissions, tmp_path
):
    from distributed import Client

    order = Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "here")
    there = replace(order, out=tmp_path / "there")
    done = []
    for one in grade_all(there, submissions, scheduler=scheduler):
        done.append(one)
        if len(done) == 1:
            with Client(scheduler, set_as_default=False) as client:
                pids = client.run(os.getpid)
                assert len(pids) == 3
                os.kill(next(iter(pids.values())), signal.SIGKILL)
    assert sorted(d.hand_in.student for d in done) == sorted(
        s.student for s in submissions
    )
    assert all(d.result.score is not None for d in done)
    list(grade_all(order, submissions))
    assert files(there.out) == files(order.out)


@sweep
def test_what_kills_worker_after_worker_takes_no_other_with_it(scheduler):
    ends = dict(map_on_cluster(deadly, range(6), scheduler))
    assert isinstance(ends.pop(3), Died)
    assert ends == {n: n for n in range(6) if n != 3}


def test_no_scheduler_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "WAIT", 1)
    with pytest.raises(NoClusterError, match="no scheduler answers at tcp://127"):
        list(map_on_cluster(abs, [1], "tcp://127.0.0.1:9"))
    monkeypatch.chdir(nb.COURSE.root)
    path = nb.write(nb.SUBMISSIONS["right"], tmp_path / f"{NAME}.ipynb")
    code = cli.main(
        [
            "grade",
            str(path),
            "--out",
            str(tmp_path / "out"),
            "--scheduler",
            "tcp://127.0.0.1:9",
        ]
    )
    assert code == 1
    assert "start one with `dask scheduler`" in capsys.readouterr().err
