"""Mend in the pages what docutils, MyST-NB and the theme leave in the way of a screen reader.

What a style sheet can do stands in `unrolled.css`, what depends on the width of the screen in
`unrolled.js`, and the landmarks in `_templates`. `tests/book/test_book_access.py` has axe-core
judge the result.
"""

import re
from html import escape
from pathlib import Path

MENDED = [
    # an entry of a bibliography is a list's entry; the role that docutils gives is deprecated
    (re.compile(r' role="doc-biblioentry"'), ' role="listitem"'),
    # the visible words say what the button does, and are its name
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # the empty corner of a table heads no column
    (re.compile(r'<th class="head">\s*(?:<p>\s*</p>)?\s*</th>'), "<td></td>"),
]
FIRST_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={address}">
<link rel="canonical" href="{address}">
<title>{title}</title>
</head>
<body><main><h1>{title}</h1><p><a href="{address}">To the first page</a></p></main></body>
</html>
"""


def mended(body):
    """A page's body without these faults."""
    for fault, cure in MENDED:
        body = fault.sub(cure, body)
    return body


def mend(app, pagename, templatename, context, doctree):
    """Mend a page that is about to be written."""
    if "body" in context:
        context["body"] = mended(context["body"])
    if tree := context.get("generate_toctree_html"):
        context["generate_toctree_html"] = lambda *how, **more: named(
            tree(*how, **more)
        )


def named(tree):
    """The contents at the side, whose buttons say the pages of what they show; the theme gives
    them an icon only.
    """
    for summary in (
        tree.select("li > details > summary") if hasattr(tree, "select") else ()
    ):
        entry = summary.find_parent("li").find("a")
        summary["aria-label"] = f"Pages of {entry.get_text(' ', strip=True)}"
    return tree


def write_first_page(app, failure):
    """Write the page that leads to the book's first one; Jupyter Book's own has no title and no
    language.
    """
    if failure or app.builder.name != "html" or app.config.root_doc == "index":
        return
    address = app.builder.get_target_uri(app.config.root_doc)
    page = FIRST_PAGE.format(
        address=escape(address),
        title=escape(app.config.html_title or app.config.project),
    )
    Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    app.connect(
        "html-page-context", mend, priority=900
    )  # after the theme, which makes the contents at the side
    app.connect("build-finished", write_first_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
