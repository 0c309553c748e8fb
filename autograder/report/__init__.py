"""Reports from result files: `python -m autograder report FORMAT RESULTS…`, one small module a
format.

A module of a format has `HELP`, a line for the list of formats; its docstring is the format's
own help; and

    add_options(parser)             the format's own options
    write(gathered, options)        the report as text, or texts by file name for a folder
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..exits import NOT_GRADED, OK, USAGE
from ..safe.harmless import shown
from ..safe.printable import complain
from ..safe.whole_file import write_whole
from . import (
    canvas,
    classroom,
    gradescope,
    junit,
    moodle,
    overview,
    student,
    summary,
    table,
)
from .gather import Gathered, ReportError, gather

FORMATS = {
    "gradescope": gradescope,
    "github-classroom": classroom,
    "junit": junit,
    "summary": summary,
    "canvas": canvas,
    "moodle": moodle,
    "csv": table,
    "html": student,
    "class": overview,
}
APPENDED = (summary,)  # a step summary goes on where other steps stopped
WITHOUT_RESULTS = (
    classroom,
)  # says so in its own words; the others have nothing to write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the formats, each with its options."""
    parser.description = (
        "Write a report from the result files that `grade` wrote. "
        "`report FORMAT --help` tells more."
    )
    formats = parser.add_subparsers(required=True, metavar="FORMAT", title="formats")
    for name, module in FORMATS.items():
        one = formats.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument(
            "paths", nargs="*", type=Path, metavar="RESULTS", default=[Path("results")],
            help="result files, or folders of them as `grade` writes (results)",
        )  # fmt: skip
        one.add_argument(
            "--out",
            type=Path,
            metavar="FILE",
            help="write it there, for you alone to read (else shown)",
        )
        module.add_options(one)
        one.set_defaults(format=module)


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
    if not gathered.results and options.format not in WITHOUT_RESULTS:
        places = ", ".join(map(str, options.paths))
        complain(f"no result files in {places}; `grade` writes them")
        return NOT_GRADED if gathered.problems else USAGE
    try:
        report = options.format.write(gathered, options)
        _put(report, options)
    except (ReportError, OSError) as error:
        complain(str(error))
        return USAGE
    return NOT_GRADED if gathered.problems else OK


def _put(report: str | dict[str, str], options: argparse.Namespace) -> None:
    if isinstance(report, dict):
        _put_files(report, options.out)
    elif options.out is None:
        _show(report)
    elif options.out.is_dir():
        raise ReportError(f"{options.out} is a folder; name a file")
    elif options.format in APPENDED:
        with open(options.out, "ab") as file:
            file.write(_bytes(report))
    else:
        private(options.out, _bytes(report))


def _put_files(report: dict[str, str], folder: Path | None) -> None:
    if folder is None or folder.is_file():
        raise ReportError(
            f"these are {len(report)} pages; name a folder for them with --out"
        )
    for name, text in report.items():
        private(folder / name, _bytes(text))


def _show(report: str) -> None:
    sys.stdout.flush()
    lines = report.split("\r\n")  # of CSV
    sys.stdout.buffer.write(_bytes("\r\n".join(map(shown, lines))))
    sys.stdout.buffer.flush()


def _bytes(report: str) -> bytes:
    """UTF-8, with a question mark for what is no character: half of a pair that a student's text held."""
    return report.encode("utf-8", "replace")


def private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read: marks are nobody else's. Whole, or not at all."""
    if (
        path.exists() and not path.is_file()
    ):  # a pipe, a terminal, /dev/null: nothing to be put in its place
        path.write_bytes(data)
        return
    write_whole(path, data, 0o600)


__all__ = ["FORMATS", "Gathered", "ReportError", "add_arguments", "private", "run"]
