"""The book of a class: units that it does not get are left out, what led there becomes words."""

import re
import sys
from datetime import UTC, datetime
from html import unescape

import pytest
from book_fixtures import EXTENSIONS, ROOT, Page, _done

TITLE = 'Two & "three" <4> &lt;'
FIRST, SECOND, THIRD = "ex1_one", "ex2_two", "ex3_three"
PAGES = {
    "intro": """\
# The book

:::{container} cover-lead
```{button-ref} book/ch1_one
:ref-type: doc
Start with chapter 1
```
:::

:::{container} cover-chapters
1. {doc}`book/ch1_one`. You write one.
2. {doc}`book/ch2_two`. You write two.
3. {doc}`book/ch3_three`. You write three.
:::
""",
    "book/ch1_one": """\
# Begin with one

(ch1-place)=
## A place

$$ a = 1 $$ (eq-ch1-one)

```{figure} ../dot.png
:name: fig-ch1-dot

A dot.
```
""",
    "book/ch2_two": """\
# Go on with two

Back to [the first chapter](ch1_one.md), [](ch1_one.md), {ref}`ch1-place`, {eq}`eq-ch1-one`,
{numref}`fig-ch1-dot`, and on to {doc}`ch3_three`; write {exercise}`ex1_one`.

$$ b = 2 $$ (eq-ch2-two)

See {eq}`eq-ch2-two`.
""",
    "book/ch3_three": "# End with three\n\nWrite {exercise}`ex3_three`.\n",
    "book/equations": """\
# Equations

## Of one

```{equations} ch1_one
eq-ch1-one: one
```

## Of two

```{equations} ch2_two
eq-ch2-two: two
```
""",
}
TOC = """\
format: jb-book
root: intro
parts:
  - caption: Chapters
    numbered: true
    chapters: [{file: book/ch1_one}, {file: book/ch2_two}, {file: book/ch3_three}]
  - caption: Exercises
    chapters:
      - file: exercises/ex1_one/ex1_one
      - file: exercises/ex2_two/ex2_two
      - file: exercises/ex3_three/ex3_three
  - caption: More
    chapters: [{file: book/equations}]
"""
CONF = """\
import sys
sys.path.insert(0, {extensions!r})
extensions = [
    "myst_nb", "sphinx_design", "sphinx_external_toc", "unrolled_book.course_links",
    "unrolled_book.equation_index", "unrolled_book.units", "unrolled_book.absent_pages",
]
html_theme = "sphinx_book_theme"
course_root = {root!r}
templates_path = [{templates!r}]
myst_enable_extensions = ["dollarmath", "colon_fence"]
nb_execution_mode = "off"
external_toc_exclude_missing = True
numfig = True
"""


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """A book of which the class does not get unit 1, and exercise 3 not yet."""
    place = tmp_path_factory.mktemp("units")
    (place / "solutions").mkdir()
    for name in (FIRST, SECOND, THIRD):
        (place / "solutions" / f"{name}.py").write_text("", encoding="utf-8")
        page = place / "exercises" / name / f"{name}.md"
        page.parent.mkdir(parents=True)
        page.write_text(f"# Exercise {name}\n", encoding="utf-8")
    (place / "course.toml").write_text(
        f"[course]\ntitle = '{TITLE}'\n[units]\n"
        f'hand_out = ["{SECOND}", "{THIRD}"]\n'
        f"[opens]\n{THIRD} = 2999-01-01\n",
        encoding="utf-8",
    )
    for name, text in PAGES.items():
        path = place / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (place / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (place / "_toc.yml").write_text(TOC, encoding="utf-8")
    templates = str(ROOT / "book" / "_templates")
    conf = CONF.format(extensions=EXTENSIONS, root=str(place), templates=templates)
    (place / "conf.py").write_text(conf, encoding="utf-8")
    out = place / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "--keep-going", "-b", "html"]
    book = _done(place, [*command, place, out], cwd=place)
    assert book.returncode == 0, book.log
    assert datetime.now(UTC).year < 2999
    return out


def words(html, page):
    """The text of a page's article, in one line."""
    text = (html / f"{page}.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", article))


def test_only_pages_of_the_class_are_there(html):
    assert {path.stem for path in (html / "book").glob("*.html")} == {
        "ch2_two",
        "ch3_three",
        "equations",
    }
    assert {path.name for path in (html / "exercises").iterdir()} == {SECOND}


def test_any_title_is_text(html):
    pages = [html / "search.html", html / "book" / "ch2_two.html"]
    for text in (page.read_text(encoding="utf-8") for page in pages):
        (inside,) = re.findall(r"<title>(.*?)</title>", text)
        assert "<" not in inside
        assert unescape(inside).endswith(f" {TITLE}")


def test_chapters_keep_their_numbers(html):
    titles = re.findall(
        r"\d\. (?:Go on|End) with \w+", words(html, "intro") + side(html)
    )
    assert set(titles) == {"2. Go on with two", "3. End with three"}
    assert "(2.1)" in words(html, "book/ch2_two")


def side(html):
    """The text of the contents beside the page."""
    return re.sub(
        r"<[^>]+>|\s+", " ", (html / "intro.html").read_text("utf-8")
    ).replace("  ", " ")


def test_what_led_to_a_page_that_is_not_there_is_words(html):
    said = words(html, "book/ch2_two")
    assert (
        "Back to the first chapter, Begin with one, A place, an equation of chapter 1, "
        "a figure of chapter 1, and on to End with three; write ex1_one."
    ) in said
    assert "Write ex3_three." in words(html, "book/ch3_three")


def test_no_link_leads_nowhere(html):
    pages, dead = set(), []
    for path in html.rglob("*.html"):
        for tag, attributes in Page(path).tags:
            place = attributes.get("href", "").partition("#")[0]
            if tag == "a" and place and "://" not in place:
                pages.add(path)
                if not (path.parent / place).exists():
                    dead.append((path.name, place))
    assert len(pages) > 5
    assert dead == []


def test_the_cover_begins_with_the_first_chapter_that_is_there(html):
    text = (html / "intro.html").read_text(encoding="utf-8")
    assert "Start with chapter 2" in words(html, "intro")
    assert "You write one." not in text
    assert '<ol class="arabic simple" start="2">' in text
    assert f"<title>The book — {TITLE}</title>" in unescape(text)


def test_equations_of_an_absent_chapter_have_no_section(html):
    said = words(html, "book/equations")
    assert "Of two" in said
    assert "Of one" not in said
