"""Reports from result files: `python -m autograder report FORMAT RESULTS…`, one small module a
format. `Format` says what such a module has.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Protocol

from ..exits import NOT_GRADED, OK, USAGE
from ..safe.harmless import shown
from ..safe.printable import complain
from ..safe.whole_file import write_whole
from . import (
    canvas,
    gradescope,
    junit,
    moodle,
    overview,
    student,
    summary,
    table,
)
from .gather import Gathered, ReportError, gather
from .whole import add_total_options, with_totals


class Format(Protocol):
    """A module that makes the reports of one format; its docstring is the format's own help."""

    HELP: str  # a line for the list of formats

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the format's own options."""

    def make_report(
        self, gathered: Gathered, options: argparse.Namespace
    ) -> str | dict[str, str]:
        """Give the report as text, or texts by file name for a folder.

        `options` goes no further: what the module's other functions need of it they are told.

        Raises
        ------
        ReportError
            If it cannot be made as it was asked for.
        """


FORMATS: dict[str, Format] = {
    "gradescope": gradescope,
    "junit": junit,
    "summary": summary,
    "canvas": canvas,
    "moodle": moodle,
    "csv": table,
    "html": student,
    "class": overview,
}
# a step summary goes on where other steps stopped
APPENDED: tuple[Format, ...] = (summary,)
# about a class: of all points, those by hand and lateness included
WHOLE: tuple[Format, ...] = (canvas, moodle, table, student, overview)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the formats, each with its options."""
    parser.description = (
        "Write a report from the result files that `grade` wrote. "
        "`report FORMAT --help` tells more."
    )
    formats = parser.add_subparsers(required=True, metavar="FORMAT", title="formats")
    for name, module in FORMATS.items():
        verb = formats.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="RESULTS",
            default=[Path("results")],
            help="result files, or folders of them as `grade` writes (results)",
        )
        verb.add_argument(
            "--out",
            type=Path,
            metavar="FILE",
            help="write it there, for you alone to read (else shown)",
        )
        module.add_options(verb)
        if module in WHOLE:
            add_total_options(verb)
        verb.set_defaults(format=module)


def run(**arguments: Any) -> int:
    """Write one report.

    Returns
    -------
    int
        0: done; 1: a result file is damaged or the machinery had failed, the rest is reported;
        2: wrong usage.
    """
    options = argparse.Namespace(**arguments)
    gathered = gather(options.paths)
    for problem in gathered.problems:
        complain(problem)
    if not gathered.results:
        places = ", ".join(map(str, options.paths))
        complain(f"no result files in {places}; `grade` writes them")
        return NOT_GRADED if gathered.problems else USAGE
    try:
        if options.format in WHOLE:
            gathered = with_totals(gathered, options)
        report = options.format.make_report(gathered, options)
        if isinstance(report, dict):
            _write_pages(report, options.out)
        else:
            _write_report(report, options.out, append=options.format in APPENDED)
    except (ReportError, OSError) as error:
        complain(str(error))
        return USAGE
    return NOT_GRADED if gathered.problems else OK


def _write_report(report: str, target: Path | None, append: bool) -> None:
    """Write a report to a file, or show it."""
    if target is None:
        _show_report(report)
    elif target.is_dir():
        raise ReportError(f"{target} is a folder; name a file")
    elif append:
        with open(target, "ab") as file:
            file.write(_as_bytes(report))
    else:
        write_private(target, _as_bytes(report))


def _write_pages(pages: dict[str, str], folder: Path | None) -> None:
    if folder is None or folder.is_file():
        raise ReportError(
            f"these are {len(pages)} pages; name a folder for them with --out"
        )
    for name, text in pages.items():
        write_private(folder / name, _as_bytes(text))


def _show_report(report: str) -> None:
    """Write a report to standard output, without what a terminal obeys."""
    sys.stdout.flush()
    lines = report.split("\r\n")  # of CSV
    harmless = "\r\n".join(map(shown, lines))
    sys.stdout.buffer.write(_as_bytes(harmless))
    sys.stdout.buffer.flush()


def _as_bytes(report: str) -> bytes:
    """Encode as UTF-8, with a question mark for what is no character, such as half of a pair
    that a student's text held.
    """
    return report.encode("utf-8", "replace")


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read: marks are nobody else's. Whole, or not at all."""
    if path.exists() and not path.is_file():
        # a pipe, a terminal, /dev/null: nothing to be put in its place
        path.write_bytes(data)
        return
    write_whole(path, data, 0o600)


__all__ = [
    "FORMATS",
    "Format",
    "Gathered",
    "ReportError",
    "add_arguments",
    "run",
    "write_private",
]
