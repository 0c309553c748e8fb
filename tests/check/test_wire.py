import gc
import json
import struct
import weakref
from itertools import product

import numpy as np
import pytest
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tables import each_row

from unrolled.check import wire

QUICK = cases(200)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=5)
)
ARRAYS = arrays.arrays(
    st.sampled_from(["?", "i1", "u8", "f2", "f4", "f8", "c16"]),
    arrays.array_shapes(min_side=0),
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def crossed(value, given=(), back=()):
    frame = wire.pack({"op": "x"}, value, given)
    header, body = wire.frame_sizes(frame[: wire.HEAD.size], 2**30)
    assert wire.HEAD.size + header + body == len(frame)
    message, value = wire.unpack(
        frame[wire.HEAD.size :][:header], frame[wire.HEAD.size + header :], back
    )
    assert message == {"op": "x"}
    return value


def equal(a, b):
    if isinstance(a, np.ndarray):
        return (
            isinstance(b, np.ndarray)
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
        )
    if isinstance(a, float):
        return type(b) is float and (a == b or (a != a and b != b))
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return (
            type(b) is dict
            and a.keys() == b.keys()
            and all(equal(a[k], b[k]) for k in a)
        )
    return type(a) is type(b) and a == b


def unpacked(data, body=b""):
    return wire.unpack(
        data if isinstance(data, bytes) else json.dumps(data).encode(), body
    )


def framed(tree=None, shapes=(), message=None):
    return {
        "message": {} if message is None else message,
        "tree": tree,
        "arrays": list(shapes),
    }


@QUICK
@given(VALUES)
def test_what_is_plain_crosses_unchanged(value):
    assert equal(value, crossed(value))


@QUICK
@given(st.binary(max_size=60))
def test_random_bytes_are_no_frame(data):
    with pytest.raises(wire.WireError):
        wire.unpack(data, b"")


@QUICK
@given(VALUES, st.data())
def test_a_damaged_frame_is_read_or_refused(value, data):
    frame = bytearray(wire.pack({"op": "x"}, value))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(
            st.integers(0, 255)
        )
    try:
        header, _ = wire.frame_sizes(bytes(frame[:16]), 2**20)
        message, _ = wire.unpack(
            bytes(frame[16 : 16 + header]), bytes(frame[16 + header :])
        )
    except wire.WireError:
        return
    assert isinstance(message, dict)


JSON = st.recursive(
    SCALARS
    | st.sampled_from(["<f8", "|b1", "a", "g", "d", "l", "t", "f", "o"])
    | st.integers(-1, 2),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("agdltfo"), inner, max_size=2)
    ),
)


@QUICK
@given(JSON, JSON)
def test_any_json_is_read_or_refused(tree, shapes):
    try:
        unpacked(framed(tree) | {"arrays": shapes}, bytes(64))
    except wire.WireError:
        return
    assert isinstance(shapes, list)


@each_row(
    ("value", "kind"),
    [
        (iter([]), "list_iterator"),
        (2**63, "huge int"),
        (np.array([object()]), "array of objects"),
        (np.array(["text"]), "array of objects"),
        ({1, 2}, "set"),
        (b"raw", "bytes"),
    ],
)
def test_what_is_not_plain_crosses_by_the_name_of_its_kind(value, kind):
    assert crossed([value])[0].kind == kind


def test_the_name_of_a_kind_is_short_and_tame():
    odd = type("<b>" + "x" * 100, (), {})()
    assert crossed(odd).kind == "b" + "x" * 57
    assert repr(crossed(odd)).startswith("<bx")


def test_a_container_that_holds_itself_ends():
    value = [1.0]
    value += [value, {"again": value}]
    assert repr(crossed((2, value))) == repr(
        (
            2,
            [
                1.0,
                wire.OpaqueValue(wire.ITSELF),
                {"again": wire.OpaqueValue(wire.ITSELF)},
            ],
        )
    )
    shared = [1]
    assert crossed([shared, shared]) == [[1], [1]]


def test_a_container_of_too_many_parts_is_told_as_one(monkeypatch):
    monkeypatch.setattr(wire, "MAX_NODES", 1000)
    assert repr(crossed([[0] * 999] * 9)) == repr(
        wire.OpaqueValue("value with too many parts")
    )


def test_depth_is_bounded_on_both_sides():
    value = 7
    for _ in range(200):
        value = [value]
    assert "deep" in repr(wire.flatten(value)[0])
    tree = None
    for _ in range(wire.MAX_DEPTH + 2):
        tree = {"l": [tree]}
    with pytest.raises(wire.WireError, match="deep"):
        unpacked(framed(tree))
    with pytest.raises(wire.WireError, match="malformed"):
        unpacked(b'{"message": {}, "arrays": [], "tree": ' + b'{"l": [' * 10**5)


def test_an_array_crosses_once_and_stays_one():
    array = np.ones(3)
    tree, found = wire.flatten([array, array, array.copy()])
    assert len(found) == 2
    first, second, third = wire.rebuild(tree, found)
    assert first is second is not third


def test_callers_own_objects_come_back_as_themselves():
    mine = [np.ones(2), {"W": np.zeros(1)}]
    got = crossed((mine[1], mine[0], np.ones(2)), given=mine, back=mine)
    assert got[0] is mine[1]
    assert got[1] is mine[0]
    assert got[2] is not mine[0]


def test_subclasses_and_views_become_plain_arrays():
    class Liar(np.ndarray):
        shape = (2, 2)

    for odd in (
        np.ones(4).view(Liar),
        np.ma.masked_array(np.ones(4), [0, 1, 0, 0]),
        np.ones(8)[::2],
        np.ones(4, ">f8"),
    ):
        got = crossed(odd)
        assert (type(got), got.tolist(), got.dtype.str) == (
            np.ndarray,
            [1.0] * 4,
            "<f8",
        )


def test_numpys_texts_serve_as_keys():
    assert crossed({np.str_("Wf"): 1, 2: 3}) == {"Wf": 1}


@each_row(
    ("shapes", "body"),
    [
        ([["<f8", [-1]]], 0),
        ([["<f8", [2**60]]], 0),
        ([["<f8", [3]]], 16),
        ([["<f8", [1]]], 16),
        ([["<f8", [2**20, 2**20, 2**20]]], 64),
        ([["<f8", [1] * 17]], 8),
        ([["<f8", [True]]], 8),
        ([["|O", [1]]], 8),
        ([["O", [1]]], 8),
        ([[">f8", [1]]], 8),
        ([["2f4", [1]]], 8),
        ([["|V8", [1]]], 8),
        ([["(2)", [1]]], 8),
        ([[["<f8"], [1]]], 8),
        ([["<f8"]], 8),
        ([7], 8),
        ([{"<f8": 1, "b": 2}], 8),
    ],
)
def test_impossible_arrays_are_refused(shapes, body):
    with pytest.raises(wire.WireError):
        unpacked(framed({"a": 0}, shapes), bytes(body))


def test_an_empty_array_of_a_huge_shape_allocates_nothing():
    value = unpacked(framed({"a": 0}, [["<f8", [0, 2**39, 2**39]]]))[1]
    assert (value.size, value.shape[0]) == (0, 0)


@each_row(
    "tree",
    [
        7.5,
        {"a": 1},
        {"a": True},
        {"a": -1},
        {"g": 0},
        {"f": "x"},
        {"f": 1},
        {"d": [["k"]]},
        {"d": [[1, None]]},
        {"z": 1},
        {},
    ],
)
def test_trees_that_are_none_are_refused(tree):
    with pytest.raises(wire.WireError):
        unpacked(framed(tree, [["<f8", [1]]]), bytes(8))


def test_a_small_frame_cannot_stand_for_a_huge_value():
    body = bytes(2**20)
    for tree in ({"l": [{"a": 0}] * 1000}, {"l": ["x" * 10**5] + ["y"] * 10**5}):
        with pytest.raises(wire.WireError, match="too large"):
            unpacked(framed(tree, [["|b1", [2**20]]]), body)


def test_announced_sizes_are_bounded():
    assert wire.frame_sizes(wire.HEAD.pack(wire.MAGIC, 10, 20), 30) == (10, 20)
    for header, body in ((10, 21), (wire.HEADER_LIMIT + 1, 0), (0, 2**63)):
        with pytest.raises(wire.WireError, match="more than"):
            wire.frame_sizes(
                wire.HEAD.pack(wire.MAGIC, header, body), 30 if header < 100 else 2**40
            )
    with pytest.raises(wire.WireError, match="no frame"):
        wire.frame_sizes(struct.pack("<4sIQ", b"UNR2", 0, 0), 30)


@each_row(
    "header",
    [
        b"[]",
        b"7",
        b"\xff",
        b'{"message": 1, "tree": 1, "arrays": []}',
        b"{}",
        b"1" * 5000,
    ],
)
def test_headers_that_are_none_are_refused(header):
    with pytest.raises(wire.WireError):
        wire.unpack(header, b"")


def test_a_message_of_endless_parts_is_refused_before_it_is_read():
    many = b"[" + b"{}," * (5 * wire.MAX_NODES) + b"0]"
    header = b'{"message": ' + many + b', "tree": null, "arrays": []}'
    with pytest.raises(wire.WireError, match="too many parts"):
        wire.unpack(header, b"")


def test_what_stands_in_a_text_is_no_part():
    text = "[{," * (2 * wire.MAX_PARTS)
    assert unpacked({"message": {"op": text}, "tree": None, "arrays": []})[0] == {
        "op": text
    }


def counted(value):
    """What `count_parts` counts in a value's JSON, from the value."""
    inner = (
        value
        if isinstance(value, list)
        else value.values()
        if isinstance(value, dict)
        else None
    )
    return 0 if inner is None else 5 + max(0, len(value) - 1) + sum(map(counted, inner))


PLAIN = st.recursive(
    st.none() | st.integers() | st.text(alphabet='\\",[]{}aé😀\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='\\",[{a'), inner),
)


@QUICK
@given(PLAIN, st.booleans())
def test_parts_are_those_of_the_value(value, ascii):
    text = json.dumps(value, ensure_ascii=ascii)
    assert wire.count_parts(text) == wire.count_parts(text.encode()) == counted(value)


@each_row(("before", "text"), product(range(4), ["\\", '"', '\\"', '\\\\"', "[,"]))
def test_parts_are_the_same_wherever_a_piece_ends(text, before):
    value = ["x" * (2**20 - 4 - before) + text * 7, [text], 1]
    assert wire.count_parts(json.dumps(value)) == counted(value)
    value = ["x" * before + "\\" * 2**20 + text, [text], 1]
    assert wire.count_parts(json.dumps(value).encode()) == counted(value)


def test_nothing_of_what_crossed_is_kept():
    """Not until garbage is collected, either: a few large values would fill a worker's memory."""
    large, own = np.ones(1000), np.ones(1000)
    kept = [weakref.ref(large), weakref.ref(own)]
    gc.disable()
    try:
        value = crossed((large, [1.0], own), [own], [own])
        kept.append(weakref.ref(value[0]))
        del large, own, value
        assert [one() for one in kept] == [None] * 3
    finally:
        gc.enable()
