"""Plain data, as JSON has them, made into classes: each value of the kind that is declared."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
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
    origin = get_origin(kind)
    if origin is UnionType:
        return _either(get_args(kind), value, place)
    if origin in (list, tuple):
        return origin(_items(get_args(kind)[0], value, place))
    if origin is dict:
        _, of_values = get_args(kind)
        inside = _as(dict, value, place).items()
        return {key: typed(of_values, v, f"{place}.{key}") for key, v in inside}
    return _number(value, place) if kind is float else _as(kind, value, place)


def _either(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    """Make a value of the one kind beside None, or give None where it may be that."""
    if value is None and NoneType in kinds:
        return None
    (kind,) = set(kinds) - {NoneType}
    return typed(kind, value, place)


def _items(kind: Any, value: Any, place: str) -> list[Any]:
    """Make the items of a list or a tuple."""
    items = value if isinstance(value, tuple) else _as(list, value, place)
    return [typed(kind, item, f"{place}[{i}]") for i, item in enumerate(items)]


def _dataclass(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        raise KindError(f"{place or kind.__name__} is {value!r:.40}, no object")
    hints = _hints(kind)
    _see_names(kind, value, place)
    made = {
        name: typed(hints[name], inner, f"{place}.{name}".lstrip("."))
        for name, inner in value.items()
    }
    try:
        return kind(**made)
    except ValueError as error:
        raise KindError(f"{place or kind.__name__}: {error}") from None


def _see_names(kind: Any, value: Mapping, place: str) -> None:
    """See that an object has all fields that it needs, and no others."""
    known = {declared.name for declared in fields(kind)}
    needed = {declared.name for declared in fields(kind) if _is_needed(declared)}
    lacking = needed - value.keys()
    unknown = value.keys() - known
    whole = place or kind.__name__
    if lacking:
        raise KindError(f"{whole} lacks {_first(lacking):.40}")
    if unknown:
        raise KindError(f"{whole} has an unknown {_first(unknown):.40}")


def _is_needed(declared: Field) -> bool:
    """Whether a field has no default."""
    defaults = (declared.default, declared.default_factory)
    return all(default is MISSING for default in defaults)


def _first(names: Iterable[Any]) -> str:
    return min(map(str, names))


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
