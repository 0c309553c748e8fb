"""Arguments of hidden cases and what comes of them in the trusted process, made once for a seed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from unrolled.check.outcome import Outcome

from ..unit import hidden_cases
from ..unit.central_differences import gradient_of_case
from ..unit.steady_cases import FailsError, steady_case
from ..unit.unit import Unit, outcome


@lru_cache(maxsize=512)
def hidden_case(unit: Unit, name: str, label: str, seed: int) -> tuple[tuple, Any]:
    """Give arguments and the reference's return value for a hidden case.

    They are the same for every submission of a seed, so nobody may change them.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    label : str
        The case: a kind of `hidden_cases`, or one more draw of it.
    seed : int
        All is drawn from it.

    Raises
    ------
    RuntimeError
        If the reference fails on it.
    """
    kind, function = hidden_cases.kind_of(label), unit.functions[name]
    sizes = hidden_cases.sizes(kind, function.axes, unit.contracts.EXAMPLE, seed)

    def draw(number: int) -> tuple:
        entropy = hidden_cases.entropy(seed, name, label, str(number))
        return unit.draw(name, sizes, entropy, **kind.how)

    try:
        return steady_case(function, unit.of(unit.reference, name), draw)
    except FailsError as error:
        raise RuntimeError(
            f"the reference of {name} fails on a hidden case ({label}): {error}"
        ) from None


@lru_cache(maxsize=64)
def gradient_case(
    unit: Unit, name: str, seed: int
) -> tuple[tuple, dict[str, np.ndarray]]:
    """Give arguments of a backward function on a small case, and its gradients by differences.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    seed : int
        Chooses the case.

    Returns
    -------
    arguments : tuple
        What it is called with.
    gradients : dict of str to ndarray
        Central differences, by output.
    """
    axes, example = unit.functions[name].axes, unit.contracts.EXAMPLE
    sizes = hidden_cases.sizes(hidden_cases.SMALL, axes, example, seed)
    entropy = hidden_cases.entropy(seed, name, "differences")
    return gradient_of_case(unit, name, sizes, entropy)


@lru_cache(maxsize=512)
def released_outcome(unit: Unit, name: str, label: str, seed: int) -> Outcome:
    """Give what a function comes to as long as it is as it was released.

    Parameters and errors as for `hidden_case`.
    """
    arguments, _ = hidden_case(unit, name, label, seed)
    return outcome(unit.of(unit.released, name), arguments)
