# %%
GATES = ("i", "f", "o", "g")


def through_sigmoid(gradient, value):
    return gradient * value * (1 - value)


class Carry:
    """What comes back from the step after."""

    def __init__(self, shape):
        self.state, self.cell = np.zeros(shape), np.zeros(shape)

    def arriving(self, own, o, bent):
        state = own + self.state
        return state, self.cell + state * o * (1 - bent * bent)

# %% task="fused_lstm"
def fused_lstm(x, h0, weights, dh):
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    n, T = h0.shape[1], x.shape[1]
    states, cells, gates = [h0], [np.zeros_like(h0)], []
    for t in range(T):
        z = x[:, t] @ Wx + states[-1] @ Wh + b
        values = {k: z[:, j * n : (j + 1) * n] for j, k in enumerate(GATES)}
        values = {k: np.tanh(v) if k == "g" else sigmoid(v) for k, v in values.items()}
        cells.append(values["f"] * cells[-1] + values["i"] * values["g"])
        states.append(values["o"] * np.tanh(cells[-1]))
        gates.append(values)
    carry, steps = Carry(h0.shape), []
    for t in range(T)[::-1]:
        v, bent = gates[t], np.tanh(cells[t + 1])
        state, cell = carry.arriving(dh[:, t], v["o"], bent)
        parts = [
            through_sigmoid(cell * v["g"], v["i"]),
            through_sigmoid(cell * cells[t], v["f"]),
            through_sigmoid(state * bent, v["o"]),
            cell * v["i"] * (1 - v["g"] ** 2),
        ]
        dz = np.concatenate(parts, axis=1)
        carry.state, carry.cell = dz @ Wh.T, cell * v["f"]
        steps.append(dz)
    dz = np.stack(steps[::-1], axis=1)
    before = np.stack(states[:-1], axis=1)
    return {
        "h": np.stack(states[1:], axis=1),
        "dx": dz @ Wx.T,
        "dh0": carry.state,
        "dWx": np.tensordot(x, dz, ([0, 1], [0, 1])),
        "dWh": np.tensordot(before, dz, ([0, 1], [0, 1])),
        "db": dz.sum(axis=(0, 1)),
        "memo": "extra keys do no harm",
    }

# %% task="lstm_of_1997"
def lstm_of_1997(x, h0, weights, dh):
    """Run an LSTM without a forget gate forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wi, Wg, Wo (n_x + n_a, n_a) and bi, bg, bo (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWi, dWg, dWo, dbi, dbg, dbo.
    """
    ### START CODE HERE ###
    n_x = x.shape[2]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(len(x)):
        row = np.hstack([x[t], state])
        i = sigmoid(row @ weights["Wi"] + weights["bi"])
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        o = sigmoid(row @ weights["Wo"] + weights["bo"])
        cell = cell + i * g
        state = o * np.tanh(cell)
        memos.append((row, cell, i, g, o))
        h[t] = state
    # and back
    carry = Carry(h0.shape)
    results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    dx, dstate = np.zeros(x.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        row, cell, i, g, o = memos[t]
        bent = np.tanh(cell)
        dstate, dcell = carry.arriving(dh[t], o, bent)
        deltas = {"i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2), "o": dstate * bent * o * (1 - o)}
        drow = np.zeros(row.shape)
        for letter, delta in deltas.items():
            results[f"dW{letter}"] += row.T @ delta
            results[f"db{letter}"] += delta.sum(axis=0)
            drow += delta @ weights[f"W{letter}"].T
        dx[t], dstate = drow[:, :n_x], drow[:, n_x:]
        carry.state, carry.cell = dstate, dcell
    return results | {"h": h, "dx": dx, "dh0": dstate}
    ### END CODE HERE ###

# %% task="recorded_lstm"
def recorded_lstm(x, h0, weights, dh):
    """Run an LSTM without an output gate forward and back, and keep its cell states on record; they start at zero.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wf, Wi, Wg (n_x + n_a, n_a) and bf, bi, bg (n_a,).
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h and cell states c, both (m, T_x, n_a), and the gradients dx, dh0, dWf, dWi, dWg, dbf, dbi,
        dbg.
    """
    ### START CODE HERE ###
    T, n_x = x.shape[1:]
    h, c, memos = np.zeros(dh.shape), np.zeros(dh.shape), []
    state, cell = h0, c[:, 0]
    for t in range(T):
        row = np.hstack([x[:, t], state])
        f = sigmoid(row @ weights["Wf"] + weights["bf"])
        i = sigmoid(row @ weights["Wi"] + weights["bi"])
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        memos.append((row, np.array(cell), f, i, g))
        cell = f * cell + i * g
        state = np.tanh(cell)
        h[:, t], c[:, t] = state, cell
    # and back
    results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    dx, dstate, dcell = np.zeros(x.shape), np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(T)):
        row, cell, f, i, g = memos[t]
        dcell = dcell + (dh[:, t] + dstate) * (1 - h[:, t] ** 2)
        deltas = {"f": dcell * cell * f * (1 - f), "i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2)}
        drow = np.zeros(row.shape)
        for letter, delta in deltas.items():
            results[f"dW{letter}"] += row.T @ delta
            results[f"db{letter}"] += delta.sum(axis=0)
            drow += delta @ weights[f"W{letter}"].T
        dx[:, t], dstate, dcell = drow[:, :n_x], drow[:, n_x:], dcell * f
    return results | {"h": h, "c": c, "dx": dx, "dh0": dstate}
    ### END CODE HERE ###

# %% task="stacked_rnn"
def stacked_rnn(x, weights, dh):
    """Run three plain recurrent layers, one upon the other, forward and back; every state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_a)
        Inputs, time first, as wide as the layers.
    weights : dict
        For each layer, the lowest first: Wx1, Wx2, Wx3 and Wh1, Wh2, Wh3 (n_a, n_a), b1, b2, b3 (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state of the uppermost layer.

    Returns
    -------
    results : dict
        The uppermost layer's hidden states h (T_x, m, n_a), and the gradients dx, dWx1, dWh1, db1, … db3.
    """
    ### START CODE HERE ###
    layers = []
    for _ in "123":
        layers.append({})
    for k, layer in enumerate(layers, 1):
        layer["Wx"], layer["Wh"], layer["b"] = (weights[f"{name}{k}"] for name in ("Wx", "Wh", "b"))
    passed = [x]  # what goes into each layer, and what comes out of the last
    for layer in layers:
        h, state = np.zeros(x.shape), np.zeros(x.shape[1:])
        for t in range(len(x)):
            state = np.tanh(passed[-1][t] @ layer["Wx"] + state @ layer["Wh"] + layer["b"])
            h[t] = state
        passed.append(h)
    # and back, from the uppermost layer to the lowest
    results = {"h": passed[3]}
    for k in (3, 2, 1):
        layer, below, h = layers[k - 1], passed[k - 1], passed[k]
        dz, later = np.zeros(h.shape), np.zeros(h.shape[1:])
        for t in reversed(range(len(h))):
            dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
            later = dz[t] @ layer["Wh"].T
        results[f"dWx{k}"] = np.tensordot(below, dz, ([0, 1], [0, 1]))
        results[f"dWh{k}"] = np.tensordot(h[:-1], dz[1:], ([0, 1], [0, 1]))
        results[f"db{k}"] = dz.sum(axis=(0, 1))
        dh = dz @ layer["Wx"].T  # for the layer below
    results["dx"] = dh
    return results
    ### END CODE HERE ###
