"""A page that is one file: it asks for nothing from anywhere, and reads well in light, in dark, narrow and printed."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from ..unit.course import Course, CourseError
from ..unit.settings import SettingsError
from ..unit.titles import released_title

# Nothing is loaded and no script runs, whatever slips through into a page; the page's own style
# is inline.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def page(title: str, body: str) -> str:
    """A whole HTML document.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    """
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def course_here(solutions=None) -> Course | None:
    """The course that the working directory lies in, if any: a report can be made without one.

    Raises
    ------
    CourseError
        If a folder of solutions is named, and there is no course for it or no such folder.
    """
    if solutions is not None:
        return Course.find(".", solutions)
    try:
        return Course.find(".")
    except SettingsError:
        raise  # a mistake in course.toml is no lack of a course
    except CourseError:
        return None


def exercise_title(course: Course | None, assignment: str) -> str:
    """An exercise's title: the first heading of the released notebook, else its name."""
    title = released_title(course, assignment) if course and assignment else ""
    return title or assignment or "Unknown exercise"


def bar(parts: list[tuple[str, float, str]], label: str) -> str:
    """A bar of parts: class, share from 0 to 1, and what to say of it; `label` is the whole as text."""
    drawn = "".join(
        f'<i class="{kind}" style="width:{100 * share:.2f}%" title="{escape(said)}"></i>'
        for kind, share, said in parts
        if share > 0
    )
    return f'<span class="bar" role="img" aria-label="{escape(label)}">{drawn}</span>'
