# %%
def split(W, n_a):
    """The state's and the input's columns."""
    return W[:, :n_a], W[:, n_a:]


def linear(name, parameters, a, x):
    Wa, Wx = split(parameters["W" + name], len(a))
    return Wa @ a + Wx @ x + parameters["b" + name]

# %% task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    zt = sigmoid(linear("z", parameters, a_prev, xt))
    rt = sigmoid(linear("r", parameters, a_prev, xt))
    hht = np.tanh(linear("h", parameters, rt * a_prev, xt))
    a_next = hht + zt * (a_prev - hht)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, zt, rt, hht, xt, parameters)

# %% task="gru_forward"
def gru_forward(x, a0, parameters):
    states, predictions, caches = [a0], [], []
    for t in range(x.shape[2]):
        state, prediction, cache = gru_cell_forward(x[:, :, t], states[-1], parameters)
        states += [state]
        predictions += [prediction]
        caches += [cache]
    return np.stack(states[1:], axis=2), np.stack(predictions, axis=2), (caches, x)

# %% task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    a_next, a_prev, zt, rt, hht, xt, parameters = cache
    n_a = a_prev.shape[0]
    (Wza, Wzx), (Wra, Wrx), (Wha, Whx) = (split(parameters[name], n_a) for name in ("Wz", "Wr", "Wh"))
    delta = {}
    delta["h"] = (1 - hht * hht) * ((1 - zt) * da_next)
    back = Wha.T @ delta["h"]
    delta["z"] = (a_prev - hht) * da_next * (zt - zt**2)
    delta["r"] = a_prev * back * (rt - rt**2)
    gradients = {
        "da_prev": Wza.T @ delta["z"] + Wra.T @ delta["r"] + rt * back + zt * da_next,
        "dxt": Whx.T @ delta["h"] + Wzx.T @ delta["z"] + Wrx.T @ delta["r"],
    }
    for gate, old in (("z", a_prev), ("r", a_prev), ("h", rt * a_prev)):
        gradients["dW" + gate] = np.hstack((delta[gate] @ old.T, delta[gate] @ xt.T))
        gradients["db" + gate] = delta[gate].sum(1)[:, None]
    return gradients | {"dz": delta["z"]}

# %% task="gru_backward"
def gru_backward(da, caches):
    total, dx, carried = {}, [], 0
    for t in range(da.shape[2])[::-1]:
        step = gru_cell_backward(da[:, :, t] + carried, caches[0][t])
        carried = step.pop("da_prev")
        dx.insert(0, step.pop("dxt"))
        total = {key: total.get(key, 0) + value for key, value in step.items()}
    return {"dx": np.stack(dx, axis=2), "da0": carried, **total}
