# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[0]
    W = np.concatenate([parameters["W" + g] for g in "fioc"])
    b = np.concatenate([parameters["b" + g] for g in "fioc"])
    z = W @ np.r_[a_prev, xt] + b
    ft, it, ot = np.split(1 / (1 + np.exp(-z[: 3 * n_a])), 3)
    cct = np.tanh(z[3 * n_a :])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
