"""One build of the book for all test modules of a run, and what they need to read it."""

import fcntl
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from pathlib import Path

import yaml
from own_settings import are_the_courses, put_settings

ROOT = Path(__file__).resolve().parents[1]
EXTENSIONS = str(ROOT / "book" / "_ext")
WARNING = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")


# Pages that stand for the others in `make test`.
FEW_PAGES = {
    "book/intro", "book/ch5_gru", "exercises/ex1_rnn_cell/ex1_rnn_cell",
    "book/teach_grade", "search",
}  # fmt: skip


UNITS = 8  # of the course as it comes; who adds one writes its pages as they like


def is_ours(name):
    """Say whether a chapter or an exercise, by its name, is of a unit of the course as it comes."""
    return int(re.search(r"\d+", name)[0]) <= UNITS


@dataclass(frozen=True, eq=False)
class Book:
    """A built book: its folder, how the build went, and the root of the course that it was built
    from.
    """

    out: Path
    returncode: int
    log: str
    root: Path = ROOT

    @property
    def html(self):
        """Folder of the pages, which is what gets published."""
        return self.out / "_build" / "html"

    @cached_property
    def pages(self):
        """The pages by their path, read into tags; what lies in _static are the theme's
        templates.
        """
        paths = sorted(self.html.rglob("*.html"))
        return {path: Page(path) for path in paths if "_static" not in path.parts}

    @property
    def chapter(self):
        """Path of chapter 1."""
        return self.html / "book" / "ch1_rnn_cell.html"

    @property
    def warnings(self):
        """Lines of the build's log that warn."""
        return [line for line in self.log.splitlines() if WARNING.search(line)]


class Page(HTMLParser):
    """Tags of a page with their attributes, the text, the ids, and what stands in scripts and
    styles.
    """

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.text, self.inline = [], set(), [], []
        self._within = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self.ids.add(attributes.get("id"))
        self._within = tag if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        """Leave a script or style."""
        self._within = None

    def handle_data(self, data):
        """Note a text, or the body of a script or style."""
        (self.inline if self._within else self.text).append(data)


def small_book(
    place,
    repository="",
    chapter="(ch1-exercise)=\n## What you write\n\nIn {exercise}`ex1_rnn_cell`.\n",
):
    """Build a book of one chapter and its exercise, whose course names this repository; no cell
    is run.
    """
    (place / "course" / "solutions").mkdir(parents=True)
    settings = f'[links]\nrepository = "{repository}"\n[minutes]\nex1_rnn_cell = 45\n'
    (place / "course" / "course.toml").write_text(settings, encoding="utf-8")
    source = place / "source"
    (source / "book").mkdir(parents=True)
    (source / "book" / "ch1_rnn_cell.md").write_text(
        f"# Carry a state\n\n{chapter}\n## Summary\n\nThe end.\n"
    )
    shutil.copytree(
        ROOT / "exercises" / "ex1_rnn_cell", source / "exercises" / "ex1_rnn_cell"
    )
    pages = "book/ch1_rnn_cell\nexercises/ex1_rnn_cell/ex1_rnn_cell"
    (source / "index.md").write_text(
        f"# A book\n\n```{{toctree}}\n{pages}\n```\n", encoding="utf-8"
    )
    values = {
        "extensions": [
            "myst_nb",
            "sphinx_design",
            "unrolled_book.course_links",
            "unrolled_book.exercise_cells",
            "unrolled_book.phone_folds",
            "unrolled_book.practice",
        ],
        "html_theme": "sphinx_book_theme",
        "course_root": str(place / "course"),
        "myst_enable_extensions": ["dollarmath"],
        "nb_execution_mode": "off",
    }
    lines = ["import sys", f"sys.path.insert(0, {EXTENSIONS!r})"]
    lines += [f"{name} = {value!r}" for name, value in values.items()]
    (source / "conf.py").write_text("\n".join(lines), encoding="utf-8")
    html = place / "_build" / "html"
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "-n",
        "--keep-going",
        "-b",
        "html",
        source,
        html,
    ]
    return _done(place, command, cwd=place)


def contents():
    """Names of the documents in the order of the table of contents."""

    def within(entry):
        if "file" in entry or "root" in entry:
            yield entry.get("file") or entry["root"]
        for part in ("parts", "chapters", "sections"):
            for inner in entry.get(part, []):
                yield from within(inner)

    return list(within(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))


def build_book(tmp_path_factory):
    """Build the book once in this run of the tests, from the repository's root as everybody does.

    Where several processes run tests, one builds it and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    return _build(
        (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "book"
    )


@lru_cache(maxsize=1)
def _build(out):
    out.mkdir(exist_ok=True)
    said, root = out / "said.json", ROOT if are_the_courses() else out / "source"
    with (out / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            if root != ROOT:
                _copy_with_own_settings(root)
            scripts = Path(sys.executable).parent
            command = [
                scripts / "jupyter-book",
                "build",
                root,
                "--path-output",
                out,
                "-W",
                "-n",
                "--keep-going",
            ]
            book = _done(out, command, cwd=root)
            said.write_text(json.dumps([book.returncode, book.log]), encoding="utf-8")
    return Book(out, *json.loads(said.read_text(encoding="utf-8")), root)


def _copy_with_own_settings(copy):
    """Copy what Git knows, where `course.toml` was adapted, and give the copy our settings."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    put_settings(copy)


def _done(out, command, cwd):
    """Run a build."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,  # for machines that have other things to do
    )
    return Book(out, done.returncode, done.stdout)


def extension(name):
    """A part of the book's own Sphinx extension, as a module."""
    if EXTENSIONS not in sys.path:
        sys.path.append(EXTENSIONS)
    return importlib.import_module(f"unrolled_book.{name}")
