"""The numbers beside a notebook: inputs, expected outputs and what known mistakes make of them.

One `.npz` an exercise, without pickle. Public: it holds numbers and hints, never code.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unrolled.check import wire
from unrolled.check.known_mistakes import KnownAnswer, Misconception
from unrolled.check.outcome import Outcome, Raised, Returned
from unrolled.contract import Function, from_data, to_data

SCHEMA = 1


class NumbersError(Exception):
    """The numbers are missing, damaged, or of another version; the message says what to do."""


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
    """

    function: Function
    cases: list[tuple]
    want: list[Any]
    known: list[KnownAnswer]


def save(path: Path, assignment: str, functions: list[VisibleNumbers]) -> None:
    """Write the numbers of an exercise."""
    tree, arrays = wire.flatten([as_data(v) for v in functions])
    arrays, tree = _once(arrays, tree)
    shapes = [[a.dtype.str, list(a.shape)] for a in arrays]
    header = json.dumps(
        {
            "schema": SCHEMA,
            "assignment": assignment,
            "arrays": shapes,
            "functions": tree,
        }
    )
    data = np.frombuffer(
        b"".join(a.tobytes() for a in arrays), np.uint8
    )  # one member: many are slow to read
    np.savez_compressed(
        path,
        allow_pickle=False,
        header=np.frombuffer(header.encode(), np.uint8),
        data=data,
    )


def read(path: Path) -> dict[str, VisibleNumbers]:
    """Read the numbers of an exercise.

    Raises
    ------
    NumbersError
        If the file is missing, damaged, or written for another version of the package.
    """
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            version = header["schema"]
            if version == SCHEMA:
                arrays = _cut(file["data"].tobytes(), header["arrays"])
                found = [
                    _from_data(entry)
                    for entry in wire.rebuild(header["functions"], arrays)
                ]
    except FileNotFoundError:
        raise NumbersError(
            f"The numbers to check against, {path.name}, are not beside this notebook. Unpack the course's zip "
            "again and keep each exercise's files together in their folder."
        ) from None
    except Exception:  # whatever the bytes are, there is nothing else to say of them
        raise NumbersError(
            f"{path.name} is damaged. Copy it again from the course's zip."
        ) from None
    if version != SCHEMA:
        raise NumbersError(
            f"{path.name} has version {version}, this checker reads version {SCHEMA}. Install the checker from the "
            "same zip as the exercise (the page START_HERE says how)."
        )
    return {v.function.name: v for v in found}


def _cut(data: bytes, shapes: list) -> list[np.ndarray]:
    arrays, place = [], 0
    for kind, shape in shapes:
        one = np.frombuffer(data, kind, math.prod(shape), place).reshape(shape).copy()
        arrays.append(one)
        place += one.nbytes
    return arrays


def as_data(v: VisibleNumbers) -> dict:
    """The visible side of a function as plain data and arrays."""
    f = v.function
    return {
        "name": f.name,
        "arguments": [a.name for a in f.arguments],
        "returns": to_data(f.returns),
        "section": f.section,
        "companions": list(f.companions),
        **({"driver": f.driver} if f.driver else {}),
        "cases": [list(case) for case in v.cases],
        "want": v.want,
        "known": [
            {
                "misconception": k.misconception.to_data(),
                "outcomes": [_outcome_data(o) for o in k.outcomes],
            }
            for k in v.known
        ],
    }


def _from_data(data: dict) -> VisibleNumbers:
    function = Function(
        data["name"],
        tuple(from_data({"array": name, "axes": []}) for name in data["arguments"]),
        from_data(data["returns"]),
        data["section"],
        tuple(data["companions"]),
        driver=data.get("driver", ""),
    )
    known = [
        KnownAnswer(
            Misconception(**k["misconception"]),
            tuple(_outcome(o) for o in k["outcomes"]),
        )
        for k in data["known"]
    ]
    return VisibleNumbers(
        function, [tuple(c) for c in data["cases"]], data["want"], known
    )


def _outcome_data(outcome: Outcome) -> dict:
    if isinstance(outcome, Returned):
        return {"value": outcome.value}
    return {"raised": outcome.kind, "text": outcome.text}


def _outcome(data: dict) -> Outcome:
    return (
        Returned(data["value"])
        if "value" in data
        else Raised(data["raised"], data["text"])
    )


def _once(arrays: list[np.ndarray], tree: Any) -> tuple[list[np.ndarray], Any]:
    """Keep each distinct array once: a mistake leaves most outputs as they are."""
    places: dict[tuple, int] = {}
    kept, number = [], []
    for a in arrays:
        key = (a.dtype.str, a.shape, a.tobytes())
        if key not in places:
            places[key] = len(kept)
            kept.append(a)
        number.append(places[key])

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: number[v] if k == "a" else walk(v) for k, v in node.items()}
        return [walk(v) for v in node] if isinstance(node, list) else node

    return kept, walk(tree)
