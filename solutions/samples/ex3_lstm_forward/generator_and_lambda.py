# %% task="lstm_cell_forward"
gate = lambda g, v, p: sigmoid(p["W" + g] @ v + p["b" + g])
lstm_cell_forward = lambda xt, a_prev, c_prev, parameters: _finish(
    xt, a_prev, c_prev, parameters, np.concatenate((a_prev, xt))
)


def _finish(xt, a_prev, c_prev, p, v):
    ft, it, ot = gate("f", v, p), gate("i", v, p), gate("o", v, p)
    cct = np.tanh(p["Wc"] @ v + p["bc"])
    c = ft * c_prev + it * cct
    a = ot * np.tanh(c)
    return a, c, softmax(p["Wy"] @ a + p["by"]), (a, c, a_prev, c_prev, ft, it, cct, ot, xt, p)

# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    def unroll(a, c):
        for t in range(x.shape[2]):
            a, c, y, cache = lstm_cell_forward(x[:, :, t], a, c, parameters)
            yield a, y, c, cache

    a, y, c, cells = zip(*unroll(a0, np.zeros_like(a0)))
    return *(np.moveaxis(np.array(s), 0, 2) for s in (a, y, c)), (list(cells), x)
