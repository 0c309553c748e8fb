from dataclasses import dataclass, field
from typing import Any

import pytest
from tables import each_row

from autograder.safe.typed import KindError, typed


@dataclass(frozen=True)
class Inner:
    name: str
    at: tuple[int, ...] = ()

    def __post_init__(self):
        if self.name == "refused":
            raise ValueError("not this one")


@dataclass(frozen=True)
class Outer:
    number: float
    maybe: float | None
    inner: Inner | None = None
    many: list[Inner] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    right: bool = False
    any: Any = None


def test_plain_data_become_dataclasses():
    data = {
        "number": 3,
        "maybe": None,
        "inner": {"name": "a", "at": [1, 2]},
        "many": [{"name": "b"}],
        "texts": {"k": "v"},
        "right": True,
        "any": [1, {}],
    }
    assert typed(Outer, data) == Outer(
        3, None, Inner("a", (1, 2)), [Inner("b")], {"k": "v"}, True, [1, {}]
    )


@each_row(
    ("change", "said"),
    [
        ({"number": True}, "number is True, no number"),
        ({"number": float("nan")}, "number is nan, no number"),
        ({"number": 10**400}, "number is 1000.*, no number"),
        ({"maybe": "1"}, "maybe is '1', no number"),
        ({"inner": {"name": 1}}, r"inner\.name is 1, no text"),
        ({"inner": {"name": "a", "at": [True]}}, r"inner\.at\[0\] is True, no whole"),
        ({"inner": {"name": "a", "at": 3}}, r"inner\.at is 3, no list"),
        ({"inner": {}}, "inner lacks name"),
        ({"inner": []}, r"inner is \[\], no object"),
        ({"inner": {"name": "refused"}}, "inner: not this one"),
        ({"many": [{"name": "a", "x": 1}]}, r"many\[0\] has an unknown x"),
        ({"texts": {"k": 1}}, r"texts\.k is 1, no text"),
        ({"right": 1}, "right is 1, no truth value"),
        ({"more": 1}, "Outer has an unknown more"),
    ],
    ids=str,
)
def test_what_is_of_another_kind_is_named_with_its_place(change, said):
    with pytest.raises(KindError, match=said):
        typed(Outer, {"number": 1.0, "maybe": 2.0} | change)
    assert typed(Outer, {"number": 1.0, "maybe": 2.0}).maybe == 2.0
