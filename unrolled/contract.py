"""What a function takes and gives: names, order and axes of every array, in words that data can
carry.

A contract is public. It draws inputs, names what differs, and travels beside the notebook with
the numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Array:
    """An array whose axes are named by their sizes.

    An axis `1` is of length one; `n_a + n_x`, `4 * n_a` and `m * T_x + n` are sums and products.
    """

    name: str
    axes: tuple[str, ...]

    def shape(self, sizes: Sizes) -> tuple[int, ...]:
        """The axes' lengths."""
        return tuple(length(axis, sizes) for axis in self.axes)

    @property
    def label(self) -> str:
        """The shape in letters, as in a docstring."""
        return f"({', '.join(self.axes)}{',' if len(self.axes) == 1 else ''})"


@dataclass(frozen=True)
class Indices(Array):
    """Integers from 0 to, but not including, the length `below`; without axes a plain integer."""

    below: str = ""


@dataclass(frozen=True)
class Text:
    """A text that a function returns, compared without regard to spaces."""

    name: str


@dataclass(frozen=True)
class Tuple:
    """A tuple (or list) of a fixed number of named values."""

    name: str
    items: tuple[Spec, ...]


@dataclass(frozen=True)
class Dict:
    """A dictionary whose keys are the items' names; more keys are allowed."""

    name: str
    items: tuple[Spec, ...]


@dataclass(frozen=True)
class PerStep:
    """A list with one value of the same kind for each step along the axis `over`."""

    name: str
    item: Spec
    over: str


Spec = Array | Text | Tuple | Dict | PerStep


@dataclass(frozen=True)
class ProducedBy:
    """An argument that the reference makes: return value number `index` of function `by` on
    fresh inputs.

    `axes` are sizes that these inputs have and nothing else that the function takes.
    """

    spec: Spec
    by: str
    index: int
    axes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The argument's name."""
        return self.spec.name


@dataclass(frozen=True)
class Function:
    """One function that a student writes.

    Parameters
    ----------
    name : str
        The function's name, which is also the task's.
    arguments : tuple of Spec or ProducedBy
        In the order of the signature.
    returns : Tuple or Dict
        A `Tuple` stands for several return values, a `Dict` for a dictionary of gradients.
    section : str
        Anchor in the book that explains the function, as `page#label`.
    companions : tuple of str
        Functions of the same exercise that this one may call.
    gradient_of : str
        For a backward function: the forward function whose gradients it returns, each named `d`
        and its argument's (or parameter's) name. A function that goes forward and back in one
        names itself.
    upstream : tuple of (str, int or str)
        For a backward function: its arguments that are gradients, each with the number (or the
        key) of the forward function's return value that it belongs to. The loss is the sum of
        their products.
    driver : str
        For a class: the function of a `given` cell that makes objects of it, calls their
        methods and returns what these gave. Arguments and returns are then the driver's, so
        that objects stay where the student's code runs.
    """

    name: str
    arguments: tuple[Spec | ProducedBy, ...]
    returns: Tuple | Dict
    section: str
    companions: tuple[str, ...] = field(default=())
    gradient_of: str = ""
    upstream: tuple[tuple[str, int | str], ...] = ()
    driver: str = ""

    @property
    def called(self) -> str:
        """Name of what is called with the arguments."""
        return self.driver or self.name

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the return values or gradients."""
        return tuple(item.name for item in self.returns.items)

    @property
    def axes(self) -> frozenset[str]:
        """All sizes that the arguments depend on."""
        specs = (a.spec if isinstance(a, ProducedBy) else a for a in self.arguments)
        axes = [
            axis
            for spec in specs
            for array in arrays(spec)
            for axis in (*array.axes, *bounds(array))
        ]
        axes += [
            axis for a in self.arguments if isinstance(a, ProducedBy) for axis in a.axes
        ]
        return frozenset(part for axis in axes for part in parts(axis)) - {"1"}


def array(name: str, *axes: str) -> Array:
    """Shorthand: `array("xt", "n_x", "m")`."""
    return Array(name, axes)


def indices(name: str, below: str, *axes: str) -> Indices:
    """Shorthand: `indices("targets", "n_y", "m", "T_x")`."""
    return Indices(name, axes, below)


def tuple_of(name: str, *items: Spec) -> Tuple:
    """Shorthand: `tuple_of("cache", a_next, a_prev)`."""
    return Tuple(name, items)


def dict_of(name: str, *items: Spec) -> Dict:
    """Shorthand: `dict_of("parameters", Wax, Waa)`."""
    return Dict(name, items)


def parts(axis: str) -> list[str]:
    """The sizes that an axis is made of: `n_a + n_x` of two, `4 * n_a` and `m` of one."""
    return [
        part for part in re.split(r" [+*] ", axis) if part == "1" or not part.isdigit()
    ]


def length(axis: str, sizes: Sizes) -> int:
    """How long an axis is."""
    terms = (term.split(" * ") for term in axis.split(" + "))
    return sum(
        math.prod(int(part) if part.isdigit() else sizes[part] for part in term)
        for term in terms
    )


def bounds(array: Array) -> tuple[str, ...]:
    """What the entries of an array of integers stay below."""
    return (array.below,) if isinstance(array, Indices) else ()


def arrays(spec: Spec) -> Iterator[Array]:
    """All arrays in a spec, outermost first."""
    if isinstance(spec, Array):
        yield spec
    elif isinstance(spec, PerStep):
        yield from arrays(spec.item)
    elif not isinstance(spec, Text):
        for item in spec.items:
            yield from arrays(item)


def names_in(function: Function) -> Iterator[str]:
    """All names that a function's contract has: its own, its companions', and those of what it takes and gives."""
    yield from (function.name, function.called, *function.companions)
    queue: list[Spec | ProducedBy] = [*function.arguments, function.returns]
    while queue:
        one = queue.pop()
        one = one.spec if isinstance(one, ProducedBy) else one
        if one.name:
            yield one.name
        queue += [one.item] if isinstance(one, PerStep) else getattr(one, "items", ())


def to_data(spec: Spec) -> dict:
    """A spec as plain data (for JSON)."""
    if isinstance(spec, Array):
        return {"array": spec.name, "axes": list(spec.axes)}
    if isinstance(spec, Text):
        return {"text": spec.name}
    if isinstance(spec, PerStep):
        return {"per_step": spec.name, "over": spec.over, "item": to_data(spec.item)}
    kind = "tuple" if isinstance(spec, Tuple) else "dict"
    return {kind: spec.name, "items": [to_data(item) for item in spec.items]}


def from_data(data: Mapping) -> Spec:
    """The spec that `to_data` wrote."""
    if "array" in data:
        return Array(data["array"], tuple(data["axes"]))
    if "text" in data:
        return Text(data["text"])
    if "per_step" in data:
        return PerStep(data["per_step"], from_data(data["item"]), data["over"])
    kind, cls = ("tuple", Tuple) if "tuple" in data else ("dict", Dict)
    return cls(data[kind], tuple(from_data(item) for item in data["items"]))
