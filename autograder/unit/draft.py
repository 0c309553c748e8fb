"""The draft of an entry of the catalogue, from a wrong function that a student wrote.

What the grader loads from the catalogue runs in the trusted process. So a draft is text for a
person to read, and is never put in place by itself.
"""

from __future__ import annotations

import difflib
import json

from .source import solved
from .unit import Unit

_Change = tuple[int, int, int, int]  # lines of the reference, lines of the student's
HEAD = """\
# A draft. Read the edits before you put them into {place}:
# they become code of the reference, and run where the secrets are.
"""


def draft(unit: Unit, name: str, code: str, students: int = 1) -> str:
    """Write the draft of a mistake, as TOML.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    code : str
        The student's cell.
    students : int
        How many came to the same numbers.

    Returns
    -------
    str
        With an edit for each run of lines that differs from the reference, and what a person
        has to say left open.
    """
    place = f"misconceptions/{unit.assignment}.toml"
    edits = edits_between(solved(unit.solves[name].text), code)
    quoted = ",\n  ".join(f"[{_quoted(find)}, {_quoted(put)}]" for find, put in edits)
    section = unit.functions[name].section
    met = f"# met {students} times\n" if students > 1 else ""
    return (
        f"{HEAD.format(place=place)}{met}[[misconception]]\n"
        f'id = "name-it"\nfunction = "{name}"\n'
        f"edits = [\n  {quoted},\n]\n"
        'symptom = "What went wrong, in a sentence."\n'
        'hint = "The question that leads to the right line."\n'
        f'section = "{section}"\n'
    )


def edits_between(reference: str, code: str) -> list[tuple[str, str]]:
    """Give edits that make of the reference's text a student's: what is found once, and what
    stands there instead.

    Lines that differ in spaces at their end alone, and blank ones, are the same.
    """
    before, after = _lines(reference), _lines(code)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[_Change] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            _take(found, (i1, i2, j1, j2), before)
    return [
        ("\n".join(before[i1:i2]), "\n".join(after[j1:j2])) for i1, i2, j1, j2 in found
    ]


def _take(found: list[_Change], change: _Change, before: list[str]) -> None:
    """Add a change, with as many of the lines around it as it takes to be found once."""
    i1, i2, j1, j2 = change
    while not _stands_once(before, i1, i2):
        if found and found[-1][1] == i1:  # it meets the change before: both are one
            i1, _, j1, _ = found.pop()
        elif i1 > 0:
            i1, j1 = i1 - 1, j1 - 1
        elif i2 < len(before):
            i2, j2 = i2 + 1, j2 + 1
        else:
            break
    found.append((i1, i2, j1, j2))


def _stands_once(before: list[str], first: int, last: int) -> bool:
    text = "\n".join(before[first:last])
    return bool(text.strip()) and "\n".join(before).count(text) == 1


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def _quoted(text: str) -> str:
    """Give a text as TOML has it; JSON's quotes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
