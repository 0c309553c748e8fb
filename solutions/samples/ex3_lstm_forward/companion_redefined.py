# %% task="lstm_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters, verbose=False):
    concat = np.concatenate((a_prev, xt), axis=0)
    f, i, o = (sigmoid(parameters["W" + g] @ concat + parameters["b" + g]) for g in "fio")
    g = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    c = f * c_prev + i * g
    a = o * np.tanh(c)
    return a, c, softmax(parameters["Wy"] @ a + parameters["by"]), (a, c, a_prev, c_prev, f, i, g, o, xt, parameters)


def lstm_forward(x, a0, parameters):
    caches = []
    a, y, c = [], [], []
    a_next = a0
    c_next = 0 * a0
    for t in range(x.shape[2]):
        a_next, c_next, yt, cache = lstm_cell_forward(
            xt=x[:, :, t], a_prev=a_next, c_prev=c_next, parameters=parameters
        )
        a.append(a_next)
        c.append(c_next)
        y.append(yt)
        caches.append(cache)
    a, y, c = (np.stack(one, axis=-1) for one in (a, y, c))
    return a, y, c, (caches, x)
