"""A student's own functions of another exercise, from the notebook that lies beside this one.

For experiments at the end of an exercise; checks and grading never depend on it. Needs numpy
and the standard library only.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from unrolled import exercise
from unrolled.check.numbers import NumbersError

SOLVED = "solved"  # the folder of those solutions that students have been given
DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


class NotThereError(Exception):
    """The functions are not to be had; the message says why and what to do."""


def functions(
    assignment: str, *names: str, folder: str | Path = ".."
) -> tuple[Callable, ...]:
    """Fetch functions from `<folder>/<assignment>/<assignment>.ipynb`, if they are right.

    Only what the notebook defines is run, its imports, functions, classes and constants; no
    experiment is. Where they are not to be had and the exercise's solution is, in the folder
    `solved`, they come from there, which is said.

    Parameters
    ----------
    assignment : str
        The other exercise.
    *names : str
        Its functions.
    folder : path, optional
        Where the exercises' folders are.

    Raises
    ------
    NotThereError
        If there is no such notebook, it cannot be read, or a function in it is missing or not
        right.
    """
    try:
        return _functions(Path(folder) / assignment, assignment, names)
    except NotThereError as error:
        solved = Path(folder) / SOLVED / assignment
        if not solved.is_dir():
            raise
        found = _functions(solved, assignment, names)
        print(
            f"{error}\nUntil then this comes from the solution in {solved}: {', '.join(f'`{n}`' for n in names)}."
        )
        return found


def _functions(
    home: Path, assignment: str, names: tuple[str, ...]
) -> tuple[Callable, ...]:
    """Right functions from the notebook in a folder."""
    module = _module(home / f"{assignment}.ipynb")
    check = exercise(assignment, home)
    for name in names:
        if not callable(getattr(module, name, None)):
            raise NotThereError(
                f"Your notebook {assignment}.ipynb defines no `{name}` that can be run."
            )
        try:
            right = check.verdict(getattr(module, name)).right
        except NumbersError as error:
            raise NotThereError(str(error)) from None
        if not right:
            raise NotThereError(
                f"`{name}` in your notebook {assignment}.ipynb is not right yet. Finish it there until "
                f"check({name}) is content, save that notebook, and run this cell again."
            )
    return tuple(getattr(module, name) for name in names)


def _module(path: Path) -> ModuleType:
    """What a notebook defines."""
    if not path.is_file():
        raise NotThereError(
            f"There is no {path.name} in {path.parent}: keep the exercises' folders side by side, as they come."
        )
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = [
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotThereError(
            f"{path} cannot be read as a notebook ({type(error).__name__})."
        ) from None
    module = ModuleType(path.stem)
    for text in texts:
        for part in _defining(text):
            with (
                contextlib.suppress(Exception),
                contextlib.redirect_stdout(io.StringIO()),
            ):
                exec(
                    compile(
                        ast.Module([part], []), str(path), "exec", dont_inherit=True
                    ),
                    module.__dict__,
                )
    return module


def _defining(text: str) -> Iterator[ast.stmt]:
    """The parts of a cell that define something: imports, functions, classes, and names in capitals."""
    lines = ["" if line.startswith(("%", "!")) else line for line in text.splitlines()]
    try:
        parts = ast.parse("\n".join(lines)).body
    except SyntaxError:
        return
    for part in parts:
        constant = isinstance(part, ast.Assign) and all(
            isinstance(name, ast.Name) and name.id.isupper() for name in part.targets
        )
        if isinstance(part, DEFINING) or constant:
            yield part
