"""A page for the instructor: how the class did.

For each exercise: the marks, the points of each function, the known mistakes and how often they
were met, and the tests by difficulty, each with the section of the book that helps. No student
is named unless --names is given. The names of hidden tests stand on it: keep it to yourself.
Sections are links to the book's address, `[links] book` in course.toml, or to the book that was
built here.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from unrolled.check.compare import plural

from ..grade.result import Result, TaskResult
from ..safe.csv_cells import number
from ..safe.harmless import shown
from ..unit import catalogue
from ..unit.course import Course
from ..unit.unit import load_module
from .gather import Gathered
from .page import bar, course_here, exercise_title, page
from .sections import Sections
from .student import STATUSES, _code, _row

HELP = "a page for the instructor: marks, mistakes and tests of the class"
BINS = 10  # of the marks
NOT_TRIED = ("untouched", "missing", "error")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add whether students are named, and where the secrets are."""
    parser.add_argument(
        "--names",
        action="store_true",
        help="name the students who met a mistake or were not graded",
    )
    parser.add_argument(
        "--solutions", type=Path, help="folder of the secrets, if not the course's own"
    )


@dataclass
class Mistake:
    """A known mistake and who made it."""

    function: str
    id: str
    symptom: str
    hint: str
    section: str
    students: list[str] = field(default_factory=list)


def write(gathered: Gathered, options: argparse.Namespace) -> str:
    """The page."""
    course = course_here(options.solutions)
    sections = Sections(course, here=True)
    exercises: dict[str, list[Result]] = {}
    for result in gathered.results:
        exercises.setdefault(result.assignment, []).append(result)
    title = course.settings.course.title if course else "The class"
    students = len({result.student for result in gathered.results})
    said = f"{plural(len(gathered.results), 'submission')} of {plural(students, 'student')}"
    parts = [
        f"<h1>{escape(title)}</h1>\n<p class=quiet>{said}. For the instructor only.</p>"
    ]
    if len(exercises) > 1:
        links = "".join(
            f'<li><a href="#{escape(name or "unknown")}">{escape(exercise_title(course, name))}</a></li>'
            for name in exercises
        )
        parts.append(f"<nav><ul>{links}</ul></nav>")
    parts += [
        _exercise(name, results, sections, options.names)
        for name, results in exercises.items()
    ]
    return page(f"{title}: the class", "\n".join(parts))


def _exercise(
    name: str, results: Sequence[Result], sections: Sections, names: bool
) -> str:
    title = escape(exercise_title(sections.course, name))
    graded = [result for result in results if result.score is not None]
    parts = [
        f'<section id="{escape(name or "unknown")}">\n<h2>{title}</h2>',
        _marks(results, graded, names),
    ]
    if any(result.tasks for result in graded):
        places = function_sections(sections.course, name)
        parts += [
            _functions(graded, places, sections),
            _mistakes(name, graded, sections, names),
        ]
        parts.append(_tests(graded, places, sections))
    return "\n".join([*parts, "</section>"])


def function_sections(course: Course | None, assignment: str) -> dict[str, str]:
    """Where the book explains each function, as the contract says; nothing where there is no contract at hand."""
    path = course.solutions / f"contract_{assignment}.py" if course else None
    if path is None or not path.is_file():
        return {}
    return {function.name: function.section for function in load_module(path).FUNCTIONS}


def _marks(results: Sequence[Result], graded: Sequence[Result], names: bool) -> str:
    said = [plural(len(results), "submission")]
    shares = [result.score / result.max_score for result in graded if result.max_score]
    if shares:
        said.append(
            f"mean mark {_percent(statistics.fmean(shares))}, median {_percent(statistics.median(shares))}"
        )
    refused = [result for result in graded if result.problem]
    broken = [result for result in results if result.score is None]
    parts = []
    if refused:
        parts.append(
            _named(f"{len(refused)} could not be read and got 0", refused, names)
        )
    if broken:
        parts.append(
            _named(
                f"{len(broken)} not graded by a fault of the machinery", broken, names
            )
        )
    return f"<p>{'; '.join(said)}.</p>\n{''.join(parts)}{_histogram(shares)}"


def _named(said: str, results: Sequence[Result], names: bool) -> str:
    return (
        f"<p>{said}{': ' + _list(r.student for r in results) if names else ''}.</p>\n"
    )


def _list(students) -> str:
    return ", ".join(escape(shown(student)) for student in sorted(students))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _histogram(shares: Sequence[float]) -> str:
    """The marks, drawn: how many in each tenth; full marks belong to the last."""
    if not shares:
        return ""
    counts = Counter(min(BINS - 1, max(0, int(share * BINS))) for share in shares)
    most = max(counts.values())
    wide, high = 32, 90
    drawn = []
    for i in range(BINS):
        height = round(high * counts[i] / most, 1)
        x, y = i * wide, 16 + high - height
        drawn.append(
            f'<rect class="whole" x="{x + 2}" y="{y}" width="{wide - 4}" height="{height}"/>'
        )
        if counts[i]:
            drawn.append(
                f'<text x="{x + wide / 2}" y="{y - 4}" text-anchor="middle">{counts[i]}</text>'
            )
    drawn += [
        f'<text x="{x}" y="{high + 32}" text-anchor="{anchor}">{text}</text>'
        for x, anchor, text in (
            (0, "start", "0 %"),
            (wide * BINS / 2, "middle", "50 %"),
            (wide * BINS, "end", "100 %"),
        )
    ]
    base = 16 + high
    tenths = ", ".join(
        f"{10 * i} to {10 * i + 10} %: {counts[i]}" for i in range(BINS) if counts[i]
    )
    return (
        f'<svg role="img" aria-label="Marks. {tenths}" viewBox="0 0 {wide * BINS} {high + 36}" width="{wide * BINS}" '
        f'style="max-width:100%;height:auto">{"".join(drawn)}'
        f'<line class="axis" x1="0" x2="{wide * BINS}" y1="{base}" y2="{base}"/></svg>\n'
    )


PARTS = (("whole", "all points"), ("part", "half or more"), ("little", "less than half"), ("none", "none"),
         ("open", "not begun or not there"))  # fmt: skip


def _functions(
    graded: Sequence[Result], places: dict[str, str], sections: Sections
) -> str:
    rows = []
    for name, tasks in _by_function(graded).items():
        counts = Counter(_part(task) for task in tasks)
        told = ", ".join(
            f"{counts[kind]} {said}" for kind, said in PARTS if counts[kind]
        )
        drawn = bar(
            [
                (kind, counts[kind] / len(tasks), f"{counts[kind]} {said}")
                for kind, said in PARTS
            ],
            told,
        )
        mean = statistics.fmean(task.points or 0 for task in tasks)
        ends = Counter(
            task.status for task in tasks if task.status in ("crashed", "timeout")
        )
        more = "".join(f" {n} {STATUSES[status]}." for status, n in ends.items())
        rows.append(
            f"<tr><td><code>{escape(shown(name))}</code><br>{sections.html(places.get(name, ''))}</td>"
            f'<td style="min-width:9rem">{drawn}<span class=quiet>{told}.{more}</span></td>'
            f'<td class=n data-head="mean">{number(mean)} of {number(max(t.max_points for t in tasks))}</td></tr>'
        )
    key = "".join(f'<li><i class="{kind}"></i>{said}</li>' for kind, said in PARTS)
    return (
        f"<h3>Points of each function</h3>\n<ul class=key>{key}</ul>\n<table class=stack><thead><tr><th>function</th>"
        f"<th>students</th><th class=n>mean</th></tr></thead><tbody>\n{chr(10).join(rows)}\n</tbody></table>"
    )


def _by_function(graded: Sequence[Result]) -> dict[str, list[TaskResult]]:
    found: dict[str, list[TaskResult]] = {}
    for result in graded:
        for task in result.tasks:
            found.setdefault(task.task, []).append(task)
    return found


def _part(task: TaskResult) -> str:
    if task.status in NOT_TRIED:
        return "open"
    share = (task.points or 0) / task.max_points if task.max_points else 0
    return (
        "whole"
        if share >= 1
        else "part"
        if share >= 0.5
        else "little"
        if share > 0
        else "none"
    )


def _mistakes(
    assignment: str, graded: Sequence[Result], sections: Sections, names: bool
) -> str:
    found = met(assignment, graded, sections.course)
    if not found:
        return "<h3>Known mistakes</h3>\n<p>None was met.</p>"
    most = len(found[0].students)
    rows = []
    for one in found:
        count = len(one.students)
        share = f"{count} of {len(graded)} submissions"
        who = f"<br><span class=quiet>{_list(one.students)}</span>" if names else ""
        rows.append(
            f"<tr><td>{_code(one.symptom)} <span class=quiet>{_code(one.hint)}</span><br>"
            f"<code>{escape(shown(one.function))}</code> <span class=quiet>{escape(shown(one.id))}</span>{who}</td>"
            f'<td style="min-width:6rem">{bar([("none", count / most, share)], share)}</td>'
            f'<td class=n data-head="met">{count} ({_percent(count / len(graded))})</td>'
            f"<td>{sections.html(one.section)}</td></tr>"
        )
    return (
        "<h3>Known mistakes, the most frequent first</h3>\n<table class=stack><thead><tr><th>mistake and hint</th>"
        "<th></th><th class=n>met</th><th>what helps</th></tr></thead><tbody>\n"
        f"{chr(10).join(rows)}\n</tbody></table>"
    )


def met(
    assignment: str, graded: Sequence[Result], course: Course | None
) -> list[Mistake]:
    """The known mistakes that were met, the most frequent first.

    Those of the catalogue are named by it, general ones as in most of the feedback on them.
    """
    edits = catalogue.edits(assignment, course) if course else ()
    known = {
        (e.misconception.function, e.misconception.id): e.misconception for e in edits
    }
    seen: dict[tuple[str, str], list[tuple[str, TaskResult]]] = {}
    for result in graded:
        for task in result.tasks:
            if task.misconception and task.status not in NOT_TRIED:
                seen.setdefault((task.task, task.misconception), []).append(
                    (result.student, task)
                )
    found = []
    for (function, identity), made in seen.items():
        told = known.get((function, identity))
        said = [_usual(made, label) for label in ("mistake", "hint", "book")]
        texts = (
            (told.symptom, told.hint, told.section)
            if told
            else (said[0] or identity, said[1], said[2])
        )
        found.append(
            Mistake(function, identity, *texts, [student for student, _ in made])
        )
    return sorted(found, key=lambda one: (-len(one.students), one.function, one.id))


def _usual(made: list[tuple[str, TaskResult]], label: str) -> str:
    return Counter(_row(task.message, label) for _, task in made).most_common(1)[0][0]


def _tests(graded: Sequence[Result], places: dict[str, str], sections: Sections) -> str:
    """Tests by the share that passed them, the hardest first; who did not try a function says nothing about it."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    kinds: dict[str, list[int]] = {}
    for name, tasks in _by_function(graded).items():
        for task in (task for task in tasks if task.status not in NOT_TRIED):
            for test in task.tests:
                one = counts.setdefault((name, test.kind, test.name), [0, 0])
                for tally in (one, kinds.setdefault(test.kind, [0, 0])):
                    tally[0] += test.outcome == "passed"
                    tally[1] += 1
    if not counts:
        return ""
    order = sorted(counts.items(), key=lambda item: (item[1][0] / item[1][1], item[0]))
    hard = [
        _test(*key, *tally, sections.html(places.get(key[0], "")))
        for key, tally in order
    ]
    shown_, rest = hard[:12], hard[12:]
    by_kind = sorted(kinds.items(), key=lambda item: (item[1][0] / item[1][1], item[0]))
    head = "<thead><tr><th>test</th><th></th><th class=n>passed</th><th>what helps</th></tr></thead>"
    more = (
        f"\n<details><summary>{plural(len(rest), 'easier test')}</summary><table class=stack>{head}<tbody>\n"
        f"{chr(10).join(rest)}\n</tbody></table></details>"
    )
    return (
        "<h3>Tests by difficulty, the hardest first</h3>\n<p class=quiet>Of those who tried the function.</p>\n"
        "<table class=stack><thead><tr><th>kind</th><th></th><th class=n>passed</th></tr></thead><tbody>\n"
        + "\n".join(_kind(kind, *tally) for kind, tally in by_kind)
        + f"\n</tbody></table>\n<table class=stack>{head}<tbody>\n{chr(10).join(shown_)}\n</tbody></table>"
        + (more if rest else "")
    )


def _kind(kind: str, passed: int, tried: int) -> str:
    return f"<tr><td>{escape(shown(kind))}</td>{_share(passed, tried)}</tr>"


def _test(
    function: str, kind: str, test: str, passed: int, tried: int, section: str
) -> str:
    return (
        f"<tr><td><code>{escape(shown(function))}</code><br><span class=quiet>{escape(shown(kind))}, "
        f"{escape(shown(test))}</span></td>{_share(passed, tried)}<td>{section}</td></tr>"
    )


def _share(passed: int, tried: int) -> str:
    told = f"{passed} of {tried}"
    return (
        f'<td style="min-width:6rem">{bar([("whole", passed / tried, told)], told)}</td>'
        f'<td class=n data-head="passed">{_percent(passed / tried)} <span class=quiet>({told})</span></td>'
    )
