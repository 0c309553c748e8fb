"""A student's own functions of another exercise, from the notebook that lies beside this one.

For experiments at the end of an exercise; checks and grading never depend on it. Needs numpy
and the standard library only.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from unrolled import exercise
from unrolled.check.beside import folders_of
from unrolled.check.numbers import NumbersError

SOLVED = "solved"  # the folder of those solutions that students have been given
DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


class NotThereError(Exception):
    """The functions are not to be had; the message says why and what to do."""


def functions(
    assignment: str, *names: str, folder: str | Path | None = None
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
        Where the exercises' folders are; unless given, the one that the notebook's own lies in.

    Returns
    -------
    tuple of callable
        In the order of `names`.

    Raises
    ------
    NotThereError
        If there is no such notebook, it cannot be read, or a function in it is missing or not
        right.
    """
    if folder is None:
        folder = _home(assignment, sys._getframe(1).f_globals)
    try:
        return _right_functions(Path(folder) / assignment, assignment, names)
    except NotThereError as error:
        solved = Path(folder) / SOLVED / assignment
        if not solved.is_dir():
            raise
        found = _right_functions(solved, assignment, names)
        quoted = ", ".join(f"`{name}`" for name in names)
        print(error)
        print(f"Until then this comes from the solution in {solved}: {quoted}.")
        return found


def _home(assignment: str, variables: dict[str, Any]) -> Path:
    """Give the folder of the exercises' folders, wherever the notebook or script was started."""
    for place in folders_of(assignment, variables):
        above = place / ".."
        if (above / assignment / f"{assignment}.ipynb").is_file():
            return above
    return Path("..")


def _right_functions(
    home: Path, assignment: str, names: tuple[str, ...]
) -> tuple[Callable, ...]:
    """Give right functions from the notebook in a folder."""
    module = _defined_in(home / f"{assignment}.ipynb")
    check = exercise(assignment, home)
    found = []
    for name in names:
        function = getattr(module, name, None)
        if not callable(function):
            raise NotThereError(
                f"Your notebook {assignment}.ipynb defines no `{name}` that can be run."
            )
        try:
            right = check.verdict(function).right
        except NumbersError as error:
            raise NotThereError(str(error)) from None
        if not right:
            raise NotThereError(
                f"`{name}` in your notebook {assignment}.ipynb is not right yet. Finish it "
                f"there until check({name}) is content, save that notebook, and run this "
                "cell again."
            )
        found.append(function)
    return tuple(found)


def _defined_in(path: Path) -> ModuleType:
    """Give what a notebook defines, as a module."""
    module = ModuleType(path.stem)
    for text in _code_cells(path):
        for part in _defining_parts(text):
            tree = ast.Module([part], [])
            # What fails may only lack something of another part; what is asked for is checked.
            with contextlib.suppress(Exception), _printing_nothing():
                code = compile(tree, str(path), "exec", dont_inherit=True)
                exec(code, module.__dict__)
    return module


def _code_cells(path: Path) -> list[str]:
    """Give the texts of a notebook's code cells."""
    if not path.is_file():
        raise NotThereError(
            f"There is no {path.name} in {path.parent}: keep the exercises' folders side "
            "by side, as they come."
        )
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        return ["".join(cell["source"]) for cell in code]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotThereError(
            f"{path} cannot be read as a notebook ({type(error).__name__})."
        ) from None


def _printing_nothing() -> contextlib.AbstractContextManager:
    return contextlib.redirect_stdout(io.StringIO())


def _defining_parts(text: str) -> Iterator[ast.stmt]:
    """Give the parts of a cell that define: imports, functions, classes, names in capitals."""
    lines = ["" if line.startswith(("%", "!")) else line for line in text.splitlines()]
    try:
        parts = ast.parse("\n".join(lines)).body
    except SyntaxError:
        return
    for part in parts:
        if isinstance(part, DEFINING) or _is_constant(part):
            yield part


def _is_constant(part: ast.stmt) -> bool:
    """Say whether a statement assigns to names in capitals only."""
    if not isinstance(part, ast.Assign):
        return False
    return all(
        isinstance(name, ast.Name) and name.id.isupper() for name in part.targets
    )
