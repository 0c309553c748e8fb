# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    z = np.matmul(parameters["Waa"], a_prev)
    z = z + parameters["Wax"].dot(xt)
    z += parameters["ba"]
    a_next = np.tanh(z)
    scores = np.add(np.einsum("ij,jk->ik", parameters["Wya"], a_next), parameters["by"])
    yt_pred = softmax(scores)
    return (a_next, yt_pred, (a_next, a_prev, xt, parameters))

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.empty((n_a, m, T_x))
    y_pred = np.empty((n_y, m, T_x))
    caches = [None] * T_x
    for t in range(T_x):
        before = a0 if t == 0 else a[:, :, t - 1]
        a[:, :, t], y_pred[:, :, t], caches[t] = rnn_cell_forward(x[:, :, t], before, parameters)
    return a, y_pred, (caches, x)
