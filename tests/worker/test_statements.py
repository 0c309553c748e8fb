"""What statements bind, read and need; one name too few would be a mark."""

import ast

import pytest
from tables import each_row


@pytest.fixture
def statements(inside):
    return inside["statements"]


def parsed(text):
    return ast.parse(text).body


@each_row(
    ("text", "names"),
    [
        ("a = b", {"a"}),
        ("a, (b, *c) = d", {"a", "b", "c"}),
        ("a[0] = 1", set()),
        ("for i in x:\n    y = i", {"i", "y"}),
        ("def f(a):\n    b = a", {"f"}),
        ("class C:\n    a = 1", {"C"}),
        ("import numpy.linalg", {"numpy"}),
        ("import numpy as np", {"np"}),
        ("from numpy import tanh as t, exp", {"t", "exp"}),
        ("with open(p) as f:\n    g = f", {"f", "g"}),
        ("[a for a in b]", set()),
        ("(c := 1)", {"c"}),
    ],
)
def test_names_that_a_statement_binds(statements, text, names):
    assert statements.names_bound(parsed(text)[0]) == names


@each_row(
    ("text", "names"),
    [
        ("a['b'] = 1", {"a"}),
        ("a.b.c = 1", {"a"}),
        ("a = 1", {"a"}),
        ("f(a)", set()),
    ],
)
def test_a_part_that_is_set_changes_the_whole(statements, text, names):
    assert statements.names_changed(parsed(text)[0]) == names


@each_row(
    ("text", "names"),
    [
        ("f(a) + b", {"f", "a", "b"}),
        ("def f(a=c):\n    return a + d", {"a", "c", "d"}),
        ("a = 1", set()),
    ],
)
def test_names_that_a_statement_reads(statements, text, names):
    assert statements.names_read(parsed(text)[0]) == names


@each_row(
    ("text", "names"),
    [
        ("def f(a):\n    b = a\n    return b + c", {"c"}),
        ("def f(a=d):\n    return a", {"d"}),
        ("@w\ndef f():\n    pass", {"w"}),
        ("def f():\n    global g\n    g = g + 1", {"g"}),
        ("def f(a):\n    def h():\n        return a + e\n    return h", {"e"}),
        ("f = lambda a: a + b", {"b"}),
    ],
)
def test_a_functions_own_variables_are_left_out(statements, text, names):
    assert statements.names_free(parsed(text)[0]) == names


def test_a_definition_in_a_block_is_one(statements):
    assert statements.defines(parsed("if a:\n    def f():\n        pass")[0])
    assert statements.defines(
        parsed("try:\n    pass\nexcept E:\n    class C:\n        pass")[0]
    )
    assert not statements.defines(parsed("f = lambda: 1")[0])


def test_definitions_need_what_their_names_are_made_of(statements):
    text = "a = 1\nb = a + z\nc = 2\ndef f(x):\n    return b * x"
    assert statements.names_needed(parsed(text)) == {"a", "b", "z"}
