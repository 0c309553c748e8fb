"""Places in the book, as a reader finds them: the chapter's number, the section's heading, and
a link if there is one.

`[links] book` in `course.toml` is the address of the built book, where its first page is;
without it a section is named and nothing linked, except in what never leaves this machine: that
may lead to the book that was built here.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from ..unit.course import Course
from .page import code_html

SECTION = re.compile(r"(?P<page>\w+?)(\.html)?(#(?P<label>[\w-]+))?")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_FORMULA = re.compile(r"\$([^$]+)\$")
_NUMBER = re.compile(r"(?:ch|slips)(\d+)_")
_TARGET = re.compile(r"^\(([\w-]+)\)=\n+#+[ \t]+(.+)$", re.M)
_FIRST_HEADING = re.compile(r"^#[ \t]+(.+)$", re.M)


class Sections:
    """The sections of a course's book.

    Parameters
    ----------
    course : Course or None
        None where reports are made far from the course: sections are then named by their file
        and label.
    here : bool
        Whether to lead to the book in this folder's `_build` where it has no address.
    """

    def __init__(self, course: Course | None = None, here: bool = False):
        self.course = course
        self.here = here

    @cached_property
    def address(self) -> str:
        """Where the built book is, without a slash at its end; "" if there is none to lead to.

        Raises
        ------
        CourseError
            If `course.toml` says what is not understood.
        """
        if self.course is None:
            return ""
        address = self.course.settings.links.book.strip()
        if address or not self.here:
            return address.rstrip("/")
        built = self.course.root / "_build" / "html"
        is_built = (built / "index.html").is_file()
        return built.resolve().as_uri().rstrip("/") if is_built else ""

    def html(self, section: str) -> Markup:
        """Give a section as a piece of HTML; "" for what names none."""
        found = SECTION.fullmatch(section.strip())
        if not found:
            return Markup("")
        page = found["page"]
        label = found["label"] or ""
        place = f"{page}.html#{label}" if label else f"{page}.html"
        name = self._name(page, label) or escape(place)
        if not self.address:
            return name
        link = Markup('<a href="{}/book/{}">{}</a>')
        return link.format(self.address, place, name)

    def _name(self, page: str, label: str) -> Markup:
        """Give a section's chapter and heading, or the page's; "" if neither is known."""
        headings = self._headings(page)
        heading = headings.get(label) or headings.get("")
        if heading is None:
            return Markup("")
        html = _heading_html(heading)
        if number := _NUMBER.match(page):
            return Markup("Chapter {}: ").format(number[1]) + html
        return html

    @lru_cache(maxsize=64)  # noqa: B019, as long as one report
    def _headings(self, page: str) -> dict[str, str]:
        """Give headings of a page by the target before them; the page's own under ""."""
        if self.course is None:
            return {}
        path = self.course.root / "book" / f"{page}.md"
        if not path.is_file():
            return {}
        text = path.read_text(encoding="utf-8")
        first = _FIRST_HEADING.search(text)
        own = {"": first[1]} if first else {}
        return own | dict(_TARGET.findall(text))


def _heading_html(heading: str) -> Markup:
    """Set a heading's code and formulas as HTML and MathML."""
    html = Markup("")
    for i, part in enumerate(_FORMULA.split(heading)):
        html += _formula_html(part) if i % 2 else code_html(part)
    return html


def _formula_html(text: str) -> Markup:
    try:
        # slow to import, and few headings have formulas
        from latex2mathml.converter import convert
    except ImportError:
        return Markup("<i>{}</i>").format(text)
    return Markup(convert(text))
