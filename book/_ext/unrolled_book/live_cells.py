"""Make an exercise's page the workplace: what its script turns into editors, buttons and results.

The page is whole without the script. What the script fills has its room from the beginning, so
that nothing moves.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .exercise_cells import label
from .live_files import add_code
from .practice import EXERCISE, WAYS

PANEL = Path(__file__).with_name("live_panel.html")


class LiveCells(SphinxPostTransform):
    """Leave room for what the script adds."""

    default_priority = 7  # after the cells have their labels
    formats = ("html",)

    def run(self, **kwargs):
        """Work on the page that is about to be written."""
        if not self.config.live or not EXERCISE.fullmatch(self.env.docname):
            return
        for cell in list(self.document.findall(is_cell)):
            kind, _ = label(cell["cell_metadata"].get("nbgrader"))
            if kind != "given":
                cell += nodes.container("", classes=["live-bar"], is_div=True)
        for block in self.document.findall(nodes.container):
            if WAYS in block["ids"]:
                panel = PANEL.read_text(encoding="utf-8")
                block.insert(1, nodes.raw("", panel, format="html"))


def is_cell(node):
    """Say whether a node is a code cell."""
    return "cell_metadata" in getattr(node, "attributes", {})


def load(app, pagename, templatename, context, doctree):
    """Have an exercise's page load its script."""
    exercise = EXERCISE.fullmatch(pagename)
    if app.config.live and exercise:
        add_code(app, context, pagename, "exercise.js", assignment=exercise[1])


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("unrolled_book.live_files")
    app.add_post_transform(LiveCells)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
