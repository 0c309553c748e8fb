# %% task="gradient_check" place="start"
def gradient_check(parameters, gradients, epsilon, loss=None):
    loss = loss or wave_loss
    p = {k: np.array(v, float) for k, v in parameters.items()}
    error, worst = 0, ""
    for name, g in sorted(gradients.items()):
        n = np.zeros_like(p[name[1:]])
        for i in np.ndindex(n.shape):
            p[name[1:]][i] += epsilon
            n[i] = loss(p)
            p[name[1:]][i] -= 2 * epsilon
            n[i] -= loss(p)
            p[name[1:]][i] += epsilon
        n /= 2 * epsilon
        e = np.abs(g - n) / (np.abs(g).max() + np.abs(n).max())
        if e.max() >= error:
            error = e.max()
            worst = np.str_(entry_name(name, np.unravel_index(e.argmax(), e.shape)))
    return np.float64(error), worst

# %% task="rnn_backward" place="start"
def rnn_backward(da, caches):
    cell_caches, x = caches
    steps = []
    carried = np.zeros_like(da[:, :, 0])
    for one, cache in list(zip(np.moveaxis(da, 2, 0), cell_caches))[::-1]:
        steps.append(rnn_cell_backward(one + carried, cache))
        carried = steps[-1]["da_prev"]
    total = {key: np.sum([s[key] for s in steps], axis=0) for key in ("dWax", "dWaa", "dba")}
    total["dx"] = np.stack([s["dxt"] for s in steps[::-1]], axis=-1)
    return total | {"da0": carried}

# %% task="rnn_cell_backward" place="end"
def rnn_cell_backward(da_next, cache):
    _, a_prev, xt, p = cache
    z = p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"]  # once more, though its tanh is in the cache
    dz = da_next / np.cosh(np.clip(z, -300, 300)) ** 2
    both = np.vstack((xt, a_prev))
    dW = dz @ both.T
    back = np.hstack((p["Wax"], p["Waa"])).T @ dz
    n_x = len(xt)
    return {"dxt": back[:n_x], "da_prev": back[n_x:], "dWax": dW[:, :n_x], "dWaa": dW[:, n_x:], "dba": np.sum(dz, axis=-1)[:, np.newaxis]}

# %% place="end"
rnn_cell_backward(*check.example("rnn_cell_backward"))
