"""The book as it is published: built without a warning, whole without a network, and without a
line of a solution.
"""

import html
import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from urllib.parse import unquote, urldefrag

import pytest
from book_fixtures import ROOT, UNITS, WARNING, build_book, is_ours
from sweeps import sweep
from tables import each_row

from autograder.publish import student_repository
from autograder.publish.leaks import find_leaks
from autograder.publish.published_text import texts
from autograder.unit.catalogue import edits
from autograder.unit.course import Course
from autograder.unit.repository import repository_of

COURSE = Course(ROOT)
ANCHORS = """
    slip-a0-every-step slip-a0-ignored slip-loop-range
    slip-y-from-a-prev slip-softmax slip-softmax-axis slip-bias slip-tanh slip-cache-order
    slip-caches-list slip-globals slip-hard-coded-sizes slip-weights-swapped slip-placeholder
    slip-signature slip-syntax
"""
LOADS = {
    "script": ["src"], "img": ["src", "srcset"], "iframe": ["src"],
    "source": ["src", "srcset"], "video": ["src"], "audio": ["src"], "embed": ["src"],
    "object": ["data"], "use": ["href", "xlink:href"], "input": ["src"],
}  # fmt: skip
ELSEWHERE = re.compile(r"^\s*(https?:|wss?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(
    r"""(?:url\(\s*|@import\s+)["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE
)
IN_SCRIPT = re.compile(
    r"""(?:\bfetch|\bimport|importScripts|sendBeacon|new\s+WebSocket|\.open)\s*\([^)]{0,40}?["'`](?:https?:|wss?:)?//"""
    r"""|\.(?:src|href)\s*=\s*["'`](?:https?:)?//|\bfrom\s*["'](?:https?:)?//"""
)
ADDRESS = re.compile(  # over https; DOIs and arXiv's numbers as they are made
    r"https://(?:doi\.org/10\.\d{4,9}/(?!.*//)[\w.()/:;<>-]+|arxiv\.org/abs/(?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})"
    r"|(?!doi\.org|arxiv\.org)[\w-]+(?:\.[\w-]+)+(?:/[\w.~%/#?=&+-]*)?)"
)
TEXT = {
    ".html",
    ".js",
    ".json",
    ".md",
    ".txt",
    ".css",
    ".svg",
    ".ipynb",
    ".py",
    ".xml",
    ".inv",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


def test_builds_without_warning(book):
    assert book.returncode == 0, book.log[-3000:]
    assert not book.warnings


def test_a_warning_would_be_seen():
    assert WARNING.search("book/ch1.md:3: WARNING: undefined label")
    assert not WARNING.search("build succeeded.")


def test_has_its_pages(book):
    names = {path.relative_to(book.html).as_posix() for path in book.pages}
    assert {
        "index.html",
        "book/intro.html",
        "book/notation.html",
        "book/glossary.html",
        "book/equations.html",
    } <= names
    assert {"book/references.html"} <= names
    chapters = {f"book/{path.stem}.html" for path in (ROOT / "book").glob("ch*.md")}
    further = {f"book/{path.stem}.html" for path in (ROOT / "book").glob("far*.md")}
    slips = {f"book/slips{name.removeprefix('ex')}.html" for name in COURSE.assignments}
    exercises = {f"exercises/{name}/{name}.html" for name in COURSE.assignments}
    assert len(chapters) == len(exercises) >= 8
    assert chapters | further | exercises | slips <= names


def loaded_by(page):
    """Addresses that a page loads by itself; links for the reader to follow are not among them."""
    for tag, attributes in page.tags:
        names = LOADS.get(tag, [])
        if tag == "link" and not {
            "canonical",
            "next",
            "prev",
            "search",
            "author",
        } & set(attributes["rel"].split()):
            names = ["href"]
        yield from (attributes[name] for name in names if name in attributes)
        yield from IN_STYLE.findall(attributes.get("style", ""))


def test_pages_load_nothing_from_elsewhere(book):
    foreign = {
        (path.name, address)
        for path, page in book.pages.items()
        for address in loaded_by(page)
        if ELSEWHERE.match(address)
    }
    assert not foreign


def test_inline_scripts_and_styles_name_no_host(book):
    named = {
        (path.name, address)
        for path, page in book.pages.items()
        for body in page.inline
        for address in re.findall(
            r"""["'`(]((?:https?:)?//[\w.-]+\.\w+[^"'`)\s]*)""", body
        )
    }
    assert not named


def test_formulas_need_no_script(book):
    for path, page in book.pages.items():
        scripts = [
            attributes.get("src", "")
            for tag, attributes in page.tags
            if tag == "script"
        ]
        for one in [*scripts, *page.inline]:
            assert not re.search("mathjax|katex", one, re.IGNORECASE), path.name


def test_equations_have_their_numbers_and_are_led_to(book):
    page = book.pages[book.html / "book" / "ch5_gru.html"]
    equations = [
        attributes["id"]
        for tag, attributes in page.tags
        if attributes.get("id", "").startswith("equation-")
    ]
    led = {
        attributes["href"]
        for tag, attributes in page.tags
        if tag == "a" and "#equation-" in attributes["href"]
    }
    numbers = [text for text in page.text if re.fullmatch(r"\(5\.\d+\)", text)]
    assert {f"(5.{k})" for k in range(1, len(equations) + 1)} <= set(numbers)
    assert len(equations) >= 10
    assert {f"#{name}" for name in equations} & led


def test_style_sheets_load_nothing_from_elsewhere(book):
    sheets = list(book.html.rglob("*.css"))
    assert len(sheets) > 3
    foreign = [
        (s.name, IN_STYLE.findall(s.read_text(encoding="utf-8"))) for s in sheets
    ]
    assert not [found for found in foreign if found[1]]


def test_scripts_in_use_load_nothing_from_elsewhere(book):
    used = {
        (path.parent / unquote(attributes["src"].split("?")[0])).resolve()
        for path, page in book.pages.items()
        for tag, attributes in page.tags
        if tag == "script" and "src" in attributes
    }
    assert any(script.name == "bootstrap.js" for script in used)
    foreign = {s.name: IN_SCRIPT.findall(s.read_text(encoding="utf-8")) for s in used}
    assert not {name: found for name, found in foreign.items() if found}


@each_row(
    ("pattern", "text"),
    [
        (IN_STYLE, '@import "https://fonts.example/x.css"'),
        (IN_STYLE, "src: url(//fonts.example/x.woff2)"),
        (IN_SCRIPT, 'fetch("https://example.org/x")'),
        (IN_SCRIPT, "s.src='https://example.org/x.js'"),
        (ELSEWHERE, "//example.org/x.js"),
    ],
)
def test_a_load_from_elsewhere_would_be_seen(pattern, text):
    assert pattern.search(text)


def test_links_within_the_book_lead_somewhere(book):
    dead = []
    for path, page in book.pages.items():
        for tag, attributes in page.tags:
            target, anchor = (
                urldefrag(attributes.get("href", ""))
                if tag in ("a", "link")
                else ("", "")
            )
            target = target.split("?")[0]
            if tag == "a" and "headerlink" not in attributes.get("class", ""):
                assert attributes.get("href") != "", (path.name, attributes)
            if ":" in target or target.startswith("//"):
                continue
            goal = (path.parent / unquote(target)).resolve() if target else path
            if not goal.exists() or (
                anchor
                and goal in book.pages
                and unquote(anchor) not in book.pages[goal].ids
            ):
                dead.append((path.name, attributes.get("href")))
    assert not dead


def outside(page):
    """Links of a page that lead out of the book, with their attributes."""
    return [
        a for tag, a in page.tags if tag == "a" and ELSEWHERE.match(a.get("href", ""))
    ]


def test_links_to_elsewhere_are_well_formed(book):
    links = [link for page in book.pages.values() for link in outside(page)]
    assert len(links) > 40
    assert [link["href"] for link in links if not ADDRESS.fullmatch(link["href"])] == []
    assert [
        link
        for link in links
        if "target" in link and "noopener" not in link.get("rel", "")
    ] == []


@each_row(
    "address",
    [
        "http://x.org",
        "https://doi.org/https://doi.org/10.1234/x",
        "https://arxiv.org/abs/15",
        "//x.org",
    ],
)
def test_a_malformed_address_would_be_seen(address):
    assert not ADDRESS.fullmatch(address)


def test_every_page_has_a_language_and_a_title_of_its_own(book):
    title = re.compile(r"<title>\s*(.*?)\s*</title>")
    titles = {
        path: title.search(path.read_text(encoding="utf-8"))[1] for path in book.pages
    }
    assert len(set(titles.values())) == len(titles)
    for path, page in book.pages.items():
        assert next(a["lang"] for tag, a in page.tags if tag == "html") == "en", (
            path.name
        )
        assert "Unrolled" in titles[path]


def test_links_say_where_they_lead(book):
    vague = re.compile(
        r"<a\b[^>]*>\s*(?:here|click here|link|this|more|read more|this page)\s*</a>",
        re.IGNORECASE,
    )
    assert [
        found[0]
        for path in book.pages
        for found in vague.finditer(path.read_text(encoding="utf-8"))
    ] == []


def test_pages_show_no_launch_or_download_button_and_only_a_known_repository(book):
    public = repository_of(COURSE)
    for path, page in book.pages.items():
        shown = [
            (a.get("class", "").split(), a.get("href", ""))
            for tag, a in page.tags
            if tag in ("a", "button")
        ]
        ways = {address for classes, address in shown if "practice-way" in classes}
        if ways and path.parent.name.startswith("ex"):
            ways -= ways_of(path.stem, public, "../../")
        elif ways:
            name = path.stem.replace("ch", "ex", 1)
            ways -= ways_of(name, public, "../") | {
                f"../exercises/{name}/{name}.html#ways-to-open"
            }
        assert not ways, path.name
        others = [
            f"{' '.join(classes)} {address}"
            for classes, address in shown
            if "practice-way" not in classes
        ]
        others = [
            one
            for one in others
            if not re.search(r"_downloads/\w+/sheet\d_\w+\.(?:pdf|svg)$", one)
        ]
        for word in (
            "github.com",
            "gitlab",
            "mybinder",
            "colab",
            "launch",
            "download",
            "btn-source",
            ".zip",
        ):
            odd = [
                one
                for one in others
                if word in one and not (public and public.address in one)
            ]
            assert not odd, (path.name, word)


def ways_of(name, public, home):
    """Addresses under which an exercise may be fetched or opened."""
    online = {public.binder(name), public.colab(name)} if public else set()
    return {f"{home}unrolled-exercises.zip"} | online


def test_every_chapter_and_its_exercise_lead_to_each_other(book):
    for name in COURSE.assignments:
        chapter = book.html / "book" / f"ch{name.removeprefix('ex')}.html"
        exercise = book.html / "exercises" / name / f"{name}.html"
        there = [a.get("href") for tag, a in book.pages[chapter].tags if tag == "a"]
        back = [a.get("href") for tag, a in book.pages[exercise].tags if tag == "a"]
        where = f"../exercises/{name}/{name}.html"
        assert there.count(where) >= 1 + 3, (
            name
        )  # the list of pages, the text, the block, the end
        assert f"{where}#ways-to-open" in there
        assert back.count(f"../../book/{chapter.name}") >= 1 + 1, name
        assert back.count(f"../../book/slips{name.removeprefix('ex')}.html") >= 1 + 1, (
            name
        )  # pages, block
        text = " ".join("".join(book.pages[exercise].text).split())
        told = name in COURSE.settings.minutes
        minutes = ", about (an hour|\\d+ minutes|\\d½? hours)" if told else ""
        assert re.search(rf"\. \d+ points{minutes}\. ", text), name


def test_exercises_are_shown_unsolved_and_never_run(book):
    for name in COURSE.assignments:
        page = book.pages[book.html / "exercises" / name / f"{name}.html"]
        notebook = json.loads(
            (COURSE.exercises / name / f"{name}.ipynb").read_text(encoding="utf-8")
        )
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        classes = [a.get("class", "").split() for _, a in page.tags]
        assert sum("cell_input" in one for one in classes) == len(code)
        assert sum("cell_output" in one for one in classes) == 0
        shown = "".join("".join(page.text).split())
        assert [
            c["id"] for c in code if "".join("".join(c["source"]).split()) not in shown
        ] == []


def test_the_minutes_are_those_of_the_exercises():
    ours = set(filter(is_ours, COURSE.assignments))
    assert len(ours) == UNITS
    assert set(COURSE.settings.minutes) == ours


@sweep
def test_the_book_brings_the_exercises_along(book):
    path = book.html / f"{student_repository.FOLDER}.zip"
    assert find_leaks(COURSE, [path]) == []
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    made = student_repository.contents(Course(book.root))
    assert inside == {
        f"{student_repository.FOLDER}/{name}": data
        for name, data in made.items()
        if student_repository.is_in_zip(name)
    }


def test_every_figure_says_what_is_to_be_seen(book):
    pictures = [
        (path.name, attributes)
        for path, page in book.pages.items()
        for tag, attributes in page.tags
        if tag == "img" and "_images/" in attributes["src"]
    ]
    assert len(pictures) >= 2 * 9
    for name, attributes in pictures:
        assert {attributes["loading"]} == {"lazy"}
        assert int(attributes["width"]) > int(attributes["height"]) / 2 > 20
        words = attributes.get("alt", "").split()
        assert len(words) >= 20, (name, attributes)
        assert not {"image", "picture"} & {word.lower() for word in words[:2]}


def test_every_figure_has_both_themes(book):
    for page in book.pages.values():
        shown = [a for tag, a in page.tags if tag == "img" and "_images/" in a["src"]]
        light = {
            a["src"].removesuffix(".svg") for a in shown if "theme-light" in a["class"]
        }
        dark = {
            a["src"].removesuffix("-dark.svg")
            for a in shown
            if "theme-dark" in a["class"]
        }
        assert light == dark
        assert len(shown) == 2 * len(light)


def test_drawings_have_the_colours_of_the_course_only(book):
    spec = importlib.util.spec_from_file_location(
        "colours", ROOT / "book" / "figures" / "colours.py"
    )
    colours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(colours)
    pairs = [gate[1:] for gate in colours.GATES.values()]
    pairs += [
        pair
        for group in (colours.TONES, colours.MARKS, colours.LAMPS)
        for pair in group.values()
    ]
    drawings = sorted((book.html / "_images").glob("*.svg"))
    assert len(drawings) > 100
    for path in drawings:
        theme = 1 if path.stem.endswith("-dark") else 0
        used = set(
            re.findall(
                r"(?:fill|stroke|stop-color): ?(#[0-9a-fA-F]{6})\b",
                path.read_text(encoding="utf-8"),
            )
        )
        assert used <= {pair[theme] for pair in pairs}, path.name
        assert used


def test_the_grader_finds_its_anchors(book):
    ids = book.pages[book.chapter.with_name("slips1_rnn_cell.html")].ids
    assert [anchor for anchor in ANCHORS.split() if anchor not in ids] == []
    assert {"ch1-one-step", "ch1-unrolling", "ch1-cache", "ch1-slips"} <= book.pages[
        book.chapter
    ].ids


@each_row(
    "catalogue",
    sorted((ROOT / "solutions" / "misconceptions").glob("*.toml")),
    ids=lambda p: p.stem,
)
def test_every_mistake_is_explained_where_its_feedback_leads(book, catalogue):
    mistakes = edits(catalogue.stem, COURSE)
    ids = {
        path.stem: page.ids
        for path, page in book.pages.items()
        if path.parent == book.html / "book"
    }
    led = {mistake.misconception.section for mistake in mistakes}
    assert [
        section
        for section in sorted(led)
        if section.split("#")[1] not in ids.get(section.split("#")[0], ())
    ] == []


def test_no_page_shows_a_traceback(book):
    for path, page in book.pages.items():
        assert "Traceback (most recent call last)" not in "".join(page.text), path.name


def secret_lines():
    """Solution lines of all exercises, without their blanks; left out: what is too short to
    recognise, or released.

    Released are the lines of the stubs, and what stands outside of the regions, in experiments
    for instance.
    """
    lines, released = set(), set()
    for source in sorted((ROOT / "solutions").glob("ex*.py")):
        inside = False
        for line in source.read_text(encoding="utf-8").splitlines():
            bare = "".join(line.split())
            if bare.startswith(("###STARTCODE", "###ENDCODE")):
                inside = "START" in bare
            elif bare.startswith("#:") or not inside:
                released.add(bare.removeprefix("#:"))
            elif not bare.startswith("#") and len(bare) >= 12:
                lines.add(bare)
    return lines - released


def shown_text(text):
    """What a file says, without its tags and blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def test_no_published_file_holds_a_solution_line(book):
    secrets = secret_lines()
    assert len(secrets) >= 200
    files = [path for path in book.html.rglob("*") if path.suffix in TEXT]
    assert len(files) > 20
    archives = list(book.html.rglob("*.zip"))
    assert archives
    raws = [
        (path.name, path.read_text(encoding="utf-8", errors="replace"))
        for path in files
    ]
    for name, raw in [*raws, *(pair for path in archives for pair in texts(path))]:
        for text in (shown_text(raw), "".join(raw.split())):
            assert not [line for line in secrets if line in text], name


def test_a_solution_line_would_be_seen():
    line = sorted(secret_lines())[0]
    assert line in shown_text(
        "<span>" + "</span> <span>".join(html.escape(c) for c in line) + "</span>"
    )


def test_sources_are_not_published(book):
    assert not (book.html / "_sources").exists()
    notebooks = list(book.html.rglob("*.ipynb"))
    assert len(notebooks) in (0, len(COURSE.assignments))
    for (
        path
    ) in notebooks:  # pages that run Python fetch them: just as students get them
        assert path.parent.name.startswith("course-"), path
        released = COURSE.exercises / path.stem / path.name
        assert path.read_bytes() == released.read_bytes(), path


def test_a_chapter_runs_again_when_its_reference_changes(book):
    code = (
        "import pickle, sys; "
        "print(sorted(pickle.load(sys.stdin.buffer).dependencies['book/ch1_rnn_cell']))"
    )
    environment = book.out / "_build" / ".doctrees" / "environment.pickle"
    with environment.open("rb") as stream:
        found = subprocess.run(
            [sys.executable, "-c", code],
            stdin=stream,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
    for name in (
        "solutions/ex1_rnn_cell.py",
        "autograder/unit/source.py",
        "book/figures/style.py",
    ):
        assert name in found
