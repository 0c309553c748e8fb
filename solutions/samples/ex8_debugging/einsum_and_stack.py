# %% task="plain_rnn"
def plain_rnn(x, h0, weights, dh):
    Wx, Wh, b = (weights[k] for k in ("Wx", "Wh", "b"))
    h = [h0]
    for step in x:
        h.append(np.tanh(np.matmul(step, Wx) + np.matmul(h[-1], Wh) + b))
    dz = [np.zeros(h0.shape) @ Wh]
    for one, after in zip(dh[::-1], h[:0:-1]):
        dz.insert(0, (one + dz[0] @ Wh.T) * (1 - np.square(after)))
    dz, before = np.stack(dz[:-1]), np.stack(h[:-1])
    return {
        "h": np.stack(h[1:]),
        "dx": np.einsum("tma,xa->tmx", dz, Wx),
        "dh0": dz[0].dot(Wh.T),
        "dWx": np.einsum("tmx,tma->xa", x, dz),
        "dWh": np.einsum("tmi,tmj->ij", before, dz),
        "db": np.einsum("tma->a", dz),
    }

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
    results["dWi"], results["dbi"] = row.T @ delta_i, np.ones(len(x)) @ delta_i
    results["dWg"], results["dbg"] = row.T @ delta_g, delta_g.sum(axis=0)
    results["dWo"], results["dbo"] = row.T @ delta_o, np.einsum("ma->a", delta_o)
    return results
    ### END CODE HERE ###

# %% task="joined_rnn"
def joined_rnn(x, h0, weights, dh):
    W, b = weights["W"], weights["b"]
    n_x = x.shape[-1]
    states = [h0]
    for xt in np.swapaxes(x, 0, 1):
        states.append(np.tanh(xt @ W[:n_x] + states[-1] @ W[n_x:] + b))
    later, dx, dW, db = 0, [], 0, 0
    for t in range(len(states) - 2, -1, -1):
        dz = (dh[:, t] + later) * (1 + states[t + 1]) * (1 - states[t + 1])
        dW = dW + np.concatenate((x[:, t], states[t]), axis=-1).T @ dz
        db = db + dz.sum(0)
        dx.append(dz @ W[:n_x].T)
        later = dz @ W[n_x:].T
    return dict(h=np.stack(states[1:], 1), dx=np.stack(dx[::-1], axis=1), dh0=later, dW=dW, db=db)

# %% task="stacked_rnn"
def stacked_rnn(x, weights, dh):
    """Layer by layer, without dictionaries."""
    def forward(x, Wx, Wh, b):
        h = np.zeros_like(x)
        for t in range(x.shape[0]):
            h[t] = np.tanh(x[t] @ Wx + (h[t - 1] @ Wh if t else 0) + b)
        return h

    def backward(dh, x, h, Wx, Wh, b):
        dz = np.zeros_like(h)
        for t in range(len(h) - 1, -1, -1):
            dz[t] = (dh[t] + (dz[t + 1] @ Wh.T if t + 1 < len(h) else 0)) * (1 - h[t] ** 2)
        return dz @ Wx.T, sum(a.T @ d for a, d in zip(x, dz)), sum((a.T @ d for a, d in zip(h, dz[1:])), 0 * Wh), dz.sum((0, 1))

    sets = [[weights[letter + k] for letter in ("Wx", "Wh", "b")] for k in "123"]
    h1 = forward(x, *sets[0])
    h2 = forward(h1, *sets[1])
    h3 = forward(h2, *sets[2])
    found = {"h": h3}
    for k, below, h in ((3, h2, h3), (2, h1, h2), (1, x, h1)):
        dh, found[f"dWx{k}"], found[f"dWh{k}"], found[f"db{k}"] = backward(dh, below, h, *sets[k - 1])
    found["dx"] = dh
    return found

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
        state = np.multiply(o, np.tanh(cell))
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
