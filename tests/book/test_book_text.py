"""What the book's pages say: how much, without raw mathematics, with code that can be copied;
drawings and sheets.
"""

import re
import sys

import numpy as np
import pytest
from book_fixtures import ROOT, build_book
from tables import each_row

sys.path.append(str(ROOT))
from autograder.unit.course import Course

BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("ch*.md"))
PAGES = [*CHAPTERS, *BOOK.glob("far*.md"), BOOK / "notation.md"]
LONGEST = 3000  # words of a chapter's main text
WIDEST = 76  # columns of code that fit beside the contents at 1280 px
NO_TEXT = [
    r"\A---\n.*?\n---\n",
    r"^(`{3,}|:{3,})\{dropdown\}.*?^\1\s*$",  # folded answers
    r"^\$\$.*?^\$\$.*?$",
    r"^(`{3,}).*?^\1\s*$",  # code, figures, what can be touched, the box at the top
    r"^\|.*$",
    r"^\([\w-]+\)=$",
]
RAW = re.compile(
    r"\\(?:frac|langle|top|odot|tilde|sum|prod|partial|begin|mathrm|hat)\b|\$[^$\n]{1,80}\$"
)


def words(source):
    """How many words a page's main text has: without code, tables, formulas and what is folded."""
    for pattern in NO_TEXT:
        source = re.sub(
            pattern,
            "",
            source,
            flags=re.MULTILINE | re.DOTALL if "*?" in pattern else re.MULTILINE,
        )
    source = re.sub(r"\{\w+\}`[^`]*`", " word ", re.sub(r"\$[^$]+\$", " ", source))
    return len(re.findall(r"[^\W\d_][\w’'-]*", re.sub(r"\]\([^)]*\)", " ", source)))


def visible_cells(source):
    """The code of a page's cells that a reader sees."""
    cells = re.findall(
        r"^```\{code-cell\}[^\n]*\n(.*?)^```$", source, re.MULTILINE | re.DOTALL
    )
    shown = (cell for cell in cells if not re.search(r"remove-(?:input|cell)", cell))
    return [re.sub(r"\A(?::[^\n]*\n)+", "", cell) for cell in shown]


def written(pages):
    """The pages that are held to a rule, as test parameters."""
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.stem)


@written(CHAPTERS)
def test_a_chapter_is_no_longer_than_people_read(page):
    assert 1000 < words(page.read_text(encoding="utf-8")) <= LONGEST


def test_words_are_counted_without_code_tables_and_answers():
    fold = "```{dropdown} Answer\nnot this\n```\n"
    source = (
        f"---\na: b\n---\n# One two\n\n{fold}| not | this |\n\n"
        f"three $x^2$ {{doc}}`four` [five](not-this)\n"
    )
    assert words(source) == 5


@written(PAGES)
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


@written(CHAPTERS)
def test_a_chapter_begins_with_what_it_asks_and_gives(page):
    before = page.read_text(encoding="utf-8").split("\n## ")[0]
    assert ":class: glance" in before
    for part in (
        "**You write**",
        "**You need**",
        "**It takes**",
        "**You are done when**",
    ):
        assert part in before


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


def test_no_page_shows_raw_mathematics(book):
    for path in book.pages:
        page = path.read_text(encoding="utf-8")
        article = re.search(r"<article.*?</article>", page, re.DOTALL)
        text = re.sub(
            r"<(pre|code|script|style|math)\b.*?</\1>",
            "",
            article[0] if article else "",
            flags=re.DOTALL,
        )
        assert RAW.findall(re.sub(r"<[^>]+>", "", text)) == [], path.name


def test_raw_mathematics_would_be_seen():
    assert RAW.search(r"of $1 - (a^{\langle k\rangle})^2$")
    assert not RAW.search("it costs $5 or more")


@each_row("words", ["W_f\top dz", r"\top", r"$x$ \odot y", "a\x0bb"])
def test_a_drawing_refuses_a_text_that_has_lost_its_backslash(words):
    from book.figures.style import whole

    with pytest.raises(ValueError, match="raw"):
        whole(words)


def test_a_drawing_takes_formulas_and_lines():
    from book.figures.style import whole

    assert whole("two\nlines of $W_f^\\top\\,dz$")


def test_letters_of_drawings_are_large_enough_for_a_phone():
    import matplotlib.pyplot as plt

    from book.figures import style

    ax = style.canvas()
    style.text(ax, 1, 1, "small", size=6)
    assert ax.texts[0].get_fontsize() == style.SMALLEST
    across = style.WIDE * style.UNIT * 96
    assert style.SMALLEST * 96 / 72 * 390 / across >= 11
    plt.close()


def test_sheets_are_as_their_script_draws_them(tmp_path):
    from book.figures import sheets

    sheets.write(tmp_path)
    for name in sheets.SHEETS:
        kept = (sheets.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert kept == (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert (sheets.FOLDER / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        chapter = (BOOK / f"ch{name.removeprefix('sheet')}.md").read_text(
            encoding="utf-8"
        )
        assert f"_static/sheets/{name}.pdf" in chapter


def test_every_exercise_has_its_page_of_slips_beside_it():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for name in Course(ROOT).assignments:
        slips = f"book/slips{name.removeprefix('ex')}"
        assert (
            f"- file: exercises/{name}/{name}\n        sections:\n          - file: {slips}\n"
            in contents
        )


CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(
    r"\A---\n.*?^---$|^(`{3,}).*?^\1$|^\$\$.*?^\$\$", re.MULTILINE | re.DOTALL
)
MEASURED = re.compile(
    r"(?<![\w.§])\d[\d,]*\.\d+(?![\d.]*\w)|\b\d[\d,.]*(?= (?:times|per cent)\b)"
)
CITED = re.compile(r"\b(?:sections?|chapters?|version|Python)\s+$")
ELSEWHERE = {  # pages that run no code: what their numbers are
    ("slips7_language_model", "1.44"): round(1 / np.log(2), 2),
    ("slips7_language_model", "27.6"): round(12 * np.log(10), 1),
}


def numbers_said(source):
    """Numbers with digits after the point, and of times and per cent, in a page's prose.

    Yields (line's number, line, number).
    """
    blank = [source]
    for pattern in (CELL, FENCED):
        blank.append(pattern.sub(lambda found: "\n" * found[0].count("\n"), blank[-1]))
    for number, line in enumerate(blank[-1].split("\n"), 1):
        for found in MEASURED.finditer(line):
            if not CITED.search(line[: found.start()]):
                yield number, line, found[0].rstrip(".,").replace(",", "")


def is_in(code, number):
    """Whether a cell computes with this number, or one rounded to it; per cent may be a share."""
    digits = len(number.partition(".")[2])
    for literal in set(
        re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?", code.replace("_", ""))
    ):
        mantissa = literal.partition("e")[0]
        values = float(mantissa), float(literal), 100 * float(literal)
        if number in [f"{value:.{digits}f}" for value in values]:
            return True
    return False


def test_every_number_that_is_said_is_computed_beside_it(subtests):
    """In a cell of the page, most of them hidden and full of assertions, or in a cell that reads
    the page's tables.
    """
    for page in [*PAGES, *sorted(BOOK.glob("slips*.md")), BOOK / "intro.md"]:
        with subtests.test(page.stem):
            assert said_by_nobody(page) == []


def said_by_nobody(page):
    """Numbers of a page's prose that none of its cells has, each with its line."""
    source = page.read_text(encoding="utf-8")
    code = "\n".join(CELL.findall(source))
    reads_tables = '.md").read_text' in code
    found = []
    for line, text, number in numbers_said(source):
        if reads_tables and text.startswith("|"):
            continue
        elsewhere = ELSEWHERE.get((page.stem, number))
        if float(number) != elsewhere and not is_in(code, number):
            found.append((line, number))
    return found


def test_a_number_that_nothing_computes_is_found():
    cell = "```{code-cell}\nassert round(x, 2) == 6.83\n```\n"
    said = [
        number
        for *_, number in numbers_said(
            cell + "It is 6.83, not 7.1; 3 times, 20 per cent, section 2.3.\n"
        )
    ]
    assert said == ["6.83", "7.1", "3", "20"]
    assert [is_in(cell, number) for number in said] == [True, False, False, False]
