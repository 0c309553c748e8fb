"""Export what is public: the student's repository and the built book, into a folder that is no
part of the course.

Nothing is pushed from here, and nothing online is built from the private tree: the folder is a
repository of its own, with a history of its own, and a workflow of its own puts its pages
online.
"""

from __future__ import annotations

import argparse
import os
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..exits import OK
from ..safe.printable import complain, say
from ..unit.course import Course, CourseError
from .built_book import files_of_book
from .differences import Differences, differences

PAGES = "docs"  # what GitHub Pages may also serve without a workflow
WORKFLOW = ".github/workflows/pages.yml"
MINE = "# Made by `make publish`"  # how the workflow begins, by which an earlier export is known


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `publish`."""
    parser.description = (
        "Write what is public into a folder outside the course: the tree that `dist` makes, "
        "the book as docs/, and the workflow that puts its pages online. It is looked through "
        "for secrets before anything of it is in place, and never pushed: the git commands for "
        "that are shown."
    )
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="a new folder, or the one of an earlier export",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="write nothing; list what is new, changed and gone since the last export",
    )


def run(course: Course, folder: Path, dry_run: bool = False) -> int:
    """Export into a folder, say what has changed there, and how to put it online.

    Parameters as for `publish`.
    """
    changes: list[Differences] = []
    files = publish(course, folder, dry_run, changes.append)
    say("\n".join(changes[0].lines()))
    if dry_run:
        say(f"nothing is written; {len(files)} files would be in {folder}")
        return OK
    print(f"{len(files)} files, none with a secret: {folder}. To put them online:")
    print("\n".join(f"    {line}" for line in commands(course, folder)))
    return OK


def publish(
    course: Course,
    folder: Path,
    dry_run: bool = False,
    tell: Callable[[Differences], None] = lambda found: None,
) -> dict[str, bytes]:
    """Make a folder hold what is public and nothing else; a `.git` in it stays.

    All is written beside the folder and looked through there. A new folder then appears whole;
    in an earlier export file after file is replaced, so that at no moment it holds one that was
    not looked through.

    Parameters
    ----------
    course : Course
        The course, released, with its book built.
    folder : Path
        A new folder, an empty one, a new repository, or an earlier export.
    dry_run : bool
        Write nothing, after all has been looked through.
    tell : callable
        Is told what the folder gets and loses, before it does.

    Returns
    -------
    dict of str to bytes
        The files by their paths.

    Raises
    ------
    CourseError
        If the folder is part of the course or shares its history, holds something else, or
        there is a secret; then nothing is written.
    """
    from .leaks import find_leaks
    from .shared_history import refuse_relatives
    from .student_repository import write_tree

    target = Path(folder).resolve()
    _refuse(course, target)
    refuse_relatives(course, target)
    files = contents(course)
    if not dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
    near = None if dry_run else target.parent
    with tempfile.TemporaryDirectory(prefix=".export-", dir=near) as scratch:
        new = Path(scratch, "new")
        write_tree(files, new)
        if leaks := find_leaks(course, [new]):
            inside = [str(leak).removeprefix(f"{new}{os.sep}") for leak in leaks[:5]]
            places = "; ".join(inside)
            raise CourseError(
                f"{len(leaks)} secrets would be published: {places}. Nothing is written"
            )
        tell(differences(files, target))
        if dry_run:
            return files
        if target.exists() and any(target.iterdir()):
            write_tree(files, target)
        else:
            new.replace(target)
    return files


def contents(course: Course) -> dict[str, bytes]:
    """Give all files of the public repository by their paths.

    Raises
    ------
    CourseError
        If nothing is released, or the book is not built.
    """
    from .student_repository import contents as of_students

    pages, strange = files_of_book(course.root / "_build" / "html")
    for name in strange:
        complain(f"{name} in the book's folder is not of this build, and stays here")
    files = of_students(course, book=PAGES)
    files |= {f"{PAGES}/{name}": data for name, data in pages.items()}
    # without it Pages leaves out folders that begin with an underscore
    files[f"{PAGES}/.nojekyll"] = b""
    workflow = course.root / "templates" / "public-repository" / WORKFLOW
    files[WORKFLOW] = workflow.read_bytes()
    return dict(sorted(files.items()))


def _refuse(course: Course, target: Path) -> None:
    """Refuse a folder within the course or around it, and one that holds what is no export of
    ours.
    """
    for secret in (course.root, course.solutions):
        if target.is_relative_to(secret) or secret.is_relative_to(target):
            raise CourseError(
                f"{target} and the private tree {secret} lie within each other; "
                "name a folder beside it, such as "
                f"{course.root.parent / 'unrolled-exercises'}"
            )
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise CourseError(f"{target} is no folder")
    others = [path.name for path in target.iterdir() if path.name != ".git"]
    if others and not _is_export(target):
        raise CourseError(
            f"{target} holds what no export has made ({', '.join(sorted(others)[:3])}), "
            "and an export would remove it; name a new folder, or an empty one"
        )


def _is_export(target: Path) -> bool:
    """Whether a folder is the one of an earlier export."""
    workflow = target / WORKFLOW
    if not workflow.is_file():
        return False
    text = workflow.read_text(encoding="utf-8", errors="replace")
    return text.startswith(MINE)


def commands(course: Course, folder: Path) -> list[str]:
    """Give what to type to put the export online, from wherever the repository stands."""
    from ..unit.repository import repository_of
    from .shared_history import git

    lines = [f"cd {shlex.quote(str(folder))}"]
    fresh = not (folder / ".git").exists()
    if fresh:
        lines.append("git init --initial-branch main")
    if fresh or not git(folder, "remote"):
        repository = repository_of(course)
        address = repository.address if repository else "https://github.com/OWNER/NAME"
        lines.append(f"git remote add origin {address}")
    lines.append("git add --all")
    lines.append('git commit --message "Publish the exercises and the book"')
    return [*lines, "git push --set-upstream origin main"]
