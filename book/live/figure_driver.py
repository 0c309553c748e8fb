"""Have a reader's own function of an exercise compute the numbers of a figure that answers.

It is fetched when a figure is first to be driven so. What the figure asks and what it shows is
told in `_static/explorable/explorable.js`.
"""

import contextlib
import io

import numpy as np

LSTM = ("f", "i", "c", "o")
GRU = ("z", "r", "h")


def drive(home, assignment, name, asked):
    """Give the numbers of a figure by a reader's own function.

    Parameters
    ----------
    home : path
        Folder of the exercises' folders, the reader's notebooks in them.
    assignment : str
        The exercise.
    name : str
        The function, one of `DRIVERS`.
    asked : dict
        What the figure computes with: `x`, `parameters`, `da` and `carry`, and `q`, its own
        numbers of each step forward, from which a backward function gets its cache.

    Returns
    -------
    dict
        `steps`, numbers by the drawing's keys; or `missing`, why the function is not to be had;
        or `failed`, how it failed.
    """
    from unrolled.sibling import NotThereError, functions

    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        try:
            (own,) = functions(assignment, name, folder=home)
        except NotThereError as error:
            return {"missing": str(error)}
        try:
            return {"steps": DRIVERS[name](own, Asked(asked))}
        except (Exception, SystemExit) as error:
            return {"failed": f"{type(error).__name__}: {error}"}


class Asked:
    """What a figure computes with, in the shapes that the exercises have."""

    def __init__(self, asked):
        self.x = [column(x) for x in asked["x"]]
        self.da = [column(da) for da in asked["da"]]
        self.carry = asked["carry"]
        self.parameters = {
            name: np.array(w, float) if name.startswith("W") else column(w)
            for name, w in asked["parameters"].items()
        }
        self.q = [
            {key: column(values) for key, values in step.items()} for step in asked["q"]
        ]
        n_a = len(self.da[0])
        self.zeros = np.zeros((n_a, 1))
        # a figure predicts nothing; a cell's forward pass does
        self.parameters |= {
            "Wy": np.zeros((2, n_a)),
            "Wya": np.zeros((2, n_a)),
            "by": np.zeros((2, 1)),
        }
        if "Wa" in self.parameters:
            both = self.parameters["Wa"]
            self.parameters |= {"Waa": both[:, :n_a], "Wax": both[:, n_a:]}


def column(values):
    """Give a vector as a batch of one example."""
    return np.array(values, float).reshape(-1, 1)


def plain(values, like):
    """Give one example's vector as a list, if it is one of this size and of numbers."""
    found = np.asarray(values, float)
    if found.shape != like.shape:
        raise ValueError(
            f"it gave an array of shape {found.shape}; {like.shape} was expected"
        )
    if not np.isfinite(found).all():
        raise ValueError(f"it gave {found[:, 0]}; numbers were expected")
    return found[:, 0].tolist()


def shown(values, zeros, prefix=""):
    """Give a step's numbers under the drawing's keys."""
    return {f"{prefix}{key}": plain(value, zeros) for key, value in values.items()}


def rnn_forward(own, asked):
    """Run the plain network forward."""
    a, steps = asked.zeros, []
    for x in asked.x:
        before = a
        a, _, _ = own(x, before, asked.parameters)
        steps.append(shown({"aPrev": before, "a": a}, asked.zeros, "plain."))
    return steps


def lstm_forward(own, asked):
    """Run the LSTM forward."""
    a = c = asked.zeros
    steps = []
    for x in asked.x:
        before = {"aPrev": a, "cPrev": c}
        a, c, _, cache = own(x, a, c, asked.parameters)
        gates = dict(zip(("f", "i", "cc", "o"), cache[4:8], strict=True))
        steps.append(shown(before | gates | {"a": a, "c": c}, asked.zeros))
    return steps


def gru_forward(own, asked):
    """Run the GRU forward."""
    a, steps = asked.zeros, []
    for x in asked.x:
        before = a
        a, _, cache = own(x, before, asked.parameters)
        gates = dict(zip(("z", "r", "hh"), cache[2:5], strict=True))
        steps.append(shown({"aPrev": before, "a": a} | gates, asked.zeros))
    return steps


def backwards(asked, step, gates, prefix=""):
    """Go back from the last step to the first.

    Parameters
    ----------
    asked : Asked
    step : callable
        Gives a step's gradients, from what comes in for the hidden and the cell state and the
        figure's numbers of the step.
    gates : sequence of str
        Letters of the biases: with one example, a bias's gradient is the one before the
        activation.
    prefix : str, optional
        What the drawing's keys begin with.

    Returns
    -------
    list of dict
        For each step.
    """
    da_prev = dc_prev = asked.zeros
    steps = []
    for x, da, q in reversed(list(zip(asked.x, asked.da, asked.q, strict=True))):
        come = {
            "daNext": da + asked.carry["a"] * da_prev,
            "dcNext": asked.carry["c"] * dc_prev,
        }
        found = step(come["daNext"], come["dcNext"], q | {"x": x})
        da_prev, dc_prev = found["da_prev"], found.get("dc_prev", asked.zeros)
        leave = {"daPrev": da_prev, "dcPrev": dc_prev}
        before = {f"dz{gate}": found[f"db{gate}"] for gate in gates}
        numbers = shown(come | leave | before, asked.zeros, prefix)
        entry = x[:, 0].tolist().index(1) if 1 in x else 0
        numbers[f"{prefix}dx"] = [plain(found["dxt"], x)[entry]]
        steps.insert(0, numbers)
    return steps


def rnn_backward(own, asked):
    """Run the plain network backward."""

    def step(da, _, q):
        return own(da, (q["a"], q["aPrev"], q["x"], asked.parameters))

    return backwards(asked, step, ("a",), "plain.")


def lstm_backward(own, asked):
    """Run the LSTM backward."""
    kept = ("a", "c", "aPrev", "cPrev", "f", "i", "cc", "o", "x")

    def step(da, dc, q):
        return own(da, dc, (*(q[key] for key in kept), asked.parameters))

    return backwards(asked, step, LSTM)


def gru_backward(own, asked):
    """Run the GRU backward."""
    kept = ("a", "aPrev", "z", "r", "hh", "x")

    def step(da, _, q):
        return own(da, (*(q[key] for key in kept), asked.parameters))

    return backwards(asked, step, GRU)


DRIVERS = {
    "rnn_cell_forward": rnn_forward,
    "rnn_cell_backward": rnn_backward,
    "lstm_cell_forward": lstm_forward,
    "lstm_cell_backward": lstm_backward,
    "gru_cell_forward": gru_forward,
    "gru_cell_backward": gru_backward,
}
