# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    n_a, m = a_prev.shape
    z = np.zeros([n_a, m])
    for j in range(m):
        z[:, j] = np.sum(np.multiply(p["Waa"], a_prev[:, j]), axis=1) + (p["Wax"] * xt[:, j]).sum(axis=-1)
    a_next = np.tanh(z + p["ba"])
    scores = np.tensordot(p["Wya"], a_next, axes=1) + p["by"]
    yt_pred = np.zeros_like(scores)
    for j in range(m):
        column = np.exp(scores[:, j] - scores[:, j].max())
        yt_pred[:, j] = column / column.sum()
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x + 1))
    a[:, :, 0] = a0
    y_pred = np.zeros((n_y, m, T_x))
    caches = []
    for t in range(1, T_x + 1):
        a[:, :, t], y_pred[:, :, t - 1], cache = rnn_cell_forward(x[:, :, t - 1], a[:, :, t - 1], parameters)
        caches.append(cache)
    return a[:, :, 1:], y_pred, (caches, x)
