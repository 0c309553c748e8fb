"""What PyTorch says of our networks: outputs and gradients, in float64, with weights in our layout.

Each function draws inputs from a seed, runs the network in torch and returns arrays by our
names: arguments, outputs, the upstream gradient `da` (shorter than the sequence in every second
case) and the gradients.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import torch

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6},
    {"n_x": 7, "n_a": 2, "n_y": 3, "m": 1, "T_x": 5},
    {"n_x": 2, "n_a": 8, "n_y": 4, "m": 3, "T_x": 12},
)
SEED = 20
Arrays = dict[str, np.ndarray]


def draw(
    sizes: Mapping[str, int], number: int, weights: Mapping[str, tuple[int, int]]
) -> Arrays:
    """Inputs, weights and upstream gradient of one case."""
    rng = np.random.default_rng([SEED, number])
    n_x, n_a, m, T_x = (sizes[k] for k in ("n_x", "n_a", "m", "T_x"))
    shapes = {
        "x": (n_x, m, T_x),
        "a0": (n_a, m),
        **weights,
        "da": (n_a, m, T_x - number % 2),
    }
    return {
        name: rng.standard_normal(shape) * (0.5 if name in weights else 1.0)
        for name, shape in shapes.items()
    }


def finished(
    case: Arrays,
    states: torch.Tensor,
    inputs: Mapping[str, torch.Tensor],
    **more: torch.Tensor,
) -> Arrays:
    """Outputs and gradients of `sum(a * da)`, for states of torch's layout (T, m, n_a)."""
    a = states.permute(2, 1, 0)
    y = torch.softmax(
        torch.einsum("ya,amt->ymt", inputs["Wy"], a) + inputs["by"][:, :, None], dim=0
    )
    T = case["da"].shape[2]
    (a[:, :, :T] * torch.from_numpy(case["da"])).sum().backward()
    gradients = {
        f"d{n}": v.grad.numpy()
        for n, v in inputs.items()
        if v.grad is not None and n not in ("Wy", "by")
    }
    gradients["dx"] = gradients["dx"][:, :, :T]
    outputs = {"a": a, "y": y, **more}
    return case | gradients | {n: v.detach().numpy() for n, v in outputs.items()}


def leaves(case: Arrays) -> dict[str, torch.Tensor]:
    """The case's arrays as tensors that collect gradients."""
    return {
        n: torch.from_numpy(v.copy()).requires_grad_()
        for n, v in case.items()
        if n != "da"
    }


def rnn(sizes: Mapping[str, int], number: int) -> Arrays:
    """`torch.nn.RNN` with tanh; its two biases are ours and zero."""
    n_x, n_a, n_y = sizes["n_x"], sizes["n_a"], sizes["n_y"]
    weights = {
        "Wax": (n_a, n_x),
        "Waa": (n_a, n_a),
        "ba": (n_a, 1),
        "Wy": (n_y, n_a),
        "by": (n_y, 1),
    }
    case = draw(sizes, number, weights)
    v = leaves(case)
    layer = torch.nn.RNN(n_x, n_a, dtype=torch.float64)
    own = {
        "weight_ih_l0": v["Wax"],
        "weight_hh_l0": v["Waa"],
        "bias_ih_l0": v["ba"][:, 0],
    }
    own["bias_hh_l0"] = torch.zeros(n_a, dtype=torch.float64)
    states, _ = torch.func.functional_call(
        layer, own, (v["x"].permute(2, 1, 0), v["a0"].T[None])
    )
    return finished(case, states, v)


def lstm(sizes: Mapping[str, int], number: int) -> Arrays:
    """`torch.nn.LSTM`, whose rows are the gates i, f, g, o; ours act on `[a_prev; xt]`, and c
    starts at zero.
    """
    n_x, n_a, n_y = sizes["n_x"], sizes["n_a"], sizes["n_y"]
    gates = {f"W{g}": (n_a, n_a + n_x) for g in "fico"} | {
        f"b{g}": (n_a, 1) for g in "fico"
    }
    case = draw(sizes, number, gates | {"Wy": (n_y, n_a), "by": (n_y, 1)})
    v = leaves(case)
    rows = torch.cat([v[f"W{g}"] for g in "ifco"])
    own = {"weight_hh_l0": rows[:, :n_a], "weight_ih_l0": rows[:, n_a:]}
    own["bias_ih_l0"] = torch.cat([v[f"b{g}"] for g in "ifco"])[:, 0]
    own["bias_hh_l0"] = torch.zeros(4 * n_a, dtype=torch.float64)
    layer = torch.nn.LSTM(n_x, n_a, dtype=torch.float64)
    start = (v["a0"].T[None], torch.zeros(1, sizes["m"], n_a, dtype=torch.float64))
    states, (_, c) = torch.func.functional_call(
        layer, own, (v["x"].permute(2, 1, 0), start)
    )
    return finished(case, states, v, c_last=c[0].T)


def gru(sizes: Mapping[str, int], number: int) -> Arrays:
    """The GRU that resets before the product, written out for autograd: torch's own resets
    after it.
    """
    n_x, n_a, n_y = sizes["n_x"], sizes["n_a"], sizes["n_y"]
    gates = {f"W{g}": (n_a, n_a + n_x) for g in "zrh"} | {
        f"b{g}": (n_a, 1) for g in "zrh"
    }
    case = draw(sizes, number, gates | {"Wy": (n_y, n_a), "by": (n_y, 1)})
    v = leaves(case)
    state, states = v["a0"], []
    for t in range(sizes["T_x"]):
        joined = torch.cat([state, v["x"][:, :, t]])
        z = torch.sigmoid(v["Wz"] @ joined + v["bz"])
        r = torch.sigmoid(v["Wr"] @ joined + v["br"])
        candidate = torch.tanh(
            v["Wh"] @ torch.cat([r * state, v["x"][:, :, t]]) + v["bh"]
        )
        state = z * state + (1 - z) * candidate
        states.append(state.T)
    return finished(case, torch.stack(states), v)


def gru_reset_after(sizes: Mapping[str, int], number: int) -> Arrays:
    """`torch.nn.GRU`, whose rows are the blocks r, z, n; its second biases of r and z are zero,
    that of n is `bha`.
    """
    n_x, n_a, n_y = sizes["n_x"], sizes["n_a"], sizes["n_y"]
    blocks = {f"W{g}": (n_a, n_a + n_x) for g in "zrh"} | {
        f"b{g}": (n_a, 1) for g in ("z", "r", "h", "ha")
    }
    case = draw(sizes, number, blocks | {"Wy": (n_y, n_a), "by": (n_y, 1)})
    v = leaves(case)
    rows = torch.cat([v[f"W{g}"] for g in "rzh"])
    own = {"weight_hh_l0": rows[:, :n_a], "weight_ih_l0": rows[:, n_a:]}
    own["bias_ih_l0"] = torch.cat([v[f"b{g}"] for g in "rzh"])[:, 0]
    own["bias_hh_l0"] = torch.cat(
        [torch.zeros(2 * n_a, dtype=torch.float64), v["bha"][:, 0]]
    )
    layer = torch.nn.GRU(n_x, n_a, dtype=torch.float64)
    states, _ = torch.func.functional_call(
        layer, own, (v["x"].permute(2, 1, 0), v["a0"].T[None])
    )
    return finished(case, states, v)


def lstm_layers(sizes: Mapping[str, int], number: int, layers: int) -> Arrays:
    """`torch.nn.LSTM` of several layers with both its biases; its rows are the gates i, f, g,
    o, ours f, i, o, c.
    """
    rng = np.random.default_rng([SEED, number, layers])
    n_x, n_a, m, T_x = (sizes[k] for k in ("n_x", "n_a", "m", "T_x"))
    case = {
        "x": rng.standard_normal((n_x, m, T_x)),
        "da": rng.standard_normal((n_a, m, T_x)),
    }
    for k in range(layers):
        n_in = n_a if k else n_x
        shapes = {"Wx": n_in, "Wh": n_a, "bx": 1, "bh": 1}
        case |= {
            f"{name}{k}": 0.5 * rng.standard_normal((4 * n_a, n))
            for name, n in shapes.items()
        }
        case |= {f"{name}{k}": rng.standard_normal((n_a, m)) for name in ("a0_", "c0_")}
    v = leaves(case)
    own, names = (
        {},
        {"Wx": "weight_ih", "Wh": "weight_hh", "bx": "bias_ih", "bh": "bias_hh"},
    )
    for k in range(layers):
        for ours, theirs in names.items():
            f, i, o, c = v[f"{ours}{k}"].chunk(4)
            rows = torch.cat([i, f, c, o])
            own[f"{theirs}_l{k}"] = rows[:, 0] if ours[0] == "b" else rows
    start = tuple(
        torch.stack([v[f"{name}{k}"].T for k in range(layers)])
        for name in ("a0_", "c0_")
    )
    layer = torch.nn.LSTM(n_x, n_a, layers, dtype=torch.float64)
    states, (_, c) = torch.func.functional_call(
        layer, own, (v["x"].permute(2, 1, 0), start)
    )
    a = states.permute(2, 1, 0)
    (a * torch.from_numpy(case["da"])).sum().backward()
    gradients = {f"d{name}": leaf.grad.numpy() for name, leaf in v.items()}
    return (
        case | gradients | {"a": a.detach().numpy(), "c_last": c[-1].T.detach().numpy()}
    )


NETWORKS: dict[str, Callable[[Mapping[str, int], int], Arrays]] = {
    "rnn": rnn,
    "lstm": lstm,
    "gru": gru,
    "gru_reset_after": gru_reset_after,
    "lstm_layer": partial(lstm_layers, layers=1),
    "lstm_stack": partial(lstm_layers, layers=2),
}


def record(name: str) -> Arrays:
    """All cases of a network as one set of arrays, `0.x`, `0.a` and so on, with torch's version."""
    cases = {
        f"{i}.{key}": v
        for i, sizes in enumerate(SIZES)
        for key, v in NETWORKS[name](sizes, i).items()
    }
    return cases | {
        "torch": np.frombuffer(torch.__version__.encode(), np.uint8),
        "seed": np.array(SEED),
    }
