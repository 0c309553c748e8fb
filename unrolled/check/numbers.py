"""The numbers beside a notebook: inputs, expected outputs and what known mistakes make of them.

One `.npz` an exercise, without pickle. Public: it holds numbers and hints, never code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import wire
from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.known_pairs import NO_PAIRS, PairTable
from unrolled.check.landmark_store import FunctionLandmarks, landmark_members
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.check.quiet import QuietError
from unrolled.contract import (
    Array,
    Dict,
    Function,
    Tuple,
    spec_from_data,
    spec_to_data,
)

SCHEMA = 1


class NumbersError(QuietError):
    """The numbers are missing, damaged, or of another version; the message says what to do."""


@dataclass(frozen=True)
class Trial:
    """One more call, of a kind that hidden tests try too.

    Attributes
    ----------
    label : str
        The kind, such as `large values`.
    arguments : tuple
        Of the call.
    want : object
        What the reference returns.
    by : str
        The function of a `given` cell that makes the call, if the student's is not called itself.
    """

    label: str
    arguments: tuple
    want: Any
    by: str = ""


@dataclass(frozen=True)
class Part:
    """What a hidden test is about, and its part of a function's points.

    Attributes
    ----------
    kind : str
        Such as `values`.
    of : str
        The output, or the kind of call, that the test is about; "" if it is about more.
    share : float
        Part of the points; all of a function's sum to 1.
    """

    kind: str
    of: str
    share: float


@dataclass(frozen=True)
class Written:
    """A question that is answered in words and read by a person.

    Attributes
    ----------
    id : str
        Of its cell.
    points : float
        What it is worth.
    stub : str
        The cell's text as released.
    """

    id: str
    points: float
    stub: str


@dataclass(frozen=True)
class VisibleNumbers:
    """The visible side of one function.

    Attributes
    ----------
    function : Function
        Its contract.
    cases : list of tuple
        Arguments; the notebook's example first.
    want : list
        What the reference returns for each.
    known : list of KnownAnswer
        What known mistakes come to.
    trials : list of Trial
        Further calls.
    known_in_trials : list of KnownAnswer
        What those mistakes come to there that do not show in `cases`.
    points : float
        What the function is worth; 0 if that is not known.
    parts : list of Part
        What its points are for.
    book : str
        Address of the book; empty where it is not published.
    pairs : PairTable
        What two known mistakes come to together.
    paper : list of (tuple, object)
        Small cases: arguments, and what the reference returns.
    """

    function: Function
    cases: list[tuple]
    want: list[Any]
    known: list[KnownAnswer]
    trials: list[Trial] = field(default_factory=list)
    known_in_trials: list[KnownAnswer] = field(default_factory=list)
    points: float = 0.0
    parts: list[Part] = field(default_factory=list)
    book: str = ""
    pairs: PairTable = NO_PAIRS
    paper: list[tuple[tuple, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """All that lies beside a notebook.

    Attributes
    ----------
    functions : dict of str to VisibleNumbers
        By name, in the exercise's order.
    written : list of Written
        The questions.
    """

    functions: dict[str, VisibleNumbers]
    written: list[Written] = field(default_factory=list)


def save_numbers(
    path: Path,
    assignment: str,
    functions: list[VisibleNumbers],
    written: Sequence[Written] = (),
    landmarks: Mapping[str, FunctionLandmarks] | None = None,
) -> None:
    """Write the numbers of an exercise.

    Parameters
    ----------
    path : path
        The `.npz`.
    assignment : str
        Name of the exercise.
    functions : list of VisibleNumbers
        In the exercise's order.
    written : sequence of Written, optional
        Its questions.
    landmarks : mapping, optional
        Those of its functions, by name.
    """
    tree, arrays = wire.flatten([numbers_to_data(one) for one in functions])
    distinct, places = _distinct_arrays(arrays)
    book = next((one.book for one in functions if one.book), "")
    content = {
        "schema": SCHEMA,
        "assignment": assignment,
        "arrays": [[a.dtype.str, list(a.shape)] for a in distinct],
        "functions": _renumbered(tree, places),
        "written": [asdict(one) for one in written],
        **({"book": book} if book else {}),
    }
    header = json.dumps(content).encode()
    body = b"".join(a.tobytes() for a in distinct)  # one member: many are slow to read
    np.savez_compressed(
        path,
        allow_pickle=False,
        header=np.frombuffer(header, np.uint8),
        data=np.frombuffer(body, np.uint8),
        **landmark_members(landmarks or {}),
    )


def read_numbers(path: Path) -> dict[str, VisibleNumbers]:
    """Read the numbers of an exercise's functions, by name; errors as for `read_sheet`."""
    return read_sheet(path).functions


def read_sheet(path: Path) -> Sheet:
    """Read what lies beside a notebook, in the file that is named as the exercise is.

    Raises
    ------
    NumbersError
        If the file is missing, damaged, another exercise's, or written for another version of
        the package.
    """
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            version = header["schema"]
            assignment = str(header.get("assignment", path.stem))
            found = _read_functions(header, file) if version == SCHEMA else []
            written = [Written(**one) for one in header.get("written", ())]
    except FileNotFoundError:
        raise NumbersError(
            f"The numbers to check against, {path.name}, are not beside this notebook. "
            f"{_what_to_copy(path)}"
        ) from None
    except Exception:  # whatever the bytes are, there is nothing else to say of them
        raise NumbersError(f"{path.name} is damaged. {_what_to_copy(path)}") from None
    if version != SCHEMA:
        raise NumbersError(
            f"{path.name} has version {version}, this checker reads version {SCHEMA}: they "
            "are of different releases. Save your work, type `python3 start.py update` in "
            "the course's folder (on Windows `py start.py update`), and restart the kernel. "
            "Your notebooks stay as they are."
        )
    if assignment != path.stem:
        raise NumbersError(
            f"{path.name} holds the numbers of another exercise, {assignment[:60]}. "
            f"{_what_to_copy(path)}"
        )
    return Sheet({one.function.name: one for one in found}, written)


def _what_to_copy(path: Path) -> str:
    """Say which one file to copy, and where to: a zip that is unpacked as a whole may replace
    more.
    """
    return (
        f"Copy this one file from the course's zip, where it lies in the folder {path.stem}, to "
        f"{path.parent.resolve()}, and nothing else: your notebook stays as it is."
    )


def _read_functions(header: dict, file: Any) -> list[VisibleNumbers]:
    """Read the functions' numbers from the members of the `.npz`."""
    arrays = _cut_arrays(file["data"].tobytes(), header["arrays"])
    entries = wire.rebuild(header["functions"], arrays)
    book = str(header.get("book", ""))
    return [replace(_numbers_from_data(entry), book=book) for entry in entries]


def _cut_arrays(data: bytes, shapes: list) -> list[np.ndarray]:
    """Cut the bytes of all arrays into arrays, each given by dtype and shape."""
    arrays, place = [], 0
    for kind, shape in shapes:
        flat = np.frombuffer(data, kind, math.prod(shape), place)
        arrays.append(flat.reshape(shape).copy())
        place += flat.nbytes
    return arrays


def numbers_to_data(numbers: VisibleNumbers) -> dict:
    """Give the visible side of a function as plain data and arrays."""
    function = numbers.function
    driver = {"driver": function.driver} if function.driver else {}
    return {
        "name": function.name,
        "arguments": [argument.name for argument in function.arguments],
        "returns": spec_to_data(function.returns),
        "section": function.section,
        "companions": list(function.companions),
        **driver,
        "cases": [list(case) for case in numbers.cases],
        "want": numbers.want,
        "known": [_known_to_data(known) for known in numbers.known],
        "trials": [
            {
                "label": one.label,
                "arguments": list(one.arguments),
                "want": one.want,
                "by": one.by,
            }
            for one in numbers.trials
        ],
        "known_in_trials": [_known_to_data(one) for one in numbers.known_in_trials],
        "paper": [[list(arguments), want] for arguments, want in numbers.paper],
        "points": numbers.points,
        "parts": [asdict(one) for one in numbers.parts],
        "pairs": [numbers.pairs.places, numbers.pairs.prints],
    }


def _numbers_from_data(data: dict) -> VisibleNumbers:
    """Give the visible side that `numbers_to_data` wrote; its arguments are names only."""
    returns = spec_from_data(data["returns"])
    if not isinstance(returns, Tuple | Dict):
        raise ValueError("a function returns a tuple or a dictionary of named values")
    function = Function(
        data["name"],
        tuple(Array(name, ()) for name in data["arguments"]),
        returns,
        data["section"],
        tuple(data["companions"]),
        driver=data.get("driver", ""),
    )
    cases = [tuple(case) for case in data["cases"]]
    trials = [
        Trial(one["label"], tuple(one["arguments"]), one["want"], one["by"])
        for one in data.get("trials", ())
    ]
    return VisibleNumbers(
        function,
        cases,
        data["want"],
        [_known_from_data(one) for one in data["known"]],
        trials,
        [_known_from_data(one) for one in data.get("known_in_trials", ())],
        data.get("points", 0.0),
        [Part(**one) for one in data.get("parts", ())],
        pairs=PairTable(*data["pairs"]) if "pairs" in data else NO_PAIRS,
        paper=[(tuple(arguments), want) for arguments, want in data.get("paper", ())],
    )


def _known_to_data(known: KnownAnswer) -> dict:
    """Give a known mistake and what it comes to as plain data."""
    return {
        "misconception": known.misconception.to_data(),
        "outcomes": [_outcome_to_data(outcome) for outcome in known.outcomes],
    }


def _known_from_data(data: dict) -> KnownAnswer:
    """Give the known mistake that `_known_to_data` wrote."""
    outcomes = tuple(_outcome_from_data(one) for one in data["outcomes"])
    return KnownAnswer(Misconception(**data["misconception"]), outcomes)


def _outcome_to_data(outcome: Outcome) -> dict:
    """Give what a mistake comes to as plain data.

    Raises
    ------
    TypeError
        If it comes to nothing, which no mistake of a catalogue does.
    """
    if isinstance(outcome, Returned):
        return {"value": outcome.value}
    if isinstance(outcome, Raised):
        on = {"on": outcome.on} if outcome.on else {}
        return {"raised": outcome.kind, "text": outcome.text, **on}
    raise TypeError(f"a known mistake comes to a value or an error, not to {outcome}")


def _outcome_from_data(data: dict) -> Outcome:
    """Give the outcome that `_outcome_to_data` wrote."""
    if "value" in data:
        return Returned(data["value"])
    return Raised(data["raised"], data["text"], on=data.get("on", ""))


def _distinct_arrays(arrays: list[np.ndarray]) -> tuple[list[np.ndarray], list[int]]:
    """Keep each distinct array once: a mistake leaves most outputs as they are.

    Returns
    -------
    distinct : list of ndarray
    places : list of int
        For each of `arrays` its place in `distinct`.
    """
    known: dict[tuple, int] = {}
    distinct: list[np.ndarray] = []
    places: list[int] = []
    for array in arrays:
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in known:
            known[key] = len(distinct)
            distinct.append(array)
        places.append(known[key])
    return distinct, places


def _renumbered(tree: Any, places: list[int]) -> Any:
    """Give the tree with the arrays' new numbers."""
    if isinstance(tree, list):
        return [_renumbered(item, places) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((tag, content),) = tree.items()
    return {tag: places[content] if tag == "a" else _renumbered(content, places)}
