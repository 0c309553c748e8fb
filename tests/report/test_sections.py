"""Places in the book by their headings, with a link where the book has an address."""

import re

import minicourse
import pytest
from tables import each_row

from autograder.report.sections import Sections
from autograder.unit.course import CourseError


@pytest.fixture
def course(tmp_path):
    course = minicourse.make(tmp_path)
    (course.root / "book").mkdir(exist_ok=True)
    (course.root / "book" / "ch1_step.md").write_text(
        "---\nx: y\n---\n\n# One <step>\n\n(slip-a)=\n"
        "### States leave $(-1, 1)$ in `a`\n\n(fig-x)=\n```\n```\n"
    )
    return course


def linked(course, address, here=False):
    path = course.root / "course.toml"
    path.write_text(re.sub(r'\nbook = ".*"', f'\nbook = "{address}"', path.read_text()))
    return Sections(type(course)(course.root), here)


def test_a_section_is_named_by_its_heading(course):
    said = Sections(course).html("ch1_step.html#slip-a")
    assert said.startswith("Chapter 1: States leave <math")
    assert said.endswith("in <code>a</code>")
    assert Sections(course).html("ch1_step#slip-a") == said


def test_what_has_no_heading_is_named_by_its_chapter(course):
    assert Sections(course).html("ch1_step#fig-x") == "Chapter 1: One &lt;step&gt;"
    assert Sections(course).html("ch1_step.html") == "Chapter 1: One &lt;step&gt;"


def test_far_from_the_course_the_file_is_named():
    assert Sections().html("ch1_step#slip-a") == "ch1_step.html#slip-a"
    assert Sections().html("") == Sections().html("no <place>") == ""


def test_a_link_where_the_book_has_an_address(course):
    for address in ("https://example.org/rnn", "https://example.org/rnn/"):
        said = linked(course, address).html("ch1_step#slip-a")
        assert said.startswith(
            '<a href="https://example.org/rnn/book/ch1_step.html#slip-a">Chapter 1: '
        )


def test_what_stays_here_leads_to_the_book_built_here(course):
    assert "<a" not in Sections(course, here=True).html("ch1_step#slip-a")
    front = course.root / "_build" / "html" / "index.html"
    front.parent.mkdir(parents=True)
    front.touch()
    assert "<a" not in Sections(course).html("ch1_step#slip-a")
    place = front.with_name("book").as_uri() + "/ch1_step.html#slip-a"
    assert (
        Sections(course, here=True)
        .html("ch1_step#slip-a")
        .startswith(f'<a href="{place}">')
    )
    assert "example.org" in linked(course, "https://example.org", here=True).html(
        "ch1_step#slip-a"
    )


@each_row(
    "address", ["javascript:alert(1)", "example.org", "https://x y", "https://x'y"]
)
def test_an_address_that_is_none_is_refused(address, course):
    with pytest.raises(CourseError, match="should be an address"):
        linked(course, address).html("ch1_step#slip-a")


def test_every_section_that_a_real_mistake_names_has_a_heading(real_course):
    from autograder.unit import catalogue

    sections = Sections(real_course)
    named = {
        e.misconception.section
        for a in real_course.assignments
        for e in catalogue.edits(a, real_course)
    }
    assert [
        s for s in sorted(named) if not sections.html(s).startswith("Chapter ")
    ] == []
