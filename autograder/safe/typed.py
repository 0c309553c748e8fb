"""Plain data, as JSON has them, made into classes: each value of the kind that is declared."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
IN_WORDS = {
    str: "text",
    int: "whole number",
    bool: "truth value",
    list: "list",
    dict: "object",
}


class KindError(ValueError):
    """A value of another kind than declared; the message names its place."""


def typed(kind: type[T], value: Any, place: str = "") -> T:
    """Make a value of the declared kind out of plain data.

    Parameters
    ----------
    kind : type
        A dataclass; or what its fields are declared with: `str`, `int`, `float`, `bool`, `Any`,
        `list[...]`, `tuple[..., ...]`, `dict[str, ...]`, and the union of one of these with None.
    value : object
        Plain data.
    place : str, optional
        Where it stands, for the message.

    Raises
    ------
    KindError
        If it is of another kind, lacks a field or has one more.
    """
    if kind is Any:
        return value
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, value, place)
    return _plain(kind, value, place)


def _plain(kind: Any, value: Any, place: str) -> Any:
    """Make a value of a kind that is no dataclass."""
    if get_origin(kind) is UnionType:
        if value is None and NoneType in get_args(kind):
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        return typed(kind, value, place)
    if get_origin(kind) in (list, tuple):
        items = value if isinstance(value, tuple) else _as(list, value, place)
        inner = get_args(kind)[0]
        made = [typed(inner, one, f"{place}[{i}]") for i, one in enumerate(items)]
        return get_origin(kind)(made)
    if get_origin(kind) is dict:
        items = _as(dict, value, place)
        inner = get_args(kind)[1]
        return {key: typed(inner, one, f"{place}.{key}") for key, one in items.items()}
    return _number(value, place) if kind is float else _as(kind, value, place)


def _dataclass(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        raise KindError(f"{place or kind.__name__} is {value!r:.40}, no object")
    hints = _hints(kind)
    _see_names(kind, value, place)
    made = {
        name: typed(hints[name], one, f"{place}.{name}".lstrip("."))
        for name, one in value.items()
    }
    try:
        return kind(**made)
    except ValueError as error:
        raise KindError(f"{place or kind.__name__}: {error}") from None


def _see_names(kind: Any, value: Mapping, place: str) -> None:
    """See that an object has all fields that it needs, and no others."""
    known = {one.name for one in fields(kind)}
    needed = {
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    }
    for said, names in (
        ("lacks", needed - value.keys()),
        ("has an unknown", value.keys() - known),
    ):
        if names:
            name = sorted(map(str, names))[0]
            raise KindError(f"{place or kind.__name__} {said} {name:.40}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _number(value: Any, place: str) -> Any:
    """Give a number as it is; a whole one may stand for a float."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # a whole number may be too large for a float
    if is_number and abs(value) <= sys.float_info.max:
        return value
    raise KindError(f"{place} is {value!r:.40}, no number")


def _as(kind: Any, value: Any, place: str) -> Any:
    """Give a value that is of just this type: True is no whole number."""
    if type(value) is kind:
        return value
    raise KindError(f"{place} is {value!r:.40}, no {IN_WORDS[kind]}")
