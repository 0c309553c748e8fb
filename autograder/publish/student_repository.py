"""Make what students get: a folder to be pushed to their public repository, and the same as a
zip.
"""

from __future__ import annotations

import json
import os
import tempfile
from importlib.resources import files as resources
from pathlib import Path

from unrolled.sibling import SOLVED

from ..safe.whole_file import write_whole
from ..unit.colab import for_colab
from ..unit.course import Course, CourseError
from ..unit.repository import Repository, colab_path, notebook_path, repository_of
from ..unit.samples import sample_notebook
from ..unit.titles import released_title
from ..unit.unit import load
from .dependencies import requirements_of
from .leaks import find_leaks
from .wheel import build_student_wheel, write_zip

FOLDER = "unrolled-exercises"  # what the zip unpacks to
TREE = "student"
PYTHON = "python-3.11"  # what Binder runs: the oldest that the checker knows
IGNORED = ".venv/\n.ipynb_checkpoints/\n__pycache__/\n"


def make(course: Course, folder: Path | None = None) -> tuple[Path, Path]:
    """Write the student's tree and zip, once they are found to hold no secret.

    Parameters
    ----------
    course : Course
        The course.
    folder : path, optional
        Where they go; the course's `dist` unless given.

    Returns
    -------
    tuple of Path
        The tree, `student`, and the zip, `unrolled-exercises.zip`.

    Raises
    ------
    CourseError
        If nothing is released, the wheel cannot be built, or there is a secret; then nothing is
        written.
    """
    folder = folder or course.root / "dist"
    files = contents(course)
    folder.mkdir(parents=True, exist_ok=True)
    tree, archive = folder / TREE, folder / f"{FOLDER}.zip"
    write_archive(course, files, archive)
    write_tree(files, tree)
    return tree, archive


def contents(course: Course) -> dict[str, bytes]:
    """Give all files of the student's tree by their paths: what the tree and the zip are
    both made of.
    """
    released = sorted(
        p for p in course.exercises.glob("ex*/*") if p.suffix in (".ipynb", ".npz")
    )
    if not released:
        raise CourseError(
            f"nothing is released in {course.exercises}; run `make release` first"
        )
    repository = repository_of(course)
    wheel, built = build_student_wheel(course.root)
    texts = {
        ".gitignore": IGNORED,
        "README.md": readme(course, repository),
        "START_HERE.html": page(course, repository, wheel),
        "requirements.txt": requirements(course, wheel),
        # pip runs in the root, so the wheel's path holds
        "binder/requirements.txt": "-r ../requirements.txt\n",
        "binder/runtime.txt": f"{PYTHON}\n",
    }
    texts |= _licences(course)
    files = {name: text.encode() for name, text in texts.items()}
    files[wheel] = built
    for path in released:
        data = path.read_bytes()
        files[f"{path.parent.name}/{path.name}"] = data
        if path.suffix == ".ipynb":
            files[f"originals/{path.name}"] = data
            if repository and repository.colab(path.stem):
                on_colab = for_colab(data, path.stem, repository, wheel)
                files[colab_path(path.stem)] = on_colab
    for assignment in course.unlocked:
        home = f"{SOLVED}/{assignment}/{assignment}"
        numbers = course.exercises / assignment / f"{assignment}.npz"
        files[f"{home}.ipynb"] = solved(assignment, course)
        files[f"{home}.npz"] = numbers.read_bytes()
    return dict(sorted(files.items()))


def _licences(course: Course) -> dict[str, str]:
    """Give the licences of the code and of the texts, without what concerns the book alone."""
    code = (course.root / "LICENSE").read_text(encoding="utf-8")
    text = (course.root / "LICENSE-TEXT").read_text(encoding="utf-8")
    paragraphs = text.rstrip().split("\n\n")
    # those after the second speak of what the book alone carries
    return {"LICENSE": code, "LICENSE-TEXT": "\n\n".join(paragraphs[:2]) + "\n"}


def solved(assignment: str, course: Course) -> bytes:
    """Give the released notebook with the reference's functions; what a person marks is as it was
    released.
    """
    notebook = sample_notebook(load(assignment, course))
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def write_archive(course: Course, files: dict[str, bytes], path: Path) -> None:
    """Write the zip at once, or not at all if it would hold a secret.

    Parameters
    ----------
    course : Course
        The course, whose secrets are looked for.
    files : dict of str to bytes
        What it holds, by the paths in the student's tree.
    path : Path
        Where it goes; its folder is there.

    Raises
    ------
    CourseError
        If there is a secret in it.
    """
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as scratch:
        new = Path(scratch, path.name)
        write_zip(new, {f"{FOLDER}/{name}": data for name, data in files.items()})
        if leaks := find_leaks(course, [new]):
            places = "; ".join(str(one).split("!")[-1] for one in leaks[:5])
            raise CourseError(f"students would get secrets: {places}")
        new.replace(path)


def write_tree(files: dict[str, bytes], tree: Path) -> None:
    """Make a folder hold these files and no others; a `.git` in it stays, so that it can be
    pushed from there.
    """
    for at, folders, names in os.walk(tree, topdown=False):
        here = Path(at)
        if ".git" in here.relative_to(tree).parts[:1]:
            continue
        for path in (here / name for name in (*names, *folders)):
            inside = path.relative_to(tree).as_posix()
            if inside == ".git":
                continue
            if path.is_symlink() or (path.is_file() and inside not in files):
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    for name, data in files.items():
        path = tree / name
        if path.is_file() and path.read_bytes() == data:
            continue
        write_whole(path, data)


def requirements(course: Course, wheel: str) -> str:
    """Give what a student installs: the checker, and what an exercise needs beside it."""
    lines = [f"./{wheel}", *requirements_of(course.root, "student")]
    return "\n".join(lines) + "\n"


def page(course: Course, repository: Repository | None, wheel: str) -> str:
    """Fill the page START_HERE.

    Parameters
    ----------
    course : Course
        The course, whose released exercises it names.
    repository : Repository or None
        The public one, where there is one: then the page says how to work online.
    wheel : str
        The name of the wheel's file.
    """
    paths = map(notebook_path, titles(course))
    return filled(
        "start_here.html",
        TITLE=course.settings.course.title,
        EXERCISES="\n".join(f"<li><code>{path}</code></li>" for path in paths),
        WHEEL=wheel,
        ONLINE=filled("student_online.html") if repository else "",
    )


def readme(course: Course, repository: Repository | None) -> str:
    """Fill the tree's README; links to Binder and Colab stand where there is a
    repository.
    """
    lines = [
        f"- [{title}]({notebook_path(name)}){_online(name, repository)}"
        for name, title in titles(course).items()
    ]
    past = f"| `{SOLVED}/` | solutions of past exercises |\n"
    clone = ""
    if repository:
        clone = f"git clone --depth 1 {repository.address} {FOLDER}\ncd {FOLDER}\n"
    return filled(
        "student_readme.md",
        TITLE=course.settings.course.title,
        EXERCISES="\n".join(lines),
        SOLVED=past if course.unlocked else "",
        CLONE=clone,
        ONLINE=filled("student_online.md") if repository else "",
    )


def _online(assignment: str, repository: Repository | None) -> str:
    """Give the links that open an exercise in a browser."""
    if repository is None:
        return ""
    links = {
        "Binder": repository.binder(assignment),
        "Colab": repository.colab(assignment),
    }
    shown = [f"[{name}]({address})" for name, address in links.items() if address]
    return ": " + " · ".join(shown)


def titles(course: Course) -> dict[str, str]:
    """Give the titles of the released notebooks by their names, in the order of the units."""
    found = {}
    for name in course.assignments:
        if (course.exercises / name / f"{name}.ipynb").is_file():
            found[name] = released_title(course, name) or name
    return found


def filled(template: str, **values: str) -> str:
    """Fill the `@NAME@` places in a template of the package."""
    text = resources(__package__).joinpath(template).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text
