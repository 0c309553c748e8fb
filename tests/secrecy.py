"""What of a result students see, and whether it tells anything of a solution."""

import re
from html import unescape

import notebooks as nb

from autograder.unit.source import STUB


def solution(unit):
    """The lines of a unit's reference, as far as they are not the stub's."""
    solved = [c.text for c in nb.source_cells(unit) if c.role == "solve"]
    bodies = [text.split("### START")[1].split("### END")[0] for text in solved]
    lines = [line for body in bodies for line in body.splitlines()[1:]]
    return {line.strip() for line in lines if line.strip() and not STUB.match(line)}


SOLUTION = solution(nb.UNIT)


def told(result):
    """All that a result says in words."""
    return [text for task in result.tasks for text in (task.message, task.html)]


def assert_no_secrets(texts, solution=SOLUTION):
    """No number of more than three digits, and no line of code but the student's own that
    failed.
    """
    own = (
        r"\(line \d+ of the cell(?: that defines [^:]*)?: (`[^`]*`|<code>.*?</code>)\)"
    )
    for text in texts:
        said = re.sub(rf"<svg.*?</svg>|style=\"[^\"]*\"|{own}", "", unescape(text))
        assert re.findall(r"\d\.\d{3,}|\d{2,}\.\d{2,}", said) == []
        assert [line for line in solution if len(line) > 12 and line in said] == []
