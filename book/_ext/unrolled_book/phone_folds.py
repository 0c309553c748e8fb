"""Fold on a phone what one looks up, or reads when one wants to.

That is a chapter's tables of letters, and the parts at its end. Each gets a button, beside its
heading or in its place, and is folded by `phone_folds.js`: so it is all there on wide screens,
on paper and without scripts, and the browser's own search and links find it where it is folded.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

PAGES = re.compile(r"book/ch\d")
FOLDED = ("In practice", "Test yourself", "Further reading")
LETTERS = "letterin code"  # how a table of letters begins
BUTTON = (
    '<button type="button" class="fold-button" aria-expanded="true" aria-controls="{part}" hidden>'
    '<span class="fold-word">Hide</span> <span class="fold-what">{what}</span></button>'
)


class PhoneFolds(SphinxPostTransform):
    """Put what can be folded into a part of its own."""

    default_priority = 4  # before the blocks of `practice`
    formats = ("html",)

    def run(self, **kwargs):
        """Look through a chapter."""
        if not PAGES.match(self.env.docname):
            return
        for section in list(self.document.findall(nodes.section)):
            if section[0].astext() in FOLDED and not all(map(is_fold, section[1:])):
                fold_section(section)
        for number, table in enumerate(list(self.document.findall(is_of_letters))):
            fold_table(table, f"letters-{number + 1}")


def is_of_letters(node):
    """Whether a node is a table of letters that is not folded already, on wide screens too."""
    if not isinstance(node, nodes.table) or within_fold(node):
        return False
    head = next(node.findall(nodes.thead), None)
    return head is not None and head.astext().replace("\n", "").startswith(LETTERS)


def is_fold(node):
    """Whether a node is folded on wide screens too: nobody should have to unfold twice."""
    return node.get("design_component") == "dropdown"


def within_fold(node):
    """Whether such a node holds this one."""
    while node := node.parent:
        if is_fold(node):
            return True
    return False


def fold_section(section):
    """Gather a section's text below its heading in a part, and put a button before it."""
    title, *rest = section.children
    section.children = []
    section += [title, *foldable(rest, f"{section['ids'][0]}-part", title.astext())]
    section["classes"].append("folds")


def fold_table(table, part):
    """Put a table into a part, and a button where it was."""
    home, place = table.parent, table.parent.index(table)
    home.remove(table)
    both = foldable([table], part, "the letters, with their shapes")
    home.insert(
        place, nodes.container("", *both, classes=["folds", "fold-table"], is_div=True)
    )


def foldable(inside, part, what):
    """A button, and the part that it folds."""
    return [
        nodes.raw("", BUTTON.format(part=part, what=what), format="html"),
        nodes.container("", *inside, ids=[part], classes=["folded-part"], is_div=True),
    ]


def add_script(app, pagename, templatename, context, doctree):
    """A page with such parts needs their script."""
    if "fold-button" in context.get("body", ""):
        app.add_js_file("phone_folds.js", defer="defer")


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(PhoneFolds)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
