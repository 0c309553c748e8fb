"""What `course.toml` says to the book, and the role `{exercise}`: the link to an
exercise's page.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError

from autograder.unit.course import Course, CourseError
from autograder.unit.handed_out import due_text
from autograder.unit.repository import repository_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def repository(app):
    """The public student repository, or None."""
    return repository_of(Course(app.config.course_root))


def exercise_page(assignment):
    """Name of the document that an exercise's notebook is."""
    return f"exercises/{assignment}/{assignment}"


def page_link(here, there, *words):
    """Link from one page of the book to another, with the other's title unless words are given."""
    inside = nodes.inline("", "", *words, classes=["doc"])
    wanted = {"reftarget": f"/{there}", "refexplicit": bool(words), "refwarn": True}
    return addnodes.pending_xref(
        "", inside, refdomain="std", reftype="doc", refdoc=here, **wanted
    )


def exercise(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Role `{exercise}`: the name of an exercise's notebook, as a link to its page."""
    here = inliner.document.settings.env.docname
    return [page_link(here, exercise_page(text), nodes.literal(rawtext, text))], []


def read_settings(app, config):
    """Let all pages be written again when what is said of exercises changes; show the
    repository's button, if any.
    """
    course = Course(config.course_root)
    try:
        settings = course.settings
    except CourseError as error:
        raise ExtensionError(str(error)) from error
    config.project = config.html_title = settings.course.title
    shown = [*course.exercises.glob("ex*/*.ipynb"), *HERE.glob("*.py")]
    config.course_settings = {
        "links": asdict(settings.links),
        "minutes": dict(settings.minutes),
        "due": {name: due_text(course, name) for name in settings.due},
        "shown": digest(shown),
    }
    found = repository_of(course)
    if found and found.kind:  # the theme knows the signs of these servers only
        button = {
            "repository_url": found.address,
            "repository_provider": found.kind,
            "use_repository_button": True,
        }
        config.html_theme_options |= button


def digest(paths):
    """A hash of files and their names."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def setup(app):
    """Register with Sphinx."""
    app.add_role("exercise", exercise)
    app.add_config_value("course_root", str(ROOT), "")
    app.add_config_value("course_settings", {}, "html")
    app.connect("config-inited", read_settings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
