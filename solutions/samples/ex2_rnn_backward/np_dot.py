# %% task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    dtanh = np.multiply(da_next, 1 - np.square(a_next))
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, 1, keepdims=1)
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients

# %% task="rnn_backward"
def rnn_backward(da, caches):
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]
    n_a, m, T_x = da.shape
    n_x, m = x1.shape
    dx = np.zeros([n_x, m, T_x])
    dWax = np.zeros([n_a, n_x])
    dWaa = np.zeros([n_a, n_a])
    dba = np.zeros([n_a, 1])
    da0 = np.zeros([n_a, m])
    da_prevt = np.zeros([n_a, m])
    for t in range(T_x - 1, -1, -1):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        dxt, da_prevt, dWaxt, dWaat, dbat = (
            gradients["dxt"], gradients["da_prev"], gradients["dWax"], gradients["dWaa"], gradients["dba"]
        )
        dx[:, :, t] = dxt
        dWax += dWaxt
        dWaa += dWaat
        dba += dbat
    da0 = da_prevt
    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}

# %% task="gradient_check"
def gradient_check(parameters, gradients, epsilon, loss=wave_loss):
    error, worst = -1, None
    for key in gradients:
        p = {k: np.copy(v).astype(float) for k, v in parameters.items()}
        theta = p[key[1:]]
        approx = np.empty_like(theta)
        it = np.nditer(theta, flags=["multi_index"])
        while not it.finished:
            i = it.multi_index
            old = theta[i]
            theta[i] = old + epsilon
            plus = loss(p)
            theta[i] = old - epsilon
            minus = loss(p)
            theta[i] = old
            approx[i] = (plus - minus) / epsilon / 2
            it.iternext()
        rel = np.abs(approx - gradients[key]) / (np.max(np.abs(approx)) + np.max(np.abs(gradients[key])) + 1e-30)
        if rel.max() > error:
            error = rel.max()
            worst = entry_name(key, np.argwhere(rel == rel.max())[0])
    return error, worst
