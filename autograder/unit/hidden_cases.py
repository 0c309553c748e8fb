"""Hidden cases: which sizes and values a function is tried on, drawn from the recorded seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

SIZES = range(2, 12)


@dataclass(frozen=True)
class Kind:
    """A kind of case: sizes that are fixed, and how values are drawn."""

    label: str
    fixed: Mapping[str, int] = field(default_factory=dict)
    needs: str = ""  # only for functions with this axis
    how: Mapping[str, Any] = field(default_factory=dict)
    fewer: int = 0  # steps by which an upstream gradient is shorter than the sequence


RANDOM = Kind("random sizes")
ROBUST = (
    Kind("one example", {"m": 1}),
    Kind("one step", {"T_x": 1}, needs="T_x"),
    Kind("more inputs than states", {"n_x": 13, "n_a": 3}),
    Kind("many steps", {"T_x": 40}, needs="T_x"),
    Kind("single precision", how={"dtype": np.float32}),
    # few entries: each that a large sum leaves near zero is one that rounding in single
    # precision can decide
    Kind("large values", {"m": 2, "T_x": 3}, how={"scale": 2000.0}),
    Kind("gradient of fewer steps", needs="T", fewer=2),
)
SMALL = Kind("small", {"n_x": 2, "n_a": 3, "n_y": 2, "m": 2, "T_x": 4})
KINDS = {kind.label: kind for kind in (RANDOM, *ROBUST, SMALL)}


def kind_of(label: str) -> Kind:
    """Give the kind of a case by its label.

    `random sizes #2` is a second draw of `random sizes`.
    """
    name = label.split(" #")[0]
    return KINDS[label] if name == label else replace(KINDS[name], label=label)


def robust(axes: frozenset[str]) -> list[str]:
    """Give the kinds that a function with these axes can be tried on, by label.

    Random sizes are not among them.
    """
    return [kind.label for kind in ROBUST if not kind.needs or kind.needs in axes]


def sizes(
    kind: Kind,
    axes: frozenset[str],
    example: Mapping[str, int],
    seed: int,
    among: Sequence[int] = SIZES,
) -> dict[str, int]:
    """Draw a length for each axis: all different, and each different from the notebook's example.

    Parameters
    ----------
    kind : Kind
        What is fixed.
    axes : frozenset of str
        The axes that a function's arguments have.
    example : mapping
        Sizes of the notebook's example.
    seed : int
        The recorded seed.
    among : sequence of int, optional
        Lengths to choose from.
    """
    rng = np.random.default_rng(entropy(seed, kind.label))
    names = sorted(axes)
    while True:
        drawn = dict(
            zip(
                names,
                rng.choice(among, size=len(names), replace=False).tolist(),
                strict=True,
            )
        )
        drawn |= {axis: n for axis, n in kind.fixed.items() if axis in axes}
        if "T" in drawn:
            drawn["T"] = drawn["T_x"] - kind.fewer
        free = [a for a in names if a not in kind.fixed and a != "T"]
        lengths = [n for axis, n in drawn.items() if axis != "T"]
        if kind is not SMALL and len(set(lengths)) < len(lengths):
            continue
        if all(drawn[a] != example.get(a) for a in free) and drawn.get("T_x", 3) >= (
            1 if "T_x" in kind.fixed else 3
        ):
            return drawn


def entropy(seed: int, *labels: str) -> int:
    """Give seed material of 128 bits that differs by label.

    They are the same in every process.

    It leads back neither to the seed nor to what another label gives: a student's code is
    handed what is drawn from it, and numpy's generators are not made to keep their state to
    themselves.
    """
    text = json.dumps([seed, *labels])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
