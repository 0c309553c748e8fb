"""Draw inputs for a function from its contract and a seed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

import numpy as np

from unrolled.contract import (
    Array,
    Dict,
    Function,
    Indices,
    PerStep,
    ProducedBy,
    Sizes,
    Spec,
    Text,
    axis_length,
)

from .course_error import CourseError

# Where inputs are large, some parameters are so many times larger: scores that stay by chance
# below what `exp` can take would let through what overflows.
FURTHER = 10.0


class Chance(Protocol):
    """What numbers are drawn from: a generator of numpy's is one."""

    def standard_normal(self, size: tuple[int, ...]) -> np.ndarray:
        """Draw real numbers."""

    def integers(self, low: int, *, size: tuple[int, ...]) -> Any:
        """Draw whole numbers from 0 to, but not including, `low`."""


def draw(
    function: Function,
    sizes: Sizes,
    rng: Chance,
    unit: Mapping[str, Any],
    scale: float = 1.0,
    dtype: type = np.float64,
    sources: dict[str, tuple] | None = None,
    large: Collection[str] = (),
) -> tuple:
    """Draw one set of arguments.

    Matrices in a dictionary (the weights) have entries of about `1 / sqrt(columns)`, so that a
    sequence stays far from chaos: there, right answers that add in another order would drift
    apart.

    Parameters
    ----------
    function : Function
        The contract.
    sizes : mapping
        Length of every axis.
    rng : Chance
        Source of all numbers; one that is `simple` has its weights left as they are drawn.
    unit : mapping
        Names to reference functions and contracts of the unit: `{"rnn_cell_forward": (callable,
        Function)}`; it makes arguments such as caches.
    scale : float
        Standard deviation of every real entry outside of dictionaries.
    dtype : type
        Type of every array of reals.
    sources : dict, optional
        Filled with the arguments from which an argument was made, by the function that made it.
    large : collection of str, optional
        Names of parameters that are large where inputs are, and more so.
    """
    return tuple(
        _argument(a, sizes, rng, unit, scale, dtype, sources, large)
        for a in function.arguments
    )


def _argument(
    argument: Spec | ProducedBy, sizes, rng, unit, scale, dtype, sources, large
) -> Any:
    if not isinstance(argument, ProducedBy):
        return _value(argument, sizes, rng, scale, dtype, large)
    maker, contract = unit[argument.by]
    source = draw(contract, sizes, rng, unit, scale, dtype, large=large)
    if sources is not None:
        sources[argument.by] = source
    return maker(*source)[argument.index]


def _value(spec: Spec, sizes, rng, scale, dtype, large) -> Any:
    if isinstance(spec, Indices):
        drawn = rng.integers(axis_length(spec.below, sizes), size=spec.shape(sizes))
        return drawn if spec.axes else int(drawn)
    if isinstance(spec, Array):
        return (scale * rng.standard_normal(spec.shape(sizes))).astype(dtype)
    if isinstance(spec, PerStep):
        return [
            _value(spec.item, sizes, rng, scale, dtype, large)
            for _ in range(sizes[spec.over])
        ]
    if isinstance(spec, Dict):
        return {
            item.name: _value(
                item,
                sizes,
                rng,
                _weight_scale(item, sizes, rng)
                * (_parameter_scale(scale) if item.name in large else 1.0),
                dtype,
                large,
            )
            for item in spec.items
        }
    if isinstance(spec, Text):
        raise CourseError(f"{spec.name} is an argument, and a text cannot be drawn")
    return tuple(_value(item, sizes, rng, scale, dtype, large) for item in spec.items)


def _parameter_scale(scale: float) -> float:
    """Give the scale of a parameter that is large where inputs are."""
    return scale * FURTHER if scale > 1 else scale


def _weight_scale(spec: Spec, sizes: Sizes, rng: Chance) -> float:
    if getattr(rng, "simple", False):
        return 1.0
    if isinstance(spec, Array) and len(spec.axes) == 2 and "1" not in spec.axes:
        return spec.shape(sizes)[1] ** -0.5
    return 1.0
