"""What the book's pages say: how much, and without raw mathematics; drawings and sheets."""

import re
import sys

import pytest
from book_fixtures import ROOT, build_book, is_ours
from bs4 import BeautifulSoup
from sweeps import sweep
from tables import each_row

sys.path.append(str(ROOT))
from autograder.unit.course import Course

BOOK = ROOT / "book"
CHAPTERS = [path for path in sorted(BOOK.glob("ch*.md")) if is_ours(path.stem)]
LONGEST = 3000  # words of a chapter's main text
COLUMNS = 43  # of what a cell prints, that a phone of 390 pixels shows
NO_TEXT = [
    r"\A---\n.*?\n---\n",
    r"^(`{3,}|:{3,})\{dropdown\}.*?^\1\s*$",  # folded answers
    r"^\$\$.*?^\$\$.*?$",
    r"^(`{3,}).*?^\1\s*$",  # code, figures, what can be touched, the box at the top
    r"^\|.*$",
    r"^\([\w-]+\)=$",
]
MARKUP = re.compile(r"""['"]>|</\w""")  # of a tag that was put into a tag
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
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


each_chapter = each_row("page", CHAPTERS, ids=lambda page: page.stem)


@each_chapter
def test_a_chapter_is_no_longer_than_people_read(page):
    assert 1000 < words(page.read_text(encoding="utf-8")) <= LONGEST


def test_words_are_counted_without_code_tables_and_answers():
    fold = "```{dropdown} Answer\nnot this\n```\n"
    source = (
        f"---\na: b\n---\n# One two\n\n{fold}| not | this |\n\n"
        f"three $x^2$ {{doc}}`four` [five](not-this)\n"
    )
    assert words(source) == 5


@each_chapter
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


def raw_in(page):
    """TeX and control characters in what a page's article says, but for its code."""
    article = re.search(r"<article.*?</article>", page, re.DOTALL)
    text = re.sub(
        r"<(pre|code|script|style|math)\b.*?</\1>",
        "",
        article[0] if article else "",
        flags=re.DOTALL,
    )
    text = re.sub(r"<[^>]+>", "", text)
    return [*RAW.findall(text), *CONTROL.findall(text), *MARKUP.findall(text)]


def test_no_page_shows_raw_mathematics(book):
    for path in book.pages:
        assert raw_in(path.read_text(encoding="utf-8")) == [], path.name


def test_what_a_cell_prints_fits_a_phone(book):
    outputs = 0
    for path in book.pages:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for output in page.select(".cell_output pre"):
            outputs += 1
            lines = output.text.splitlines()
            assert [line for line in lines if len(line) > COLUMNS] == [], path.name
    assert outputs > 5


@each_row(
    ("said", "found"),
    [
        (r"of $1 - (a^{\langle k\rangle})^2$", 1),
        (r"<li>(a^{\langle k\rangle})^2</li>", 1),
        ("W_f\x0bdz", 1),
        ('<a href="<a href="x">x</a>">x</a>', 1),
        ("it costs $5 or more", 0),
        (r"<code>\frac</code> and <pre>$x$</pre>", 0),
    ],
)
def test_raw_mathematics_would_be_seen(said, found):
    page = f"<main><article><p>{said}</p></article></main>"
    assert len(raw_in(page)) >= found
    assert bool(raw_in(page)) == bool(found)


@each_row("words", ["W_f\top dz", r"\top", r"$x$ \odot y", "a\x0bb"])
def test_a_drawing_refuses_a_text_that_has_lost_its_backslash(words):
    from book.figures.style import whole

    with pytest.raises(ValueError, match="raw"):
        whole(words)


def test_every_text_of_a_plot_is_looked_at(monkeypatch):
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from book.figures import style

    monkeypatch.setattr(mpl.text.Text, "set_text", style._set_whole)
    ax = plt.figure().add_subplot()
    for draw in (ax.set_title, ax.set_xlabel, lambda words: ax.text(0, 0, words)):
        with pytest.raises(ValueError, match="raw"):
            draw("W_f\top dz")
    plt.close()


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


@sweep
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


OPENING = "{{exercise}}`{}`"
LED = re.compile(r"^- \[\*\*.+?\*\*[,.]?\]\([\w-]+\)", re.DOTALL)


def test_slips_lead_to_their_exercise_and_chapters_to_their_slips(subtests):
    for path in CHAPTERS:
        with subtests.test(path.stem):
            stem = path.stem.removeprefix("ch")
            page = (BOOK / f"slips{stem}.md").read_text(encoding="utf-8")
            assert OPENING.format(f"ex{stem}") in page.split("```{contents}")[0]
            chapter = path.read_text(encoding="utf-8")
            said = chapter.split("-slips)=\n")[1].split(f"{{doc}}`slips{stem}`")[0]
            bullets = re.findall(r"^- .*", said, re.MULTILINE)
            assert len(bullets) == 3
            for bullet in bullets:
                assert LED.match(bullet), bullet


OTHER_LETTERS = re.compile(
    r"_\{?\\(?:mathrm|text)\{(?:prev|next)\}|(?<![\w\\])d?[axc]_t\b"
)


def other_letters(source):
    """Where a text writes a state's index otherwise than the notation page."""
    return [
        found[0]
        for formula in re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", source, re.DOTALL)
        for found in OTHER_LETTERS.finditer(formula)
    ]


def test_before_and_after_a_step_are_written_in_one_way():
    pages = [*BOOK.glob("*.md"), *BOOK.glob("figures/*.py")]
    pages += (ROOT / "solutions").glob("ex*.py")
    found = {
        path.name: letters
        for path in pages
        if (letters := other_letters(path.read_text(encoding="utf-8")))
    }
    assert found == {"notation.md": ["x_t"]}  # the table of other people's letters


def test_another_way_to_write_them_would_be_seen():
    said = (
        r"$da_{\mathrm{next}}$, $a_{prev}$, $dx_t$, $x^{\langle t\rangle}$, $\sum_t a$"
    )
    assert other_letters(said) == [r"_{\mathrm{next}", "dx_t"]
