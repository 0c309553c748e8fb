"""Directive `{stepper}`: drawings of one thing at several moments, a tab each, together one
numbered figure.

A code cell has made the drawings and set them aside (`book.figures.style.keep`) under the
directive's argument and a number from 1 on, each with its own text alternative. The directive's
text is the caption, and then a definition list: the word on each tab, and what is said below
its drawing. Option `start` is the tab that is open at first, `still` the one that a printed
page shows. The tabs are those of sphinx-design: radio buttons, which the arrow keys move, and
no script.

    ```{stepper} ch3-forward
    ---
    name: fig-ch3-forward
    still: 9
    ---
    The caption, one paragraph.

    the
    : What happens at the first word.
    ```

Directive `{kept}`: one thing that was set aside, alone, at this place of the page.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError, render_variable_outputs
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective
from sphinx_design.shared import create_component


class Stepper(SphinxDirective):
    """Put the drawings that a cell has set aside into tabs."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {
        "name": directives.unchanged_required,
        "start": directives.positive_int,
        "still": directives.positive_int,
    }

    def run(self):
        """Make a figure of the tabs and the caption."""
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        if [type(part) for part in parsed] != [nodes.paragraph, nodes.definition_list]:
            raise self.error(
                "stepper: wanted the caption, one paragraph, then a definition list of the steps"
            )
        caption, steps = parsed
        tabs = create_component("tab-set", ["sd-tab-set"])
        tabs += [self.tab(number, *step) for number, step in enumerate(steps, 1)]
        figure = nodes.figure(
            "",
            tabs,
            nodes.caption(caption.rawsource, "", *caption.children),
            classes=["stepper"],
        )
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure]

    def tab(self, number, word, said):
        """One step: its label, its drawing, and what is said about it."""
        still = ["still"] if number == self.options.get("still", 1) else []
        label = nodes.rubric("", "", *word.children, classes=["sd-tab-label", *still])
        shown = create_component(
            "tab-content",
            ["sd-tab-content", *still],
            children=[*self.drawing(number), *said],
        )
        start = number == self.options.get("start", 1)
        return create_component(
            "tab-item", ["sd-tab-item"], children=[label, shown], selected=start
        )

    def drawing(self, number):
        """The drawing that was set aside under this number."""
        return set_aside(self, f"{self.arguments[0]}-{number}")


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
    app.add_directive("stepper", Stepper)
    app.add_directive("kept", Kept)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
