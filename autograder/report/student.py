"""A page for one student: what each function earned, what is wrong with it, and where the book
explains it.

The page is one file that asks for nothing from anywhere; it can be mailed, or opened without a
network. With results of several students, --out is a folder, and each gets a page of their own
in it. Sections of the book are links where `[links] book` in course.toml has its address.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from unrolled.check.compare import plural

from ..collect.folder_names import LASTING, safe_name
from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from ..safe.harmless import shown
from .gather import Gathered
from .page import bar, course_here, exercise_title, page
from .sections import Sections

HELP = "a page of feedback for one student, or one for each"
STATUSES = {
    "passed": "right",
    "partial": "right in part",
    "failed": "not right yet",
    "untouched": "not begun",
    "missing": "not there",
    "crashed": "ended its process",
    "timeout": "did not end in time",
    "error": "not graded, by a fault of ours",
}
_BOOK = re.compile(r"(?<=>)(?P<section>\w+\.html(#[\w-]+)?)(?=</div>)")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add where the secrets are: the course's folder is known by them."""
    parser.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )


def write(gathered: Gathered, options: argparse.Namespace) -> str | dict[str, str]:
    """One page, or a page for each student by the name of its file."""
    sections = Sections(course_here(options.solutions))
    students: dict[tuple[str, str], list[Result]] = {}
    for result in gathered.results:
        account = result.account if result.account.partition(" ")[0] in LASTING else ""
        students.setdefault((result.student, account), []).append(result)
    pages = [
        (name, of_student(name, results, sections))
        for (name, _), results in students.items()
    ]
    if len(pages) == 1 and not (options.out and options.out.is_dir()):
        return pages[0][1]
    return _files(pages)


def _files(pages: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Pages by file names, of which no two are the same on any system."""
    files: dict[str, str] = {}
    taken: set[str] = set()
    for student, text in pages:
        stem, turn = safe_name(student), 1
        while f"{stem}-{turn}".casefold() in taken:
            turn += 1
        taken.add(f"{stem}-{turn}".casefold())
        files[f"{stem}.html" if turn == 1 else f"{stem}-{turn}.html"] = text
    return files


def of_student(student: str, results: Sequence[Result], sections: Sections) -> str:
    """The page of one student."""
    several = len(results) > 1
    name = escape(shown(student))
    titles = [exercise_title(sections.course, result.assignment) for result in results]
    head = f"<h1>Your exercises</h1>\n<p class=quiet>{name}</p>" if several else ""
    parts = [head] + [
        _exercise(r, t, name, sections, several)
        for r, t in zip(results, titles, strict=True)
    ]
    return page(
        f"{'Your exercises' if several else titles[0]}: {shown(student)}",
        "\n".join(filter(None, parts)),
    )


def _exercise(
    result: Result, title: str, student: str, sections: Sections, several: bool
) -> str:
    heading = (
        f"<h2>{escape(title)}</h2>"
        if several
        else f"<h1>{escape(title)}</h1>\n<p class=quiet>{student}</p>"
    )
    parts = [heading, _mark(result), _lead(result, sections)]
    parts += [
        _task(task, sections, "h3" if several else "h2")
        for task in _order(result.tasks)
    ]
    if result.repairs:
        said = "".join(f"<li>{escape(shown(text))}</li>" for text in result.repairs)
        what = "What was mended in your notebook before grading"
        parts.append(f"<details><summary>{what}</summary><ul>{said}</ul></details>")
    return "\n".join(parts)


def _order(tasks: Sequence[TaskResult]) -> list[TaskResult]:
    """What there is to do first, else in the order of the exercise."""
    return sorted(tasks, key=lambda task: task.status == "passed")


def _mark(result: Result) -> str:
    if result.score is None:
        return '<p class="mark">Not graded yet</p>'
    text = f"{number(result.score)} of {number(result.max_score)} points"
    share = min(1, max(0, result.score / result.max_score)) if result.max_score else 0
    return f'<p class="mark">{text}</p>\n{bar([("whole", share, text)], text)}'


def _lead(result: Result, sections: Sections) -> str:
    """The one thing to read first."""
    if result.score is None:
        return (
            '<p class="next">Something went wrong on the grading side, and not by a fault of yours. You lose nothing: '
            "your work will be graded again.</p>"
        )
    if result.problem:
        why = escape(shown(result.problem))
        return f'<p class="next">Your notebook could not be read: {why}. Mend that and hand it in again.</p>'
    open_ = [task for task in result.tasks if task.status != "passed"]
    if not open_:
        return (
            '<p class="next">Everything is right. Nothing is left to do here.</p>'
            if result.tasks
            else ""
        )
    first = open_[0]
    right = len(result.tasks) - len(open_)
    counted = f"{right} of {plural(len(result.tasks), 'function')} {'is' if right == 1 else 'are'} right."
    told = _row(first.message, "mistake")
    begin = f"Begin with <code>{escape(shown(first.task))}</code>" + (
        f": {_code(told)}" if told else "."
    )
    read = sections.html(_row(first.message, "book"))
    return f'<p class="next">{counted} {begin}{f" Read {read}." if read else ""}</p>'


def _row(message: str, label: str) -> str:
    """A line of the feedback, by its label."""
    found = re.search(rf"^  {label}\s+(\S.*)$", message, re.M)
    return shown(found[1]).strip() if found else ""


def _code(text: str) -> str:
    parts = escape(text).split("`")
    return "`".join(parts) if len(parts) % 2 == 0 else "".join(
        f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts)
    )  # fmt: skip


def _task(task: TaskResult, sections: Sections, level: str) -> str:
    points = (
        "–"
        if task.points is None
        else f"{number(task.points)} of {number(task.max_points)} points"
    )
    feedback = (
        shown(task.html) if task.html else f"<pre>{escape(shown(task.message))}</pre>"
    )
    feedback = _BOOK.sub(lambda match: sections.html(match["section"]), feedback)
    return (
        f"<article>\n<header><{level}><code>{escape(shown(task.task))}</code></{level}>"
        f"<span>{points}, {STATUSES.get(task.status, escape(task.status))}</span></header>\n{feedback}\n"
        f"{_points(task)}</article>"
    )


def _points(task: TaskResult) -> str:
    """How the points came about, by kind of test."""
    if task.status == "passed" or not task.tests:
        return ""
    rows = []
    for kind in dict.fromkeys(test.kind for test in task.tests):
        tests = [test for test in task.tests if test.kind == kind]
        passed = sum(test.outcome == "passed" for test in tests)
        had, most = (
            sum(test.points for test in tests),
            sum(test.max_points for test in tests),
        )
        rows.append(
            f"<tr><td>{escape(shown(kind))}</td><td class=n>{passed} of {len(tests)}</td>"
            f"<td class=n>{number(had)} of {number(most)}</td></tr>"
        )
    return (
        "<details><summary>How the points came about</summary>\n<table><thead><tr><th>tests of</th>"
        f"<th class=n>passed</th><th class=n>points</th></tr></thead><tbody>{''.join(rows)}</tbody></table></details>\n"
    )
