"""When files of the course were last changed: by its history, so that it is the same on every
machine.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

EARLIEST = 315_532_800  # 1980, where a zip's dates begin
Stamp = tuple[int, int, int, int, int, int]


def changed(root: Path, paths: Iterable[Path]) -> dict[Path, int]:
    """Give the time of each file's last change, in seconds since 1970.

    It is that of the commit by which the change came into this branch. Where Git knows none, or
    the file was edited since, it is what the file system says.

    Parameters
    ----------
    root : Path
        The course.
    paths : iterable of Path
        Files in it.
    """
    wanted = sorted(set(paths))
    names = [one.relative_to(root).as_posix() for one in wanted]
    history = _history(root, names)
    found: dict[Path, int] = {}
    for path, name in zip(wanted, names, strict=True):
        when = None if history is None or name in history.edited else history.of(name)
        found[path] = when or int(path.stat().st_mtime)
    return found


def last_change(root: Path, folder: Path) -> int:
    """Give the time when anything in a folder changed last, a file that went included.

    Parameters
    ----------
    root : Path
        The course.
    folder : Path
        A folder in it.
    """
    history = _history(root, [folder.relative_to(root).as_posix()])
    if history is None or not history.times:
        files = [one for one in folder.rglob("*") if "__pycache__" not in one.parts]
        return max(int(one.stat().st_mtime) for one in (folder, *files))
    times = [*history.times.values()]
    for name in history.edited:
        path = root / name
        there = path if path.exists() else path.parent
        while not there.exists():
            there = there.parent
        times.append(int(there.stat().st_mtime))
    return max(times)


def unchanged_since(root: Path, path: Path, same: Callable[[str], bool]) -> int:
    """Give the time since which a file says the same, in what matters of it.

    Parameters
    ----------
    root : Path
        The course.
    path : Path
        A file in it.
    same : callable
        Says whether a text of it matters no less and no more than the present one.
    """
    name = path.relative_to(root).as_posix()
    try:
        words = _git(root, "log", "--first-parent", "--format=%H %ct", "--", name)
        last = int(path.stat().st_mtime)
        for line in words.splitlines():
            commit, when = line.split()
            if not same(_git(root, "show", f"{commit}:./{name}")):
                break
            last = int(when)
    except (OSError, subprocess.CalledProcessError):
        return int(path.stat().st_mtime)  # no Git, or no repository
    return last


def stamp(seconds: int) -> Stamp:
    """Give a time as the entry of a zip has it, in UTC."""
    when = datetime.fromtimestamp(max(seconds, EARLIEST), UTC)
    return when.year, when.month, when.day, when.hour, when.minute, when.second


@dataclass(frozen=True)
class _History:
    """When files were committed last, and which ones were edited since, by their names."""

    times: dict[str, int]
    edited: frozenset[str]

    def of(self, name: str) -> int | None:
        return self.times.get(name)


def _history(root: Path, names: list[str]) -> _History | None:
    """Give the history of files and folders; None where there is no Git, or no repository."""
    status = ("status", "--porcelain", "--no-renames", "--untracked-files=all", "-z")
    log = ("log", "--first-parent", "-m", "--relative", "--name-only", "-z")
    try:
        prefix = _git(root, "rev-parse", "--show-prefix").strip()
        edited = _git(root, *status, "--", *names).split("\0")
        lines = _git(root, *log, "--format=@%ct", "--", *names)
    except (OSError, subprocess.CalledProcessError):
        return None
    times: dict[str, int] = {}
    when = 0
    for word in lines.replace("\n", "\0").split("\0"):
        if word.startswith("@"):
            when = int(word[1:])
        elif word:
            times[word] = max(when, times.get(word, 0))
    changed_names = (line[3:].removeprefix(prefix) for line in edited if line)
    return _History(times, frozenset(changed_names))


def _git(root: Path, *arguments: str) -> str:
    """Give what Git says about this place."""
    # what steers Git from outside does not: it is to look at this place
    env = {key: said for key, said in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    return done.stdout.decode("utf-8", "replace")
