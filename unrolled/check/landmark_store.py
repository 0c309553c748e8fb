"""Landmarks as plain data and arrays, for the file of numbers beside a notebook.

They are read only where a check has failed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import numpy as np

from unrolled.check.landmarks import Form, Landmark, Landmarks

HEADER, DATA = "landmarks", "landmark_data"  # members of the `.npz`
KIND = np.float32  # its seven digits are more than the comparison asks for


@dataclass(frozen=True)
class FunctionLandmarks:
    """The landmarks of one function.

    Attributes
    ----------
    cases : list of Landmarks
        For each visible case, in their order, as far as there are some.
    """

    cases: list[Landmarks] = field(default_factory=list)


def landmark_members(by_function: Mapping[str, FunctionLandmarks]) -> dict[str, Any]:
    """Give the members of the `.npz` that hold landmarks, as arrays of bytes.

    Parameters
    ----------
    by_function : mapping
        The landmarks of each function.
    """
    store = _Store()
    header = {
        name: [store.case(one) for one in found.cases]
        for name, found in by_function.items()
    }
    content = {"functions": header, "shapes": store.shapes}
    return {
        HEADER: np.frombuffer(json.dumps(content).encode(), np.uint8),
        DATA: np.frombuffer(b"".join(one.tobytes() for one in store.arrays), np.uint8),
    }


def landmarks_to_data(landmarks: Landmarks) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Give landmarks as plain data, and the arrays to which these refer."""
    store = _Store()
    return store.case(landmarks), store.arrays


def landmarks_from_data(
    data: Mapping[str, Any], arrays: Sequence[np.ndarray]
) -> Landmarks:
    """Give the landmarks that `landmarks_to_data` gave as plain data and arrays."""
    return _case(data, [np.asarray(one, np.float64) for one in arrays])


class _Store:
    """Keeps each distinct array once."""

    def __init__(self) -> None:
        self.places: dict[tuple, int] = {}
        self.arrays: list[np.ndarray] = []

    @property
    def shapes(self) -> list[list[int]]:
        return [list(one.shape) for one in self.arrays]

    def case(self, landmarks: Landmarks) -> dict[str, Any]:
        return {
            "marks": [
                [
                    self.place(one.value),
                    one.name,
                    one.turn,
                    one.turns,
                    int(one.part),
                    one.call,
                ]
                for one in landmarks.marks
            ],
            "forms": [[f.name, f.form, f.turn, f.turns] for f in landmarks.forms],
            "trusted": sorted(landmarks.trusted),
            "given": sorted(landmarks.given),
            "equations": {name: list(one) for name, one in landmarks.equations.items()},
        }

    def place(self, value: np.ndarray) -> int:
        small = np.asarray(value, KIND)
        key = (small.shape, small.tobytes())
        if key not in self.places:
            self.places[key] = len(self.arrays)
            self.arrays.append(small)
        return self.places[key]


def read_landmarks(path: str | PathLike[str]) -> dict[str, FunctionLandmarks]:
    """Read the landmarks of an exercise's functions, by name.

    Parameters
    ----------
    path : path-like
        The `.npz`.

    Returns
    -------
    dict
        Nothing where the file has none, or cannot be read: then no line is pointed at.
    """
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            if HEADER not in file.files:
                return {}
            header = json.loads(file[HEADER].tobytes())
            flat = np.frombuffer(file[DATA].tobytes(), KIND).astype(np.float64)
        return _functions(header, flat)
    except Exception:  # of a damaged file the check itself has told already
        return {}


def _functions(header: Any, flat: np.ndarray) -> dict[str, FunctionLandmarks]:
    values, place = [], 0
    for shape in header["shapes"]:
        size = int(np.prod(shape, dtype=int))
        values.append(flat[place : place + size].reshape(shape))
        place += size
    return {
        name: FunctionLandmarks([_case(one, values) for one in cases])
        for name, cases in header["functions"].items()
    }


def _case(data: Any, values: Sequence[np.ndarray]) -> Landmarks:
    marks = [
        Landmark(values[place], name, turn, turns, bool(part), call)
        for place, name, turn, turns, part, call in data["marks"]
    ]
    return Landmarks(
        marks,
        [Form(*one) for one in data["forms"]],
        frozenset(data["trusted"]),
        frozenset(data["given"]),
        {name: (number, place) for name, (number, place) in data["equations"].items()},
    )
