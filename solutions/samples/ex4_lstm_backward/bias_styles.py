# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a, m = da_next.shape
    tc = np.tanh(c_next)
    dc = dc_next + ot * (1 - np.power(tc, 2)) * da_next
    dzf = np.multiply(dc, c_prev) * (ft - ft**2)
    dzi = np.multiply(dc, cct) * (it - it * it)
    dzc = np.multiply(dc, it) * (1 - cct) * (1 + cct)
    dzo = np.multiply(da_next, tc) * (ot - np.square(ot))
    v = np.append(a_prev, xt, axis=0)
    gradients = {
        "dxt": sum(parameters["W" + k][:, n_a:].T @ dz for k, dz in zip("fico", (dzf, dzi, dzc, dzo))),
        "da_prev": sum(parameters["W" + k][:, :n_a].T.dot(dz) for k, dz in zip("fico", (dzf, dzi, dzc, dzo))),
        "dc_prev": ft * dc,
        "dWf": dzf.dot(v.T),
        "dWi": np.matmul(dzi, v.transpose()),
        "dWc": np.einsum("am,vm->av", dzc, v),
        "dWo": (v @ dzo.T).T,
        "dbf": dzf.sum(axis=-1).reshape(-1, 1),
        "dbi": np.sum(dzi, 1, keepdims=1),
        "dbc": dzc @ np.ones((m, 1)),
        "dbo": np.sum(dzo, axis=1)[:, np.newaxis],
    }
    return gradients
