# %% task="lstm_backward"
def lstm_backward(da, caches):
    cells, x = caches
    n_a, m, T = da.shape
    p = cells[0][9]
    W = np.concatenate([p["W" + k] for k in "fico"])
    dW, db = np.zeros_like(W), np.zeros((4 * n_a, 1))
    dx = np.zeros((len(x), m, T))
    dh, dc = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in reversed(range(T)):
        a_next, c_next, a_prev, c_prev, f, i, g, o, xt, _ = cells[t]
        dh = dh + da[:, :, t]
        s = np.tanh(c_next)
        dc = dc + dh * o * (1 - s**2)
        dz = np.concatenate([dc * c_prev * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2), dh * s * o * (1 - o)])
        dW += dz @ np.concatenate((a_prev, xt)).T
        db += dz.sum(axis=1, keepdims=True)
        dv = W.T @ dz
        dh, dx[:, :, t], dc = dv[:n_a], dv[n_a:], dc * f
    gradients = {"dx": dx, "da0": dh}
    for k, name in enumerate("fico"):
        gradients["dW" + name] = dW[k * n_a : (k + 1) * n_a]
        gradients["db" + name] = db[k * n_a : (k + 1) * n_a]
    return gradients
