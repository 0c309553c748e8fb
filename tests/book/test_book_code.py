"""The code of a page that a reader sees: it fits, and it runs when it is copied."""

import ast
import builtins
import re
import sys

import pytest
from book_fixtures import ROOT

sys.path.append(str(ROOT))
from autograder.unit.course import Course
from autograder.unit.unit import load

BOOK = ROOT / "book"
PAGES = [*sorted(BOOK.glob("ch*.md")), *BOOK.glob("far*.md"), BOOK / "notation.md"]
WIDEST = 76  # columns of code that fit beside the contents at 1280 px
EXERCISED = {"sigmoid", "softmax"}.union(
    *(load(name, Course(ROOT)).functions for name in Course(ROOT).assignments)
)
FINISHED = {"lstm", "lstm_back", "gru", "unit", "lm", "layers"}
LOADED = re.compile(r"\A:load: (?P<path>\S+)\n")
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def visible_cells(source):
    """The code of a page's cells that a reader sees."""
    cells = re.findall(
        r"^```\{code-cell\}[^\n]*\n(.*?)^```$", source, re.MULTILINE | re.DOTALL
    )
    shown = (cell for cell in cells if not re.search(r"remove-(?:input|cell)", cell))
    whole = (LOADED.sub(loaded, cell) for cell in shown)
    return [re.sub(r"\A(?::[^\n]*\n)+", "", cell) for cell in whole]


def loaded(found):
    """The code of a file that a cell shows."""
    return (BOOK / found["path"]).read_text(encoding="utf-8")


def made_in(tree):
    """Names that a piece of code makes: by assignment, definition, argument or import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def missing(source):
    """Names that the visible code of a page reads and neither makes nor is told to have.

    A reader has the functions of the exercises that the page names, and as a whole the finished
    exercises that it gives a name to.
    """
    known, found = set(dir(builtins)), []
    told = set(re.findall(r"`(\w+)`", source))
    given = told & (EXERCISED | FINISHED)
    for cell in visible_cells(source):
        tree = ast.parse(cell)
        known |= set(made_in(tree))
        read = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        found += sorted(read - known - given)
    return found


@every_page
def test_code_on_a_page_runs_when_it_is_copied(page):
    cells = visible_cells(page.read_text(encoding="utf-8"))
    assert [
        line for cell in cells for line in cell.splitlines() if len(line) > WIDEST
    ] == []
    assert [
        cell
        for cell in cells
        if re.search(r"^\s*(?:from|import) (?:book|autograder)\b", cell, re.MULTILINE)
    ] == []
    first = next(
        (cell for cell in cells if re.search(r"\bnp\.", cell)), "import numpy as np"
    )
    assert "import numpy as np" in first


@every_page
def test_code_on_a_page_reads_nothing_that_is_not_there(page):
    assert missing(page.read_text(encoding="utf-8")) == []


def test_a_name_that_a_page_keeps_to_itself_is_found():
    cell = "```{{code-cell}} ipython3\n{}```\n"
    hidden = cell.format(":tags: [remove-cell]\nsecret = 1\n")
    shown = cell.format("import numpy as np\nx = np.tanh(secret) + rnn_forward(lm)\n")
    assert missing(hidden + shown) == ["lm", "rnn_forward", "secret"]
    assert missing(f"`rnn_forward`, `lm`\n{hidden}{shown}") == ["secret"]
