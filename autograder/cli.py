"""The command line: `python -m autograder VERB …`.

Verbs are known by name. What one takes and does is imported only when it is called, so that
`--help` needs nothing of weight.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from .exits import STOPPED, TERMINATED, USAGE
from .safe.printable import complain, replace_what_cannot_be_printed
from .system.stopping import Stopped, stoppable
from .unit.course import Course, CourseError


@dataclass(frozen=True)
class Verb:
    """What is known of a verb before it is called.

    Attributes
    ----------
    help : str
        Its line in the list of verbs.
    run : str
        `module:function` of this package. It takes the arguments by their names, and returns the
        exit code.
    arguments : str
        `module:function` that adds its arguments to a parser; "" if it has none of its own.
    of_course : bool
        Whether it works on a course: it then takes `--solutions`, and is run with the `course`.
    """

    help: str
    run: str
    arguments: str = ""
    of_course: bool = True


VERBS = {
    "grade": Verb(
        "grade notebooks, a submitted/ tree or an LMS's zip",
        run="batch.commands:grade",
        arguments="batch.arguments:add_grade",
    ),
    "regrade": Verb(
        "after a change of tests: say what changes for whom and why",
        run="batch.commands:regrade",
        arguments="batch.arguments:add_regrade",
    ),
    "unexplained": Verb(
        "group wrong answers that no known mistake explains; draft new mistakes",
        run="batch.unexplained_command:run",
        arguments="batch.unexplained_command:add_arguments",
    ),
    "similar": Verb(
        "put submissions side by side that share what few others have",
        run="report.similar_command:run",
        arguments="report.similar_command:add_arguments",
    ),
    "collect": Verb(
        "lay out an LMS's zip as nbgrader's submitted/ tree",
        run="batch.commands:collect",
        arguments="batch.arguments:add_collect",
    ),
    "release": Verb(
        "make exercises/ from solutions/",
        run="release.command:run",
        arguments="release.command:add_arguments",
    ),
    "leaks": Verb(
        "look for secrets in what is published",
        run="publish.commands:leaks",
        arguments="publish.commands:add_leaks",
    ),
    "dist": Verb(
        "make the student's repository as a folder, and as a zip",
        run="publish.commands:dist",
    ),
    "report": Verb(
        "write reports from result files, for people, LMSs and CI",
        run="report:run",
        arguments="report:add_arguments",
        of_course=False,  # some formats need none
    ),
    "export": Verb(
        "make what another service grades with (holds secrets)",
        run="export:run",
        arguments="export:add_arguments",
        of_course=False,  # each target says it for itself
    ),
    "publish": Verb(
        "export the student's repository and the built book, without the secrets",
        run="publish.public_folder:run",
        arguments="publish.public_folder:add_arguments",
    ),
    "doctor": Verb(
        "say what this machine can confine with",
        run="confine.command:run",
        of_course=False,
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns
    -------
    int
        One of `exits`: 0: done; 1: something could not be graded for a reason that is not its
        own, or a check found something; 2: wrong usage; 3: below `--min-score`; 130 or 143:
        stopped by Ctrl-C or SIGTERM.
    """
    replace_what_cannot_be_printed()
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = vars(parser(words).parse_args(words))
    verb = VERBS[options.pop("verb")]
    try:
        with stoppable():
            if verb.of_course:
                options["course"] = Course.find(".", options.pop("solutions"))
            return named(verb.run)(**options)
    except CourseError as error:
        complain(str(error))
        return USAGE
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in (__package__, "unrolled"):
            raise  # a mistake of our own
        complain(
            f"{error.name} is not installed for {sys.executable}; take the course's own "
            "Python: `make setup` once, then `source .venv/bin/activate`"
        )
        return USAGE
    except KeyboardInterrupt as stop:
        why = "stopped; run the same command again to go on"
        print(f"autograder: {why}", file=sys.stderr)
        return TERMINATED if isinstance(stop, Stopped) else STOPPED


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser of all verbs, with the arguments of the one that these words call."""
    called = next((word for word in words if word in VERBS), "")
    top = argparse.ArgumentParser(
        prog="python -m autograder", description="Grade and publish the exercises."
    )
    verbs = top.add_subparsers(required=True, metavar="VERB", dest="verb")
    for name, verb in VERBS.items():
        own = verbs.add_parser(name, help=verb.help)
        if name == called:
            _add_arguments(own, verb)
    return top


def _add_arguments(own: argparse.ArgumentParser, verb: Verb) -> None:
    if verb.of_course:
        own.add_argument(
            "--solutions",
            type=Path,
            help="folder of the secrets, if not the course's own",
        )
    if verb.arguments:
        named(verb.arguments)(own)


def named(place: str) -> Callable[..., Any]:
    """Import what `module:function` names within this package."""
    module, _, function = place.partition(":")
    return getattr(import_module(f"{__package__}.{module}"), function)
