# %% task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    f = np.float32
    slope = (1 - a_next * a_next).astype(f)
    dz = slope * da_next.astype(f)
    return {
        "dxt": parameters["Wax"].astype(f).T @ dz,
        "da_prev": parameters["Waa"].astype(f).T @ dz,
        "dWax": dz @ xt.astype(f).T,
        "dWaa": dz @ a_prev.astype(f).T,
        "dba": dz.sum(axis=1, keepdims=True),
    }

# %% task="rnn_backward"
def rnn_backward(da, caches):
    cell_caches, x = caches
    n_a, m, T = da.shape
    dx = np.zeros((x.shape[0], m, T), dtype=np.float32)
    carried, dWax, dWaa, dba = 0, 0, 0, 0
    for t in np.arange(T)[::-1]:
        step = rnn_cell_backward(da[:, :, t] + carried, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        carried = step["da_prev"]
        dWax, dWaa, dba = dWax + step["dWax"], dWaa + step["dWaa"], dba + step["dba"]
    return {"dx": dx, "da0": carried, "dWax": dWax, "dWaa": dWaa, "dba": dba}
