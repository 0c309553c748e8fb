# %% task="lstm_cell_forward"
def layer(p, gate, a, x):
    W, n_a = p[f"W{gate}"], len(a)
    return W[:, n_a:] @ x + (W[:, :n_a] @ a + p[f"b{gate}"])


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    ft, it, ot = (sigmoid(layer(parameters, g, a_prev, xt)) for g in "fio")
    cct = np.tanh(layer(parameters, "c", a_prev, xt))
    c_next = it * cct + c_prev * ft
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["by"] + parameters["Wy"] @ a_next)
    cache = a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters
    return a_next, c_next, yt_pred, cache

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    """The state of the step before is read from the results."""
    caches, (n_a, m), T_x = [], a0.shape, x.shape[2]
    a, c = (np.zeros((n_a, m, T_x)) for _ in range(2))
    y = np.zeros((parameters["Wy"].shape[0], m, T_x))
    for t in range(T_x):
        a_prev = a[:, :, t - 1] if t > 0 else a0
        c_prev = c[:, :, t - 1] if t > 0 else np.zeros(a0.shape)
        a[:, :, t], c[:, :, t], y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a_prev, c_prev, parameters)
        caches.append(cache)
    return a, y, c, (caches, x)
