"""Directive `{kept}`: one thing that a code cell has set aside (`book.figures.style.keep`), a
drawing with its text alternative or a piece of HTML, at this place of the page.
"""

from myst_nb.core.variables import RetrievalError, render_variable_outputs
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective


class Kept(SphinxDirective):
    """Show one thing that a cell has set aside."""

    required_arguments = 1

    def run(self):
        """Make the nodes of it."""
        return set_aside(self, self.arguments[0])


def set_aside(directive, key):
    """The nodes of what a cell has set aside under a key: a drawing with its alternative, or a
    piece of HTML.
    """
    document = directive.state.document
    try:
        kept = retrieve_glue_data(document, key)
    except RetrievalError as missing:
        raise directive.error(f"{directive.name}: {missing}") from missing
    words = {"image": {"alt": kept.metadata["alt"]}} if "alt" in kept.metadata else {}
    return render_variable_outputs(
        [kept], document, directive.lineno, directive.env.docname, render=words
    )


def setup(app):
    """Register with Sphinx."""
    app.add_directive("kept", Kept)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
