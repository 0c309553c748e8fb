# %%
f = np.float32


def low(parameters):
    return {name: value.astype(f) for name, value in parameters.items()}

# %% task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    p = low(parameters)
    concat = np.concatenate([a_prev.astype(f), xt.astype(f)], axis=0)
    zt = sigmoid(p["Wz"] @ concat + p["bz"])
    rt = sigmoid(p["Wr"] @ concat + p["br"])
    hht = np.tanh(p["Wh"] @ np.concatenate([rt * a_prev.astype(f), xt.astype(f)], axis=0) + p["bh"])
    a_next = zt * a_prev + (1 - zt) * hht
    return a_next, softmax(p["Wy"] @ a_next + p["by"]), (a_next, a_prev, zt, rt, hht, xt, parameters)

# %% task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    *arrays, parameters = cache
    a_next, a_prev, zt, rt, hht, xt = (array.astype(f) for array in arrays)
    p, n_a = low(parameters), len(a_next)
    g = da_next.astype(f)
    dzz = g * (a_prev - hht) * zt * (1 - zt)
    dzh = g * (1 - zt) * (1 - hht) * (1 + hht)
    dv = p["Wh"].T @ dzh
    dzr = dv[:n_a] * a_prev * rt * (1 - rt)
    du = p["Wz"].T @ dzz + p["Wr"].T @ dzr
    u, v = np.concatenate([a_prev, xt]), np.concatenate([rt * a_prev, xt])
    return {
        "dxt": dv[n_a:] + du[n_a:],
        "da_prev": g * zt + dv[:n_a] * rt + du[:n_a],
        "dWz": dzz @ u.T, "dWr": dzr @ u.T, "dWh": dzh @ v.T,
        "dbz": dzz.sum(1, keepdims=True), "dbr": dzr.sum(1, keepdims=True), "dbh": dzh.sum(1, keepdims=True),
    }
