"""The machine that figures are of, a unit in which machines compare, and what a command costs."""

import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Where a group of processes can be counted: version 1 of control groups, in nanoseconds.
GROUPS = Path("/sys/fs/cgroup/cpuacct")
ROUNDS = 5


@dataclass(frozen=True)
class Spent:
    """What a command took.

    Attributes
    ----------
    clock, processor : float
        Seconds of the clock, and of processors.
    memory : float
        Megabytes of its largest process, sandboxes not counted.
    """

    clock: float
    processor: float
    memory: float


def unit() -> float:
    """Seconds of processor that Python takes to import numpy, the median of some turns."""
    command = [sys.executable, "-c", "import numpy"]
    return statistics.median(spent(command).processor for _ in range(ROUNDS))


def told() -> str:
    """Say which machine this is."""
    cores, name = len(os.sched_getaffinity(0)), _processor()
    python = f"Python {platform.python_version()}"
    how = "" if _counts() else "; processor time is that of the whole machine"
    return f"{name}, {cores} cores in use, {python}{how}"


def usual_environment() -> dict[str, str]:
    """Give the environment of what is measured: Python keeps what it has compiled, as it does for
    whoever has not told it otherwise.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def spent(command: list, place: Path | None = None) -> Spent:
    """Run a command to its end, and say what it and all its processes took.

    What a sandbox used is lost with it when it is killed, and so is missing from what the system
    says of a command's children. It is counted by a group of processes where one can be made, and
    else by what the whole machine worked, which is right where nothing else is at work.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    with tempfile.TemporaryFile() as said, _group() as (enter, used):
        start = time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=place,
            env=usual_environment(),
            stdout=said,
            stderr=said,
            preexec_fn=enter,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = time.monotonic() - start
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{command} failed:\n{said.read().decode()[-2000:]}")
        return Spent(clock, used(), usage.ru_maxrss / 1024)


@contextlib.contextmanager
def _group() -> Iterator[tuple]:
    """Give what a new process calls to be counted, and what gives the seconds."""
    if not _counts():
        before = _busy()
        yield (lambda: None), (lambda: _busy() - before)
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=GROUPS))
    try:
        yield (
            lambda: (folder / "tasks").write_text("0"),
            lambda: int((folder / "cpuacct.usage").read_text()) / 1e9,
        )
    finally:
        with contextlib.suppress(OSError):  # something of it is running still
            folder.rmdir()


def _counts() -> bool:
    return os.access(GROUPS / "tasks", os.W_OK)


def _busy() -> float:
    """Seconds that this machine's processors have worked since it was started."""
    user, nice, system, _idle, _waiting, irq, softirq, *_ = (
        Path("/proc/stat").read_text().split()[1:11]
    )
    return sum(map(int, (user, nice, system, irq, softirq))) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()
