"""Results of schema 1, in which what is told of a function was ready-made text.

The text is taken apart here, and nowhere else, into the data that schema 2 has. What would not
read the same afterwards is kept as it was written. Only the drawing of what is off is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from unrolled.check.render import as_text

from ..safe.typed import KindError, typed
from .told import Feedback, Found, Mistake, verdict_of

SCHEMA = 1
_ROW = re.compile(r"  (\w*) +(\S.*)")
_PLACE = re.compile(r"(`[^`]+`(?: \([^()]*\))?|the function|the dictionary) (.*)")
_MORE = re.compile(r"and \d+ more: (.*)")
_OUTPUT = re.compile(r"\w+")
_BOOK = re.compile(r"([^#]*)\.html(#.*)?")


def upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """Give a result of schema 1 as schema 2 has it.

    Raises
    ------
    KindError
        If it is damaged.
    """
    tasks = typed(list[dict[str, Any]], data.get("tasks"), "tasks")  # type: ignore[misc]
    return data | {"tasks": [_task(one, f"tasks[{i}]") for i, one in enumerate(tasks)]}


def _task(task: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Give one function, its feedback as data."""
    rest = dict(task)
    try:
        message = typed(str, rest.pop("message"), f"{place}.message")
        typed(str, rest.pop("html"), f"{place}.html")
        name = typed(str | None, rest.pop("misconception"), f"{place}.misconception")  # type: ignore[arg-type]
        function = typed(str, rest.get("task"), f"{place}.task")
    except KeyError as error:
        raise KindError(f"{place} lacks {error}") from None
    return rest | {"feedback": asdict(_feedback(function, message, name))}


def _feedback(function: str, message: str, name: str | None) -> Feedback:
    """Take a text apart; give it as it is where it would not read the same again."""
    found = _taken_apart(message, name)
    if as_text(verdict_of(function, found)) == message:
        return found
    return Feedback(said=message, mistake=found.mistake, section=found.section)


def _taken_apart(message: str, name: str | None) -> Feedback:
    lines = message.split("\n")
    rows = _rows(lines)
    told = rows.get("found", [])
    is_place = bool(told) and _PLACE.match(told[0]) is not None
    section = _section(_first(rows, "book"))
    mistake = None
    if name:
        symptom = _first(rows, "mistake")
        mistake = Mistake(name, symptom, _first(rows, "hint"), section)
    differences = _found(told if is_place else told[1:])
    outputs = dict.fromkeys(one.output for one in differences if one.output)
    right = [one.strip("`") for one in _first(rows, "right").split(", ") if one]
    return Feedback(
        right=any(one.startswith("✓ ") for one in lines),
        before=tuple(one[2:] for one in lines if one.startswith("! ")),
        call=_first(rows, "called"),
        notes=tuple(rows.get("note", ())),
        found=differences,
        failure="" if is_place or not told else told[0],
        mistake=mistake,
        outputs=(*outputs, *right),
        section=section,
    )


def _rows(lines: list[str]) -> dict[str, list[str]]:
    """Give the rows by their labels; one without a label belongs to the one above it."""
    rows: dict[str, list[str]] = {}
    label = ""
    for text in lines:
        row = _ROW.fullmatch(text)
        if row:
            label = row[1] or label
            rows.setdefault(label, []).append(row[2])
    return rows


def _first(rows: Mapping[str, list[str]], label: str) -> str:
    return rows.get(label, [""])[0]


def _found(texts: list[str]) -> tuple[Found, ...]:
    """Give what differs, a sentence each, and those of which only the names are told."""
    found = []
    for text in texts:
        more = _MORE.fullmatch(text)
        for name in more[1].split(", ") if more else ():
            found.append(_difference(name.strip("`"), "differs"))
        place = _PLACE.fullmatch(text)
        if place and not more:
            found.append(_difference(place[1].replace("`", ""), place[2]))
    return tuple(found)


def _difference(path: str, text: str) -> Found:
    output = "" if path.startswith("the ") else _OUTPUT.match(path)
    kind = "shape" if "shape" in text else "value"
    return Found(kind, output[0] if output else "", path, text)


def _section(text: str) -> str:
    """Give a section as the catalogue names it."""
    page = _BOOK.fullmatch(text)
    return f"{page[1]}{page[2] or ''}" if page else ""
