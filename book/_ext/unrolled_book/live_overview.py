"""The table of all exercises: directive `{exercise-list}`; where pages run Python, with the points
that the reader has so far.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from autograder.unit.course import Course

from .course_links import exercise_page, page_link
from .live_files import add_code
from .practice import points_of, time_of

PAGE = "book/exercises"
SO_FAR = "so-far"  # the class of the places that the script fills


class ExerciseList(SphinxDirective):
    """A row for each exercise that has a page: its title, points, time, and points so far."""

    def run(self):
        """Make the table."""
        heads = ["exercise", "points", "takes"]
        if self.config.live:
            heads.append("yours so far")
        group = nodes.tgroup("", cols=len(heads))
        group += [nodes.colspec("", colwidth=1) for _ in heads]
        group += nodes.thead("", row(*map(nodes.Text, heads)))
        body = nodes.tbody()
        for name in Course(self.config.course_root).assignments:
            if exercise_page(name) in self.env.found_docs:
                body += self.line(name)
        group += body
        return [nodes.table("", group, classes=["exercise-list"])]

    def line(self, name):
        """Make an exercise's row."""
        points = f"{points_of(self.env.srcdir, name):g}"
        takes = time_of(self.config, name)
        link = page_link(self.env.docname, exercise_page(name))
        parts = [link, nodes.Text(points), nodes.Text(takes)]
        if self.config.live:
            parts.append(nodes.inline("", "–", classes=[SO_FAR, f"of-{name}"]))
        return row(*parts)


def row(*parts):
    """Make a table's row."""
    cells = [nodes.entry("", nodes.paragraph("", "", part)) for part in parts]
    return nodes.row("", *cells)


def load(app, pagename, templatename, context, doctree):
    """Have the page load its script."""
    if app.config.live and pagename == PAGE:
        add_code(app, context, pagename, "overview.js")


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("unrolled_book.live_files")
    app.add_directive("exercise-list", ExerciseList)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
