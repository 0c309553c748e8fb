"""What may be told of an exception or a difference: known forms, own names, lengths of the case."""

import numpy as np
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.grade.redact import lengths, redacted, without_kinds, words
from unrolled.check.outcome import Raised
from unrolled.check.wire import OpaqueValue

QUICK = cases(300)
CASE = (np.zeros((17, 23)), {"W": np.zeros((31, 17))}, [np.zeros(1)] * 40)
OWN = words(["def f(xt, a_prev):\n    return Wax @ xt.shpe + my_error(a0)"])


def told(kind, text):
    found = redacted(Raised(kind, text, "c1", 3), OWN, CASE)
    assert (found.cell, found.line) == ("c1", 3)
    return found.kind, found.text


def really_raised(function):
    try:
        function()
    except Exception as error:
        return Raised(type(error).__name__, str(error))
    raise AssertionError("nothing was raised")


A, B = np.zeros((17, 23)), np.zeros((31, 17))
REAL = {
    "name": lambda: eval("Wax", {}),
    "attribute": lambda: A.shpe,
    "module": lambda: np.shpe,
    "missing": lambda: (lambda xt, a_prev: 1)(),
    "too many": lambda: (lambda xt: 1)(1, 2),
    "given twice": lambda: (lambda xt: 1)(1, xt=2),
    "sizes one by one": lambda: np.zeros(17, 23),
    "arrays one by one": lambda: np.concatenate(A, B),
    "a text and a tuple": lambda: "x" + (1,),
    "not joined": lambda: np.concatenate((A, 0)),
    "too wide a sum": lambda: np.zeros((17, 1)).__iadd__(A),
    "keyword": lambda: (lambda xt: 1)(1, a_prev=2),
    "broadcast": lambda: A + B,
    "matmul": lambda: A @ A,
    "dot": lambda: A.dot(A),
    "no array": lambda: A @ 3,
    "into": lambda: A.__setitem__(slice(None), B),
    "reshape": lambda: A.reshape(5, 1),
    "concatenate": lambda: np.concatenate((A, B)),
    "dimensions": lambda: np.concatenate((A, np.zeros(3))),
    "index": lambda: A[:, 23],
    "axis": lambda: A.sum(axis=2),
    "indices": lambda: A[0, 0, 0],
    "list": lambda: [][1],
    "list index": lambda: [1].__getitem__("xt"),
    "sequence": lambda: np.zeros(3).__setitem__(0, [1, 2]),
    "ragged": lambda: np.array([[1, 2], [3]], float),
    "none": lambda: eval("x[0]", {"x": None}),
    "call": lambda: A(),
    "item": lambda: exec("x = (1,)\nx[0] = 2"),
    "unpack": lambda: exec("a, b = 1, 2, 3"),
    "unpack none": lambda: exec("a, b = None"),
    "too few": lambda: exec("a, b = 1,"),
    "operand": lambda: None * 2.0,
    "truth": lambda: bool(A),
    "zero": lambda: 1 / 0,
    "key": lambda: {}["a0"],
    "recursion": lambda: (f := lambda: f())(),
}


@each_row("name", REAL)
def test_real_messages_come_through(name):
    raised = really_raised(REAL[name])
    if name == "missing" or "<lambda>" in raised.text:
        raised = Raised(
            raised.kind, raised.text.rpartition("<lambda>")[2].replace("()", "f()", 1)
        )
    assert redacted(raised, OWN, CASE) == raised
    assert raised.text


def test_of_a_removed_name_the_history_is_left_out():
    raised = really_raised(lambda: np.float)
    assert told(raised.kind, raised.text) == (
        "AttributeError",
        "module 'numpy' has no attribute 'float'",
    )


@each_row(
    "what",
    [
        "more than it can take",
        "an array of another shape",
        "an object that is no array",
    ],
)
def test_what_a_served_companion_refuses_is_told(what):
    text = f"my_error is called with {what}"
    assert told("TypeError", text) == ("TypeError", text)


@each_row(
    ("text", "masked"),
    [
        (
            "operands could not be broadcast together with shapes (17,23) (31,) ",
            "operands could not be broadcast together with shapes (…) (…) ",
        ),
        (
            "index 40 is out of bounds for axis 2 with size 40",
            "index … is out of bounds for axis … with size …",
        ),
        ("list index out of range", "list index out of range"),
        ("'a0'", "'a0'"),
        (
            "f() takes from 1 to 2 positional arguments but 0 were given",
            "f() takes from … to … positional arguments but … were given",
        ),
        ("'b0'", ""),
    ],
)
def test_beside_a_served_companion_a_message_has_no_numbers(text, masked):
    found = redacted(Raised("ValueError", text), OWN, CASE, frozenset({"a0", "f"}))
    assert (found.kind, found.text) == ("ValueError", masked)


@each_row(
    "text",
    [
        "f is called with 31415",
        "x31 is called with a long text",
        "0.31415926",
        "[[0.1 0.2]]",
        "index 31415 is out of bounds for axis 0 with size 3",
        "index 3 is out of bounds for axis 0 with size 31415",
        "operands could not be broadcast together with shapes (3,1,4,1,5) (2,) ",
        "operands could not be broadcast together with shapes (3,1) (4,1) (5,9) ",
        "shapes (31415,) and (3,) not aligned: 3 (dim 0) != 3 (dim 0)",
        "name 'v31415' is not defined",
        "name 'secret' is not defined",
        "'0.31415'",
        "f() missing 3 required positional arguments: 'v3', 'v1', and 'v4'",
        "f() missing 1 required positional argument: 'xt'" + ", 'xt'" * 50,
        "v3() takes 1 positional argument but 2 were given",
        "not enough values to unpack (expected 31415, got 3)",
        "setting an array element with a sequence. 0.31415",
        "maximum recursion depth exceeded 31415",
        "invalid syntax 0.3",
        "unsupported operand type(s) for +-+-++-: 'int' and 'str'",
        "unsupported operand type(s) for +: 'v31' and 'int'",
        "division by zero\nindex 3",
        "x" * 500,
        "",
    ],
)
def test_what_could_carry_inputs_does_not(text):
    assert told("ValueError", text) == ("ValueError", "")


@QUICK
@given(
    st.text(st.sampled_from("()[],. -+'0123456789abcxt"), max_size=60),
    st.sampled_from(["{}", "name '{}' is not defined", "shapes {}"]),
)
def test_no_text_is_repeated_that_holds_foreign_numbers_or_names(text, form):
    shown = told("ValueError", form.format(text))[1]
    assert not shown or all(word in OWN for word in words([text]))
    assert sum(c.isdigit() for c in shown) <= 40


@each_row(
    ("kind", "shown"),
    [
        ("ValueError", "ValueError"),
        ("my_error", "my_error"),
        ("_ArrayMemoryError", "_ArrayMemoryError"),
        ("v31415", "an exception"),
        ("print", "an exception"),
        ("", "an exception"),
    ],
)
def test_kinds(kind, shown):
    assert told(kind, "")[0] == shown


def test_lengths_are_those_of_the_case_and_simple_sums_and_products():
    found = lengths(CASE)
    assert {17, 23, 31, 40, 17 + 31, 17 * 23, 0, 9} <= found
    assert not {10, 11, 12, 13, 31415} & found


def test_classes_of_returned_objects():
    odd = [
        OpaqueValue("my_error"),
        OpaqueValue("v31415"),
        OpaqueValue("generator"),
        OpaqueValue("huge int"),
        3.5,
        None,
    ]
    value = without_kinds((odd, {"k": odd[1]}), OWN)
    assert [getattr(o, "kind", o) for o in value[0]] == [
        "my_error",
        "its own class",
        "generator",
        "its own class",
        3.5,
        None,
    ]
    assert value[1]["k"].kind == "its own class"
