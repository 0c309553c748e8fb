"""Numbers in the prose of the book: each is computed or asserted in a cell of its page."""

import re

import numpy as np
from book_fixtures import ROOT

BOOK = ROOT / "book"
PAGES = [*sorted(BOOK.glob("ch*.md")), *BOOK.glob("far*.md"), BOOK / "notation.md"]
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
