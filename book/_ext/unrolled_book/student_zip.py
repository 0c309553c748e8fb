"""Let the book carry the exercises: the zip that `make dist` makes lies beside its pages, also
without a network.

It is made anew only when something that goes into it has changed.
"""

from pathlib import Path

from sphinx.errors import ExtensionError

from autograder.publish import student_repository
from autograder.publish.wheel import student_version
from autograder.unit.course import Course, CourseError
from autograder.unit.handed_out import handed_out

from .course_links import digest

ZIP = f"{student_repository.FOLDER}.zip"
INTO_IT = (
    *("exercises/ex*/*", "autograder/publish/*", "unrolled/**/*"),
    *("*.toml", "README.md", "LICENSE*"),
)


def bring_along(app, exception):
    """Put the zip beside the pages that have been built."""
    if exception or app.builder.format != "html":
        return
    course = Course(app.config.course_root)
    target, note = Path(app.outdir, ZIP), Path(app.doctreedir, f"{ZIP}.sources")
    now = f"{digest(sources(course.root))} {when(course)}"
    if target.is_file() and note.is_file() and note.read_text(encoding="utf-8") == now:
        return
    note.unlink(missing_ok=True)
    try:
        student_repository.write_archive(
            course, student_repository.contents(course), target
        )
    except CourseError as error:
        raise ExtensionError(
            f"the exercises cannot be put into the book: {error}"
        ) from error
    note.write_text(now, encoding="utf-8")


def when(course):
    """Tell the dates that the zip shows, which a commit changes and no content: they stand in it,
    and in the version of the checker.
    """
    names = [*(f"{name}.ipynb" for name in handed_out(course)), "README.md"]
    dates = student_repository.dates(course, names)
    return f"{student_version(course.root)} {sorted(dates.items())}"


def sources(root):
    """Everything that the zip is made of."""
    found = {path for pattern in INTO_IT for path in root.glob(pattern)}
    return [
        path for path in found if path.is_file() and "__pycache__" not in path.parts
    ]


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", bring_along)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
