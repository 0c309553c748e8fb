"""Directive `{explorable}`: a numbered figure of a cell that answers to the reader's hand.

The page holds a still drawing, which a code cell has set aside (`book.figures.style.keep`), and
what is said at each word; so it reads without a script, and on paper. When the figure comes into
view, the scripts in `_static/explorable` take its place. They know from here the networks, the
figure's first setting as it stands in an address, and where each equation is.

The argument is the cell, `lstm` or `pair` (the plain network beside the GRU). The text is the
caption, and then, where there is something to say at each word of the sentence, a definition
list: the word, and what happens there. Option `at` is the number of the word whose still drawing
it is: what is said there is printed with it. Option `own` names the cell that a reader's own
function may drive where pages run Python: in a pair the GRU, unless it is `plain`.

    ```{explorable} lstm
    ---
    name: fig-ch3-steps
    opens: on=sentence&t=9
    still: ch3-forward
    at: 9
    ---
    The caption, one paragraph.

    the
    : What happens at the first word.
    ```
"""

import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from book.figures.explorable_networks import networks

from .kept import set_aside

SCRIPTS = Path(__file__).parents[2] / "_static" / "explorable"
DRAWINGS = {"lstm": ["lstm"], "pair": ["pair"]}
OWN = {
    "lstm": ["lstm"],
    "pair": ["gru", "plain"],
}  # what may be driven, first by default
EQUATION = re.compile(r'"(eq-[\w-]+)"')


class stage(nodes.General, nodes.Element):  # noqa: N801  (docutils names its nodes so)
    """The place of a figure that answers, and what its script must know."""


class notes(nodes.General, nodes.Element):  # noqa: N801
    """What is said word by word, folded until somebody wants it."""


class Explorable(SphinxDirective):
    """Make a figure of a still drawing, the words about it and the stage around them."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {
        "name": directives.unchanged_required,
        "opens": directives.unchanged_required,
        "still": directives.unchanged_required,
        "at": directives.positive_int,
        "own": directives.unchanged_required,
    }

    def run(self):
        """Make a figure of the stage and the caption."""
        cell = self.arguments[0]
        if cell not in DRAWINGS:
            known = " or ".join(DRAWINGS)
            raise self.error(f"explorable: no cell {cell}; wanted {known}")
        caption, said = self.caption_and_notes()
        own = self.options.get("own", OWN[cell][0])
        if own not in OWN[cell]:
            known = " or ".join(OWN[cell])
            raise self.error(f"explorable: {cell} has no cell {own}; wanted {known}")
        place = stage(cell=cell, opens=self.options["opens"], own=own)
        place += [*set_aside(self, self.options["still"]), *said, self.equations(cell)]
        figure = nodes.figure(
            "",
            place,
            nodes.caption(caption.rawsource, "", *caption.children),
            classes=["explorable"],
        )
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure]

    def caption_and_notes(self):
        """The directive's text in its two parts; the note of the word that paper shows is
        marked.
        """
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        kinds = [type(part) for part in parsed]
        if kinds not in (
            [nodes.paragraph],
            [nodes.paragraph, nodes.definition_list],
        ):
            raise self.error(
                "explorable: wanted the caption, one paragraph, and then at most a definition "
                "list of what is said at each word"
            )
        caption, *said = parsed
        if said and "at" in self.options:
            for part in said[0][self.options["at"] - 1]:
                part["classes"].append("still")
        return caption, [notes("", *said)] if said else []

    def equations(self, cell):
        """Links to the equations that a cell's script names, each under its label."""
        line = nodes.paragraph("", "Equations: ", classes=["explorable-equations"])
        for path in (SCRIPTS / f"{name}.js" for name in DRAWINGS[cell]):
            self.env.note_dependency(str(path))
            for label in dict.fromkeys(EQUATION.findall(path.read_text("utf-8"))):
                link = pending_xref(
                    "",
                    nodes.literal("", label),
                    refdomain="math",
                    reftype="eq",
                    reftarget=label,
                    refdoc=self.env.docname,
                    refwarn=True,
                )
                line += [nodes.inline("", "", link, classes=[label]), nodes.Text(" ")]
        return line


def version():
    """Short name of what the scripts say today: a browser that keeps yesterday's asks again."""
    said = b"".join(path.read_bytes() for path in sorted(SCRIPTS.iterdir()))
    return hashlib.sha256(said).hexdigest()[:8]


def visit_stage(writer, node):
    """Open the stage, with what its script must know."""
    known = {
        "cell": node["cell"],
        "opens": node["opens"],
        "version": version(),
        "networks": json.dumps(networks(), separators=(",", ":")),
    }
    data = " ".join(f'data-{name}="{escape(text)}"' for name, text in known.items())
    writer.body.append(f'<div class="explorable-stage" {data}>')


def depart_stage(writer, node):
    """Close the stage, and leave room for the switch where pages run Python."""
    writer.body.append("</div>")
    if writer.config.live:
        room = f'<div class="live-drive live-on" data-own="{node["own"]}"></div>'
        writer.body.append(room)


def visit_notes(writer, node):
    """Open the fold."""
    writer.body.append(
        '<details class="explorable-notes"><summary>Word by word</summary>'
    )


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("unrolled_book.live_files")
    app.add_node(stage, html=(visit_stage, depart_stage))
    app.add_node(
        notes, html=(visit_notes, lambda writer, node: writer.body.append("</details>"))
    )
    app.add_directive("explorable", Explorable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
