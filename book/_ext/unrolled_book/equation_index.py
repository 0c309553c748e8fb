"""Directive `{equations}`: all numbered equations of a page, typeset anew, each with its
number, a name and its place.

The equations come from the page itself; only their names stand in the directive, a line each:
label, colon, name. A numbered equation without a name warns, and so does a name without an
equation.

    ```{equations} ch1_rnn_cell
    eq-ch1-state: the new state
    ```
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)


class equations(nodes.General, nodes.Element):  # noqa: N801  (docutils names its nodes so)
    """Stands where the equations will be, until all pages have been read."""


class Equations(SphinxDirective):
    """Note which page is meant, and the names."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Leave a mark with the page and the names."""
        page = self.env.relfn2path(self.arguments[0])[0]
        lines = [line for line in self.content if line.strip()]
        named = [
            (label.strip(), name.strip())
            for label, _, name in (line.partition(":") for line in lines)
        ]
        mark = equations(page=page, names=named)
        self.set_source_info(mark)
        return [mark]


class ListEquations(SphinxPostTransform):
    """Put the equations where their mark stands: a definition list of names and formulas."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs):
        """Work on the page that is about to be written."""
        for mark in list(self.document.findall(equations)):
            if mark["page"] not in self.env.found_docs:
                leave_out(mark)
                continue
            names = dict(mark["names"])
            listed = nodes.definition_list(classes=["equation-index"])
            for block in self.env.get_doctree(mark["page"]).findall(nodes.math_block):
                if block.get("label"):
                    listed += self.entry(block, names.pop(block["label"], None), mark)
            for label in names:
                LOGGER.warning(
                    "equations: no equation %s in %s",
                    label,
                    mark["page"],
                    location=mark,
                )
            self.env.get_domain("math").data["has_equations"][self.env.docname] = True
            mark.replace_self(listed)

    def entry(self, block, name, mark):
        """One equation: its number and name, a link to its place, and the formula without a
        number.
        """
        label = block["label"]
        if not name:
            LOGGER.warning("equations: %s has no name", label, location=mark)
        domain = self.env.get_domain("math")
        link = domain.resolve_xref(
            self.env, self.env.docname, self.app.builder, "eq", label, None, None
        )
        number = nodes.inline("", link.astext(), classes=["eqref"])
        link.children = []
        link += [number, nodes.Text(f" {name}")]
        formula = block.deepcopy()
        formula["ids"], formula["names"], formula["label"], formula["number"] = (
            [],
            [],
            None,
            None,
        )
        return nodes.definition_list_item(
            "", nodes.term("", "", link), nodes.definition("", formula)
        )


def leave_out(mark):
    """Take the section of a page that this book does not have out of the list."""
    section = mark.parent
    while not isinstance(section, nodes.section):
        section = section.parent
    section.parent.remove(section)


def pages_to_write(app, env):
    """The pages that list equations: they are written again whatever has changed."""
    return sorted(env.equation_pages)


def note_page(app, doctree):
    """Remember whether the page that has just been read lists equations."""
    known = vars(app.env).setdefault("equation_pages", set())
    known.discard(app.env.docname)
    if any(doctree.findall(equations)):
        known.add(app.env.docname)


def forget_page(app, env, docname):
    """Forget a page that is read again or gone."""
    vars(env).setdefault("equation_pages", set()).discard(docname)


def setup(app):
    """Register with Sphinx."""
    app.add_node(equations)
    app.add_directive("equations", Equations)
    app.add_post_transform(ListEquations)
    app.connect("doctree-read", note_page)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-updated", pages_to_write)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
