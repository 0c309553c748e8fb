"""Pages of texts that were made to take long: what it takes grows with the length, and is a few
seconds at most.
"""

import time

import minicourse
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.converters import GenerateFeedback
from sweeps import few

from autograder.grade.notebook_file import NotebookCell
from autograder.gradebook.bounded import LONGEST_LINE, MOST_SET, Bounded, markdown_html
from autograder.gradebook.mathml import FormulasToMathML
from autograder.gradebook.pages import FeedbackExporter
from autograder.gradebook.repaired import LONGEST, shown_source
from autograder.release.build import nbgrader_config
from autograder.unit.course import Course

MARKDOWN = (
    *(
        "$",
        "$$",
        "$x ",
        "$$x ",
        "\\$",
        "$1$ ",
        "$\n",
        "`",
        "``a`",
        "```\n",
        "~~~\n",
        "[",
        "[]",
        "[a](",
        "[a][",
        "[a]: b\n",
    ),
    *(
        "![",
        "](",
        "[^",
        "[[]",
        "\\[",
        "\\\\[",
        "\\(",
        "\\\\(",
        "\\begin{a}",
        "\\begin{a} ",
        "\\end{a}",
        "<",
        "<a ",
        "<!--",
        "<?",
    ),
    *(
        "<https:",
        "http://a",
        "*",
        "**a ",
        "*_",
        "_a ",
        "~~a ",
        "***a",
        "|",
        "|a|b|\n",
        "|a|\n|-|\n",
        ">",
        "> ",
        "> a\n\n",
    ),
    *(
        "- ",
        "- a\n",
        "1. ",
        "#",
        "# a\n",
        "a\n=",
        "a\n: b\n",
        "---\n",
        "&",
        "&a;",
        "\\",
        "!",
        "\n",
        " ",
        "\t",
        '"',
        "'",
    ),
    *(
        '[a](b "',
        "[a](b '",
        "[a](<b",
        "[a]((",
        "[a](/files/",
        "=",
        "a@",
        "- [ ] a\n",
        "<div>\n\n",
        "<pre>",
        "x",
    ),
)
CODE = (
    *(
        "a.b",
        "1.",
        "1_",
        "0x",
        "(",
        "[",
        "{",
        '"',
        "'",
        '"""',
        'f"{',
        "f'{a",
        "{{",
        "\\",
        "\\N{",
        "'\\x",
        "%(",
        '"%(',
    ),
    *(
        "$",
        "?",
        "a?",
        "a??",
        "!",
        "!ls ",
        "%",
        "%a\n",
        "%%a\n",
        "a = !ls\n",
        "@",
        "#",
        "# a\n",
        "\n",
        " ",
        "\t",
        "\r",
    ),
    *(
        ">>> ",
        "def ",
        "from . ",
        "import a.",
        "lambda ",
        "::",
        "->",
        "=",
        ",",
        ";",
        "x",
        "x = 1\n",
        "a\\\n",
        '"a\\\n',
    ),
)
ROUTINE = 10.0  # seconds of a processor for a page of the largest size; some times what it takes


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of some cells, and the processor's seconds that it took."""
    course = minicourse.make(tmp_path_factory.mktemp("pages") / "course")
    config = nbgrader_config(Course(course.root))
    config.Exporter.default_preprocessors = []
    exporter = FeedbackExporter(config=GenerateFeedback(config=config).config)
    for step in (Bounded, FormulasToMathML, CSSHTMLHeaderPreprocessor):
        exporter.register_preprocessor(step, enabled=True)
    names = {"notebook": "x", "score": 0.0, "max_score": 1.0, "late_penalty": 0.0}

    def page(cells):
        cells = [one | {"id": f"c{number}"} for number, one in enumerate(cells)]
        notebook = nbformat.from_dict(
            {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        )
        begin = time.process_time()
        html, _ = exporter.from_notebook_node(notebook, {"nbgrader": names})
        return html, time.process_time() - begin

    page([new_markdown_cell("$x$"), new_code_cell("1")])  # what is imported late
    return page


def filled(text, length):
    return (text * (length // len(text) + 1))[:length]


def cell(kind, text):
    """As a submission's cell reaches the page."""
    made = new_code_cell if kind == "code" else new_markdown_cell
    return made(shown_source(NotebookCell({"cell_type": kind, "source": text})))


# of each kind every fourth, then the others
TEXTS = [
    (
        kind,
        part,
        [text for n, text in enumerate(texts) if (n % 4 == 0) == (part == "some")],
    )
    for kind, texts in (("markdown", MARKDOWN), ("code", CODE))
    for part in ("some", "others")
]


@pytest.mark.parametrize(
    ("kind", "part", "texts"), few(TEXTS, lambda kind, part, texts: part == "some")
)
def test_no_text_takes_long(kind, part, texts, page):
    """As much as is set or coloured of one kind of text."""
    slow = {}
    for text in texts:
        _, seconds = page([cell(kind, filled(text, MOST_SET - 100))])
        if seconds > ROUTINE:
            slow[text] = seconds
    assert slow == {}


def test_three_texts_of_brackets_that_look_like_formulas(page):
    _, seconds = page([cell("markdown", filled("\\\\[", 50_000))] * 3)
    assert seconds < ROUTINE


def test_no_notebook_takes_long(page):
    """As many cells, and as much in them, as a submission may have."""
    mixed = [cell("code", filled(text, 9_000)) for text in CODE]
    mixed += [cell("markdown", filled(text, 9_000)) for text in MARKDOWN]
    for cells in (
        [cell("code", "x = 1")] * 5000,
        [cell("markdown", "x")] * 5000,
        mixed * 3,
    ):
        html, seconds = page(cells)
        assert seconds < 2 * ROUTINE
        assert "cells more, for which there is no room here" in html


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_a_long_text_is_shown_as_it_was_typed(kind, page):
    text = "\n\n".join(
        f"a{number} < *b* $c$ `d` </pre>" for number in range(MOST_SET // 20)
    )
    html, _ = page([cell(kind, text)])
    shown = (
        BeautifulSoup(html, "html.parser").find("pre").get_text().replace("\u2060", "")
    )
    assert shown.startswith(text[:45_000])


def test_graded_cells_come_first(page):
    graded = new_code_cell(
        "graded = 1", metadata={"nbgrader": {"grade_id": "x", "solution": True}}
    )
    html, _ = page([cell("code", filled("a = 1\n", LONGEST))] * 10 + [graded])
    assert "graded" in BeautifulSoup(html, "html.parser").find(id="notebook").get_text()


def test_of_a_long_line_the_beginning_is_shown(page):
    html, _ = page([cell("code", filled("a.b", 5000))])
    assert (
        f"and {5000 - LONGEST_LINE} characters more"
        in BeautifulSoup(html, "html.parser").get_text()
    )


def test_what_cannot_be_set_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr("autograder.gradebook.bounded.MarkdownWithMath", None)
    assert markdown_html("<b> $x$") == "<pre>&lt;b&gt; &#36;x&#36;</pre>"


def test_an_ordinary_page_is_set(page):
    html, _ = page([cell("markdown", "# A\n\n*b* $x_1$"), cell("code", "import numpy")])
    assert "<em>b</em>" in html
    assert "<math" in html
    assert '<span class="kn">import</span>' in html
