"""When files of the course were last changed: by its history, so that it is the same on every
machine.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .file_listing import environment_of_git

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
    names = {path: path.relative_to(root).as_posix() for path in wanted}
    history = _history(root, list(names.values()))
    found: dict[Path, int] = {}
    for path, name in names.items():
        when = history.of(name) if history else None
        found[path] = when or _modified(path)
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
        paths = [path for path in folder.rglob("*") if "__pycache__" not in path.parts]
        return max(map(_modified, [folder, *paths]))
    edited = [_nearest(root / name) for name in history.edited]
    return max([*history.times.values(), *map(_modified, edited)])


def _nearest(path: Path) -> Path:
    """Give a path, or the nearest folder around it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def _modified(path: Path) -> int:
    """Give the time that the file system has for a path's last change."""
    return int(path.stat().st_mtime)


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
        last = _modified(path)
        for line in words.splitlines():
            commit, when = line.split()
            if not same(_git(root, "show", f"{commit}:./{name}")):
                break
            last = int(when)
    except (OSError, subprocess.CalledProcessError):
        return _modified(path)  # no Git, or no repository
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
        """When a file was committed last; None if it was edited since, or never committed."""
        return None if name in self.edited else self.times.get(name)


def _history(root: Path, names: list[str]) -> _History | None:
    """Give the history of files and folders; None where there is no Git, or no repository."""
    status = ("status", "--porcelain", "--no-renames", "--untracked-files=all", "-z")
    log = ("log", "--first-parent", "-m", "--relative", "--name-only", "-z")
    try:
        prefix = _git(root, "rev-parse", "--show-prefix").strip()
        edited = _git(root, *status, "--", *names).split("\0")
        committed = _git(root, *log, "--format=@%ct", "--", *names)
    except (OSError, subprocess.CalledProcessError):
        return None
    edited_names = [line[3:].removeprefix(prefix) for line in edited if line]
    return _History(_times(committed), frozenset(edited_names))


def _times(log: str) -> dict[str, int]:
    """Give when each file was committed last, by a log of times, each before its files' names."""
    times: dict[str, int] = {}
    when = 0
    for word in log.replace("\n", "\0").split("\0"):
        if word.startswith("@"):
            when = int(word[1:])
        elif word:
            times[word] = max(when, times.get(word, 0))
    return times


def _git(root: Path, *arguments: str) -> str:
    """Give what Git says about this place."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(
        command, capture_output=True, check=True, env=environment_of_git()
    )
    return done.stdout.decode("utf-8", "replace")
