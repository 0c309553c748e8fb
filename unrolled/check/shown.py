"""What a check shows: in a notebook as HTML, elsewhere as plain text."""

from __future__ import annotations

import sys
import textwrap

WIDTH = 80  # of what nbgrader's report shows


class Shown:
    """What a notebook displays: HTML where there is a page, plain text elsewhere."""

    def __init__(self, text: str, html: str = ""):
        self.text, self.html = text, html

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str | None:
        return self.html or None


def display(shown: Shown) -> None:
    """Show in the notebook, or print where there is none.

    IPython is asked only where it runs already.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(shown)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(str(shown).encode(encoding, "replace").decode(encoding))


def narrow(text: str) -> str:
    """Break lines that nbgrader's report would cut off."""
    return "\n".join(map(_narrow_line, text.splitlines()))


def _narrow_line(line: str) -> str:
    """Break a line, what follows below its text."""
    if len(line) <= WIDTH:
        return line
    below = 12 if line.startswith("  ") else 2
    return textwrap.fill(
        line,
        WIDTH,
        subsequent_indent=" " * below,
        break_long_words=False,
        break_on_hyphens=False,
    )
