"""Make tables of words ready for a phone, where each row becomes a small block of its own.

A table of three columns and more, or one whose words cannot be broken to fit, gets the class
`stacks`, and each of its cells the head of its column as `data-label`; `phone.css` does the
rest. Tables of numbers stay tables, since one compares numbers down a column. Roles are written
out because a browser forgets them when a row is no row any more.
"""

import re

from bs4 import BeautifulSoup

TABLE = re.compile(r'<table class="table(?: [\w-]+)*">.*?</table>', re.DOTALL)
NUMBER = re.compile(r"[\s$(+−-]*[\d½¼¾]")
PHONE, LETTER, PADDING = (
    343,
    7.5,
    13,
)  # pixels: a phone's text, a letter, a cell's two edges
PLAIN = ("what it", "what to", "in words")  # a head that its cells need not repeat
ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "th": "columnheader",
    "td": "cell",
}


def words(cell):
    """What a cell says, a formula once."""
    copy = BeautifulSoup(str(cell), "html.parser")
    for twice in copy.select(".katex-html, annotation"):
        twice.decompose()
    return " ".join(copy.get_text("", strip=False).split())


def stacks(head, rows):
    """Whether a table becomes blocks on a phone.

    Parameters
    ----------
    head : list of str
        Words of the head, a column each.
    rows : list of list of str
        Words of the body's cells, row by row.

    Returns
    -------
    bool
        False for numbers, and for two columns that fit.
    """
    said = [cell for row in rows for cell in row[1:] if cell]
    if sum(bool(NUMBER.match(cell)) for cell in said) > len(said) / 2:
        return False
    narrow = narrowest([head, *rows])
    return len(head) >= 3 or sum(narrow) > PHONE or narrow[0] > PHONE / 2


def narrowest(rows):
    """Pixels below which each column of a table cannot shrink: its longest word."""
    longest = (
        max(len(word) for cell in column for word in cell.split() or [""])
        for column in zip(*rows, strict=False)
    )
    return [LETTER * letters + PADDING for letters in longest]


def ready(found):
    """A table's HTML as a phone needs it; as it was where it stays a table."""
    soup = BeautifulSoup(found[0], "html.parser")
    table = soup.table
    if table.thead is None or "results" in table["class"]:
        return found[0]
    head = [words(cell) for cell in table.thead.select("th, td")]
    rows = [row.find_all("td") for row in table.tbody.find_all("tr")]
    if not stacks(head, [[words(cell) for cell in row] for row in rows]):
        return found[0]
    table["class"] = [*table["class"], "stacks"]
    for row in rows:
        for label, cell in list(zip(head, row, strict=False))[1:]:
            if label and words(cell) and not label.startswith(PLAIN):
                cell["data-label"] = label
        for cell in row:
            if not words(cell):
                cell["class"] = "nothing"
    for part in [table, *table.find_all(list(ROLES))]:
        part["role"] = ROLES[part.name]
    return str(soup)


def make_ready(app, pagename, templatename, context, doctree):
    """Work on a page that is about to be written."""
    if "body" in context:
        context["body"] = TABLE.sub(ready, context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", make_ready, priority=950)  # after `accessible`
    return {"parallel_read_safe": True, "parallel_write_safe": True}
