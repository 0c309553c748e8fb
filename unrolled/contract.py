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
from functools import cache

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Array:
    """An array whose axes are named by their sizes.

    An axis `1` is of length one; `n_a + n_x`, `4 * n_a` and `m * T_x + n` are sums and products.
    """

    name: str
    axes: tuple[str, ...]

    def shape(self, sizes: Sizes) -> tuple[int, ...]:
        """Give the axes' lengths."""
        return tuple(axis_length(axis, sizes) for axis in self.axes)

    @property
    def label(self) -> str:
        """The shape in letters, as in a docstring."""
        letters = ", ".join(self.axes)
        return f"({letters},)" if len(self.axes) == 1 else f"({letters})"


@dataclass(frozen=True)
class Indices(Array):
    """Integers from 0 to, but not including, the length `below`; without axes a plain one."""

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
    """An argument that the reference makes from fresh inputs, such as a cache.

    Attributes
    ----------
    spec : Spec
        What it is.
    by : str
        The function that returns it.
    index : int
        Which of that function's return values it is, from 0.
    axes : tuple of str
        Sizes that the function's inputs have and nothing else that is taken.
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
        axes: list[str] = []
        for argument in self.arguments:
            if isinstance(argument, ProducedBy):
                axes += argument.axes
            for one in arrays_in(spec_of(argument)):
                axes += one.axes
                axes += [one.below] if isinstance(one, Indices) else []
        sizes = {size for axis in axes for size in sizes_in(axis)}
        return frozenset(sizes - {"1"})


def array(name: str, *axes: str) -> Array:
    """Make an array's spec: `array("xt", "n_x", "m")`."""
    return Array(name, axes)


def indices(name: str, below: str, *axes: str) -> Indices:
    """Make a spec of integers: `indices("targets", "n_y", "m", "T_x")`."""
    return Indices(name, axes, below)


def tuple_of(name: str, *items: Spec) -> Tuple:
    """Make a tuple's spec: `tuple_of("cache", a_next, a_prev)`."""
    return Tuple(name, items)


def dict_of(name: str, *items: Spec) -> Dict:
    """Make a dictionary's spec: `dict_of("parameters", Wax, Waa)`."""
    return Dict(name, items)


def spec_of(argument: Spec | ProducedBy) -> Spec:
    """Give what an argument is, whoever makes it."""
    return argument.spec if isinstance(argument, ProducedBy) else argument


@cache
def sizes_in(axis: str) -> tuple[str, ...]:
    """Give the sizes that an axis is made of: `n_a + n_x` of two, `4 * n_a` and `m` of one."""
    parts = re.split(r" [+*] ", axis)
    return tuple(part for part in parts if part == "1" or not part.isdigit())


def axis_length(axis: str, sizes: Sizes) -> int:
    """Give the length of an axis: the sum of its terms, each a product."""
    return sum(_term(term, sizes) for term in axis.split(" + "))


def _term(term: str, sizes: Sizes) -> int:
    """Multiply the factors of a term, such as `4 * n_a`."""
    factors = term.split(" * ")
    return math.prod(int(one) if one.isdigit() else sizes[one] for one in factors)


def arrays_in(spec: Spec) -> Iterator[Array]:
    """Give all arrays in a spec, outermost first."""
    if isinstance(spec, Array):
        yield spec
        return
    for inner in specs_in(spec):
        yield from arrays_in(inner)


def specs_in(spec: Spec) -> tuple[Spec, ...]:
    """Give the specs that a spec is directly made of."""
    if isinstance(spec, Tuple | Dict):
        return spec.items
    return (spec.item,) if isinstance(spec, PerStep) else ()


def names_in(function: Function) -> Iterator[str]:
    """Give all names that a function's contract has.

    They are its own, its companions', and those of what it takes and gives.
    """
    yield from (function.name, function.called, *function.companions)
    queue: list[Spec] = [spec_of(argument) for argument in function.arguments]
    queue.append(function.returns)
    while queue:
        spec = queue.pop()
        if spec.name:
            yield spec.name
        queue += specs_in(spec)


def spec_to_data(spec: Spec) -> dict:
    """Give a spec as plain data (for JSON)."""
    if isinstance(spec, Array):
        return {"array": spec.name, "axes": list(spec.axes)}
    if isinstance(spec, Text):
        return {"text": spec.name}
    if isinstance(spec, PerStep):
        item = spec_to_data(spec.item)
        return {"per_step": spec.name, "over": spec.over, "item": item}
    kind = "tuple" if isinstance(spec, Tuple) else "dict"
    return {kind: spec.name, "items": [spec_to_data(item) for item in spec.items]}


def spec_from_data(data: Mapping) -> Spec:
    """Give the spec that `spec_to_data` wrote."""
    if "array" in data:
        return Array(data["array"], tuple(data["axes"]))
    if "text" in data:
        return Text(data["text"])
    if "per_step" in data:
        return PerStep(data["per_step"], spec_from_data(data["item"]), data["over"])
    items = tuple(spec_from_data(item) for item in data["items"])
    return Tuple(data["tuple"], items) if "tuple" in data else Dict(data["dict"], items)
