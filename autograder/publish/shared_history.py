"""See that a Git repository shares nothing with the private one: what is in its history is as
public as its files.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ..unit.course import Course, CourseError


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
    if place is None or (theirs := _common(place)) is None:
        return
    if git(place, "rev-parse", "--is-shallow-repository") == "true":
        raise CourseError(
            f"{place} is a shallow clone, whose history cannot be looked through; clone it whole"
        )
    ask = ("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    objects = set(git(place, *ask).split())
    if shared := objects & _secret_blobs(course):
        raise CourseError(
            f"the Git repository of {folder} holds {len(shared)} files of {course.solutions}{_ANEW}"
        )
    mine = _common(course.root)
    if mine is None:
        return
    if mine == theirs:
        raise CourseError(
            f"{folder} belongs to the Git repository of the private tree {course.root}{_ANEW}"
        )
    if same := _remotes(course.root) & _remotes(place):
        raise CourseError(
            f"the Git repository of {folder} leads to the private one, {same.pop()}{_ANEW}"
        )
    if shared := objects & _commits(course.root):
        raise CourseError(
            f"the Git repository of {folder} has {len(shared)} commits of the private one{_ANEW}"
        )


_ANEW = "; what is public needs a repository and a history of its own"


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
    # what steers Git from outside does not: it is to look at this place
    env = {key: said for key, said in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=True, env=env
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip()
        raise CourseError(f"git {arguments[0]} in {place}: {said}") from None
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
        addresses = git(place, "remote", "get-url", "--all", name).splitlines()
        found.update(map(_alike, addresses))
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
    return {line.split()[1] for line in lines if line.startswith("commit ")}


def _secret_blobs(course: Course) -> set[str]:
    """Give the names that Git has for the files in `solutions/`: those there are, and every version
    there was.

    What is released as well, such as the numbers in nbgrader's source tree, and empty files are
    no secrets.
    """
    there = (path for path in course.solutions.rglob("*") if path.is_file())
    files = [path for path in there if "__pycache__" not in path.parts]
    found = set(_hashed(course.solutions, files))
    within = course.solutions.is_relative_to(course.root)
    if within and _common(course.root) is not None:
        inside = course.solutions.relative_to(course.root).as_posix()
        # all objects that a commit of this folder names, each with its path behind it
        said = git(course.root, "rev-list", "--objects", "--all", "--", inside)
        for line in said.splitlines():
            name, _, path_then = line.partition(" ")
            if path_then.startswith(inside):
                found.add(name)
    released = (path for path in course.exercises.rglob("*") if path.is_file())
    return found - {_EMPTY_BLOB, _EMPTY_TREE, *_hashed(course.root, released)}


_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def _hashed(place: Path, files: Iterable[Path]) -> list[str]:
    paths = "".join(f"{path}\n" for path in files)
    ask = ("hash-object", "--no-filters", "--stdin-paths")
    return git(place, *ask, given=paths).split()
