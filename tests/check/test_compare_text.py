import numpy as np
from tables import each_row

from unrolled.check import wire
from unrolled.check.compare import compare_returned, find_differences, is_same
from unrolled.check.general_mistakes import find_general_mistake
from unrolled.check.outcome import Returned
from unrolled.contract import (
    Function,
    Text,
    array,
    arrays_in,
    dict_of,
    spec_from_data,
    spec_to_data,
    tuple_of,
)

WORST = Text("worst")
CHECK = tuple_of("", array("error"), WORST)
GRADIENT_CHECK = Function(
    "gradient_check", (array("x", "n"),), CHECK, "ch2_rnn_backward#ch2-check"
)


def texts(got, want="dW[1, 2]"):
    return [str(d) for d in find_differences(WORST, got, want)]


@each_row("got", ["dW[1, 2]", "dW[1,2]", " dW [1, 2]\n", np.str_("dW[1, 2]")])
def test_spaces_do_not_count(got):
    assert texts(got) == []
    assert is_same(got, "dW[1, 2]")


@each_row("got", ["dW[2, 1]", "dw[1, 2]", "", "dW[12]", "dW[1, 2]."])
def test_another_text_differs_and_neither_is_shown(got):
    assert texts(got) == ["worst is another text than the one expected"]
    assert not is_same(got, "dW[1, 2]")


@each_row(
    ("got", "what"),
    [
        (None, "None"),
        (1.5, "a single number"),
        (("dW", (1, 2)), "a tuple of 2"),
        (np.ones(2), "an array of shape (2,)"),
        (b"dW[1, 2]", "an object of type bytes"),
        (wire.OpaqueValue("Name"), "an object of type Name"),
    ],
)
def test_what_is_no_text(got, what):
    assert texts(got) == [f"worst is {what}, expected a text"]
    assert not is_same(got, "dW[1, 2]")


def test_a_text_among_several_values():
    assert compare_returned(CHECK, (0.5, "dW[0]"), (0.5, "dW[0]")) == []
    (found,) = compare_returned(CHECK, (0.5, "dW[1]"), (0.5, "dW[0]"))
    assert (found.kind, found.output, found.path) == ("value", "worst", "worst")
    assert [
        d.kind for d in compare_returned(CHECK, ("dW[0]", 0.5), (0.5, "dW[0]"))
    ] == [
        "structure",
        "structure",
    ]


def test_a_text_equals_no_number():
    assert not is_same("1", 1.0)
    assert not is_same(1.0, "1")
    assert not is_same((0.5, "a"), (0.5, "b"))


def test_a_contract_with_a_text_crosses_as_data():
    spec = dict_of("", array("error"), WORST)
    assert spec_from_data(spec_to_data(spec)) == spec
    assert [one.name for one in arrays_in(spec)] == ["error"]


def test_a_text_left_as_placeholder_is_named():
    told = find_general_mistake(GRADIENT_CHECK, [Returned((0.5, None))])
    assert (told.id, told.symptom) == ("placeholder-left", "`worst` is still `None`.")


def test_numpys_texts_cross_as_texts():
    class Shouting(str):
        def __str__(self):
            return "!"

    found = wire.rebuild(*wire.flatten([np.str_("dW[0]"), Shouting("db[0]")]))
    assert found == ["dW[0]", "db[0]"]
    assert {type(one) for one in found} == {str}
