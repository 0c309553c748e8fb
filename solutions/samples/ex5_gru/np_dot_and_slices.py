# %% task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    n_x, m = xt.shape
    n_y, n_a = parameters["Wy"].shape
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    zt = sigmoid(np.dot(parameters["Wz"], concat) + parameters["bz"])
    rt = sigmoid(np.dot(parameters["Wr"], concat) + parameters["br"])
    concat2 = np.copy(concat)
    concat2[:n_a, :] = np.multiply(rt, a_prev)
    hht = np.tanh(np.dot(parameters["Wh"], concat2) + parameters["bh"])
    a_next = np.multiply(zt, a_prev) + np.multiply(1 - zt, hht)
    yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, zt, rt, hht, xt, parameters)

# %% task="gru_forward"
def gru_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape
    a = np.zeros([n_a, m, T_x])
    y = np.zeros([n_y, m, T_x])
    a_next = a0
    for t in range(0, T_x):
        a_next, yt, cache = gru_cell_forward(xt=x[..., t], a_prev=a_next, parameters=parameters)
        a[..., t] = a_next
        y[..., t] = yt
        caches.append(cache)
    caches = (caches, x)
    return a, y, caches

# %% task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    (a_next, a_prev, zt, rt, hht, xt, parameters) = cache
    n_a, m = a_next.shape
    dhht = np.multiply(da_next, 1 - zt) * (1 - np.square(hht))
    dxh = np.dot(parameters["Wh"].T, dhht)
    drt = dxh[0:n_a, :] * a_prev * rt * (1 - rt)
    dzt = da_next * a_prev * zt * (1 - zt) - da_next * hht * zt * (1 - zt)
    concat = np.vstack((a_prev, xt))
    concath = np.vstack((rt * a_prev, xt))
    da_prev = np.dot(parameters["Wz"][:, :n_a].T, dzt) + np.dot(parameters["Wr"][:, :n_a].T, drt)
    da_prev = da_prev + np.dot(parameters["Wh"][:, :n_a].T, dhht) * rt + da_next * zt
    dxt = np.dot(parameters["Wz"][:, n_a:].T, dzt) + np.dot(parameters["Wr"][:, n_a:].T, drt)
    dxt = dxt + np.dot(parameters["Wh"][:, n_a:].T, dhht)
    return {
        "dxt": dxt, "da_prev": da_prev,
        "dWz": np.dot(dzt, concat.T), "dWr": np.dot(drt, concat.T), "dWh": np.dot(dhht, concath.T),
        "dbz": np.sum(dzt, axis=1, keepdims=True), "dbr": np.sum(drt, 1, keepdims=1),
        "dbh": np.sum(dhht, axis=-1, keepdims=True),
    }

# %% task="gru_backward"
def gru_backward(da, caches):
    (caches, x) = caches
    n_a, m, T = da.shape
    n_x, m = caches[0][5].shape
    dx = np.zeros([n_x, m, T])
    da_prevt = np.zeros([n_a, m])
    dWz = np.zeros([n_a, n_a + n_x])
    dWr = np.zeros_like(dWz)
    dWh = np.zeros_like(dWz)
    dbz = np.zeros([n_a, 1])
    dbr = np.zeros_like(dbz)
    dbh = np.zeros_like(dbz)
    for t in range(T - 1, -1, -1):
        gradients = gru_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWz = dWz + gradients["dWz"]
        dWr = dWr + gradients["dWr"]
        dWh = dWh + gradients["dWh"]
        dbz = dbz + gradients["dbz"]
        dbr = dbr + gradients["dbr"]
        dbh = dbh + gradients["dbh"]
    return {"dx": dx, "da0": da_prevt, "dWz": dWz, "dbz": dbz, "dWr": dWr, "dbr": dbr, "dWh": dWh, "dbh": dbh}
