"""See that a Git repository shares nothing with the private one: what is in its history is as
public as its files.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..unit.course import Course, CourseError
from .file_listing import environment_of_git, files_below

EMPTY = (  # Git's names of an empty file and an empty folder
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
)


def refuse_relatives(course: Course, folder: Path) -> None:
    """Refuse a folder whose Git repository is the course's, leads to it, or holds any of its
    commits or secrets.

    Of the private repository all commits are looked for, and all versions that files in
    `solutions/` ever had; of the other all objects, also those that no branch leads to.

    Raises
    ------
    CourseError
        If it does, with what is shared, or if Git cannot say.
    """
    place = _nearest(folder)
    if place is None:
        return
    if git(place, "rev-parse", "--is-shallow-repository") == "true":
        raise CourseError(
            f"{place} is a shallow clone, whose history cannot be looked through; clone it whole"
        )
    shared = _shared(course, folder, place)
    if shared:
        raise CourseError(
            f"{shared}; what is public needs a repository and a history of its own"
        )


def _shared(course: Course, folder: Path, place: Path) -> str:
    """Say what a folder's Git repository, at a place, shares with the course's; "" if nothing."""
    theirs = f"the Git repository of {folder}"
    ask = ("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    objects = set(git(place, *ask).split())
    if files := objects & _secret_blobs(course):
        return f"{theirs} holds {len(files)} files of {course.solutions}"
    mine = _common(course.root)
    if mine is None:
        return ""
    if mine == _common(place):
        return (
            f"{folder} belongs to the Git repository of the private tree {course.root}"
        )
    if addresses := _remotes(course.root) & _remotes(place):
        return f"{theirs} leads to the private one, {addresses.pop()}"
    if commits := objects & _commits(course.root):
        return f"{theirs} has {len(commits)} commits of the private one"
    return ""


def git(place: Path, *arguments: str, given: str = "") -> str:
    """Give what Git says, stripped.

    Parameters
    ----------
    place : Path
        The folder that it works in.
    *arguments : str
        The command, and what belongs to it.
    given : str
        What it reads from its standard input.

    Raises
    ------
    CourseError
        If there is no Git, or it fails.
    """
    command = ["git", "-C", str(place), *arguments]
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            check=True,
            env=environment_of_git(),
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise CourseError(f"git {arguments[0]} in {place}: {said.strip()}") from None
    return done.stdout.strip()


def _nearest(folder: Path) -> Path | None:
    """Give the nearest folder that is there and lies in a Git repository: a new folder may lie in
    one, too.
    """
    here = next(path for path in (folder, *folder.parents) if path.is_dir())
    for path in (here, *here.parents):
        if os.path.lexists(path / ".git"):
            return path
    return None


def _common(place: Path) -> Path | None:
    """Give where a working tree's repository keeps its objects: worktrees of one repository share
    it.

    None: in none.
    """
    if _nearest(place) is None:
        return None
    return (place / git(place, "rev-parse", "--git-common-dir")).resolve()


def _remotes(place: Path) -> set[str]:
    """Give the addresses that a repository fetches from or pushes to, spelled alike."""
    found: set[str] = set()
    for name in git(place, "remote").split():
        addresses = git(place, "remote", "get-url", "--all", name)
        found.update(map(_alike, addresses.splitlines()))
    return found


def _alike(address: str) -> str:
    """Give host and path of an address: `git@host:a/b.git`, `ssh://git@host/a/b` and
    `https://host/a/b/` are the same.
    """
    bare = re.sub(r"^[a-z+]+://", "", address.strip())
    bare = re.sub(r"^[^/@]*@", "", bare)
    if not bare.startswith("/"):
        bare = re.sub(r"^([^/:]+)(?::\d+(?=/))?:?/?", r"\1/", bare, count=1)
    return bare.rstrip("/").removesuffix(".git").lower()


def _commits(place: Path) -> set[str]:
    """Give all commits of a repository, also those that nothing leads to any more."""
    asked = "--batch-check=%(objecttype) %(objectname)"
    lines = git(place, "cat-file", "--batch-all-objects", asked).splitlines()
    objects = [line.split() for line in lines]
    return {name for kind, name in objects if kind == "commit"}


def _secret_blobs(course: Course) -> set[str]:
    """Give the names that Git has for the files in `solutions/`: those there are, and every version
    there was.

    What is released as well, such as the numbers in nbgrader's source tree, and empty files are
    no secrets.
    """
    present = _hashed(course.solutions, files_below(course.solutions))
    released = [path for path in course.exercises.rglob("*") if path.is_file()]
    no_secrets = {*EMPTY, *_hashed(course.root, released)}
    return {*present, *_versions(course)} - no_secrets


def _versions(course: Course) -> Iterator[str]:
    """Give the names that Git has for every version of the files in `solutions/`."""
    within = course.solutions.is_relative_to(course.root)
    if not within or _common(course.root) is None:
        return
    inside = course.solutions.relative_to(course.root).as_posix()
    # all objects that a commit of this folder names, each with its path behind it
    said = git(course.root, "rev-list", "--objects", "--all", "--", inside)
    for line in said.splitlines():
        name, _, path_then = line.partition(" ")
        if path_then.startswith(inside):
            yield name


def _hashed(place: Path, files: Iterable[Path]) -> list[str]:
    paths = "".join(f"{path}\n" for path in files)
    ask = ("hash-object", "--no-filters", "--stdin-paths")
    return git(place, *ask, given=paths).split()
