"""Gradients by central differences of a forward function.

They are an oracle that shares no line with a backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from unrolled.contract import Dict, Function, ProducedBy

STEP = 1e-6  # of the entries' size; the error is smallest near the cube root of the rounding error


def numerical_gradients(
    forward: Callable,
    contract: Function,
    arguments: tuple,
    backward: Function,
    upstream: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Give gradients of `sum(output * upstream)`.

    They are those with respect to every argument and parameter of a forward function.

    Parameters
    ----------
    forward : callable
        The forward function.
    contract : Function
        Its contract.
    arguments : tuple
        Where to differentiate; not changed.
    backward : Function
        Contract of the backward function: says which outputs the upstream gradients belong to.
    upstream : mapping
        Upstream gradients by argument name; one with fewer steps than its output counts the
        first ones only.

    Returns
    -------
    dict
        `"dxt"`, `"dWax"` and so on: those of the backward function's gradients that are an
        argument's.
    """

    def loss() -> float:
        outputs = forward(*arguments)
        total = 0.0
        for name, index in backward.upstream:
            gradient = upstream[name]
            total += float(np.sum(outputs[index][..., : gradient.shape[-1]] * gradient))
        return total

    wanted = set(backward.outputs)
    return {
        f"d{name}": _differences(loss, value)
        for name, value in _entries(contract, arguments)
        if f"d{name}" in wanted
    }


def _entries(contract: Function, arguments: tuple) -> Iterator[tuple[str, np.ndarray]]:
    for spec, value in zip(contract.arguments, arguments, strict=True):
        if isinstance(spec, Dict):
            yield from ((item.name, value[item.name]) for item in spec.items)
        elif not isinstance(spec, ProducedBy):
            yield spec.name, value


def _differences(loss: Callable[[], float], array: np.ndarray) -> np.ndarray:
    """Give central differences with respect to each entry of an array.

    `loss` reads the array; its entries are put back.
    """
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        before = array[index]
        step = STEP * max(1.0, float(abs(before)))
        array[index] = before + step
        above = loss()
        array[index] = before - step
        below = loss()
        array[index] = before
        gradient[index] = (above - below) / (2 * step)
    return gradient


def gradient_of_case(
    unit: Any, name: str, sizes: Mapping[str, int], seed: Any
) -> tuple[tuple, dict[str, np.ndarray]]:
    """Give arguments for a backward function, and its gradients by differences.

    The differences are those of the reference's forward function.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The backward function.
    sizes : mapping
        Length of every axis.
    seed : int or tuple of int
        All is drawn from it.

    Returns
    -------
    arguments : tuple
        Of the backward function, in its contract's order.
    gradients : dict of numpy.ndarray
        As from `numerical_gradients`.
    """
    contract = unit.functions[name]
    sources: dict[str, tuple] = {}
    arguments = unit.draw(name, sizes, seed, sources=sources)
    forward, forward_contract = unit.makers[contract.gradient_of]
    named = dict(zip((a.name for a in contract.arguments), arguments, strict=True))
    source = (
        arguments if contract.gradient_of == name else sources[contract.gradient_of]
    )
    return arguments, numerical_gradients(
        forward, forward_contract, source, contract, named
    )
