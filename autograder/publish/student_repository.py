"""Make what students get: a folder to be pushed to their public repository, and the same as a
zip.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
from collections.abc import Iterable
from html import escape
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath

from unrolled.sibling import SOLVED

from ..safe.whole_file import write_whole
from ..unit.colab import for_colab
from ..unit.course import Course, CourseError
from ..unit.exercise_names import unit_number
from ..unit.handed_out import due_text, given_date, handed_out
from ..unit.repository import Repository, colab_path, notebook_path, repository_of
from ..unit.samples import sample_notebook
from ..unit.setting_kinds import OFF
from ..unit.titles import released_points, released_title
from ..unit.unit import load
from .dates import Stamp, changed, stamp
from .dependencies import requirements_of
from .file_listing import files_below
from .leaks import find_leaks
from .wheel import build_student_wheel, write_zip

FOLDER = "unrolled-exercises"  # what the zip unpacks to
TREE = "student"
PYTHON = "python-3.11"  # what Binder runs: the oldest that the checker knows
IGNORED = ".venv/\n.unrolled/\n.ipynb_checkpoints/\n__pycache__/\n"
ORIGINALS = "originals.zip"
MARKUP = re.compile(r"([\\`*_\[\]<>#~$|]|&(?=\w+;))")  # what a title does not mean
LISTED = "files.txt"  # in it, what the release consists of
ONLINE = ("binder/", "colab/")  # for the repository only: they serve a browser
DATED = (".npz", ".ipynb")  # files that a student gets as they stand in exercises/
FROM_ZIP = (
    "Put the new zip into this folder first: the command takes the release from there."
)
PULL = (
    "In a clone `git pull` brings the files, too; run `start.py` afterwards. A clone from before "
    "there was a `start.py` gets it by `git fetch` and `git checkout FETCH_HEAD -- start.py`; then "
    "update as above, which keeps what you have written and committed."
)
NAMED = 5  # leaks that are named
MADE_OF = ("exercises", "autograder/publish", "autograder/unit", "unrolled")


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


def contents(course: Course, book: str = "") -> dict[str, bytes]:
    """Give all files of the student's tree by their paths: what the tree and the zip are
    both made of.

    No notebook that a student is to work in is among them. They lie in an archive, from which
    `start.py` makes those that are missing: so neither unpacking a zip nor `git pull` can meet
    one that is there already.

    Parameters
    ----------
    course : Course
        The course.
    book : str, optional
        Where the book lies beside these files; used where it has no address of its own.
    """
    released = _released(course)
    repository = repository_of(course)
    address = book_address(course) or book
    wheel, built = build_student_wheel(course.root)
    texts = {
        ".gitignore": IGNORED,
        "README.md": readme(course, repository),
        "START_HERE.html": page(course, repository, wheel, address),
        "requirements.txt": requirements(course, wheel),
        "start.py": start_script(course),
        "start.ipynb": filled("student_start.ipynb"),
        # pip runs in the root, so the wheel's path holds
        "binder/requirements.txt": "-r ../requirements.txt\n",
        "binder/runtime.txt": f"{PYTHON}\n",
        "binder/postBuild": "#!/bin/sh\nexec python start.py here\n",
    }
    texts |= _licences(course)
    files = {name: text.encode() for name, text in texts.items()}
    files[wheel] = built
    notebooks = [path for path in released if path.suffix == ".ipynb"]
    numbers = [path for path in released if path.suffix != ".ipynb"]
    files |= {_place(path): path.read_bytes() for path in numbers}
    originals = {_place(path): path.read_bytes() for path in notebooks}
    if repository:
        files |= _on_colab(notebooks, repository, wheel)
    for assignment in course.unlocked:
        _refuse_before_it_opens(course, assignment)
        home = f"{SOLVED}/{assignment}/{assignment}"
        example = course.exercises / assignment / f"{assignment}.npz"
        originals[f"{home}.ipynb"] = solved(assignment, course)
        files[f"{home}.npz"] = example.read_bytes()
    files[ORIGINALS] = _originals(course, originals, files)
    return dict(sorted(files.items()))


def _place(path: Path) -> str:
    """Give where a file of an exercise lies in a student's folder."""
    return f"{path.parent.name}/{path.name}"


def _on_colab(
    notebooks: Iterable[Path], repository: Repository, wheel: str
) -> dict[str, bytes]:
    """Give the notebooks that Colab opens, by their paths."""
    offered = [path for path in notebooks if repository.colab(path.stem)]
    return {
        colab_path(path.stem): for_colab(
            path.read_bytes(), path.stem, repository, wheel
        )
        for path in offered
    }


def _refuse_before_it_opens(course: Course, assignment: str) -> None:
    """Refuse to give out a solution before its exercise.

    Raises
    ------
    CourseError
        If the exercise's date is still to come.
    """
    if assignment in course.units and assignment not in handed_out(course):
        raise CourseError(
            f"[course] unlocked: {assignment} would be out, solved, before its date in "
            "[opens] of course.toml"
        )


def _released(course: Course) -> list[Path]:
    """Give the notebooks and numbers of the exercises that students have by now.

    Raises
    ------
    CourseError
        If one of them is not released, or none is handed out yet.
    """
    found: list[Path] = []
    names = handed_out(course)
    for name in names:
        folder = course.exercises / name
        if not (folder / f"{name}.ipynb").is_file():
            raise CourseError(
                f"{name} is not released in {course.exercises}; run `make release` first"
            )
        found += [path for path in folder.iterdir() if path.suffix in DATED]
    if not names:
        raise CourseError(
            "no exercise is handed out yet: look at [units] and [opens] in course.toml"
        )
    return sorted(found)


def _originals(
    course: Course, notebooks: dict[str, bytes], others: dict[str, bytes]
) -> bytes:
    """Give the archive of all notebooks as they were, and of what else the release consists of.

    Parameters
    ----------
    course : Course
        The course.
    notebooks : dict of str to bytes
        By their paths in a student's folder.
    others : dict of str to bytes
        The release's other files.
    """
    names = [name for name in (*others, ORIGINALS) if is_in_zip(name)]
    listed = {LISTED: "\n".join(sorted(names)).encode()}
    files = dict(sorted(notebooks.items())) | listed
    buffer = io.BytesIO()
    write_zip(buffer, files, dates(course, files))
    return buffer.getvalue()


def is_in_zip(name: str) -> bool:
    """Say whether a file of the tree is in the zip, too."""
    return not name.startswith(ONLINE)


def dates(course: Course, names: Iterable[str]) -> dict[str, Stamp]:
    """Give the dates of files of the student's tree.

    That of an exercise's file is the one of its own last change, that of all others the one of
    the newest thing that they are made of.
    """
    given = given_date()
    if given is not None:
        return dict.fromkeys(names, stamp(given))
    sources = [course.root / "course.toml", course.root / "pyproject.toml"]
    for folder in MADE_OF:
        sources += files_below(course.root / folder)
    times = changed(course.root, sources)
    newest = max(times.values())
    own = {path.name: when for path, when in times.items() if path.suffix in DATED}
    whens = {name: own.get(PurePosixPath(name).name, newest) for name in names}
    return {name: stamp(when) for name, when in whens.items()}


def start_script(course: Course) -> str:
    """Give the script that makes a student's notebooks, with the address of the book."""
    return filled("student_start.py", BOOK=book_address(course))


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
        The student's tree, by its paths; what serves a browser is left out.
    path : Path
        Where it goes; its folder is there.

    Raises
    ------
    CourseError
        If there is a secret in it.
    """
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as scratch:
        new = Path(scratch, path.name)
        names = [name for name in files if is_in_zip(name)]
        when = dates(course, names)
        write_zip(
            new,
            {f"{FOLDER}/{name}": files[name] for name in names},
            {f"{FOLDER}/{name}": when[name] for name in names},
        )
        if leaks := find_leaks(course, [new]):
            told = [str(leak).split("!")[-1] for leak in leaks[:NAMED]]
            places = "; ".join(told)
            raise CourseError(f"students would get secrets: {places}")
        new.replace(path)


def write_tree(files: dict[str, bytes], tree: Path) -> None:
    """Make a folder hold these files and no others; a `.git` in it stays, so that it can be
    pushed from there.
    """
    for at, folders, names in os.walk(tree, topdown=False):
        for path in (Path(at, name) for name in (*names, *folders)):
            inside = path.relative_to(tree)
            if inside.parts[0] != ".git":
                _remove_unless(path, stays=inside.as_posix() in files)
    for name, data in files.items():
        path = tree / name
        if path.is_file() and path.read_bytes() == data:
            continue
        write_whole(path, data)


def _remove_unless(path: Path, stays: bool) -> None:
    """Remove a file unless it stays, a link at any rate, and a folder in which nothing is."""
    if path.is_symlink():
        path.unlink()
    elif path.is_dir():
        if not any(path.iterdir()):
            path.rmdir()
    elif path.is_file() and not stays:
        path.unlink()


def requirements(course: Course, wheel: str) -> str:
    """Give what a student installs: the checker, and what an exercise needs beside it."""
    lines = [f"./{wheel}", *requirements_of(course.root, "student")]
    return "\n".join(lines) + "\n"


def page(
    course: Course, repository: Repository | None, wheel: str, book: str = ""
) -> str:
    """Fill the page START_HERE.

    Parameters
    ----------
    course : Course
        The course, whose released exercises it names.
    repository : Repository or None
        The public one, where there is one: then the page says how to work online.
    wheel : str
        The name of the wheel's file.
    book : str, optional
        Where the book's first page is, as an address or from this page; none unless given.
    """
    is_live = course.settings.live.runtime != OFF
    exercises = [_listed(course, name, book) for name in titles(course)]
    if book_address(course):
        fetched = "It fetches the release."
    elif repository:
        fetched = f"{FROM_ZIP} In a clone of the repository it fetches it by itself."
    else:
        fetched = FROM_ZIP
    return filled(
        "start_here.html",
        TITLE=escape(course.settings.course.title),
        BOOK=_book_line(book, is_live),
        EXERCISES="\n".join(exercises),
        WHEEL=wheel,
        UPDATE=fetched,
        ONLINE=filled("student_online.html") if repository else "",
    )


def _book_line(book: str, live: bool) -> str:
    """Give the line that leads to the book, where there is one, and says what its pages can."""
    if not book:
        return ""
    link = f'<a href="{escape(book)}/index.html">the book</a>'
    line = f"What the exercises are about stands in {link}."
    if live and "://" in book:
        line += " On the web its exercises' pages run Python themselves, with nothing to install:"
        line += (
            " what you write there you can download as this notebook, and open here."
        )
    return f"<p>{line}</p>\n"


def _listed(course: Course, assignment: str, book: str) -> str:
    """Give an exercise's line in the list, with its chapter where there is a book."""
    line = f"<code>{notebook_path(assignment)}</code>"
    chapter = f"ch{assignment.removeprefix('ex')}"
    if book:
        number, _ = unit_number(assignment)
        link = f'<a href="{escape(book)}/book/{chapter}.html">chapter {number}</a>'
        line += f" ({link})"
    if facts := facts_text(course, assignment):
        line += f" · {escape(facts)}"
    return f"<li>{line}</li>"


def readme(course: Course, repository: Repository | None) -> str:
    """Fill the tree's README; links to Binder and Colab stand where there is a
    repository, links to the book where it has an address.
    """
    book = book_address(course)
    lines = []
    for name, title in titles(course).items():
        shown = f"[{title}]({book}/exercises/{name}/{name}.html)" if book else title
        told = [shown, facts_text(course, name)]
        line = ", ".join(filter(None, told))
        lines.append(f"- {line}{_online(name, repository)}")
    past = ""
    if course.unlocked:
        past = f"| `{SOLVED}/` | solutions of past exercises |\n"
    link = ""
    if book:
        link = f" They belong to [a book]({book}/index.html)."
    clone = ""
    if repository:
        clone = f"git clone --depth 1 {repository.address} {FOLDER}\ncd {FOLDER}\n"
    return filled(
        "student_readme.md",
        TITLE=MARKUP.sub(r"\\\1", course.settings.course.title),
        BOOK=link,
        EXERCISES="\n".join(lines),
        SOLVED=past,
        CLONE=clone,
        PULL=PULL if repository else FROM_ZIP,
        ONLINE=filled("student_online.md") if repository else "",
    )


def book_address(course: Course) -> str:
    """Give the web address of the book, without a slash at its end; "" where it has none."""
    return course.settings.links.book.strip().rstrip("/")


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


def facts_text(course: Course, assignment: str) -> str:
    """Say how many points an exercise has, and until when it is on time."""
    due = due_text(course, assignment)
    points = released_points(course, assignment)
    facts = []
    if points:
        facts.append(f"{points:g} points")
    if due:
        facts.append(f"due {due}")
    return ", ".join(facts)


def titles(course: Course) -> dict[str, str]:
    """Give the titles of the notebooks that students have, in the order of the units."""
    found = {}
    for name in handed_out(course):
        if (course.exercises / name / f"{name}.ipynb").is_file():
            found[name] = released_title(course, name) or name
    return found


def filled(template: str, **values: str) -> str:
    """Fill the `@NAME@` places in a template of the package."""
    text = resources(__package__).joinpath(template).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text
