# %%
def logistic(z):
    return np.where(z > 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def tanh(z):
    return 2 * logistic(2 * z) - 1


def own_softmax(z):
    e = np.exp(z - np.max(z, axis=0))
    return e / np.sum(e, axis=0)

# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    v = np.concatenate([a_prev, xt])
    f = logistic(parameters["Wf"] @ v + parameters["bf"])
    i = logistic(parameters["Wi"] @ v + parameters["bi"])
    o = logistic(parameters["Wo"] @ v + parameters["bo"])
    g = tanh(parameters["Wc"] @ v + parameters["bc"])
    c = f * c_prev + i * g
    a = o * tanh(c)
    y = own_softmax(parameters["Wy"] @ a + parameters["by"])
    return a, c, y, (a, c, a_prev, c_prev, f, i, g, o, xt, parameters)
