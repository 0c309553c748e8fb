# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n_a, m = a_next.shape
    keys = ("dxt", "da_prev", "dc_prev")
    columns = {k: [] for k in keys}
    sums = {}
    for k in range(m):
        f, i, g, o, c = (one[:, k] for one in (ft, it, cct, ot, c_next))
        v = np.r_[a_prev[:, k], xt[:, k]]
        dc = dc_next[:, k] + da_next[:, k] * o / np.cosh(np.clip(c, -300, 300)) ** 2
        dz = {
            "f": dc * c_prev[:, k] * f * (1 - f),
            "i": dc * g * i * (1 - i),
            "c": dc * i * (1 - g**2),
            "o": da_next[:, k] * np.tanh(c) * o * (1 - o),
        }
        dv = sum(p["W" + s].T @ dz[s] for s in dz)
        for key, one in zip(keys, (dv[n_a:], dv[:n_a], dc * f)):
            columns[key].append(one)
        for s in dz:
            sums["dW" + s] = sums.get("dW" + s, 0) + np.outer(dz[s], v)
            sums["db" + s] = sums.get("db" + s, 0) + dz[s][:, None]
    return {key: np.column_stack(columns[key]) for key in keys} | sums
