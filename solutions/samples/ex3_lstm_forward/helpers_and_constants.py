# %%
GATES = {"f": sigmoid, "i": sigmoid, "c": np.tanh, "o": sigmoid}
STATE_FIRST = True
EMPTY = np.zeros((1, 1))


def stacked(state, new):
    return np.concatenate((state, new) if STATE_FIRST else (new, state), axis=-2)


def gates(v, parameters):
    return [f(parameters["W" + g] @ v + parameters["b" + g]) for g, f in GATES.items()]

# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    ft, it, cct, ot = gates(stacked(a_prev, xt), parameters)
    c_next = ft * c_prev + it * cct + EMPTY
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    caches = []
    states = np.full((2, *a0.shape, x.shape[2]), np.nan)
    y = np.full((len(parameters["Wy"]), *x.shape[1:]), np.nan)
    a_next, c_next = a0, np.broadcast_to(EMPTY, a0.shape)
    for t, xt in enumerate(np.rollaxis(x, 2)):
        a_next, c_next, y[:, :, t], cache = lstm_cell_forward(xt, a_next, c_next, parameters)
        states[:, :, :, t] = a_next, c_next
        caches.append(cache)
    a, c = states
    return a, y, c, (caches, x)
