# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, f, i, g, o, xt, p = cache
    n_a = len(a_prev)
    s = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - s * s)
    slopes = np.vstack([f * (1 - f), i * (1 - i), 1 - g * g, o * (1 - o)])
    dz = np.vstack([dc * c_prev, dc * g, dc * i, da_next * s]) * slopes
    W = np.vstack([p["W" + k] for k in "fico"])
    dv = W.T @ dz
    gradients = {"dc_prev": dc * f, "da_prev": dv[:n_a], "dxt": dv[n_a:]}
    for k, dW, db in zip("fico", np.split(dz @ np.vstack((a_prev, xt)).T, 4), np.split(dz.sum(1, keepdims=True), 4)):
        gradients["dW" + k], gradients["db" + k] = dW, db
    return gradients

# %% task="lstm_backward"
def lstm_backward(da, caches):
    cells, x = caches
    T = da.shape[-1]
    names = ["dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo"]
    total = dict.fromkeys(names, 0)
    da_next = dc_next = 0
    dx = []
    for t in range(T)[::-1]:
        g = lstm_cell_backward(da[..., t] + da_next, dc_next, cells[t])
        da_next, dc_next = g["da_prev"], g["dc_prev"]
        dx.insert(0, g["dxt"])
        total = {n: total[n] + g[n] for n in names}
    return total | {"dx": np.stack(dx, axis=2), "da0": da_next}
