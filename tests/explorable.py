"""What a figure that answers must show, computed by the references alone: its weights from its
sliders, its cells forward and backward, its numbers as they are written.
"""

import sys
from types import SimpleNamespace

import numpy as np
from book_fixtures import ROOT

sys.path.append(str(ROOT))
from autograder.unit.source import reference
from book.figures.explorable_networks import networks

NETWORKS = networks()
N_A = 2
PREDICTION = {
    "Wy": np.zeros((2, N_A)),
    "Wya": np.zeros((2, N_A)),
    "by": np.zeros((2, 1)),
}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def weights(cell, setting):
    """The weights that a setting means, as the references take them."""
    network = NETWORKS[cell]["sentence" if setting["on"] == "sentence" else "numbers"]
    found = {}
    for name, entries in network.items():
        w = np.array(entries, float).reshape(N_A, -1) * setting["g"] / 12
        if name.startswith("W"):
            w[:, :N_A] *= setting["rec"]
            w[:, N_A:] *= setting["inp"]
        found[name] = w + (setting.get(name, 0) if name.startswith("b") else 0)
    return found


def computed(cell, setting, x):
    """A cell run over inputs, forward and back, by its reference.

    Parameters
    ----------
    cell : str
        "lstm", "gru" or "plain".
    setting : dict
        The sliders and switches, as the figure has them.
    x : list of list of float
        The input of each step.

    Returns
    -------
    SimpleNamespace
        `caches`, a cell cache for each step; `come`, what comes into each step back, a and c;
        `steps`, what the cell's backward pass gives there; `totals`, of the parameters.
    """
    run_forward, step_back, named = CELLS[cell]
    x = np.array(x, float).T[:, np.newaxis]
    caches = run_forward(x, weights(cell, setting))
    a, c = np.zeros((N_A, 1)), np.zeros((N_A, 1))
    come, steps = [], []
    for t in reversed(range(x.shape[2])):
        own = np.array([[1.0 * (t + 1 in setting["loss"])], [0.0]])
        come.insert(0, (own + setting["ca"] * a, setting["cc"] * c))
        steps.insert(0, step_back(*come[0], caches[t]))
        a, c = steps[0]["da_prev"], steps[0].get("dc_prev", c)
    totals = {name: sum(of(step) for step in steps) for name, of in named.items()}
    return SimpleNamespace(caches=caches, come=come, steps=steps, totals=totals)


def _forward_lstm(x, found):
    run = reference("ex3_lstm_forward").lstm_forward
    return run(x, np.zeros((N_A, 1)), found | PREDICTION)[3][0]


def _forward_gru(x, found):
    run = reference("ex5_gru").gru_forward
    return run(x, np.zeros((N_A, 1)), found | PREDICTION)[2][0]


def _forward_plain(x, found):
    split = {
        "Waa": found["Wa"][:, :N_A],
        "Wax": found["Wa"][:, N_A:],
        "ba": found["ba"],
    }
    run = reference("ex1_rnn_cell").rnn_forward
    return run(x, np.zeros((N_A, 1)), split | PREDICTION)[2][0]


def _back_lstm(da, dc, cache):
    return reference("ex4_lstm_backward").lstm_cell_backward(da, dc, cache)


def _back_gru(da, _, cache):
    return reference("ex5_gru").gru_cell_backward(da, cache)


def _back_plain(da, _, cache):
    return reference("ex2_rnn_backward").rnn_cell_backward(da, cache)


def _of(gates):
    """How the totals of gates' weights are found in a step's gradients."""
    names = [f"{kind}{gate}" for gate in gates for kind in "Wb"]
    return {name: lambda step, name=name: step[f"d{name}"] for name in names}


def _plain_weights(step):
    return np.hstack([step["dWaa"], step["dWax"]])


CELLS = {
    "lstm": (_forward_lstm, _back_lstm, _of("fico")),
    "gru": (_forward_gru, _back_gru, _of("zrh")),
    "plain": (
        _forward_plain,
        _back_plain,
        {"Wa": _plain_weights, "ba": lambda step: step["dba"]},
    ),
}


def number(words):
    """A number as a figure writes it, read back: "−0.58", "3·10⁻⁵"."""
    digits, _, power = words.translate(RAISED).partition("·10")
    return float(digits) * 10.0 ** int(power or 0)


def agrees(written, value):
    """Whether a written number is this value, as far as its digits go."""
    if "·" in written:
        mantissa, power = written.translate(RAISED).split("·10")
        last = 10.0 ** (int(power) - len(mantissa.partition(".")[2]))
        return abs(number(written) - value) <= 0.5000001 * last
    if written == "0":
        return abs(value) < 1e-14
    digits = len(written.partition(".")[2])
    return abs(number(written) - value) <= 0.5000001 * 10.0**-digits
