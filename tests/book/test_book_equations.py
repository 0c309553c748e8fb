"""The index of equations: complete, leading to the right places, and loud where a name is
missing.
"""

import re
import sys

import pytest
from book_fixtures import EXTENSIONS, ROOT, build_book, is_ours
from sphinx.application import Sphinx
from tables import each_row

LABEL = re.compile(r"^\$\$ \((eq-[\w-]+)\)|^:label: (eq-[\w-]+)", re.MULTILINE)


def labelled(source):
    """Labels of the numbered equations of a page's source, in their order, as they stand in
    addresses.
    """
    return [(first or second).lower() for first, second in LABEL.findall(source)]


CHAPTERS = {
    p.stem: labelled(p.read_text(encoding="utf-8"))
    for p in sorted((ROOT / "book").glob("ch*.md"))
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@each_row("chapter", CHAPTERS)
def test_lists_every_numbered_equation_in_order(book, chapter):
    page = (book.html / "book" / "equations.html").read_text(encoding="utf-8")
    listed = re.findall(rf'href="{chapter}\.html#equation-(eq-[\w-]+)"', page)
    assert listed == CHAPTERS[chapter]
    assert len(listed) >= 4 or not is_ours(chapter)


def test_numbers_are_those_of_the_chapters(book):
    index = (book.html / "book" / "equations.html").read_text(encoding="utf-8")
    said = dict(
        re.findall(
            r'#equation-(eq-[\w-]+)"[^>]*><span class="eqref">\((\d+\.\d+)\)', index
        )
    )
    for number, (chapter, labels) in enumerate(CHAPTERS.items(), 1):
        page = (book.html / "book" / f"{chapter}.html").read_text(encoding="utf-8")
        shown = re.findall(
            r'id="equation-(eq-[\w-]+)".{0,200}?class="eqno">\((\d+\.\d+)\)',
            page,
            re.DOTALL,
        )
        assert [label for label, _ in shown] == labels
        assert {label: said[label] for label in labels} == dict(shown)
        assert [one for _, one in shown] == [
            f"{number}.{k}" for k in range(1, len(labels) + 1)
        ]


@pytest.fixture
def built(tmp_path, monkeypatch):
    """Build a book of two pages: one with two numbered equations, one that lists them under the
    given names.
    """
    monkeypatch.syspath_prepend(EXTENSIONS)

    def built(*names):
        (tmp_path / "conf.py").write_text(
            "extensions = ['unrolled_book.equation_index']\nnumfig = True\n",
            encoding="utf-8",
        )
        listing = "\n".join(
            [".. equations:: sums", "", *(f"   {name}" for name in names)]
        )
        contents = ".. toctree::\n   :numbered:\n\n   sums\n"
        (tmp_path / "index.rst").write_text(
            f"Index\n=====\n\n{contents}\n{listing}\n", encoding="utf-8"
        )
        sums = "".join(f"\n.. math:: {name}=1\n   :label: eq-{name}\n" for name in "ab")
        (tmp_path / "sums.rst").write_text(
            f"Sums\n====\n{sums}\n.. math:: c=1\n", encoding="utf-8"
        )
        with (tmp_path / "log").open("w+", encoding="utf-8") as log:
            app = Sphinx(
                tmp_path,
                tmp_path,
                tmp_path / "out",
                tmp_path / "trees",
                "html",
                status=None,
                warning=log,
            )
            app.build()
            log.seek(0)
            return (tmp_path / "out" / "index.html").read_text(
                encoding="utf-8"
            ), log.read()

    yield built
    sys.modules.pop("equation_index", None)


def test_sets_each_numbered_equation_once_without_a_second_number(built):
    page, log = built("eq-a: the first", "eq-b: the second")
    assert log == ""
    assert re.findall(r"\(1\.(\d)\)</span> ([\w ]+)</a>", page) == [
        ("1", "the first"),
        ("2", "the second"),
    ]
    assert re.findall(r"\\\[([abc])=1", page) == ["a", "b"]
    assert "eqno" not in page
    assert 'id="equation-' not in page
    assert "mathjax" in page.lower()


def test_an_equation_without_a_name_warns(built):
    assert "eq-b has no name" in built("eq-a: the first")[1]


def test_a_name_without_an_equation_warns(built):
    assert (
        "no equation eq-c in sums" in built("eq-a: one", "eq-b: two", "eq-c: three")[1]
    )
