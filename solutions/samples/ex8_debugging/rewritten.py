# %% task="recorded_lstm"
def recorded_lstm(x, h0, weights, dh):
    """Cell states of all steps and the start, T + 1 of them."""
    m, T, n_x = x.shape
    n = h0.shape[1]
    W = np.hstack([weights["Wf"], weights["Wi"], weights["Wg"]])
    b = np.hstack([weights["bf"], weights["bi"], weights["bg"]])
    c, h = np.zeros((T + 1, m, n)), np.zeros((T + 1, m, n))
    h[0] = h0
    rows, gates = [], []
    for t in range(T):
        rows.append(np.hstack([x[:, t], h[t]]))
        z = rows[t] @ W + b
        f, i, g = sigmoid(z[:, :n]), sigmoid(z[:, n : 2 * n]), np.tanh(z[:, 2 * n :])
        gates.append((f, i, g))
        c[t + 1] = f * c[t] + i * g
        h[t + 1] = np.tanh(c[t + 1])
    dW, db, dx = np.zeros(W.shape), np.zeros(b.shape), np.zeros(x.shape)
    carry_h = carry_c = 0
    for t in range(T)[::-1]:
        f, i, g = gates[t]
        dc = carry_c + (dh[:, t] + carry_h) * (1 - h[t + 1] ** 2)
        dz = np.hstack([dc * c[t] * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g * g)])
        dW += rows[t].T @ dz
        db += dz.sum(axis=0)
        back = dz @ W.T
        dx[:, t], carry_h, carry_c = back[:, :n_x], back[:, n_x:], dc * f
    names = ("Wf", "Wi", "Wg", "bf", "bi", "bg")
    parts = [*np.split(dW, 3, axis=1), *np.split(db, 3)]
    swap = lambda a: np.moveaxis(a[1:], 0, 1)
    return {"d" + k: v for k, v in zip(names, parts)} | {"h": swap(h), "c": swap(c), "dx": dx, "dh0": carry_h}

# %% task="lstm_of_1997"
def lstm_of_1997(x, h0, weights, dh):
    """The cell state is a running sum, so its gradient is a running sum from the end."""
    T, m, n_x = x.shape
    h, rows, gates = np.zeros(dh.shape), [], []
    state, cell = h0, np.zeros_like(h0)
    for t in range(T):
        row = np.concatenate((x[t], state), axis=-1)
        i, o = (sigmoid(row @ weights["W" + k] + weights["b" + k]) for k in "io")
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        cell = cell + i * g
        h[t] = state = o * np.tanh(cell)
        rows.append(row)
        gates.append((i, g, o, cell))
    grads = dict.fromkeys(("dWi", "dWg", "dWo", "dbi", "dbg", "dbo"), 0)
    dx, later, into_cell = np.empty(x.shape), 0, []
    for t in reversed(range(T)):
        i, g, o, cell = gates[t]
        dht = dh[t] + later
        into_cell.append(dht * o / np.cosh(np.clip(cell, -300, 300)) ** 2)
        dc = np.sum(into_cell, axis=0)
        drow = 0
        for k, delta in zip("igo", (dc * g * (i - i**2), dc * i * (1 - g**2), dht * np.tanh(cell) * (o - o**2))):
            grads["dW" + k] = grads["dW" + k] + rows[t].T @ delta
            grads["db" + k] = grads["db" + k] + delta.sum(axis=0)
            drow = drow + delta @ weights["W" + k].T
        dx[t], later = np.split(drow, [n_x], axis=1)
    return {"h": h, "dx": dx, "dh0": later, **grads}

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
    from_later = [0.0, 0.0]
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
        dstate = from_later[0] + dh[:, t]
        dcell = from_later[1] + dstate * o * (1 - bent**2)
        dzi, dzf = dcell * g * i * (1 - i), dcell * cell * f * (1 - f)
        dzo, dzg = dstate * bent * o * (1 - o), dcell * i * (1 - g**2)
        dz = np.hstack([dzi, dzf, dzo, dzg])  # (m, 4 n_a)
        dWx += x[:, t].T @ dz
        dWh += state.T @ dz
        db += dz.sum(axis=0)
        dx[:, t] = dz @ Wx.T
        dstate = dz @ Wh.T
        from_later = [dstate, dcell * f]
    return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###
