# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    """One step."""
    pre = sum((parameters["Wax"] @ xt, parameters["Waa"] @ a_prev), parameters["ba"])
    e = np.exp(pre) - np.exp(-pre) if np.abs(pre).max() < 300 else None
    a_next = np.tanh(pre) if e is None else e / (np.exp(pre) + np.exp(-pre))
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    def unroll(state):
        for t in range(x.shape[2]):
            state, y, cache = rnn_cell_forward(x[:, :, t], state, parameters)
            yield state, y, cache

    a, y_pred, caches = zip(*unroll(a0))
    return np.moveaxis(np.array(a), 0, 2), np.array(y_pred).transpose((1, 2, 0)), (caches, x)
