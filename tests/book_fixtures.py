"""One build of the book for all test modules of a run, and what they need to read it."""

import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WARNING = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")


@dataclass(frozen=True, eq=False)
class Book:
    """A built book: its folder, and how the build went."""

    out: Path
    returncode: int
    log: str

    @property
    def html(self):
        """Folder of the pages, which is what gets published."""
        return self.out / "_build" / "html"

    @cached_property
    def pages(self):
        """The pages by their path, read into tags; what lies in _static are the theme's templates."""
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
    """Tags of a page with their attributes, the text, the ids, and what stands in scripts and styles."""

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


def build_book(tmp_path_factory):
    """Build the book once in this run of the tests, from the repository's root as everybody does."""
    return _build(tmp_path_factory.getbasetemp() / "book")


@lru_cache(maxsize=1)
def _build(out):
    out.mkdir()
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        [scripts / "jupyter-book", "build", ".", "--path-output", out, "-W", "-n", "--keep-going"],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return Book(out, done.returncode, done.stdout)


def extension(name):
    """A local Sphinx extension of the book, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
