# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_a = a_next.shape[0]
    dc = np.asarray(dc_next) + da_next * ot * (1 - np.tanh(c_next) ** 2)
    dzo = da_next * np.tanh(c_next) * ot * (1 - ot)
    dzf, dzi, dzc = dc * c_prev * ft * (1 - ft), dc * cct * it * (1 - it), dc * it * (1 - cct**2)
    concat = np.concatenate((a_prev, xt))
    gradients = {"dc": dc, "dzo": dzo, "note": "all of them", "dc_prev": (dc * ft).tolist()}
    dconcat = 0
    for name, dz in (("f", dzf), ("i", dzi), ("c", dzc), ("o", dzo)):
        dconcat = dconcat + parameters["W" + name].T @ dz
        gradients["dW" + name] = (dz @ concat.T).tolist()
        gradients["db" + name] = [[one] for one in dz.sum(axis=1)]
    gradients["da_prev"], gradients["dxt"] = np.split(dconcat, [n_a])
    return gradients

# %% task="lstm_backward"
def lstm_backward(da, caches):
    cells, x = caches
    steps = []
    da_next, dc_next = np.zeros(da.shape[:2]), np.zeros(da.shape[:2])
    t = da.shape[2] - 1
    while t >= 0:
        step = lstm_cell_backward(da[:, :, t] + da_next, dc_next, cells[t])
        da_next, dc_next = np.array(step["da_prev"]), np.array(step["dc_prev"])
        steps.append(step)
        t -= 1
    gradients = {k: sum(np.array(s[k]) for s in steps) for k in steps[0] if k.startswith(("dW", "db"))}
    gradients["dx"] = np.stack([s["dxt"] for s in reversed(steps)], -1)
    gradients["da0"] = steps[-1]["da_prev"]
    gradients["steps"] = len(steps)
    return gradients
