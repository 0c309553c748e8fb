# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    c_next = c_prev.copy()
    concat = np.append(a_prev, xt, axis=0)
    ft = sigmoid(parameters["Wf"] @ concat + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ concat + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ concat + parameters["bo"])
    c_next *= ft
    c_next += it * cct
    a_next = np.tanh(c_next)
    a_next *= ot
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (a_next.copy(), c_next.copy(), a_prev.copy(), c_prev.copy(), ft, it, cct, ot, xt.copy(), dict(parameters))
    return a_next, c_next, yt_pred, cache

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros((n_a, m, T_x))
    c = a.copy()
    y = np.zeros((n_y, m, T_x))
    a_next = np.copy(a0)
    c_next = c[:, :, 0].copy()
    for t in np.arange(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t].copy(), a_next, c_next, parameters)
        a[:, :, t] = np.copy(a_next)
        c[:, :, t] = np.copy(c_next)
        y[:, :, t] = np.copy(yt)
        caches.append(cache)
    caches = (list(caches), x.copy())
    return a, y, c, caches
