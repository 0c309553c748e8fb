"""The references equal PyTorch: numbers recorded from it always, live ones where torch can be
imported.
"""

from pathlib import Path

import numpy as np
import pytest

from autograder.unit.source import reference
from autograder.unit.unit import load_module

RECORDED = Path(__file__).parents[1] / "anchors"


def cases(arrays) -> list[dict[str, np.ndarray]]:
    """The cases of a record, each a dictionary by our names."""
    split = [(key.split(".", 1), arrays[key]) for key in arrays if "." in key]
    numbers = sorted({number for (number, _), _ in split})
    return [
        {name: value for (n, name), value in split if n == number} for number in numbers
    ]


@pytest.fixture(scope="module", params=["recorded", "live"])
def anchor(request):
    """A function that gives a network's cases."""
    if request.param == "live":
        pytest.importorskip(
            "torch", reason="torch is not installed; the recorded numbers are compared"
        )
        from anchors.networks import record

        return lambda name: cases(record(name))

    def recorded(name: str) -> list[dict[str, np.ndarray]]:
        with np.load(RECORDED / f"{name}.npz", allow_pickle=False) as arrays:
            return cases(arrays)

    return recorded


def worst(got: np.ndarray, want: np.ndarray) -> float:
    assert got.shape == want.shape
    return float(np.max(np.abs(got - want)))


def rnn_parameters(case: dict) -> dict:
    return {
        "Wax": case["Wax"],
        "Waa": case["Waa"],
        "Wya": case["Wy"],
        "ba": case["ba"],
        "by": case["by"],
    }


def test_rnn_forward_equals_torch(anchor, real_course):
    rnn = reference("ex1_rnn_cell", real_course)
    for case in anchor("rnn"):
        a, y, _ = rnn.rnn_forward(case["x"], case["a0"], rnn_parameters(case))
        assert max(worst(a, case["a"]), worst(y, case["y"])) < 1e-12


def test_a_transposed_weight_is_seen(anchor, real_course):
    rnn = reference("ex1_rnn_cell", real_course)
    case = anchor("rnn")[0]
    wrong = rnn_parameters(case) | {"Waa": case["Waa"].T}
    assert worst(rnn.rnn_forward(case["x"], case["a0"], wrong)[0], case["a"]) > 1e-3


def same(got: dict, case: dict, names: list[str], bound: float = 1e-10) -> None:
    """Every gradient of a backward pass equals torch's, where torch has it."""
    assert max(worst(got[f"d{name}"], case[f"d{name}"]) for name in names) < bound


def test_rnn_backward_equals_torch(anchor, real_course):
    rnn, back = (
        reference("ex1_rnn_cell", real_course),
        reference("ex2_rnn_backward", real_course),
    )
    for case in anchor("rnn"):
        _, _, caches = rnn.rnn_forward(case["x"], case["a0"], rnn_parameters(case))
        same(
            back.rnn_backward(case["da"], caches), case, ["x", "a0", "Wax", "Waa", "ba"]
        )


def gates(case: dict, names: str) -> dict:
    return {
        f"{kind}{gate}": case[f"{kind}{gate}"] for kind in "Wb" for gate in names
    } | {
        "Wy": case["Wy"],
        "by": case["by"],
    }


def test_lstm_equals_torch(anchor, real_course):
    lstm, back = (
        reference("ex3_lstm_forward", real_course),
        reference("ex4_lstm_backward", real_course),
    )
    for case in anchor("lstm"):
        a, y, c, caches = lstm.lstm_forward(case["x"], case["a0"], gates(case, "fico"))
        assert (
            max(
                worst(a, case["a"]),
                worst(y, case["y"]),
                worst(c[:, :, -1], case["c_last"]),
            )
            < 1e-10
        )
        names = ["x", "a0", *(f"{kind}{gate}" for kind in "Wb" for gate in "fico")]
        same(back.lstm_backward(case["da"], caches), case, names)


def layers_of(case: dict, layer: type) -> list:
    """A layer with one bias for each layer of the case, about to begin from its initial state."""
    made = []
    for k in range(sum(name.startswith("Wh") for name in case)):
        bias = case[f"bx{k}"] + case[f"bh{k}"]
        made.append(layer({"Wx": case[f"Wx{k}"], "Wh": case[f"Wh{k}"], "b": bias}))
        made[-1].state = case[f"a0_{k}"], case[f"c0_{k}"]
    return made


@pytest.mark.parametrize(("network", "count"), [("lstm_layer", 1), ("lstm_stack", 2)])
def test_lstm_layers_equal_torch(anchor, real_course, network, count):
    for case in anchor(network):
        layers = layers_of(case, reference("ex6_lstm_layers", real_course).LSTMLayer)
        assert len(layers) == count
        a, back = case["x"], case["da"]
        for layer in layers:
            a = layer.forward(a)
        assert (
            max(worst(a, case["a"]), worst(layers[-1].state[1], case["c_last"])) < 1e-10
        )
        for k in reversed(range(count)):
            back = layers[k].backward(back)
            got = dict(
                layers[k].gradients, da0_=layers[k].dstate[0], dc0_=layers[k].dstate[1]
            )
            got |= {"dbx": got["db"], "dbh": got["db"]}
            names = ("Wx", "Wh", "bx", "bh", "a0_", "c0_")
            same(
                {f"d{name}{k}": got[f"d{name}"] for name in names},
                case,
                [f"{name}{k}" for name in names],
            )
        assert worst(back, case["dx"]) < 1e-10


@pytest.mark.parametrize("order", ["ifoc", "fico"])
def test_blocks_in_another_order_are_seen(anchor, real_course, order):
    case = anchor("lstm_layer")[0]
    blocks = dict(zip("fioc", np.split(case["Wx0"], 4), strict=True))
    wrong = dict(case, Wx0=np.vstack([blocks[gate] for gate in order]))
    (layer,) = layers_of(wrong, reference("ex6_lstm_layers", real_course).LSTMLayer)
    assert worst(layer.forward(case["x"]), case["a"]) > 1e-3


def test_gru_equals_its_transcription(anchor, real_course):
    gru = reference("ex5_gru", real_course)
    for case in anchor("gru"):
        a, y, caches = gru.gru_forward(case["x"], case["a0"], gates(case, "zrh"))
        assert max(worst(a, case["a"]), worst(y, case["y"])) < 1e-10
        names = ["x", "a0", *(f"{kind}{gate}" for kind in "Wb" for gate in "zrh")]
        same(gru.gru_backward(case["da"], caches), case, names)


def test_gru_that_resets_after_the_product_equals_torch(anchor, real_course):
    gru = load_module(real_course.solutions / "gru_reset_after.py")
    for case in anchor("gru_reset_after"):
        parameters = gates(case, "zrh") | {"bha": case["bha"]}
        a, caches = gru.gru_forward(case["x"], case["a0"], parameters)
        assert worst(a, case["a"]) < 1e-10
        names = [
            "x",
            "a0",
            "bha",
            *(f"{kind}{gate}" for kind in "Wb" for gate in "zrh"),
        ]
        same(gru.gru_backward(case["da"], caches), case, names)


def test_the_two_grus_differ(anchor, real_course):
    other = load_module(real_course.solutions / "gru_reset_after.py")
    case = anchor("gru")[0]
    a, _ = other.gru_forward(
        case["x"], case["a0"], gates(case, "zrh") | {"bha": np.zeros_like(case["bh"])}
    )
    assert worst(a, case["a"]) > 1e-3
