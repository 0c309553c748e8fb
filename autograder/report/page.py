"""A page that is one file: it asks for nothing from anywhere, and reads well in light, in dark,
narrow and printed.

Pages are made from `templates/`. What a template is given is escaped unless it is `Markup`, and
only HTML that was made here is: nothing of a submission becomes part of a page's structure
because somebody forgot to escape it. This module imports Jinja2, which only pages need.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ..safe.harmless import shown
from ..unit.course import Course
from ..unit.titles import released_title

# Nothing is loaded and no script runs, whatever slips through into a page; the page's own style
# is inline.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def render(template: str, **values: object) -> str:
    """Fill in a template.

    Parameters
    ----------
    template : str
        The name of a file in `templates/`.
    **values : object
        What it is filled with. Texts are escaped, and lose control characters.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    jinja2.UndefinedError
        If the template names a value that was not given.
    """
    return _environment().get_template(template).render(values)


def render_part(template: str, **values: object) -> Markup:
    """Fill in a template that is a part of a page; else as `render`."""
    return Markup(render(template, **values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_control_characters,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["policy"] = POLICY
    environment.filters["code"] = code_html
    environment.filters["percent"] = _percent
    return environment


def _without_control_characters(value: object) -> object:
    """Make a text harmless before a template shows it; it is escaped after that."""
    if isinstance(value, Markup):
        return Markup(shown(value))
    return shown(value) if isinstance(value, str) else value


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def code_html(text: str) -> Markup:
    """Set what stands between backticks as code; an odd number of them stays as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    html = escape(parts[0])
    for code, plain in zip(parts[1::2], parts[2::2], strict=True):
        html += Markup("<code>{}</code>{}").format(code, plain)
    return html


def exercise_title(course: Course | None, assignment: str) -> str:
    """Give an exercise's title: the released notebook's first heading, else its name."""
    title = released_title(course, assignment) if course and assignment else ""
    return title or assignment or "Unknown exercise"
