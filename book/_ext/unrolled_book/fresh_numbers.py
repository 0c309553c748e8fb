"""Run the pages again when what they show has changed elsewhere: a reference, its reader, a
drawing.

Sphinx reads a page again when one of its dependencies is newer than the page it built, and a
page that is read is executed. So it is enough to note these files as dependencies of every page
that holds code.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHOWN = (
    *("solutions/ex*.py", "autograder/**/*.py", "unrolled/**/*.py"),
    *("book/figures/*.py", "book/data/*", "experiments/*.py"),
)


def note_dependencies(app, docname, source):
    """Make a page with code cells depend on everything that its code calls."""
    if "{code-cell}" not in source[0]:
        return
    for pattern in SHOWN:
        for path in sorted(ROOT.glob(pattern)):
            app.env.note_dependency(str(path))


def setup(app):
    """Register with Sphinx."""
    app.connect("source-read", note_dependencies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
