"""Places in the book, as a reader finds them: the chapter's number, the section's heading, and
a link if there is one.

`[links] book` in `course.toml` is the address of the built book, where its first page is;
without it a section is named and nothing linked, except in what never leaves this machine: that
may lead to the book that was built here.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from html import escape

from ..unit.course import Course

SECTION = re.compile(r"(?P<page>\w+?)(\.html)?(#(?P<label>[\w-]+))?")
_FORMULA = re.compile(r"\$([^$]+)\$")
_NUMBER = re.compile(r"(?:ch|slips)(\d+)_")


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
        self.course, self.here = course, here

    @cached_property
    def address(self) -> str:
        """Where the built book is, without a slash at its end; "" if there is none to lead to.

        Raises
        ------
        CourseError
            If `course.toml` says what is not understood.
        """
        address = self.course.settings.links.book.strip() if self.course else ""
        if self.course and self.here and not address:
            built = self.course.root / "_build" / "html"
            address = (
                built.resolve().as_uri() if (built / "index.html").is_file() else ""
            )
        return address.rstrip("/")

    def html(self, section: str) -> str:
        """A section as a piece of HTML; "" for what names none."""
        found = SECTION.fullmatch(section.strip())
        if not found:
            return ""
        page, label = found["page"], found["label"] or ""
        name = self._name(page, label) or escape(
            f"{page}.html{'#' if label else ''}{label}"
        )
        if not self.address:
            return name
        return f'<a href="{escape(self.address)}/book/{page}.html{"#" if label else ""}{label}">{name}</a>'

    def _name(self, page: str, label: str) -> str:
        headings = self._headings(page)
        heading = headings.get(label) or headings.get("")
        if heading is None:
            return ""
        number = _NUMBER.match(page)
        return (f"Chapter {number[1]}: " if number else "") + _set(heading)

    @lru_cache(maxsize=64)  # noqa: B019, as long as one report
    def _headings(self, page: str) -> dict[str, str]:
        """Headings of a page by the target before them; the page's own under ""."""
        path = self.course.root / "book" / f"{page}.md" if self.course else None
        if path is None or not path.is_file():
            return {}
        text = path.read_text(encoding="utf-8")
        found = dict(re.findall(r"^\(([\w-]+)\)=\n+#+[ \t]+(.+)$", text, re.M))
        first = re.search(r"^#[ \t]+(.+)$", text, re.M)
        return ({"": first[1]} if first else {}) | found


def _set(heading: str) -> str:
    """A heading's code and formulas as HTML and MathML."""
    parts = _FORMULA.split(heading)
    return "".join(
        _formula(part) if i % 2 else _code(part) for i, part in enumerate(parts)
    )


def _code(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(
        f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts)
    )


def _formula(text: str) -> str:
    try:
        from latex2mathml.converter import (
            convert,
        )  # slow to import, and few headings have formulas
    except ImportError:
        return f"<i>{escape(text)}</i>"
    return convert(text)
