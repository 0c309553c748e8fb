# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = {k: v.astype(np.float32) for k, v in parameters.items()}
    v = np.concatenate((a_prev, xt)).astype("float32")
    ft, it, ot = [sigmoid(p["W" + g] @ v + p["b" + g]) for g in ("f", "i", "o")]
    cct = np.tanh(p["Wc"] @ v + p["bc"])
    c_next = ft * c_prev.astype(np.float32) + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
