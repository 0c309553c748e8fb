# %%
import copy
import warnings

# %% task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    xt, a_prev = xt.copy(), np.array(a_prev)
    p = copy.deepcopy(parameters)
    concat = np.concatenate([a_prev, xt])
    zt, rt = (sigmoid(p["W" + k] @ concat + p["b" + k]) for k in "zr")
    concat[: len(a_prev)] *= rt
    hht = np.tanh(p["Wh"] @ concat + p["bh"])
    print("gates", zt.min(), rt.max())
    a_next = zt.copy()
    a_next *= a_prev
    a_next += (1 - zt) * hht
    warnings.warn("careful", stacklevel=1)
    return a_next, softmax(p["Wy"] @ a_next + p["by"]), (a_next.copy(), a_prev, zt, rt, hht, xt, dict(p, mine=1))

# %% task="gru_forward"
def gru_forward(x, a0, parameters):
    caches = list()
    a = np.full((*a0.shape, x.shape[2]), np.nan)
    y = np.empty((len(parameters["by"]), x.shape[1], x.shape[2]))
    t = 0
    a_prev = a0.copy()
    while t != x.shape[-1]:
        a[:, :, t], y[:, :, t], cache = gru_cell_forward(x[:, :, t], a_prev, parameters)
        a_prev = a[:, :, t].copy()
        caches = caches + [cache]
        t += 1
    return [a, y, [caches, x]]

# %% task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    a_next, a_prev, zt, rt, hht, xt, parameters = copy.deepcopy(cache)
    da_next = da_next.copy()
    n_a = len(a_next)
    dzt = da_next * a_prev - da_next * hht
    dhht = da_next - da_next * zt
    dzt *= zt
    dzt *= 1 - zt
    dhht *= 1 - hht**2
    dcan = parameters["Wh"].T @ dhht
    drt = dcan[:n_a] * a_prev
    drt *= rt - rt * rt
    grads = {"dxt": dcan[n_a:].copy(), "da_prev": dcan[:n_a] * rt + da_next * zt}
    for key, delta, top in (("z", dzt, a_prev), ("r", drt, a_prev), ("h", dhht, rt * a_prev)):
        grads["dW" + key] = delta @ np.concatenate((top, xt), 0).T
        grads["db" + key] = delta.sum(axis=1).reshape(n_a, 1)
        if key != "h":
            grads["da_prev"] += (parameters["W" + key].T @ delta)[:n_a]
            grads["dxt"] += (parameters["W" + key].T @ delta)[n_a:]
    return grads

# %% task="gru_backward"
def gru_backward(da, caches):
    da = np.copy(da)
    grads = {"dx": np.zeros((caches[1].shape[0],) + da.shape[1:])}
    for t in range(da.shape[2] - 1, -1, -1):
        step = gru_cell_backward(da[..., t], caches[0][t])
        grads["dx"][..., t] = step["dxt"]
        for key in ("dWz", "dWr", "dWh", "dbz", "dbr", "dbh"):
            grads[key] = grads[key] + step[key] if key in grads else step[key]
        if t:
            da[..., t - 1] += step["da_prev"]
    grads["da0"] = step["da_prev"]
    print(list(grads))
    return grads
