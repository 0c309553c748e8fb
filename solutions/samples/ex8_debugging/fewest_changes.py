# %% task="single_step"
def single_step(x, h_prev, c_prev, weights, dh, dc):
    """Go one LSTM step forward and back.

    Parameters
    ----------
    x : ndarray of shape (m, n_x)
        Inputs, an example a row.
    h_prev, c_prev : ndarray of shape (m, n_a)
        Hidden state and cell state before the step.
    weights : dict
        Wf, Wi, Wg, Wo (n_x + n_a, n_a) and bf, bi, bg, bo (n_a,).
    dh, dc : ndarray of shape (m, n_a)
        Gradients of the loss with respect to both states after the step.

    Returns
    -------
    results : dict
        The states h and c, and the gradients dx, dh_prev, dc_prev, dWf, dWi, dWg, dWo, dbf, dbi, dbg, dbo.
    """
    ### START CODE HERE ###
    row = np.hstack([x, h_prev])  # (m, n_x + n_a)
    f = sigmoid(row @ weights["Wf"] + weights["bf"])
    i = sigmoid(row @ weights["Wi"] + weights["bi"])
    g = np.tanh(row @ weights["Wg"] + weights["bg"])
    o = sigmoid(row @ weights["Wo"] + weights["bo"])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    # and back
    at_c = dc + dh * o * (1 - np.tanh(c) ** 2)
    delta_f = at_c * c_prev * f * (1 - f)
    delta_i = at_c * g * i * (1 - i)
    delta_g = at_c * i * (1 - g**2)
    delta_o = dh * np.tanh(c) * o * (1 - o)
    drow = delta_f @ weights["Wf"].T + delta_i @ weights["Wi"].T
    drow = drow + delta_g @ weights["Wg"].T + delta_o @ weights["Wo"].T
    results = {"h": h, "c": c, "dc_prev": at_c * f}
    results["dx"], results["dh_prev"] = np.split(drow, [x.shape[1]], axis=1)
    results["dWf"], results["dbf"] = row.T @ delta_f, delta_f.sum(axis=0)
    results["dWi"], results["dbi"] = row.T @ delta_i, sum(delta_i)
    results["dWg"], results["dbg"] = row.T @ delta_g, delta_g.sum(axis=0)
    results["dWo"], results["dbo"] = row.T @ delta_o, np.sum(delta_o, 0)
    return results
    ### END CODE HERE ###

# %% task="plain_rnn"
def plain_rnn(x, h0, weights, dh):
    """Run a plain recurrent network forward and back.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, n_a), Wh (n_a, n_a) and b (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    h, state = np.zeros(dh.shape), h0
    for t in range(len(x)):
        state = np.tanh(x[t] @ Wx + state @ Wh + b)
        h[t] = state
    # and back: at first the gradient inside the tanh, of every step
    dz, later = np.zeros(dh.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
        later = dz[t] @ Wh.T
    # then what each step says about the weights
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
    before = h0
    for t in range(len(x)):
        dWx = dWx + x[t].T @ dz[t]
        dWh += before.T @ dz[t]
        db += dz[t].sum(axis=0)
        before = h[t]
    return {"h": h, "dx": dz @ Wx.T, "dh0": later, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###

# %% task="fused_lstm"
def fused_lstm(x, h0, weights, dh):
    """Run an LSTM forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, 4 n_a), Wh (n_a, 4 n_a) and b (4 n_a,): blocks of columns for i, f, o and g.
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (m, T_x, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    T = x.shape[1]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(T):
        zi, zf, zo, zg = np.split(x[:, t] @ Wx + state @ Wh + b, 4, axis=1)
        i, f, o, g = sigmoid(zi), sigmoid(zf), sigmoid(zo), np.tanh(zg)
        memos.append((state, cell, i, f, o, g))
        cell = f * cell + i * g
        state = o * np.tanh(cell)
        h[:, t] = state
    # and back
    dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    for t in reversed(range(T)):
        state, cell, i, f, o, g = memos[t]
        bent = np.tanh(f * cell + i * g)
        dstate = dh[:, t] + (dstate if t < T - 1 else 0)
        dcell = dstate * o * (1 - bent**2) + (dcell * memos[t + 1][3] if t < T - 1 else 0)
        dzi, dzf = dcell * g * i * (1 - i), dcell * cell * f * (1 - f)
        dzo, dzg = dstate * bent * o * (1 - o), dcell * i * (1 - g**2)
        dz = np.hstack([dzi, dzf, dzo, dzg])  # (m, 4 n_a)
        dWx += x[:, t].T @ dz
        dWh += state.T @ dz
        db += dz.sum(axis=0)
        dx[:, t] = dz @ Wx.T
        dstate = dz @ Wh.T
    return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###

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
    results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    dx, dstate = np.zeros(x.shape), np.zeros(h0.shape)
    dcell = 0
    for t in reversed(range(len(x))):
        row, cell, i, g, o = memos[t]
        bent = np.tanh(cell)
        dstate = dh[t] + dstate
        dcell += dstate * o * (1 - bent**2)
        deltas = {"i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2), "o": dstate * bent * o * (1 - o)}
        drow = np.zeros(row.shape)
        for letter, delta in deltas.items():
            results[f"dW{letter}"] += row.T @ delta
            results[f"db{letter}"] += delta.sum(axis=0)
            drow += delta @ weights[f"W{letter}"].T
        dx[t], dstate = drow[:, :n_x], drow[:, n_x:]
    return results | {"h": h, "dx": dx, "dh0": dstate}
    ### END CODE HERE ###

# %% task="joined_rnn"
def joined_rnn(x, h0, weights, dh):
    """Run a plain recurrent network with one joined matrix forward and back.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        W (n_x + n_a, n_a) and b (n_a,).
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (m, T_x, n_a), and the gradients dx, dh0, dW, db.
    """
    ### START CODE HERE ###
    W, b = weights["W"], weights["b"]
    T, n_x = x.shape[1:]
    h = np.zeros(dh.shape)
    for t in range(T):
        state = np.tanh(np.hstack([x[:, t], h[:, t - 1] if t else h0]) @ W + b)
        h[:, t] = state
    # and back
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    later = np.zeros(h0.shape)
    for t in reversed(range(T)):
        before = h[:, t - 1] if t > 0 else h0
        dz = (dh[:, t] + later) * (1 - h[:, t] ** 2)
        dW += np.hstack([x[:, t], before]).T @ dz
        db += dz.sum(axis=0)
        drow = dz @ W.T
        dx[:, t], later = drow[:, :n_x], drow[:, n_x:]
    return {"h": h, "dx": dx, "dh0": later, "dW": dW, "db": db}
    ### END CODE HERE ###

# %% task="coupled_lstm"
def coupled_lstm(x, h0, weights, dh):
    """Run an LSTM whose input gate is 1 - f forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, 3 n_a), Wh (n_a, 3 n_a) and b (3 n_a,): blocks of columns for f, o and g.
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(len(x)):
        zf, zo, zg = np.split(x[t] @ Wx + state @ Wh + b, 3, axis=1)
        f, o, g = sigmoid(zf), sigmoid(zo), np.tanh(zg)
        memos.append((state, cell, f, o, g))
        cell = f * cell + (1 - f) * g
        state = np.tanh(cell) * o
        h[t] = state
    # and back
    dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    dstate, dcell = np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        state, cell, f, o, g = memos[t]
        bent = np.tanh(f * cell + (1 - f) * g)
        dstate = dh[t] + dstate
        dcell = (1 - bent * bent) * o * dstate + dcell
        dzf, dzo = dcell * (cell - g) * f * (1 - f), dstate * bent * o * (1 - o)
        dz = np.hstack([dzf, dzo, dcell * (1 - f) * (1 - g**2)])  # (m, 3 n_a)
        dWx += x[t].T @ dz
        dWh += state.T @ dz
        db += dz.sum(axis=0)
        dx[t], dstate, dcell = dz @ Wx.T, dz @ Wh.T, dcell * f
    return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
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
    state, cell = h0, c[:, 0].copy()
    for t in range(T):
        row = np.hstack([x[:, t], state])
        f = sigmoid(row @ weights["Wf"] + weights["bf"])
        i = sigmoid(row @ weights["Wi"] + weights["bi"])
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        memos.append((row, cell, f, i, g))
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
    layers = [{}, {}, {}]
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
