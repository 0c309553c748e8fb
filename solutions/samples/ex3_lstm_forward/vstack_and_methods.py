# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = parameters
    v = np.vstack((a_prev, xt))
    ft = sigmoid(p["Wf"].dot(v) + p["bf"])
    it = sigmoid(np.matmul(p["Wi"], v) + p["bi"])
    ot = sigmoid(np.add(p["bo"], p["Wo"] @ v))
    cct = np.tanh(p["Wc"].dot(v) + p["bc"])
    c_next = np.add(ft * c_prev, it * cct)
    a_next = np.tanh(c_next) * ot
    return a_next, c_next, softmax(p["Wy"].dot(a_next) + p["by"]), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    T_x = x.shape[-1]
    a = np.empty(a0.shape + (T_x,))
    c = np.empty_like(a)
    y = np.empty((parameters["by"].shape[0],) + x.shape[1:])
    state = a0, np.zeros_like(a0)
    cells = []
    for t in range(T_x):
        *state, y[..., t], cell = lstm_cell_forward(x[..., t], *state, parameters)
        a[..., t], c[..., t] = state
        cells.append(cell)
    return a, y, c, (cells, x)
