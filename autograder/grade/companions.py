"""Serve a reference companion as numbers, and only for arguments that it was made for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unrolled.check.compare import as_numbers
from unrolled.contract import (
    Array,
    Dict,
    Function,
    PerStep,
    ProducedBy,
    Spec,
    Text,
    sizes_in,
)

# no axis of a hidden case is longer; the served reference must not be made to fill the memory
LONGEST = 256


class RefusedError(Exception):
    """A companion was called with something that is not what its contract says."""


def companion(reference: Callable, contract: Function) -> Callable:
    """Give the reference function behind a check of its arguments.

    Returns
    -------
    callable
        Raises `RefusedError` unless names, shapes and sizes agree with the contract.
    """

    names = [spec.name for spec in contract.arguments]

    def served(*positional: Any, **named: Any) -> Any:
        arguments = (
            *positional,
            *(named[name] for name in names[len(positional) :] if name in named),
        )
        if len(arguments) != len(names) or len(positional) + len(named) != len(names):
            raise RefusedError(f"{contract.name} takes {', '.join(names)}")
        sizes: dict[str, int] = {}
        for spec, value in zip(contract.arguments, arguments, strict=True):
            _agree(spec.spec if isinstance(spec, ProducedBy) else spec, value, sizes)
        with np.errstate(all="ignore"):
            return reference(*arguments)

    return served


def _agree(spec: Spec, value: Any, sizes: dict[str, int]) -> None:
    if isinstance(spec, Array):
        _agree_array(spec, value, sizes)
    elif isinstance(spec, Dict):
        if not isinstance(value, dict):
            raise RefusedError(f"{spec.name} must be a dictionary")
        for item in spec.items:
            if item.name not in value:
                raise RefusedError(f"{spec.name} has no key {item.name}")
            _agree(item, value[item.name], sizes)
    elif not isinstance(value, list | tuple):
        raise RefusedError(f"{spec.name} must be a tuple or list")
    elif isinstance(spec, Text):
        raise RefusedError(f"{spec.name} cannot be handed over")
    else:
        many = len(value)
        items = (spec.item,) * many if isinstance(spec, PerStep) else spec.items
        if len(value) != len(items) or len(value) > LONGEST:
            raise RefusedError(f"{spec.name} has {len(value)} entries")
        for item, one in zip(items, value, strict=True):
            _agree(item, one, sizes)


def _agree_array(spec: Array, value: Any, sizes: dict[str, int]) -> None:
    if not spec.axes and isinstance(value, int | float):
        return
    if not isinstance(value, np.ndarray) or as_numbers(value) is None:
        raise RefusedError(f"{spec.name} must be an array of numbers")
    if value.ndim != len(spec.axes):
        raise RefusedError(f"{spec.name} has {value.ndim} axes, expected {spec.label}")
    for axis, length in zip(spec.axes, value.shape, strict=True):
        _learn(axis, length, sizes)
    if value.shape != spec.shape(sizes) or max(value.shape, default=0) > LONGEST:
        raise RefusedError(
            f"{spec.name} has shape {value.shape}, expected {spec.label}"
        )


def _learn(axis: str, length: int, sizes: dict[str, int]) -> None:
    """Note a size that is met for the first time; in a sum such as `n_a + n_x` it is what the
    others leave.

    A contract names at most one new size in a sum.
    """
    new = [part for part in sizes_in(axis) if part != "1" and part not in sizes]
    if len(new) == 1:
        sizes[new[0]] = length - sum(
            1 if part == "1" else sizes[part]
            for part in sizes_in(axis)
            if part != new[0]
        )
