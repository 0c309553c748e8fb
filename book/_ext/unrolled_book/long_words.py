"""Let a long word of code in a line of text break on a phone, such as the path of a notebook.

A short one, such as `--files` or `rnn_cell`, stays whole: broken at its hyphens it reads as two.
"""

import html
import re

WORD = re.compile(r'<span class="pre">([^<]*)</span>')
LONG = 24  # characters; a line of a phone has about forty


def marked(found):
    """A word of code, marked where it is long."""
    if len(html.unescape(found[1])) <= LONG:
        return found[0]
    return f'<span class="pre long">{found[1]}</span>'


def mark(app, pagename, templatename, context, doctree):
    """Work on a page that is about to be written."""
    if "body" in context:
        context["body"] = WORD.sub(marked, context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", mark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
