"""Let a phone show the first lines of a long cell, and the rest at a tap.

The lines that set up (imports, and the empty lines after them) wait behind the button as well:
what is shown begins where the cell does something. On wide screens, on paper and without scripts
the whole cell is there: `phone.css` cuts it, and `long_code.js` answers the button.
"""

import re

CELL = re.compile(
    r'<div class="cell_input docutils container">\s*'
    r'<div class="highlight-[^"]*"><div class="highlight"><pre>(?P<code>.*?)</pre></div>\s*</div>',
    re.DOTALL,
)
# lines; a little more than what is shown first, or a tap would bring two lines
LONG = 12
PAGES = re.compile(r"book/(?:ch|far)\d")
SET_UP = re.compile(r"(?:import|from)\b|$")
TAG = re.compile(r"<[^>]*>")
BUTTON = '<button type="button" class="show-all" aria-expanded="false">All {lines} lines</button>'


def shortened(found):
    """A cell with a button after its code, where that is long."""
    lines = found["code"].strip("\n").count("\n") + 1
    if lines <= LONG:
        return found[0]
    cell = found[0].replace("cell_input", "cell_input long-code", 1)
    cell = cell.replace(found["code"], set_apart(found["code"]), 1)
    return cell + BUTTON.format(lines=lines)


def set_apart(code):
    """A cell's code with the imports that it begins with, and the empty lines after them, as a
    span of their own.
    """
    lines = code.splitlines(keepends=True)
    first = next(k for k, line in enumerate(lines) if not SET_UP.match(words(line)))
    if not any(words(line) for line in lines[:first]):
        return code
    return (
        f'<span class="set-up">{"".join(lines[:first])}</span>{"".join(lines[first:])}'
    )


def words(line):
    """A line of highlighted code without its tags."""
    return TAG.sub("", line).rstrip()


def shorten(app, pagename, templatename, context, doctree):
    """Work on a page that is about to be written; an exercise's cells are read whole."""
    if "body" in context and PAGES.match(pagename):
        context["body"] = CELL.sub(shortened, context["body"])
        app.add_js_file("long_code.js", defer="defer")


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", shorten, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
