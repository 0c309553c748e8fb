"""Visible cases beyond the two examples: small ones of each kind that the hidden tests try.

So what would cost points for its precision, its magnitude or its sizes shows in the notebook
first. All is drawn from fixed seeds: nothing in them tells of a hidden case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unrolled.contract import Function

from . import hidden_cases
from .hidden_cases import Kind
from .steady_cases import FailsError, steady_case

if TYPE_CHECKING:  # which gives its visible cases by these
    from .unit import Unit

SEED = 2  # of all that is drawn here
# Longer axes would be the largest part of the numbers beside the notebook.
STEPS, INPUTS = 12, 7
LEFT_TO_THE_EXAMPLES = ("one example", "gradient of fewer steps")  # the second has them


def trials(unit: Unit, name: str) -> dict[str, tuple]:
    """Draw a small case of each kind, by its label.

    Raises
    ------
    FailsError
        If the reference returns nothing on one.
    """
    function = unit.functions[name]
    labels = hidden_cases.robust(function.axes)
    chosen = [one for one in labels if one not in LEFT_TO_THE_EXAMPLES]
    return {label: _trial(unit, function, label) for label in chosen}


def _trial(unit: Unit, function: Function, label: str) -> tuple:
    kind = _small(hidden_cases.kind_of(label))
    sizes = _sizes(kind, function, unit.contracts.EXAMPLE)

    def draw(number: int) -> tuple:
        entropy = hidden_cases.entropy(SEED, function.name, label, str(number))
        return unit.draw(function.name, sizes, entropy, **kind.how)

    reference = unit.of(unit.reference, function.name)
    try:
        arguments, _ = steady_case(function, reference, draw)
    except FailsError as error:
        raise FailsError(f"{function.name}, {label}: {error}") from None
    return arguments


def _small(kind: Kind) -> Kind:
    """Give a kind with shorter axes, where it fixes long ones."""
    fixed = dict(kind.fixed)
    if fixed.get("n_x", 0) > INPUTS:
        fixed |= {"n_x": INPUTS}
    if fixed.get("T_x", 0) > STEPS:
        fixed |= {"T_x": STEPS, "m": 2, "n_x": 3, "n_a": 4, "n_y": 5}
    return Kind(kind.label, fixed, kind.needs, kind.how, kind.fewer)


def _sizes(kind: Kind, function: Function, example: Mapping[str, int]) -> dict:
    """Choose short lengths, all different where the kind leaves them free."""
    axes = function.axes
    if "T" in axes:
        axes |= {"T_x"}  # of which it is a part, also where only a cache has it
    short = range(2, len(axes) + 4)  # enough for each to be another one
    return hidden_cases.sizes(kind, axes, example, SEED, short)
