# %% task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    concat = np.r_[a_prev, xt]
    gates = sigmoid(np.vstack((parameters["Wz"], parameters["Wr"])) @ concat + np.vstack((parameters["bz"], parameters["br"])))
    zt, rt = np.split(gates, 2)
    hht = 2 * sigmoid(2 * (parameters["Wh"] @ np.r_[rt * a_prev, xt] + parameters["bh"])) - 1
    a_next = zt * a_prev + hht - zt * hht
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, yt_pred.tolist(), (a_next, a_prev, zt, rt, hht, xt, parameters)

# %% task="gru_forward"
def gru_forward(x, a0, parameters):
    def unroll(state):
        for xt in np.moveaxis(x, 2, 0):
            state, y, cache = gru_cell_forward(xt, state, parameters)
            yield state, y, cache

    a, y, caches = zip(*unroll(a0))
    return np.moveaxis(np.array(a), 0, 2), np.array(y).transpose(1, 2, 0), (list(caches), x)

# %% task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    a_next, a_prev, zt, rt, hht, xt, p = cache
    n_a = a_prev.shape[0]
    dzh = da_next * (1 - zt) * (1 - hht**2)
    dra, dxh = np.split(p["Wh"].T @ dzh, [n_a])
    dgates = np.vstack((da_next * (a_prev - hht) * zt * (1 - zt), dra * a_prev * rt * (1 - rt)))  # both at once
    back = np.vstack((p["Wz"], p["Wr"])).T @ dgates
    dW = np.einsum("im,jm->ij", dgates, np.r_[a_prev, xt])
    db = dgates.sum(axis=1, keepdims=True)
    return {
        "dxt": (dxh + back[n_a:]).tolist(), "da_prev": np.sum([da_next * zt, dra * rt, back[:n_a]], axis=0),
        "dWz": dW[:n_a], "dWr": dW[n_a:], "dWh": dzh @ np.r_[rt * a_prev, xt].T,
        "dbz": db[:n_a], "dbr": db[n_a:], "dbh": [[row.sum()] for row in dzh],
    }

# %% task="gru_backward"
def gru_backward(da, caches):
    steps, carried = [], np.zeros_like(da[:, :, 0])
    for one, cache in reversed(list(zip(np.moveaxis(da, 2, 0), caches[0]))):
        steps.insert(0, gru_cell_backward(one + carried, cache))
        carried = steps[0]["da_prev"]
    grads = {k: sum(s[k] for s in steps) for k in ("dWz", "dWr", "dWh", "dbz", "dbr")}
    grads["dbh"] = np.sum([s["dbh"] for s in steps], axis=0)
    return {**grads, "da0": carried.tolist(), "dx": np.stack([s["dxt"] for s in steps], -1)}
