"""What this machine can confine with, and how to install what it lacks.

`python -m autograder doctor` prints it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from ..unit.course import Course, CourseError
from ..unit.settings import SettingsError
from . import WAYS, examined, prepared_way, seccomp
from .bubblewrap import program
from .canary import PROBE, Report
from .limits import Limits
from .prepared import Prepared

_SYSCTLS = {  # setting: (the value that forbids user namespaces to users, what to do)
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "Ubuntu 24.04 and newer: give bwrap an AppArmor profile that permits `userns` (see "
        "/etc/apparmor.d/), or run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "kernel/unprivileged_userns_clone": (
        "0",
        "run: sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    "user/max_user_namespaces": (
        "0",
        "run: sudo sysctl -w user.max_user_namespaces=15000",
    ),
}

_CONTAINER = """\
This is a container, and its rules decide whether bubblewrap works. Either start it with
    docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined …
or run the grader in it as root, with Python where every user can read it and `chmod 700 solutions`:
then an unprivileged user id confines."""


def report(course: Course | None = None) -> tuple[str, bool]:
    """Examine every way of confinement.

    Parameters
    ----------
    course : Course, optional
        Whose limits and secrets to examine with; the one that the working directory lies in, if
        any.

    Returns
    -------
    str
        The findings, each followed by what to do about it.
    bool
        Whether grading can confine here.
    """
    course = course or _course_here()
    if sys.platform != "linux":
        return (
            f"Grading needs Linux; this is {platform.system()}. Use the course's container there.",
            False,
        )
    limits = Limits.from_settings(course.settings) if course else Limits()
    secrets = (course.solutions,) if course else ()
    reports = [examined(way, limits, secrets) for way in WAYS]
    chosen = next((r for r in reports if r.holds), None)
    lines = [*_found(course), "", *(line for r in reports for line in _verdict(r))]
    if chosen:
        lines += ["", _workers(chosen.way, limits, secrets)]
        lines.append(f"Grading confines students' code with: {chosen.way}")
    else:
        lines += [
            "",
            "Grading cannot confine students' code here. What can be done:",
            *_advice(reports),
        ]
    return "\n".join(lines), chosen is not None


def _workers(name: str, limits: Limits, secrets: tuple[Path, ...]) -> str:
    """Say how its workers start: as forks of a prepared process, where that holds as well."""
    way = next(way for way in WAYS if way.name == name)
    ready = prepared_way(way, limits, secrets, [PROBE])
    if isinstance(ready, Prepared):
        return "Its workers are forked from a prepared process, which holds as well."
    return (
        "Each worker starts a Python of its own: a prepared process does not hold "
        f"({ready})."
    )


def _course_here() -> Course | None:
    try:
        return Course.find()
    except SettingsError:
        raise  # a mistake in course.toml is no lack of a course
    except CourseError:
        return None


def _found(course: Course | None) -> list[str]:
    solutions = "none here; run this inside the course's folder to examine them"
    if course:
        solutions = str(course.solutions)
    facts = {
        "system": _system(),
        "user": "root" if os.geteuid() == 0 else f"id {os.geteuid()}",
        "python": f"{platform.python_version()}, {sys.executable}",
        "bubblewrap": _bubblewrap(),
        "libseccomp": "not usable" if seccomp.missing() else "found",
        "solutions": solutions,
    }
    return [f"{name + ':':12} {fact}" for name, fact in facts.items()]


def _system() -> str:
    kernel = f"{platform.system()} {platform.release()}"
    return f"{kernel}, {platform.machine()}{_in_container()}"


def _bubblewrap() -> str:
    if not (bwrap := program()):
        return "not installed"
    ran = subprocess.run(
        [bwrap, "--version"], capture_output=True, text=True, check=False
    )
    *_, version = ran.stdout.split() or ["of unknown version"]
    return f"{version}, {bwrap}"


def _in_container() -> str:
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    return ", in a container" if any(map(Path.exists, marks)) else ""


def _verdict(found: Report) -> list[str]:
    if found.trouble:
        return [f"{found.way}: not usable", f"    {found.trouble}"]
    lines = [f"{found.way}: {'holds' if found.holds else 'does not hold'}"]
    for check in found.checks:
        lines.append(f"    {'ok  ' if check.holds else 'FAIL'} {check.meaning}")
        if check.problem:
            lines.append(f"         {check.problem}")
    return lines


def _advice(reports: list[Report]) -> list[str]:
    """What to do, most likely cause first."""
    advice = []
    if not program() or seccomp.missing():
        advice.append(
            "Install what is missing: sudo apt-get install bubblewrap libseccomp2 "
            "(Debian, Ubuntu), "
            "sudo dnf install bubblewrap libseccomp (Fedora); and pip install "
            "'unrolled-autograder[grading]'."
        )
    for setting, (forbidding, remedy) in _SYSCTLS.items():
        if _sysctl(setting) == forbidding:
            advice.append(
                f"{setting.replace('/', '.')} = {forbidding} keeps bubblewrap from "
                f"working. {remedy}"
            )
    if _in_container():
        advice.append(_CONTAINER)
    if any(
        check.name == "secrets" and not check.holds
        for r in reports
        for check in r.checks
    ):
        advice.append("Close the solutions to other users: chmod 700 on their folder.")
    advice.append(
        "Or grade on another machine. `grade --sandbox none` grades without confinement: only "
        "code that you trust."
    )
    return [f"- {text}" for text in advice]


def _sysctl(setting: str) -> str | None:
    try:
        return Path("/proc/sys", setting).read_text(encoding="ascii").strip()
    except OSError:
        return None
