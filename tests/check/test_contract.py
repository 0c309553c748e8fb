import json

from conftest import CELL, SEQUENCE
from tables import each_row

from unrolled.contract import (
    Function,
    PerStep,
    ProducedBy,
    array,
    arrays_in,
    dict_of,
    spec_from_data,
    spec_to_data,
    tuple_of,
)

SIZES = {"n": 3, "m": 4, "T": 2}
a, b = array("a", "n", "m"), array("b", "n", "1")
NESTED = tuple_of(
    "caches",
    PerStep("steps", tuple_of("cache", a, dict_of("p", b)), "T"),
    array("x", "n", "m", "T"),
)


def test_shape_takes_each_axis_from_the_sizes():
    assert array("x", "n", "m", "T").shape(SIZES) == (3, 4, 2)
    assert b.shape(SIZES) == (3, 1)
    assert array("loss").shape(SIZES) == ()


@each_row(("axes", "label"), [(("n", "1"), "(n, 1)"), (("n",), "(n,)"), ((), "()")])
def test_label_reads_like_a_shape(axes, label):
    assert array("x", *axes).label == label


def test_arrays_finds_them_at_every_depth_in_order():
    assert [one.name for one in arrays_in(NESTED)] == ["a", "b", "x"]


def test_a_spec_survives_json():
    assert spec_from_data(json.loads(json.dumps(spec_to_data(NESTED)))) == NESTED


def test_outputs_are_named_for_several_values_and_for_a_dictionary():
    assert Function("f", (a,), tuple_of("", a, b), "p#s").outputs == ("a", "b")
    assert Function("f", (a,), dict_of("gradients", b, a), "p#s").outputs == ("b", "a")


def test_axes_are_those_of_all_arguments_made_ones_too():
    made = ProducedBy(NESTED, by="forward", index=1)
    assert Function("f", (a, made), tuple_of("", a), "p#s").axes == {"n", "m", "T"}
    assert made.name == "caches"


def test_unit_1_takes_and_gives_what_the_specification_says(unit):
    cell, sequence = unit.functions[CELL], unit.functions[SEQUENCE]
    assert [one.name for one in cell.arguments] == ["xt", "a_prev", "parameters"]
    assert [one.name for one in cell.returns.items[2].items] == [
        "a_next",
        "a_prev",
        "xt",
        "parameters",
    ]
    assert sequence.outputs == ("a", "y_pred", "caches")
    assert {one.name: one.label for one in arrays_in(sequence.arguments[2])} == {
        "Wax": "(n_a, n_x)",
        "Waa": "(n_a, n_a)",
        "Wya": "(n_y, n_a)",
        "ba": "(n_a, 1)",
        "by": "(n_y, 1)",
    }


def test_the_visible_sizes_tell_axes_apart(unit):
    example, second = unit.contracts.EXAMPLE, unit.contracts.SECOND
    assert len(set(example.values())) == len(example)
    assert second["n_x"] > second["n_a"]
    assert second["m"] == 1
    assert all(second[axis] != example[axis] for axis in example)
