# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    v = np.array(list(a_prev) + list(xt))
    ft, it, ot = (sigmoid(parameters["W" + g] @ v + parameters["b" + g]) for g in "fio")
    cct = np.tanh(parameters["Wc"] @ v + parameters["bc"])
    c_next = ft * np.asarray(c_prev) + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = [a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters]
    return [a_next, c_next.tolist(), yt_pred.tolist(), cache]

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    a, c = [a0], [np.zeros(a0.shape)]
    y, cells = [], []
    for t in range(x.shape[2]):
        a_next, c_next, yt, cell = lstm_cell_forward(x[:, :, t], a[-1], c[-1], parameters)
        a.append(a_next)
        c.append(np.array(c_next))
        y.append(yt)
        cells.append(cell)
    return np.dstack(a[1:]).tolist(), np.dstack(y), np.dstack(c[1:]), [cells, x]
